import { describe, expect, it } from 'vitest';
import type { EventObject, KubeObject, Node, ObjectInput, Pod, Taint } from '../../api/object.ts';
import { EVENTS, NODES, PODS } from '../../api/tables.ts';
import type { ClusterSpec } from '../../clusterspec.ts';
import { hashLog } from '../../loghash.ts';
import { Session, type SessionOperation } from '../../session.ts';

const CONTROLLERS = ['node-lifecycle-controller', 'kubelet'];

const node = (name: string, labels: Record<string, string> = {}): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels },
  spec: {},
  status: {},
});

const pod = (name: string, nodeName: string): SessionOperation => ({
  create: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { nodeName, automountServiceAccountToken: false, containers: [{ name: 'app', image: 'app' }] },
  },
});

const fault = (name: string, is: string): SessionOperation => ({ fault: { node: name, is } });

/** A cluster of nodes, and what is done in it; a number is the second from the start until which to wait. */
function run(
  nodes: readonly ObjectInput[],
  steps: readonly (SessionOperation | number)[],
  spec: ClusterSpec = {},
): Session {
  const session = new Session({ spec: { controllers: CONTROLLERS, ...spec }, given: nodes, freeze: true });
  for (const step of steps)
    session.operate(typeof step === 'number' ? { wait: `${step * 1000 - session.now}ms` } : step);
  return session;
}

const get = <T extends KubeObject>({ cluster: { sim } }: Session, table: string, key: string): T =>
  sim.store.get(table, key) as T;
const condition = (session: Session, name: string, type = 'Ready') =>
  get<Node>(session, NODES, name).status?.conditions?.find((one) => one.type === type);
const readiness = (session: Session, ...names: readonly string[]): readonly (string | undefined)[] =>
  names.map((name) => condition(session, name)?.status);
const taintsOf = (session: Session, name: string): readonly string[] =>
  (get<Node>(session, NODES, name).spec.taints ?? []).map(({ key, effect }) => `${key.split('/')[1]}:${effect}`);
const eventsOf = (session: Session, reason: string): readonly EventObject[] =>
  session.cluster.sim.store
    .keys(EVENTS)
    .map((key) => get<EventObject>(session, EVENTS, key))
    .filter((event) => event.reason === reason);

/** Writes to published tables from a step on: who, table and key. */
function writesFrom({ cluster: { sim } }: Session, first: number): readonly string[] {
  const found: string[] = [];
  for (let step = first; step < sim.log.steps; step++) {
    const { process, firstRow, endRow } = sim.log.step(step);
    for (let row = firstRow; row < endRow; row++) {
      const { table, key } = sim.log.address(sim.log.rowAddress[row] ?? 0);
      if (sim.store.catalog.find(table).class === 'published')
        found.push(`${process} ${table} ${key.replace(/\..*/, '')}`);
    }
  }
  return found;
}

