import { describe, expect, it } from 'vitest';
import type { EventObject, Node, ObjectInput, Pod } from '../api/object.ts';
import { EVENTS, NODES, PODS } from '../api/tables.ts';
import { Session, type SessionOperation } from '../session.ts';

const DRIVER = {
  name: 'disk.csi.example.com',
  attachRequired: true,
  capabilities: {
    plugin: ['CONTROLLER_SERVICE'],
    controller: ['CREATE_DELETE_VOLUME', 'PUBLISH_UNPUBLISH_VOLUME'],
    node: ['STAGE_UNSTAGE_VOLUME'],
  },
};

const VOLUME: readonly ObjectInput[] = [
  {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: 'pv-1' },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      csi: { driver: DRIVER.name, volumeHandle: 'vol-1' },
      claimRef: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid: 'uid-data' },
    },
    status: { phase: 'Bound' },
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data', uid: 'uid-data', annotations: { 'pv.kubernetes.io/bind-completed': 'yes' } },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, volumeName: 'pv-1' },
    status: { phase: 'Bound', accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' } },
  },
];

const open = (given: readonly ObjectInput[] = []): Session =>
  new Session({ spec: { nodes: [{ name: 'node-1' }], drivers: [DRIVER] }, given, freeze: true });

const pod = (spec: object = {}): SessionOperation => ({
  create: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app' },
    spec: {
      nodeName: 'node-1',
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      containers: [{ name: 'app', image: 'app' }],
      ...spec,
    },
  },
});

const withVolume = (volume: object): object => ({
  containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'v', mountPath: '/v' }] }],
  volumes: [{ name: 'v', ...volume }],
});

const CLAIM = withVolume({ persistentVolumeClaim: { claimName: 'data' } });
const SETTLE: SessionOperation = { settle: true };
const DELETE: SessionOperation = { delete: { kind: 'Pod', namespace: 'default', name: 'app' } };

const run = (session: Session, ...operations: readonly SessionOperation[]): Session => {
  for (const operation of operations) session.operate(operation);
  return session;
};

const podOf = ({ cluster }: Session): Pod | undefined => cluster.sim.store.get(PODS, 'default/app') as Pod | undefined;
const nodeOf = ({ cluster }: Session): Node => cluster.sim.store.get(NODES, 'node-1') as Node;

/** Values that a table's key had, in the order of the writes, with their times. */
function history<V>({ cluster }: Session, table: string, key: string): readonly { at: number; value: V | undefined }[] {
  const { log } = cluster.sim;
  const rows: { at: number; value: V | undefined }[] = [];
  for (let row = 0; row < log.rows; row++) {
    const address = log.address(log.rowAddress[row] as number);
    if (address.table !== table || address.key !== key) continue;
    rows.push({ at: log.step(log.stepOfRow(row)).at, value: log.rowAfter[row] as V | undefined });
  }
  return rows;
}

const eventsOf = ({ cluster }: Session): readonly string[] =>
  cluster.sim.store.keys(EVENTS).map((key) => (cluster.sim.store.get(EVENTS, key) as EventObject).message);

describe('a pod without volumes', () => {
  it('waits for its container and runs 100 ms after it was placed', () => {
    const session = run(open(), pod(), SETTLE);
    const states = history<Pod>(session, PODS, 'default/app').map(({ at, value }) => {
      const [container] = value?.status?.containerStatuses ?? [];
      return [at, value?.status?.phase, Object.keys(container?.state ?? {})[0]];
    });
    expect(states.slice(1)).toEqual([
      [0, 'Pending', 'waiting'],
      [100, 'Running', 'running'],
    ]);
    expect(eventsOf(session)).toEqual(
      expect.arrayContaining([
        'Container image "app" already present on machine and can be accessed by the pod',
        'Container created',
        'Container started',
      ]),
    );
  });

  it('costs its kubelet two steps', () => {
    const session = run(open(), SETTLE);
    const { log } = session.cluster.sim;
    const before = log.steps;
    run(session, pod(), SETTLE);
    const steps = Array.from({ length: log.steps - before }, (_, i) => log.step(before + i));
    expect(steps.filter(({ process }) => process === 'kubelet/node-1')).toHaveLength(2);
  });

  it('has its conditions in the order of the kubelet, with the reason of what is not ready', () => {
    const session = run(open(), pod(withVolume({ secret: { secretName: 'missing' } })), { wait: '5s' });
    expect(podOf(session)?.status?.conditions?.map(({ type, status, reason }) => [type, status, reason])).toEqual([
      ['PodReadyToStartContainers', 'False', undefined],
      ['Initialized', 'True', undefined],
      ['Ready', 'False', 'ContainersNotReady'],
      ['ContainersReady', 'False', 'ContainersNotReady'],
      ['PodScheduled', 'True', undefined],
    ]);
  });

  it('starts its containers after its init containers, one by one', () => {
    const initContainers = ['first', 'second'].map((name) => ({ name, image: 'init' }));
    const session = run(open(), pod({ initContainers }), SETTLE);
    const started = history<Pod>(session, PODS, 'default/app').flatMap(({ value }) => {
      const statuses = [...(value?.status?.initContainerStatuses ?? []), ...(value?.status?.containerStatuses ?? [])];
      const running = statuses.find(({ state }) => state?.running);
      return running ? [running.name] : [];
    });
    expect([...new Set(started)]).toEqual(['first', 'second', 'app']);
    expect(podOf(session)?.status?.phase).toBe('Running');
  });

  it('fails when the node does not match its selector', () => {
    const session = run(open(), pod({ nodeSelector: { disk: 'ssd' } }), SETTLE);
    expect(podOf(session)?.status).toMatchObject({ phase: 'Failed', reason: 'NodeAffinity' });
  });
});

