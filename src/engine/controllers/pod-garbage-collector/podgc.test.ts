import { describe, expect, it } from 'vitest';
import type { ObjectInput, Pod } from '../../api/object.ts';
import { PODS } from '../../api/tables.ts';
import type { ClusterSpec } from '../../clusterspec.ts';
import { hashLog } from '../../loghash.ts';
import { Session, type SessionOperation } from '../../session.ts';

const OUT_OF_SERVICE = { key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' };

const node = (name: string, ready: string, taints: readonly object[] = []): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name },
  spec: { taints },
  status: { conditions: [{ type: 'Ready', status: ready }] },
});

const pod = (name: string, spec: object, more: { readonly metadata?: object; readonly status?: object } = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default', generation: 1, ...more.metadata },
  spec: { containers: [{ name: 'app', image: 'app' }], terminationGracePeriodSeconds: 30, ...spec },
  status: { phase: 'Running', ...more.status },
});

/** What is done with given objects; a number is the second from the start until which to wait. */
function run(
  given: readonly ObjectInput[],
  steps: readonly (SessionOperation | number)[],
  spec: ClusterSpec = {},
): Session {
  const controllers = ['pod-garbage-collector-controller'];
  const session = new Session({ spec: { controllers, ...spec }, given, freeze: true });
  for (const step of steps)
    session.operate(typeof step === 'number' ? { wait: `${step * 1000 - session.now}ms` } : step);
  return session;
}

const podsOf = ({ cluster: { sim } }: Session): readonly string[] =>
  sim.store.keys(PODS).map((key) => key.slice('default/'.length));
const remove = (kind: string, name: string): SessionOperation => ({ delete: { kind, name } });

/** What was ever written of a pod. */
function versionsOf({ cluster: { sim } }: Session, name: string): readonly Pod[] {
  const found: Pod[] = [];
  for (let row = 0; row < sim.log.rows; row++) {
    const { table, key } = sim.log.address(sim.log.rowAddress[row] ?? 0);
    const value = sim.log.rowAfter[row] as Pod | undefined;
    if (table === PODS && key === `default/${name}` && value) found.push(value);
  }
  return found;
}

describe('pods of a node that is not there', () => {
  const orphan = pod('p', { nodeName: 'gone' });

  it('are deleted after a quarantine of 40 s, as failed', () => {
    const session = run([orphan, pod('q', { nodeName: 'here' }), node('here', 'True')], [39.9]);
    expect(podsOf(session)).toEqual(['p', 'q']);
    session.operate({ wait: '200ms' });
    expect(podsOf(session)).toEqual(['q']);
    const failed = versionsOf(session, 'p').find(({ status }) => status?.phase === 'Failed');
    expect(failed?.status?.conditions).toMatchObject([
      { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC', message: 'PodGC: node no longer exists' },
    ]);
  });

  it('are found at the next look of every 20 s when the node was deleted', () => {
    const session = run([pod('p', { nodeName: 'n' }), node('n', 'True')], [5, remove('Node', 'n'), 59.9]);
    expect(podsOf(session)).toEqual(['p']);
    session.operate({ wait: '200ms' });
    expect(podsOf(session)).toEqual([]);
  });

  it('stay where the node comes before the quarantine is over', () => {
    const session = run([orphan], [30, { create: node('gone', 'True') }, 120]);
    expect(podsOf(session)).toEqual(['p']);
  });

  it('are waited for when a run is to settle', () => {
    expect(podsOf(run([orphan], [{ settle: true }]))).toEqual([]);
  });
});

describe('pods that go', () => {
  const going = (name: string, spec: object = { nodeName: 'n' }, metadata: object = {}) =>
    pod(name, spec, {
      metadata: { deletionTimestamp: '2026-10-01T00:00:00Z', deletionGracePeriodSeconds: 30, ...metadata },
    });

  it('are deleted where their node is not ready and out of service', () => {
    const given = [going('p'), pod('q', { nodeName: 'n' }), node('n', 'Unknown', [OUT_OF_SERVICE])];
    const session = run(given, [1]);
    expect(podsOf(session)).toEqual(['q']);
    expect(versionsOf(session, 'p').some(({ status }) => status?.phase === 'Failed')).toBe(true);
  });

  it('are deleted at the next look when the node goes out of service, or they begin to go', () => {
    const outOfService: SessionOperation = {
      patch: { kind: 'Node', name: 'n', type: 'merge', patch: { spec: { taints: [OUT_OF_SERVICE] } } },
    };
    const session = run([going('p'), pod('q', { nodeName: 'n' }), node('n', 'Unknown')], [25, outOfService, 39.9]);
    expect(podsOf(session)).toEqual(['p', 'q']);
    session.operate({ wait: '200ms' });
    expect(podsOf(session)).toEqual(['q']);
    session.operate(remove('Pod', 'q'));
    session.operate({ wait: '20s' });
    expect(podsOf(session)).toEqual([]);
  });

  it.each([
    ['ready', node('n', 'True', [OUT_OF_SERVICE])],
    ['in service', node('n', 'Unknown')],
  ])('stay where their node is %s', (_, host) => {
    expect(podsOf(run([going('p'), host], [120]))).toEqual(['p']);
  });

  it('have failed where they never had a node and something holds them', () => {
    const session = run([going('p', {}, { finalizers: ['example.com/hold'] })], [1]);
    expect(versionsOf(session, 'p').at(-1)?.status?.phase).toBe('Failed');
  });
});

describe('finished pods', () => {
  const finished = (name: string, creationTimestamp: string, status: object = { phase: 'Succeeded' }) =>
    pod(name, { nodeName: 'n' }, { metadata: { creationTimestamp }, status });
  const given = [
    node('n', 'True'),
    finished('new', '2026-09-03T00:00:00Z'),
    finished('old', '2026-09-01T00:00:00Z'),
    finished('evicted', '2026-09-04T00:00:00Z', { phase: 'Failed', reason: 'Evicted' }),
    finished('middle', '2026-09-02T00:00:00Z'),
  ];
  const threshold = (count: number) => ({ controllerManagerFlags: { 'terminated-pod-gc-threshold': count } });

  it('beyond the threshold are deleted, first the evicted, then the oldest', () => {
    expect(podsOf(run(given, [1], threshold(2)))).toEqual(['middle', 'new']);
  });

  it.each([4, 0])('stay with a threshold of %d', (count) => {
    expect(podsOf(run(given, [60], threshold(count)))).toHaveLength(4);
  });
});

it('a run with collected pods is the same from any step on', () => {
  const given = [pod('p', { nodeName: 'n' }), pod('q', { nodeName: 'n' }), node('n', 'True')];
  const session = run(given, [5, remove('Node', 'n'), 120]);
  const { sim } = session.cluster;
  const hash = hashLog(sim.log);
  const total = sim.log.steps;
  for (let step = sim.log.stepProcess.lastIndexOf('user') + 1; step <= total; step++) {
    sim.seek(step);
    sim.resume();
    sim.run(120_000);
    expect(hashLog(sim.log)).toBe(hash);
  }
});
