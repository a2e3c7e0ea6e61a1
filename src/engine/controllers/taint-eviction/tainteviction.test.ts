import { describe, expect, it } from 'vitest';
import type { EventObject, ObjectInput, Pod, Toleration } from '../../api/object.ts';
import { EVENTS, PODS } from '../../api/tables.ts';
import { hashLog } from '../../loghash.ts';
import { Session, type SessionOperation } from '../../session.ts';

const node: ObjectInput = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'node-1' }, spec: {}, status: {} };

const pod = (name: string, ...tolerations: readonly Toleration[]): SessionOperation => ({
  create: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      nodeName: 'node-1',
      automountServiceAccountToken: false,
      tolerations,
      containers: [{ name: 'app', image: 'app' }],
    },
  },
});

const tolerating = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: 'Exists',
  effect: 'NoExecute',
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});

const taint = (...keys: readonly string[]): SessionOperation => ({
  patch: {
    kind: 'Node',
    name: 'node-1',
    type: 'merge',
    patch: { spec: { taints: keys.map((key) => ({ key, value: 'v', effect: 'NoExecute' })) } },
  },
});

/** What is done on one node; a number is the second from the start until which to wait. */
function run(...steps: readonly (SessionOperation | number)[]): Session {
  const session = new Session({ spec: { controllers: ['taint-eviction-controller'] }, given: [node], freeze: true });
  for (const step of steps)
    session.operate(typeof step === 'number' ? { wait: `${step * 1000 - session.now}ms` } : step);
  return session;
}

const podOf = ({ cluster: { sim } }: Session, name: string): Pod | undefined =>
  sim.store.get(PODS, `default/${name}`) as Pod | undefined;
const isGoing = (session: Session, name: string): boolean =>
  podOf(session, name)?.metadata.deletionTimestamp !== undefined;
const evictionEvents = ({ cluster: { sim } }: Session): readonly EventObject[] =>
  sim.store
    .keys(EVENTS)
    .map((key) => sim.store.get(EVENTS, key) as EventObject)
    .filter(({ reason }) => reason === 'TaintManagerEviction');
const messages = (session: Session): readonly string[] => evictionEvents(session).map(({ message = '' }) => message);

describe('a pod on a node with a NoExecute taint', () => {
  it('that it does not tolerate is deleted at once', () => {
    const session = run(pod('p'), taint('a'), 1);
    expect(podOf(session, 'p')?.metadata).toMatchObject({ deletionGracePeriodSeconds: 30 });
    expect(podOf(session, 'p')?.status?.conditions).toContainEqual({
      type: 'DisruptionTarget',
      status: 'True',
      observedGeneration: 1,
      lastProbeTime: null,
      lastTransitionTime: '2026-10-01T00:00:00Z',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    });
    expect(messages(session)).toEqual(['Marking for deletion Pod default/p']);
  });

  it('is named in the Event without its uid', () => {
    expect(evictionEvents(run(pod('p'), taint('a'), 1))).toMatchObject([
      {
        type: 'Normal',
        source: { component: 'taint-eviction-controller' },
        involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'p' },
      },
    ]);
    expect(evictionEvents(run(pod('p'), taint('a'), 1))[0]?.involvedObject.uid).toBeUndefined();
  });

  it('that it tolerates for a while is deleted after that', () => {
    const session = run(pod('p', tolerating('a', 60)), 10, taint('a'), 69.999);
    expect(isGoing(session, 'p')).toBe(false);
    session.operate({ wait: '1ms' });
    expect(isGoing(session, 'p')).toBe(true);
  });

  it('that it tolerates for ever stays', () => {
    const session = run(pod('p', tolerating('a')), taint('a'), 7200);
    expect(isGoing(session, 'p')).toBe(false);
    expect(messages(session)).toEqual([]);
  });

  it('is deleted at once where it tolerates for no time', () => {
    expect(isGoing(run(pod('p', tolerating('a', -1)), taint('a'), 1), 'p')).toBe(true);
  });

  it('stays as long as it tolerates each of several taints', () => {
    const session = run(pod('p', tolerating('a', 60), tolerating('b', 20)), 10, taint('a', 'b'), 29.9);
    expect(isGoing(session, 'p')).toBe(false);
    session.operate({ wait: '200ms' });
    expect(isGoing(session, 'p')).toBe(true);
  });

  it('that was planned to go keeps its time when a taint comes that it tolerates for less', () => {
    const session = run(pod('p', tolerating('a', 60), tolerating('b', 20)), 10, taint('a'), 15, taint('a', 'b'), 69.9);
    expect(isGoing(session, 'p')).toBe(false);
    session.operate({ wait: '200ms' });
    expect(isGoing(session, 'p')).toBe(true);
  });

  it('goes at once when a taint comes that it does not tolerate, and both are told', () => {
    const session = run(pod('p', tolerating('a', 60)), taint('a'), 10, taint('a', 'b'), 11);
    expect(isGoing(session, 'p')).toBe(true);
    expect(messages(session)).toEqual(['Cancelling deletion of Pod default/p', 'Marking for deletion Pod default/p']);
  });

  it('is looked at when it comes to a node that has the taint', () => {
    expect(isGoing(run(taint('a'), pod('p'), 1), 'p')).toBe(true);
  });

  it('is looked at when it tolerates more than before', () => {
    const more: SessionOperation = {
      patch: {
        kind: 'Pod',
        name: 'p',
        type: 'merge',
        patch: { spec: { tolerations: [tolerating('a', 60), tolerating('a')] } },
      },
    };
    const session = run(taint('a'), pod('p', tolerating('a', 60)), 30, more, 59);
    expect(session.errors).toEqual([]);
    expect(isGoing(session, 'p')).toBe(false);
  });
});

describe('a planned deletion', () => {
  it('is cancelled when the taint goes', () => {
    const session = run(pod('p', tolerating('a', 60)), taint('a'), 30, taint(), 100);
    expect(isGoing(session, 'p')).toBe(false);
    expect(messages(session)).toEqual(['Cancelling deletion of Pod default/p']);
  });

  it('is cancelled when the pod goes', () => {
    const remove = { delete: { kind: 'Pod', name: 'p', gracePeriodSeconds: 0 } };
    expect(messages(run(pod('p', tolerating('a', 60)), taint('a'), 30, remove, 31))).toEqual([
      'Cancelling deletion of Pod default/p',
    ]);
  });

  it('is waited for when a run is to settle', () => {
    const session = run(pod('p', tolerating('a', 60)), taint('a'), { settle: true });
    expect(isGoing(session, 'p')).toBe(true);
  });

  it('begins anew with the controller', () => {
    const component = 'taint-eviction-controller';
    const session = run(
      pod('p', tolerating('a', 60)),
      taint('a'),
      30,
      { fault: { component, is: 'stopped' } },
      { fault: { component, is: 'started' } },
      89,
    );
    expect(isGoing(session, 'p')).toBe(false);
    session.operate({ wait: '2s' });
    expect(isGoing(session, 'p')).toBe(true);
  });
});

it('a run with evictions is the same from any step on', () => {
  const session = run(
    pod('p', tolerating('a', 60)),
    pod('q', tolerating('b', 5)),
    taint('a'),
    30,
    taint('a', 'b'),
    120,
  );
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