describe('a node whose kubelet falls silent', () => {
  it.each([
    [12, 60],
    [19.9, 60],
    [20, 70],
    [26, 70],
  ])('down at %d s it is unknown at %d s: 50 s after its last Lease renewal', (down, until) => {
    const session = run([node('node-1'), node('node-2')], [down, fault('node-1', 'down'), until - 0.001]);
    expect(readiness(session, 'node-1', 'node-2')).toEqual(['True', 'True']);
    session.operate({ wait: '1ms' });
    expect(readiness(session, 'node-1', 'node-2')).toEqual(['Unknown', 'True']);
  });

  it('gets four unknown conditions that keep the time of the last report', () => {
    const session = run([node('node-1'), node('node-2')], [12, fault('node-1', 'kubelet-down'), 61]);
    for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'])
      expect(condition(session, 'node-1', type)).toEqual({
        type,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastHeartbeatTime: '2026-10-01T00:00:00Z',
        lastTransitionTime: '2026-10-01T00:01:00Z',
      });
  });

  it('has 60 s where nobody has ever said that it is ready', () => {
    const unsaid: SessionOperation = {
      status: { kind: 'Node', name: 'node-1', patch: { status: { conditions: null } } },
    };
    const session = run([node('node-1'), node('node-2')], [12, fault('node-1', 'down'), unsaid, 69]);
    expect(condition(session, 'node-1')).toBeUndefined();
    session.operate({ wait: '1s' });
    expect(condition(session, 'node-1')).toMatchObject({
      status: 'Unknown',
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    });
  });

  it('takes its grace period from the flag of kube-controller-manager', () => {
    const spec = { controllerManagerFlags: { 'node-monitor-grace-period': '20s' } };
    const session = run([node('node-1'), node('node-2')], [12, fault('node-1', 'down'), 30], spec);
    expect(readiness(session, 'node-1')).toEqual(['Unknown']);
  });

  it('is counted from the start of the controller where that came later', () => {
    const component = 'node-lifecycle-controller';
    const session = run(
      [node('node-1'), node('node-2')],
      [
        12,
        fault('node-1', 'down'),
        { fault: { component, is: 'stopped' } },
        31,
        { fault: { component, is: 'started' } },
      ],
    );
    session.operate({ wait: '49.999s' });
    expect(readiness(session, 'node-1')).toEqual(['True']);
    session.operate({ wait: '1ms' });
    expect(readiness(session, 'node-1')).toEqual(['Unknown']);
  });

  it('is noticed too when the kubelet dies by itself', () => {
    const session = run(
      [node('node-1'), node('node-2')],
      [{ fault: { component: 'kubelet', node: 'node-1', is: 'stopped', afterWrites: 1 } }, 12, pod('p', 'node-1'), 60],
    );
    expect(session.cluster.sim.isRunning('kubelet/node-1')).toBe(false);
    expect(readiness(session, 'node-1')).toEqual(['Unknown']);
  });

  it('keeps the run from settling until it is known', () => {
    const session = run([node('node-1'), node('node-2')], [12, fault('node-1', 'down'), { settle: true }]);
    expect(readiness(session, 'node-1')).toEqual(['Unknown']);
  });

  it('is no matter where no kubelet runs at all', () => {
    const session = new Session({ spec: { controllers: ['node-lifecycle-controller'] }, given: [node('node-1')] });
    session.operate({ wait: '10m' });
    expect(condition(session, 'node-1')).toBeUndefined();
  });
});

describe('what follows', () => {
  const steps = [pod('p', 'node-1'), 12, fault('node-1', 'down'), 59];

  it('is written in upstream’s order: node, pods, and then the two taints', () => {
    const session = run([node('node-1'), node('node-2')], steps);
    const before = session.cluster.sim.log.steps;
    session.operate({ wait: '2s' });
    expect(writesFrom(session, before)).toEqual([
      'node-lifecycle-controller nodes node-1',
      'node-lifecycle-controller events default/node-1',
      'node-lifecycle-controller pods default/p',
      'node-lifecycle-controller events default/p',
      'node-lifecycle-controller nodes node-1',
      'node-lifecycle-controller nodes node-1',
    ]);
    expect(taintsOf(session, 'node-1')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
  });

  it('is told by Events, and the pod is not ready', () => {
    const session = run([node('node-1'), node('node-2')], [...steps, 61]);
    const told = eventsOf(session, 'NodeNotReady');
    const named = (kind: string) => told.find(({ involvedObject }) => involvedObject.kind === kind);
    const source = { component: 'node-controller' };
    expect(named('Node')).toMatchObject({ type: 'Normal', message: 'Node node-1 status is now: NodeNotReady', source });
    expect(named('Pod')).toMatchObject({ type: 'Warning', message: 'Node is not ready', source });
    const ready = get<Pod>(session, PODS, 'default/p').status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready).toMatchObject({ status: 'False', lastTransitionTime: '2026-10-01T00:01:00Z' });
  });

  it('is undone when the node returns', () => {
    const session = run([node('node-1'), node('node-2')], [...steps, 90, fault('node-1', 'up'), 100]);
    expect(readiness(session, 'node-1')).toEqual(['True']);
    expect(taintsOf(session, 'node-1')).toEqual([]);
    const ready = get<Pod>(session, PODS, 'default/p').status?.conditions?.find(({ type }) => type === 'Ready');
    expect(ready?.status).toBe('True');
    const reasons = ['NodeHasSufficientMemory', 'NodeHasNoDiskPressure', 'NodeHasSufficientPID', 'NodeReady'];
    for (const reason of reasons)
      expect(eventsOf(session, reason)).toMatchObject([
        {
          message: `Node node-1 status is now: ${reason}`,
          source: { component: 'kubelet', host: 'node-1' },
          involvedObject: { kind: 'Node', name: 'node-1' },
        },
      ]);
  });

  it('comes to nothing when the node returns in time', () => {
    const session = run(
      [node('node-1'), node('node-2')],
      [12, fault('node-1', 'down'), 40, fault('node-1', 'up'), 300],
    );
    expect(eventsOf(session, 'NodeNotReady')).toEqual([]);
    expect(taintsOf(session, 'node-1')).toEqual([]);
  });
});

