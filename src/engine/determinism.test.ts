import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ADMISSION } from './api/admission/index.ts';
import { KINDS } from './api/kinds/index.ts';
import type { KubeObject } from './api/object.ts';
import { Registry } from './api/registry.ts';
import { mergeClusterSpecs } from './clusterspec.ts';
import { DEFAULT_CLUSTER } from './defaultcluster.ts';
import { hashLog } from './loghash.ts';
import { readText } from './manifests.ts';
import { Session, type SessionOperation } from './session.ts';

const cluster = readText(new Registry(KINDS, ADMISSION), DEFAULT_CLUSTER);

const open = (): Session =>
  new Session({
    spec: mergeClusterSpecs(cluster.clusters),
    objects: cluster.objects.map(({ object }) => object),
    freeze: true,
  });

const claim = (name: string, storageClassName?: string, mode = 'ReadWriteOnce'): SessionOperation => ({
  apply: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: {
      accessModes: [mode],
      resources: { requests: { storage: '1Gi' } },
      ...(storageClassName !== undefined && { storageClassName }),
    },
  },
});

const pod = (name: string, claimName: string): SessionOperation => ({
  apply: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
    },
  },
});

const volume = (name: string): SessionOperation => ({
  apply: {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'manual',
      hostPath: { path: `/tmp/${name}` },
    },
  },
});

const remove = (kind: string, name: string): SessionOperation => ({ delete: { kind, name } });

/** The whole way up and down: static and provisioned, block and shared, with a driver that fails at first. */
const STORY: readonly SessionOperation[] = [
  {
    fault: {
      driver: 'disk.csi.example.com',
      method: 'ControllerPublishVolume',
      code: 'INTERNAL',
      message: 'boom',
      times: 1,
    },
  },
  volume('pv-1'),
  claim('static', 'manual'),
  claim('disk'),
  claim('files', 'shared', 'ReadWriteMany'),
  pod('a', 'static'),
  pod('b', 'disk'),
  pod('c', 'files'),
  { wait: '40s' },
  remove('Pod', 'b'),
  remove('PersistentVolumeClaim', 'disk'),
  { wait: '40s' },
  remove('Pod', 'a'),
  remove('PersistentVolumeClaim', 'static'),
];

function play(session: Session, operations: readonly SessionOperation[]): void {
  for (const operation of operations) session.operate(operation);
  session.operate({ settle: true });
}

/** Objects without what depends on when and in which step they were written. */
function outcome(session: Session): unknown {
  const { store } = session.cluster.sim;
  const objects = store.catalog.published
    .filter((table) => table !== 'events')
    .flatMap((table) => store.keys(table).map((key) => store.get(table, key) as KubeObject));
  const plain = JSON.stringify(objects, (key, value: unknown) => {
    if (
      ['resourceVersion', 'creationTimestamp', 'observedGeneration', 'startTime', 'startedAt', 'finishedAt'].includes(
        key,
      )
    )
      return undefined;
    if (/[tT]ime$/.test(key) || key === 'podIP' || key === 'podIPs' || key === 'containerID') return undefined;
    if (key === 'storage.kubernetes.io/csiProvisionerIdentity') return undefined;
    return value;
  });
  const readable = plain.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uid');
  const unnamed = readable.replace(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access');
  return JSON.parse(unnamed.replace(/csi-[0-9a-f]{64}/g, 'attachment'));
}

describe('a run of the whole cluster', () => {
  it('is the same in one jump of 300 s and in 300 jumps of 1 s', () => {
    const [one, many] = [open(), open()];
    for (const session of [one, many]) for (const operation of STORY) session.operate(operation);
    one.cluster.sim.run(one.now + 300_000);
    for (let i = 0; i < 300; i++) many.cluster.sim.run(many.now + 1000);
    expect(hashLog(many.cluster.sim.log)).toBe(hashLog(one.cluster.sim.log));
  });

  it('runs on from any step after the last operation to the same log', () => {
    const whole = open();
    play(whole, STORY);
    const hash = hashLog(whole.cluster.sim.log);
    const { sim } = whole.cluster;
    const end = sim.now;
    const last = sim.log.stepProcess.lastIndexOf('user');
    const total = sim.log.steps;
    fc.assert(
      fc.property(fc.integer({ min: last + 1, max: total }), fc.nat({ max: total }), (stop, detour) => {
        sim.seek(detour);
        sim.seek(stop);
        sim.resume();
        sim.run(end);
        expect(hashLog(sim.log)).toBe(hash);
      }),
      { numRuns: 15 },
    );
  });

  it('gives the same log when two runs fork at the same step with the same operation', () => {
    fc.assert(
      fc.property(fc.nat(), (at) => {
        const fork = (): string => {
          const session = open();
          const { sim } = session.cluster;
          const base = sim.log.steps;
          play(session, STORY.slice(0, 8));
          sim.seek(base + (at % (sim.log.steps - base)));
          sim.resume();
          session.operate(claim('late'));
          session.operate({ settle: true });
          return hashLog(sim.log);
        };
        expect(fork()).toBe(fork());
      }),
      { numRuns: 6 },
    );
  });
});

describe('a component that dies after any of its writes and is restarted', () => {
  const undisturbed = open();
  play(undisturbed, STORY);
  const expected = outcome(undisturbed);
  const writers = new Map<string, number>();
  for (let step = 0; step < undisturbed.cluster.sim.log.steps; step++) {
    const { process, firstRow, endRow, at } = undisturbed.cluster.sim.log.step(step);
    if (process === 'user' || process === 'load' || at === 0) continue;
    for (let row = firstRow; row < endRow; row++) {
      const { table } = undisturbed.cluster.sim.log.address(undisturbed.cluster.sim.log.rowAddress[row] ?? 0);
      if (table === 'events' || undisturbed.cluster.sim.store.catalog.find(table).class !== 'published') continue;
      writers.set(process, (writers.get(process) ?? 0) + 1);
    }
  }
  const cases = [...writers]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([process, writes]) => Array.from({ length: writes }, (_, i) => ({ process, n: i + 1 })));

  it.each(cases)('$process, write $n: the objects end the same', ({ process, n }) => {
    const session = open();
    const { sim } = session.cluster;
    sim.operate('arm', () => sim.stopAfterWrites(process, n));
    for (const operation of STORY) {
      session.operate(operation);
      revive(session, process);
    }
    for (let i = 0; i < 40; i++) {
      sim.run(sim.now + 1000);
      revive(session, process);
    }
    session.operate({ settle: true });
    expect(outcome(session)).toEqual(expected);
  });
});

function revive(session: Session, process: string): void {
  const { sim } = session.cluster;
  if (sim.isRunning(process)) return;
  const record = sim.store.get('process', process) as { type: string; params: Record<string, string> };
  sim.operate('revive', (ctx) => ctx.startProcess(process, record.type, record.params));
}
