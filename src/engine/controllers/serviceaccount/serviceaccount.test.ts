import { describe, expect, it } from 'vitest';
import type { ObjectInput, Pod } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const NODE: ObjectInput = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { capacity: { cpu: '4', memory: '8Gi', pods: '110' }, allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
};
const TEAM: SessionOperation = { create: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } } };

const pod = (spec: object = {}): SessionOperation => ({
  create: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'team' },
    spec: { containers: [{ name: 'main', image: 'app:1' }], ...spec },
  },
});

function run(...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: {}, given: [NODE], freeze: true });
  for (const operation of operations) session.operate(operation);
  session.operate({ settle: true });
  return session;
}

const podOf = ({ cluster }: Session) => cluster.sim.store.get('pods', 'team/web') as Pod;

describe('a namespace', () => {
  it('gets an account and the root certificate, so that pods in it can mount their token', () => {
    const session = run(TEAM, pod());
    const { store } = session.cluster.sim;
    expect(store.keys('serviceaccounts')).toContain('team/default');
    expect(store.keys('configmaps')).toContain('team/kube-root-ca.crt');
    expect(podOf(session).spec.volumes).toHaveLength(1);
    expect(podOf(session).status?.phase).toBe('Running');
  });

  it('gets both again when they are deleted', () => {
    const session = run(
      TEAM,
      { delete: { kind: 'ServiceAccount', namespace: 'team', name: 'default' } },
      { delete: { kind: 'ConfigMap', namespace: 'team', name: 'kube-root-ca.crt' } },
    );
    const { store } = session.cluster.sim;
    expect(store.keys('serviceaccounts')).toContain('team/default');
    expect(store.keys('configmaps')).toContain('team/kube-root-ca.crt');
  });
});

describe('a pod', () => {
  it('has no token volume where it does not want one', () => {
    expect(podOf(run(TEAM, pod({ automountServiceAccountToken: false }))).spec.volumes).toBeUndefined();
  });
});
