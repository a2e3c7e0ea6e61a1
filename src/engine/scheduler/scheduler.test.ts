import { describe, expect, it } from 'vitest';
import type { EventObject, ObjectInput, Pod } from '../api/object.ts';
import { Session, type SessionOperation } from '../session.ts';

const AMOUNTS = { cpu: '4', memory: '8Gi', pods: '110' };

const node = (name: string, labels: Record<string, string> = {}, more: object = {}): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name, ...labels } },
  spec: {},
  status: { capacity: AMOUNTS, allocatable: AMOUNTS },
  ...more,
});

const pod = (name: string, spec: object = {}, cpu = '100m'): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'app', image: 'app', resources: { requests: { cpu } } }], ...spec },
});

function run(given: readonly ObjectInput[], ...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: { controllers: ['kube-scheduler'] }, given, freeze: true });
  for (const operation of operations) session.operate(operation);
  return session;
}

const podOf = ({ cluster }: Session, name: string) =>
  cluster.sim.store.get('pods', `default/${name}`) as Pod | undefined;
const nodeOf = (session: Session, name: string) => podOf(session, name)?.spec.nodeName;
const scheduled = (session: Session, name: string) =>
  podOf(session, name)?.status?.conditions?.find(({ type }) => type === 'PodScheduled');

const eventsOf = ({ cluster: { sim } }: Session, reason: string): readonly EventObject[] =>
  sim.store
    .keys('events')
    .map((key) => sim.store.get('events', key) as EventObject)
    .filter((event) => event.reason === reason);

/** Times of the scheduler's attempts, in ms. */
const attempts = ({ cluster: { sim } }: Session): readonly number[] =>
  Array.from({ length: sim.log.steps }, (_, i) => sim.log.step(i))
    .filter(({ process, label }) => process === 'kube-scheduler' && label.startsWith('scheduleOne'))
    .map(({ at }) => at);

describe('a pod that fits nowhere', () => {
  it('is told how many nodes gave which reason, sorted as texts', () => {
    const nodes = [
      ...Array.from({ length: 10 }, (_, i) => node(`full-${i}`, {}, { spec: { unschedulable: true } })),
      node('tainted-1', {}, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } }),
      node('tainted-2', {}, { spec: { taints: [{ key: 'a', effect: 'NoExecute' }] } }),
    ];
    const session = run(nodes, { create: pod('web') }, { settle: true });
    const text =
      '0/12 nodes are available: 10 node(s) were unschedulable, 2 node(s) had untolerated taint(s). ' +
      'no new claims to deallocate, preemption: 0/12 nodes are available: 12 Preemption is not helpful for scheduling.';
    expect(scheduled(session, 'web')).toMatchObject({ status: 'False', reason: 'Unschedulable', message: text });
    expect(eventsOf(session, 'FailedScheduling').map(({ message }) => message)).toEqual([text]);
  });

  it('is tried again by an event that its refusing plugin waits for, and by no other', () => {
    const tainted = node('node-1', {}, { spec: { taints: [{ key: 'a', effect: 'NoSchedule' }] } });
    const session = run([tainted], { create: pod('web') }, { settle: true });
    const before = attempts(session).length;
    session.operate({
      patch: { kind: 'Node', name: 'node-1', type: 'merge', patch: { metadata: { labels: { x: 'y' } } } },
    });
    session.operate({ settle: true });
    expect(attempts(session).length).toBe(before);
    session.operate({ patch: { kind: 'Node', name: 'node-1', type: 'merge', patch: { spec: { taints: null } } } });
    session.operate({ settle: true });
    expect(nodeOf(session, 'web')).toBe('node-1');
  });

  it('backs off 1, 2, 4, 8 and then 10 s after errors, each time until the second after', () => {
    const session = run([], { create: pod('web') }, { wait: '40s' });
    expect(attempts(session)).toEqual([0, 2000, 5000, 10_000, 19_000, 30_000]);
  });

  it('costs one look at a time, however many wait and however often something leaves', () => {
    const many = Array.from({ length: 60 }, (_, i) => pod(`p-${i}`, {}, '2'));
    const session = run([node('node-1')], { create: many }, { settle: true });
    const before = attempts(session).length;
    for (const name of ['p-0', 'p-1'])
      session.operate({ delete: { kind: 'Pod', name, gracePeriodSeconds: 0, force: true } });
    session.operate({ settle: true });
    expect(attempts(session).length - before).toBeLessThanOrEqual(2 * 60);
  });
});

