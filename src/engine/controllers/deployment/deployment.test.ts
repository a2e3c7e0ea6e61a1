import { describe, expect, it } from 'vitest';
import type { Deployment, EventObject, ObjectInput, Pod, ReplicaSet } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const spec = (more: object = {}, image = 'app:1') => ({
  replicas: 4,
  selector: { matchLabels: { app: 'web' } },
  template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image }] } },
  ...more,
});

const deployment = (more: object = {}): ObjectInput => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: spec(more),
});

const CONTROLLERS = ['deployment-controller', 'replicaset-controller', 'garbage-collector-controller'];

/** A cluster of controllers alone: pods become ready, and go, when the test says so. */
function open(more: object = {}): Session {
  const session = new Session({ spec: { controllers: CONTROLLERS }, freeze: true });
  session.operate({ create: deployment(more) });
  return session;
}

const all = <T>({ cluster: { sim } }: Session, table: string): readonly T[] =>
  sim.store.keys(table).map((key) => sim.store.get(table, key) as T);
const podsOf = (session: Session): readonly Pod[] => all<Pod>(session, 'pods');
const sizes = (session: Session): readonly number[] =>
  [...all<ReplicaSet>(session, 'replicasets.apps')]
    .sort((a, b) => revision(a) - revision(b))
    .map((rs) => rs.spec.replicas ?? 0);
const revision = ({ metadata }: ReplicaSet | Deployment): number =>
  Number(metadata.annotations?.['deployment.kubernetes.io/revision']);
const deploymentOf = ({ cluster: { sim } }: Session) => sim.store.get('deployments.apps', 'default/web') as Deployment;
const conditionOf = (session: Session, type: string) =>
  deploymentOf(session).status?.conditions?.find((condition) => condition.type === type);

const isReady = ({ status }: Pod): boolean => status?.conditions?.some(({ type }) => type === 'Ready') ?? false;

/** Makes every pod that is there ready. */
function makeReady(session: Session): void {
  const status = {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-10-01T00:00:00Z' }],
  };
  for (const pod of podsOf(session)) {
    if (!isReady(pod)) session.operate({ status: { kind: 'Pod', name: pod.metadata.name, patch: { status } } });
  }
}

const patch = (change: object): SessionOperation => ({
  patch: { kind: 'Deployment', name: 'web', type: 'merge', patch: { spec: change } },
});
const newImage = (image: string): SessionOperation =>
  patch({ template: { spec: { containers: [{ name: 'app', image }] } } });

describe('a rolling update', () => {
  it('never has more pods than the surge allows nor fewer ready ones than may be unavailable', () => {
    const session = open({ strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 1 } } });
    makeReady(session);
    session.operate(newImage('app:2'));
    for (let round = 0; round < 6; round++) {
      const [pods, ready] = [podsOf(session).length, podsOf(session).filter(isReady).length];
      expect(pods).toBeLessThanOrEqual(5);
      expect(ready).toBeGreaterThanOrEqual(3);
      makeReady(session);
    }
    expect(sizes(session)).toEqual([0, 4]);
    expect(conditionOf(session, 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
  });

  it('goes back to an old set with a new revision and remembers the old ones', () => {
    const session = open();
    makeReady(session);
    for (const image of ['app:2', 'app:1']) {
      session.operate(newImage(image));
      for (let round = 0; round < 6; round++) makeReady(session);
    }
    expect(all<ReplicaSet>(session, 'replicasets.apps')).toHaveLength(2);
    const current = all<ReplicaSet>(session, 'replicasets.apps').find((rs) => revision(rs) === 3);
    expect(current?.metadata.annotations).toMatchObject({ 'deployment.kubernetes.io/revision-history': '1' });
    expect(current?.spec.replicas).toBe(4);
    expect(revision(deploymentOf(session))).toBe(3);
  });

  it('is spread over its sets in proportion when it is scaled halfway', () => {
    const session = open({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    makeReady(session);
    session.operate(newImage('app:2'));
    expect(sizes(session)).toEqual([8, 5]);
    session.operate(patch({ replicas: 15 }));
    expect(sizes(session)).toEqual([11, 7]);
  });

  it('is given up when nothing moves for the progress deadline', () => {
    const session = open({ progressDeadlineSeconds: 60 });
    session.operate({ settle: true });
    expect(conditionOf(session, 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
    expect(session.now).toBeGreaterThan(60_000);
  });
});

describe('a recreation', () => {
  it('starts no new pod before the last old one has gone', () => {
    const session = open({ replicas: 2, strategy: { type: 'Recreate' } });
    const held = podsOf(session)[0]?.metadata.name ?? '';
    session.operate({
      patch: { kind: 'Pod', name: held, type: 'merge', patch: { metadata: { finalizers: ['example.com/hold'] } } },
    });
    session.operate(newImage('app:2'));
    expect(podsOf(session).map(({ metadata }) => metadata.name)).toEqual([held]);
    session.operate({ patch: { kind: 'Pod', name: held, type: 'merge', patch: { metadata: { finalizers: null } } } });
    expect(podsOf(session)).toHaveLength(2);
    expect(sizes(session)).toEqual([0, 2]);
  });
});

describe('a Deployment', () => {
  it('says what it scales', () => {
    const session = open({ replicas: 3 });
    session.operate(patch({ replicas: 1 }));
    const texts = all<EventObject>(session, 'events')
      .filter(({ reason }) => reason === 'ScalingReplicaSet')
      .map(({ message }) => message.replace(/web-\w+/, 'web-x'));
    expect(texts.sort()).toEqual([
      'Scaled down replica set web-x from 3 to 1',
      'Scaled up replica set web-x from 0 to 3',
    ]);
  });

  it('keeps no more old sets than it is told to', () => {
    const session = open({ replicas: 1, revisionHistoryLimit: 1 });
    for (const image of ['app:2', 'app:3', 'app:4']) {
      makeReady(session);
      session.operate(newImage(image));
      for (let round = 0; round < 3; round++) makeReady(session);
    }
    expect(all<ReplicaSet>(session, 'replicasets.apps').map(revision).sort()).toEqual([3, 4]);
  });
});
