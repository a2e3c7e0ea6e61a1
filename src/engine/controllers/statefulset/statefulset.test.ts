import { describe, expect, it } from 'vitest';
import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { KubeObject, ObjectInput } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const set = (spec: object = {}): ObjectInput => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    serviceName: 'web',
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app:1' }] } },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: '', resources: { requests: { storage: '1Gi' } } },
      },
    ],
    ...spec,
  },
});

const image = (name: string): SessionOperation => ({
  patch: {
    kind: 'StatefulSet',
    name: 'web',
    type: 'strategic',
    patch: { spec: { template: { spec: { containers: [{ name: 'app', image: name }] } } } },
  },
});

const settle: SessionOperation = { settle: true };

const ready = (name: string): SessionOperation => ({
  status: {
    kind: 'Pod',
    name,
    patch: {
      status: {
        phase: 'Running',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-10-01T00:00:00Z' }],
      },
    },
  },
});

function run(...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: { controllers: ['statefulset-controller'] }, freeze: true });
  for (const operation of [...operations, settle]) session.operate(operation);
  return session;
}

const listOf = <T extends KubeObject>({ cluster: { sim } }: Session, table: string): readonly T[] =>
  sim.store.keys(table).map((key) => sim.store.get(table, key) as T);
const names = (session: Session, table: string): readonly string[] =>
  listOf(session, table).map(({ metadata }) => metadata.name);
const revisionsOf = (session: Session): readonly ControllerRevision[] =>
  [...listOf<ControllerRevision>(session, 'controllerrevisions.apps')].sort((a, b) => a.revision - b.revision);
const statusOf = (session: Session): StatefulSet['status'] =>
  listOf<StatefulSet>(session, 'statefulsets.apps')[0]?.status;

describe('the revisions of a set', () => {
  it('grow with each template and are used again when an old one comes back', () => {
    const session = run({ create: set() }, settle, image('app:2'), settle, image('app:1'));
    const [second, first] = revisionsOf(session);
    expect([second?.revision, first?.revision]).toEqual([2, 3]);
    expect(statusOf(session)?.updateRevision).toBe(first?.metadata.name);
  });

  it('are forgotten beyond the limit, but never those that pods have', () => {
    const images = ['app:2', 'app:3', 'app:4'].flatMap((name) => [image(name), settle]);
    const session = run(
      { create: set({ revisionHistoryLimit: 1, updateStrategy: { type: 'OnDelete' } }) },
      settle,
      ...images,
    );
    expect(revisionsOf(session).map(({ revision }) => revision)).toEqual([1, 3, 4]);
  });
});

describe('the next pod', () => {
  it('waits until the one before has been ready for minReadySeconds', () => {
    const operations = [{ create: set({ replicas: 2, minReadySeconds: 60 }) }, settle, ready('web-0')];
    const session = new Session({ spec: { controllers: ['statefulset-controller'] }, freeze: true });
    for (const operation of operations) session.operate(operation);
    session.operate({ wait: '30s' });
    expect(names(session, 'pods')).toEqual(['web-0']);
    session.operate({ wait: '31s' });
    expect(names(session, 'pods')).toEqual(['web-0', 'web-1']);
    expect(statusOf(session)?.availableReplicas).toBe(1);
  });

  it('does not wait in a parallel set', () => {
    expect(names(run({ create: set({ replicas: 3, podManagementPolicy: 'Parallel' }) }), 'pods')).toHaveLength(3);
  });
});

describe('a pod that lost what makes it a member', () => {
  it('gets its label back', () => {
    const strip: SessionOperation = {
      patch: {
        kind: 'Pod',
        name: 'web-0',
        type: 'merge',
        patch: { metadata: { labels: { 'statefulset.kubernetes.io/pod-name': null } } },
      },
    };
    const session = run({ create: set() }, settle, ready('web-0'), settle, strip);
    expect(listOf(session, 'pods')[0]?.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'web-0',
    });
    const reasons = session.cluster.sim.store
      .keys('events')
      .map((key) => (session.cluster.sim.store.get('events', key) as unknown as { reason: string }).reason);
    expect(reasons).toContain('SuccessfulUpdate');
  });

  it('is let go when its labels no longer match', () => {
    const relabel: SessionOperation = {
      patch: { kind: 'Pod', name: 'web-0', type: 'merge', patch: { metadata: { labels: { app: 'other' } } } },
    };
    const session = run({ create: set() }, settle, relabel);
    expect(listOf(session, 'pods')[0]?.metadata.ownerReferences).toBeUndefined();
  });
});