describe('the order of pods', () => {
  it('is by priority, then by time of arrival', () => {
    const cordoned = node('node-1', {}, { spec: { unschedulable: true } });
    const urgent: ObjectInput = {
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      metadata: { name: 'urgent' },
      ...{ value: 100 },
    };
    const session = run(
      [cordoned],
      { create: urgent },
      { create: [pod('first', {}, '3'), pod('second', {}, '3'), pod('late', { priorityClassName: 'urgent' }, '3')] },
      { settle: true },
      { patch: { kind: 'Node', name: 'node-1', type: 'merge', patch: { spec: { unschedulable: false } } } },
      { settle: true },
    );
    expect(['first', 'second', 'late'].map((name) => nodeOf(session, name))).toEqual([undefined, undefined, 'node-1']);
  });
});

describe('a delayed claim', () => {
  const local: ObjectInput = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'local' },
    ...{ provisioner: 'kubernetes.io/no-provisioner', volumeBindingMode: 'WaitForFirstConsumer' },
  };
  const volume = (name: string, on: string): ObjectInput => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '5Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'local',
      local: { path: '/mnt' },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [on] }] }],
        },
      },
    },
    status: { phase: 'Available' },
  });
  const claim: ObjectInput = {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'local', resources: { requests: { storage: '1Gi' } } },
  };
  const user = pod('web', { volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }] });
  const cluster = [node('node-1'), node('node-2'), local, volume('pv-2', 'node-2')];

  it('leads the pod to the node of a free volume, which is reserved before the pod is bound', () => {
    const session = run(cluster, { create: claim }, { create: user }, { wait: '5s' });
    const { store } = session.cluster.sim;
    expect(store.get('persistentvolumes', 'pv-2')).toMatchObject({ spec: { claimRef: { name: 'data' } } });
    expect(podOf(session, 'web')).toMatchObject({ status: { nominatedNodeName: 'node-2' } });
    expect(nodeOf(session, 'web')).toBeUndefined();
  });

  it('is waited for at most ten minutes; then the attempt has failed with an error', () => {
    const session = run(cluster, { create: claim }, { create: user }, { wait: '9m59s' });
    expect(eventsOf(session, 'FailedScheduling')).toEqual([]);
    session.operate({ wait: '2s' });
    expect(eventsOf(session, 'FailedScheduling').map(({ message }) => message)).toEqual([
      'running PreBind plugin "VolumeBinding": binding volumes: context deadline exceeded',
    ]);
    expect(scheduled(session, 'web')?.reason).toBe('SchedulerError');
  });
});

describe('scores', () => {
  it('spread the pods of one owner over zones and nodes without being asked', () => {
    const nodes = ['a', 'a', 'b', 'b'].map((zone, i) => node(`node-${i}`, { 'topology.kubernetes.io/zone': zone }));
    const session = new Session({ spec: { controllers: ['kube-scheduler', 'replicaset-controller'] }, given: nodes });
    session.operate({
      create: {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        metadata: { name: 'web' },
        spec: {
          replicas: 4,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app' }] } },
        },
      },
    });
    session.operate({ settle: true });
    const { store } = session.cluster.sim;
    expect(nodes.map(({ metadata }) => store.bucket('pods', 'byNode', metadata.name ?? '').length)).toEqual([
      1, 1, 1, 1,
    ]);
  });
});