describe('NoExecute taints', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const tainted = (session: Session): readonly string[] =>
    names.filter((name) => taintsOf(session, name).includes('unreachable:NoExecute'));
  const zoned = (zones: string) =>
    names.map((name, i) => node(name, { 'topology.kubernetes.io/zone': `z${zones.charAt(i)}` }));
  const down = (...lost: readonly string[]) => lost.map((name) => fault(name, 'down'));

  it('are put on one node of a zone each 10 s', () => {
    const session = run(zoned('111111'), [12, ...down('a', 'b'), 60.2]);
    expect(tainted(session)).toEqual(['a']);
    session.operate({ wait: '9.8s' });
    expect(tainted(session)).toEqual(['a']);
    session.operate({ wait: '200ms' });
    expect(tainted(session)).toEqual(['a', 'b']);
  });

  it('are put on nodes of several zones at once', () => {
    expect(tainted(run(zoned('111222'), [12, ...down('a', 'd'), 60.2]))).toEqual(['a', 'd']);
  });

  it('are held back in a small zone that has lost more than half of its nodes', () => {
    expect(tainted(run(zoned('111112'), [12, ...down('a', 'b', 'c'), 300]))).toEqual([]);
  });

  it('come one in 100 s where a zone that is disrupted counts as large', () => {
    const spec = { controllerManagerFlags: { 'large-cluster-size-threshold': 3 } };
    const session = run(zoned('111112'), [12, ...down('a', 'b', 'c'), 159], spec);
    expect(tainted(session)).toEqual(['a']);
    session.operate({ wait: '2s' });
    expect(tainted(session)).toEqual(['a', 'b']);
  });

  it('come at the full rate to a zone that is lost as a whole while another is not', () => {
    expect(tainted(run(zoned('111222'), [12, ...down('a', 'b', 'c'), 120]))).toEqual(['a', 'b', 'c']);
  });

  it('are taken off all nodes when all zones are lost, and come again when one is back', () => {
    const session = run(zoned('111222'), [12, ...down('a'), 61]);
    expect(tainted(session)).toEqual(['a']);
    for (const operation of down('b', 'c', 'd', 'e', 'f')) session.operate(operation);
    session.operate({ wait: '3m' });
    expect(readiness(session, ...names)).toEqual(names.map(() => 'Unknown'));
    expect(tainted(session)).toEqual([]);
    session.operate(fault('f', 'up'));
    session.operate({ wait: '1m' });
    expect(tainted(session)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('are of the other kind for a node that says itself that it is not ready', () => {
    const said = (status: string): SessionOperation => ({
      status: { kind: 'Node', name: 'a', patch: { status: { conditions: [{ type: 'Ready', status }] } } },
    });
    const spec = { controllers: ['node-lifecycle-controller'] };
    const ready = node('b');
    const given = [node('a'), { ...ready, status: { conditions: [{ type: 'Ready', status: 'True' }] } }];
    const session = run(given, [said('False'), 6], spec);
    expect(taintsOf(session, 'a')).toEqual(['not-ready:NoSchedule', 'not-ready:NoExecute']);
    session.operate(said('Unknown'));
    session.operate({ wait: '6s' });
    expect(taintsOf(session, 'a')).toEqual(['unreachable:NoSchedule', 'unreachable:NoExecute']);
    session.operate(said('True'));
    session.operate({ wait: '6s' });
    expect(taintsOf(session, 'a')).toEqual([]);
  });
});

describe('a node that lives', () => {
  it('is greeted when it comes and taken leave of when it goes', () => {
    const session = run([node('node-1')], [12, { delete: { kind: 'Node', name: 'node-1' } }, 16]);
    const messages = (reason: string) => eventsOf(session, reason).map(({ message }) => message);
    expect(messages('RegisteredNode')).toEqual(['Node node-1 event: Registered Node node-1 in Controller']);
    expect(messages('RemovingNode')).toEqual(['Node node-1 event: Removing Node node-1 from Controller']);
  });

  it('carries a taint as long as it is cordoned, with the time', () => {
    const cordon = (unschedulable: boolean | null): SessionOperation => ({
      patch: { kind: 'Node', name: 'node-1', type: 'merge', patch: { spec: { unschedulable } } },
    });
    const session = run([node('node-1')], [12, cordon(true)]);
    const taint: Taint = {
      key: 'node.kubernetes.io/unschedulable',
      effect: 'NoSchedule',
      timeAdded: '2026-10-01T00:00:12Z',
    };
    expect(get<Node>(session, NODES, 'node-1').spec.taints).toEqual([taint]);
    session.operate(cordon(null));
    expect(get<Node>(session, NODES, 'node-1').spec.taints).toBeUndefined();
  });

  it('has the labels of system and architecture under their old names too', () => {
    const session = run([node('node-1', { 'kubernetes.io/os': 'linux', 'beta.kubernetes.io/arch': 'arm64' })], [1]);
    expect(get<Node>(session, NODES, 'node-1').metadata.labels).toEqual({
      'kubernetes.io/os': 'linux',
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': 'arm64',
    });
  });

  it('costs no step', () => {
    const session = run([node('node-1'), node('node-2')], [{ settle: true }]);
    const before = session.cluster.sim.log.steps;
    session.operate({ wait: '1h' });
    const added = session.cluster.sim.log.steps - before;
    expect(added).toBe(0);
  });
});

it('a run with a node that dies and returns is the same from any step on, and in steps of a second', () => {
  const steps = [pod('p', 'node-1'), 12, fault('node-1', 'down'), 90, fault('node-1', 'up')];
  const nodes = [node('node-1'), node('node-2')];
  const whole = run(nodes, [...steps, 180]);
  const hash = hashLog(whole.cluster.sim.log);
  const slow = run(nodes, steps);
  while (slow.now < 180_000) slow.cluster.sim.run(Math.min(180_000, slow.now + 1000));
  expect(hashLog(slow.cluster.sim.log)).toBe(hash);
  const { sim } = whole.cluster;
  const total = sim.log.steps;
  for (let step = sim.log.stepProcess.lastIndexOf('user') + 1; step <= total; step++) {
    sim.seek(step);
    sim.resume();
    sim.run(180_000);
    expect(hashLog(sim.log)).toBe(hash);
  }
});

describe('a controller that dies after any of its writes while a node dies and is given up', () => {
  const controllers = [...CONTROLLERS, 'taint-eviction-controller', 'pod-garbage-collector-controller'];
  const outOfService: SessionOperation = {
    run: 'kubectl taint nodes node-1 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute',
  };

  /** What there is when the node is lost and when it is given up, and whether the controller was stopped on the way. */
  function ending(component: string, afterWrites: number): { readonly stopped: boolean; readonly left: object } {
    const session = run([node('node-1'), node('node-2')], [pod('p', 'node-1'), pod('q', 'node-1'), 12], {
      controllers,
    });
    if (afterWrites > 0) session.operate({ fault: { component, is: 'stopped', afterWrites } });
    let stopped = false;
    const left = [fault('node-1', 'down'), outOfService].map((operation) => {
      session.operate(operation);
      for (let i = 0; i < 30; i++) {
        session.operate({ wait: '5s' });
        if (session.cluster.sim.isRunning(component)) continue;
        stopped = true;
        session.operate({ fault: { component, is: 'started' } });
      }
      const taints = taintsOf(session, 'node-1').toSorted();
      return { ready: readiness(session, 'node-1', 'node-2'), taints, pods: podsReady(session) };
    });
    return { stopped, left };
  }

  const podsReady = (session: Session): readonly unknown[] =>
    session.cluster.sim.store
      .keys(PODS)
      .map((key) => [
        key,
        get<Pod>(session, PODS, key).status?.conditions?.find(({ type }) => type === 'Ready')?.status,
      ]);

  it.each([
    ['node-lifecycle-controller', 5],
    ['taint-eviction-controller', 4],
    ['pod-garbage-collector-controller', 4],
  ])('%s: comes to the same end', (component, atLeast) => {
    const { left } = ending(component, 0);
    for (let writes = 1; ; writes++) {
      const again = ending(component, writes);
      if (!again.stopped) return expect(writes).toBeGreaterThan(atLeast);
      expect(again.left, `after ${writes} writes`).toEqual(left);
    }
  });
});