describe('a container that mounts a part of a volume', () => {
  const part = (subPath: string): SessionOperation =>
    pod({
      containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'v', mountPath: '/v', subPath }] }],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    });

  it('finds the directory in the volume, made if need be', () => {
    const session = run(open(VOLUME), SETTLE, part('logs/app'), SETTLE);
    expect(podOf(session)?.status?.phase).toBe('Running');
    expect(session.cluster.sim.store.keys('files/disk.csi.example.com^vol-1')).toEqual(['/logs', '/logs/app']);
  });

  it('cannot be made where the path leads through a file', () => {
    const session = run(open(VOLUME), SETTLE);
    session.cluster.sim.operate('a file in the volume', (ctx) =>
      ctx.write('files/disk.csi.example.com^vol-1', '/logs', { type: 'File' }),
    );
    run(session, part('logs/app'), { wait: '30s' });
    expect(podOf(session)?.status?.containerStatuses?.[0]?.state?.waiting).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'failed to prepare subPath for volumeMount "v" of container "app"',
    });
  });
});

describe('a pod with a volume that is deleted', () => {
  it('reports its last phase, is unmounted, and only then goes; the volume is released after it', () => {
    const session = run(open(VOLUME), SETTLE, pod(CLAIM), SETTLE);
    expect(nodeOf(session).status?.volumesInUse).toEqual(['kubernetes.io/csi/disk.csi.example.com^vol-1']);
    run(session, DELETE, SETTLE);
    const rows = history<Pod>(session, PODS, 'default/app');
    const ended = rows.find(({ value }) => value?.status?.phase === 'Succeeded')?.at ?? 0;
    const gone = rows.at(-1);
    const unpublished = history<object>(session, 'podvolumes/node-1', `${rows[0]?.value?.metadata.uid}/pv-1`).at(-1);
    expect(gone?.value).toBeUndefined();
    expect(unpublished?.value).toBeUndefined();
    expect(ended).toBeLessThan(unpublished?.at ?? 0);
    expect(unpublished?.at).toBeLessThanOrEqual(gone?.at ?? 0);
    expect(nodeOf(session).status?.volumesInUse).toBeUndefined();
  });

  it('leaves the files of the volume and none of its emptyDir', () => {
    const session = run(open(), pod(withVolume({ emptyDir: {} })), SETTLE);
    expect(session.cluster.sim.store.size('disk/node-1')).toBe(1);
    run(session, DELETE, SETTLE);
    expect(session.cluster.sim.store.size('disk/node-1')).toBe(0);
  });
});

describe('a kubelet that is stopped after any of its writes', () => {
  /** What is left when the story has ended, without what differs from run to run. */
  function ending(stopAfter: number, inTeardown: boolean): { readonly stopped: boolean; readonly left: object } {
    const session = run(open(VOLUME), SETTLE);
    const stop: SessionOperation = {
      fault: { component: 'kubelet', node: 'node-1', is: 'stopped', afterWrites: stopAfter },
    };
    let stopped = false;
    const live = (): void => {
      for (let i = 0; i < 5; i++) {
        run(session, { wait: '5s' });
        if (session.cluster.sim.isRunning('kubelet/node-1')) continue;
        stopped = true;
        run(session, { fault: { component: 'kubelet', node: 'node-1', is: 'started' } });
      }
      run(session, SETTLE);
    };
    if (stopAfter > 0 && !inTeardown) run(session, stop);
    run(session, pod(CLAIM));
    live();
    const { phase, containerStatuses = [] } = podOf(session)?.status ?? {};
    const up = [
      phase,
      containerStatuses.map(({ ready, restartCount }) => [ready, restartCount]),
      nodeOf(session).status?.volumesInUse,
    ];
    if (stopAfter > 0 && inTeardown) run(session, stop);
    run(session, DELETE);
    live();
    const { store } = session.cluster.sim;
    const tables = ['runtime/node-1', 'podvolumes/node-1', 'disk/node-1', 'm/kubelet/node-1/pods'];
    const sizes = tables.map((table) => store.size(table));
    return { stopped, left: { up, pod: podOf(session), inUse: nodeOf(session).status?.volumesInUse, sizes } };
  }

  it.each([
    ['while the pod comes up', false],
    ['while the pod goes down', true],
  ])('%s comes to the same end', (_, inTeardown) => {
    const { left } = ending(0, inTeardown);
    for (let writes = 1; ; writes++) {
      const again = ending(writes, inTeardown);
      if (!again.stopped) return expect(writes).toBeGreaterThan(2);
      expect(again.left, `after ${writes} writes`).toEqual(left);
    }
  });
});
