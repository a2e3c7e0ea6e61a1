import { describe, expect, it } from 'vitest';
import type { Namespace, ObjectInput } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const NODE: ObjectInput = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  status: { capacity: { cpu: '4', memory: '8Gi', pods: '110' }, allocatable: { cpu: '4', memory: '8Gi', pods: '110' } },
};

const inTeam = (kind: string, name: string, rest: object = {}, metadata: object = {}): SessionOperation => ({
  create: { apiVersion: 'v1', kind, metadata: { name, namespace: 'team', ...metadata }, ...rest },
});

const POD = inTeam('Pod', 'web', { spec: { containers: [{ name: 'main', image: 'app:1' }] } });
const TEAM: SessionOperation = { create: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } } };
const DELETE: SessionOperation = { delete: { kind: 'Namespace', name: 'team' } };

function run(...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: {}, given: [NODE], freeze: true });
  for (const operation of operations) session.operate(operation);
  return session;
}

const namespaceOf = ({ cluster }: Session) => cluster.sim.store.get('namespaces', 'team') as Namespace | undefined;
const leftIn = ({ cluster }: Session) =>
  cluster.api.registry.kinds
    .filter(({ namespaced }) => namespaced)
    .flatMap(({ plural, group }) => cluster.sim.store.keys(group === '' ? plural : `${plural}.${group}`))
    .filter((key) => key.startsWith('team/'));

describe('a namespace that is deleted', () => {
  it('goes with all that is in it, 5 s later', () => {
    const session = run(TEAM, inTeam('ConfigMap', 'settings'), DELETE);
    expect(namespaceOf(session)?.status?.phase).toBe('Terminating');
    session.operate({ settle: true });
    expect(namespaceOf(session)).toBeUndefined();
    expect(leftIn(session)).toEqual([]);
  });

  it('waits for its pods before anything else goes', () => {
    const session = run(TEAM, inTeam('ConfigMap', 'settings'), POD, { wait: '5s' }, DELETE, { wait: '5050ms' });
    expect(leftIn(session)).toContain('team/settings');
    session.operate({ settle: true });
    expect(namespaceOf(session)).toBeUndefined();
  });

  it('tells which finalizers hold it, and goes when they are off', () => {
    const held = inTeam('ConfigMap', 'settings', {}, { finalizers: ['example.com/hold'] });
    const session = run(TEAM, held, DELETE, { settle: true });
    const condition = namespaceOf(session)?.status?.conditions?.find(({ status }) => status === 'True');
    expect(condition).toMatchObject({
      type: 'NamespaceContentRemaining',
      message: 'Some resources are remaining: configmaps. has 1 resource instances',
    });
    expect(namespaceOf(session)?.status?.conditions?.at(-1)?.message).toBe(
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    );
    const patch = { metadata: { finalizers: null } };
    session.operate({ patch: { kind: 'ConfigMap', namespace: 'team', name: 'settings', patch } });
    session.operate({ settle: true });
    expect(namespaceOf(session)).toBeUndefined();
  });
});
