import { describe, expect, it } from 'vitest';
import type { ObjectInput, VolumeAttachment } from '../api/object.ts';
import { VOLUME_ATTACHMENTS } from '../api/tables.ts';
import { Session } from '../session.ts';

const DRIVER = 'disk.csi.example.com';

const cluster = (controllers?: readonly string[]) => ({
  ...(controllers && { controllers }),
  drivers: [
    {
      name: DRIVER,
      capabilities: {
        plugin: ['CONTROLLER_SERVICE'],
        controller: ['CREATE_DELETE_VOLUME', 'PUBLISH_UNPUBLISH_VOLUME'],
        node: ['STAGE_UNSTAGE_VOLUME'],
      },
    },
  ],
});

const node: ObjectInput = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1', labels: { 'kubernetes.io/hostname': 'node-1' } },
  spec: {},
  status: { allocatable: { cpu: '4', memory: '8Gi', pods: '110' }, capacity: { cpu: '4', memory: '8Gi', pods: '110' } },
};

const objects = [
  {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name: 'fast' },
    provisioner: DRIVER,
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  },
  {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '1Gi' } } },
  },
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'app' },
    spec: {
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  },
];

interface Fate {
  readonly running: readonly string[];
  readonly left: readonly string[];
}

/** The pod comes and goes with its claim; a component is stopped after its n-th write and comes back a minute later. */
function comeAndGo(component?: { readonly type: string; readonly driver?: string }, writes = 0): Fate {
  const session = new Session({ spec: cluster(), given: [node], freeze: true });
  const { sim } = session.cluster;
  const fault = component && { component: component.type, ...(component.driver && { driver: component.driver }) };
  const id = component && (component.driver ? `${component.type}/${component.driver}` : component.type);
  const restart = (): void => {
    session.operate({ wait: '60s' });
    if (id !== undefined && !sim.isRunning(id)) session.operate({ fault: { ...fault, is: 'started' } });
    session.operate({ settle: true });
  };
  const states = (): readonly string[] =>
    ['pods', 'persistentvolumeclaims', 'persistentvolumes', VOLUME_ATTACHMENTS, `backend/${DRIVER}/volumes`].flatMap(
      (table) => sim.store.keys(table).map((key) => stateOf(table, sim.store.get(table, key))),
    );
  if (fault) session.operate({ fault: { ...fault, is: 'stopped', afterWrites: writes } });
  session.operate({ create: objects });
  restart();
  const running = states();
  session.operate({ delete: { kind: 'Pod', name: 'app' } });
  session.operate({ delete: { kind: 'PersistentVolumeClaim', name: 'data' } });
  restart();
  return { running, left: states() };
}

/** Without what differs from run to run: uids and the names made of them. */
function stateOf(table: string, value: unknown): string {
  const { metadata, status, publications } = value as {
    readonly metadata?: { readonly finalizers?: readonly string[]; readonly deletionTimestamp?: string };
    readonly status?: { readonly phase?: string; readonly attached?: boolean };
    readonly publications?: unknown;
  };
  const { finalizers = [], deletionTimestamp } = metadata ?? {};
  return JSON.stringify([table, finalizers, deletionTimestamp, status?.phase, status?.attached, publications]);
}

describe('a volume from claim to deletion', () => {
  const undisturbed = comeAndGo();

  it('is attached while its pod runs and leaves nothing behind', () => {
    expect(undisturbed.running).toHaveLength(5);
    expect(undisturbed.running.join()).toContain('true');
    expect(undisturbed.left).toEqual([]);
  });

  const components = [
    { type: 'persistentvolume-attach-detach-controller' },
    { type: 'csi-provisioner', driver: DRIVER },
    { type: 'csi-attacher', driver: DRIVER },
  ];
  it.each(components)('comes and goes the same when $type dies after any of its writes', (component) => {
    for (const writes of [1, 2, 3, 4, 5, 6]) expect(comeAndGo(component, writes)).toEqual(undisturbed);
  });
});

describe('a volume that its driver has lost', () => {
  it('cannot be attached any more', () => {
    const volume: ObjectInput = {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: 'pv-1' },
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        csi: { driver: DRIVER, volumeHandle: 'vol-1' },
      },
    };
    const attachment = (name: string): ObjectInput => ({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name },
      spec: { attacher: DRIVER, nodeName: 'node-1', source: { persistentVolumeName: 'pv-1' } },
    });
    const controllers = ['csi-attacher', 'node-driver-registrar'];
    const session = new Session({ spec: cluster(controllers), given: [node, volume], freeze: true });
    session.operate({ create: attachment('first') });
    session.operate({ wait: '1s' });
    session.operate({ fault: { driver: DRIVER, volume: 'vol-1', is: 'lost' } });
    session.operate({ create: attachment('second') });
    session.operate({ wait: '1s' });
    const statusOf = (name: string): VolumeAttachment['status'] =>
      (session.cluster.sim.store.get(VOLUME_ATTACHMENTS, name) as VolumeAttachment).status;
    expect(statusOf('first')).toMatchObject({ attached: true });
    expect(statusOf('second')?.attachError).toMatchObject({
      message: 'rpc error: code = NotFound desc = volume vol-1 does not exist',
      errorCode: 5,
    });
  });
});
