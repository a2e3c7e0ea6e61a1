import { describe, expect, it } from 'vitest';
import type { Decision, ObjectId, RecordedObject } from '../../../worker/protocol.ts';
import {
  ATTACHMENT,
  CLAIM,
  claim,
  DRIVER,
  idOf,
  POD,
  PV,
  persistentVolume,
  pod,
  provisionedStory,
  Recording,
  VOLUME,
} from '../../model/fixture.test-data.ts';
import { momentAt } from '../../model/moment.ts';
import { pathsOf } from '../../model/path.ts';
import type { Replica } from '../../model/replica.ts';
import { type PodElement, structureOf } from '../../model/structure.ts';
import { evidenceOf } from './index.ts';
import { volumeTries } from './pod.ts';
import type { Fact, Words } from './section.ts';

const tell = (words: Words): string =>
  typeof words === 'string' ? words : [words.key.replace('why.', ''), ...Object.values(words.values ?? {})].join(' ');

const line = ({ name, value, step }: Fact): string =>
  `${tell(name)}: ${tell(value)}${step === undefined ? '' : ` @${step}`}`;

/** Every section about an object at a step: its heading, then its facts. */
function told(replica: Replica, id: ObjectId, step = replica.steps): readonly string[] {
  const structure = structureOf(replica);
  const element = structure.elements.get(id);
  if (element === undefined) throw new Error(`no ${id}`);
  return evidenceOf(momentAt(replica, structure, step), element).flatMap(({ title, facts }) => [
    `# ${title.replace('why.', '')}`,
    ...facts.map(line),
  ]);
}

function triesOfPod(replica: Replica, step: number): readonly string[] {
  const structure = structureOf(replica);
  const moment = momentAt(replica, structure, step);
  const element = structure.elements.get(POD) as PodElement;
  return pathsOf(moment, element).flatMap((path) => volumeTries(moment, element, path).map(line));
}

const now = (...create: readonly RecordedObject[]): Replica => new Recording().step(0, 'user', { create }).replica();

const story = provisionedStory().replica();

describe('a claim', () => {
  it('tells the call that makes its volume, and who uses it', () => {
    expect(told(story, CLAIM, 4)).toEqual([
      '# provisioning',
      'CreateVolume: tryFlying 1 00:00.014 @4',
      '# usedBy',
      'web: Pending',
    ]);
    expect(told(story, CLAIM, 16)).toEqual(['# usedBy', 'web: Running']);
    expect(told(story, CLAIM, 18)).toEqual([]);
  });

  it('tells a try that failed, with its code, its message and the next one', () => {
    const about = [CLAIM];
    const replica = new Recording()
      .step(0, 'user', { create: [claim('data')] })
      .step(10, 'p', { began: [{ call: 1, method: 'CreateVolume', about }] })
      .step(30, 'p', { ended: [{ call: 1, code: 'INTERNAL', message: 'full' }] })
      .step(1030, 'p', { began: [{ call: 2, method: 'CreateVolume', about, attempt: 2 }] })
      .replica();
    expect(told(replica, CLAIM, 3)).toEqual([
      '# provisioning',
      'CreateVolume: tryFailed 1 INTERNAL 00:00.030 20 ms @3',
      'tryMessage: full',
      'nextTry: nextTryAt 00:01.030 1 s @4',
    ]);
    expect(told(replica, CLAIM, 4)).toEqual(['# provisioning', 'CreateVolume: tryFlyingAgain 2 00:01.030 @4']);
  });

  it('tells how far a larger size has come', () => {
    const resizing = claim('data', {
      status: {
        phase: 'Bound',
        capacity: { storage: '5Gi' },
        allocatedResourceStatuses: { storage: 'NodeResizePending' },
        conditions: [
          { type: 'FileSystemResizePending', status: 'True', message: 'Waiting for user to (re-)start a pod' },
        ],
      },
    });
    expect(told(now(resizing), CLAIM)).toEqual([
      '# resizing',
      'status.capacity: 5Gi',
      'spec.resources: 10Gi',
      'allocatedResourceStatuses: NodeResizePending',
      'FileSystemResizePending: Waiting for user to (re-)start a pod',
    ]);
  });
});

describe('a volume', () => {
  const ref = (uid?: string) => ({
    claimRef: { namespace: 'default', name: 'data', ...(uid !== undefined && { uid }) },
  });
  it.each<[string, readonly RecordedObject[], string]>([
    ['nobody', [persistentVolume('pvc-1')], 'refFree'],
    ['any claim of a name', [persistentVolume('pvc-1', ref())], 'refReserved '],
    ['its claim', [persistentVolume('pvc-1', ref('uid-data')), claim('data')], 'refHeld uid-data'],
    ['a claim that is gone', [persistentVolume('pvc-1', ref('uid-data'))], 'refGone uid-data'],
    ['a claim that had the name', [persistentVolume('pvc-1', ref('old')), claim('data')], 'refOther old'],
  ])('is kept for %s', (_, objects, expected) => {
    expect(told(now(...objects), PV)[1]?.trim()).toBe(`spec.claimRef: ${expected}`.trim());
  });

  it('that is leaving tells its tries and what holds it', () => {
    const volume = persistentVolume('pvc-1', ref('uid-data'));
    const released: RecordedObject = {
      ...volume,
      metadata: { ...volume.metadata, finalizers: ['kubernetes.io/pv-protection', 'example.com/mine'] },
      status: { phase: 'Released' },
    };
    const replica = new Recording()
      .step(0, 'user', { create: [released] })
      .step(10, 'p', { began: [{ call: 1, method: 'DeleteVolume', about: [PV] }] })
      .step(30, 'p', { ended: [{ call: 1, code: 'FAILED_PRECONDITION' }] })
      .replica();
    expect(told(replica, PV).slice(2)).toEqual([
      '# reclaiming',
      'DeleteVolume: tryFailed 1 FAILED_PRECONDITION 00:00.030 20 ms @3',
      '# finalizers',
      'kubernetes.io/pv-protection: byPvProtection',
      'example.com/mine: byOwner',
    ]);
  });
});

describe('a pod', () => {
  it('tells the calls on the way to its volume', () => {
    expect(triesOfPod(story, 13)).toEqual([
      'CreateVolume: tryDone 1 OK 00:00.034 20 ms @5',
      'ControllerPublishVolume: tryDone 1 OK 00:00.064 20 ms @12',
      'NodeStageVolume: tryFlying 1 00:00.100 @13',
    ]);
  });

  it('tells each mount by the volume in its directory', () => {
    const two = pod('web', ['data', 'logs']);
    const directory = (name: string) => ({ dir: `/var/lib/kubelet/pods/uid-web/volumes/kubernetes.io~x/${name}` });
    const bound = (name: string): RecordedObject =>
      claim(name, { spec: { volumeName: `pv-${name}` }, status: { phase: 'Bound' } });
    const replica = new Recording()
      .step(0, 'user', { create: [two, bound('data'), bound('logs')] })
      .step(10, 'kubelet/node-1', {
        began: [
          { call: 1, method: 'SetUp', about: [POD], request: directory('pv-data') },
          { call: 2, method: 'SetUp', about: [POD], request: directory('pv-logs') },
        ],
      })
      .step(20, 'kubelet/node-1', { ended: [{ call: 2, code: 'UNKNOWN', message: 'no' }] })
      .replica();
    expect(triesOfPod(replica, 3)).toEqual([
      'SetUp: tryFlying 1 00:00.010 @2',
      'SetUp: tryFailed 1 UNKNOWN 00:00.020 10 ms @3',
      'tryMessage: no',
    ]);
  });
});

describe('an attachment', () => {
  it('tells its tries and the pods that have the volume on its node', () => {
    expect(told(story, ATTACHMENT, 15)).toEqual([
      '# attachTries',
      'ControllerPublishVolume: tryDone 1 OK 00:00.064 20 ms @12',
      '# mountedOn',
      'web: isPublished',
    ]);
  });

  it('tells what the detach waits for while the node reports the volume in use', () => {
    const name = `kubernetes.io/csi/${DRIVER}^vol-1`;
    const node = (volumesInUse: readonly string[]): RecordedObject => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'node-1' },
      status: { volumesInUse },
    });
    const attachment: RecordedObject = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'VolumeAttachment',
      metadata: { name: 'csi-1' },
      spec: { attacher: DRIVER, nodeName: 'node-1', source: { persistentVolumeName: 'pvc-1' } },
    };
    const waits: Decision = {
      about: 'Node/node-1',
      by: 'detachVolume',
      outcome: 'stillMounted',
      facts: { volume: name, node: 'node-1', waited: 1000, maxWait: 360_000 },
    };
    const volume = persistentVolume('pvc-1', { csi: { driver: DRIVER, volumeHandle: 'vol-1' } });
    const replica = new Recording()
      .step(0, 'user', { create: [node([name]), attachment, volume] })
      .step(10, 'persistentvolume-attach-detach-controller', { decisions: [waits] })
      .step(20, 'kubelet/node-1', { set: [['Node//node-1', 'status.volumesInUse', []]] })
      .replica();
    expect(told(replica, ATTACHMENT, 2)).toEqual(['# detachWaits', 'volumesInUse: stillMounted node-1 1 s 6 min @2']);
    expect(told(replica, ATTACHMENT, 3)).toEqual([]);
  });
});

describe("a backend's volume", () => {
  const backend = (spec: object): RecordedObject => ({
    apiVersion: 'playground/v1',
    kind: 'Volume',
    metadata: { name: `${DRIVER}^vol-1` },
    spec,
  });
  const volume = persistentVolume('pvc-1', { csi: { driver: DRIVER, volumeHandle: 'vol-1' } });
  it.each<[string, readonly RecordedObject[], readonly string[]]>([
    ['nothing where both agree', [backend({ capacityBytes: 10 * 2 ** 30 }), volume], []],
    ['that nothing names it', [backend({})], ['PersistentVolume: driftNoVolume']],
    ['another size', [backend({ capacityBytes: 5 * 2 ** 30 }), volume], ['capacity: driftSize 5368709120 10Gi']],
    [
      'a publication without attachment',
      [backend({ publications: [{ node: 'id-1' }] }), volume],
      ['id-1: driftPublished', '# publications', 'id-1: published'],
    ],
  ])('tells %s', (_, objects, expected) => {
    expect(told(now(...objects), VOLUME).slice(expected.length === 0 ? 0 : 1)).toEqual(expected);
  });

  it('that was lost is missed by what names it', () => {
    const replica = new Recording()
      .step(0, 'user', { create: [backend({}), volume] })
      .step(10, 'user', { gone: [VOLUME] })
      .replica();
    expect(told(replica, VOLUME)).toEqual(['# drift', 'pvc-1: driftLost']);
  });
});

describe('a workload', () => {
  it('lists its pods by ordinal, and what the first that is not ready waits for', () => {
    const set: RecordedObject = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'db', namespace: 'default', uid: 'uid-db' },
      spec: { replicas: 3, persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Delete' } },
    };
    const owner = { kind: 'StatefulSet', name: 'db' };
    const running: RecordedObject = { ...pod('db-0', [], owner), status: { phase: 'Running' } };
    expect(told(now(set, pod('db-10', [], owner), pod('db-2', [], owner), running), idOf(set))).toEqual([
      '# nextPod',
      'db-2: podNew',
      '# pods',
      'db-0: Running',
      'db-2: Pending',
      'db-10: Pending',
      '# retention',
      'whenDeleted: Retain',
      'whenScaled: Delete',
    ]);
  });
});

const storageClass = (name: string, isDefault = false): RecordedObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: {
    name,
    ...(isDefault && { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
  },
  provisioner: DRIVER,
  parameters: { type: 'fast' },
});
const csiDriver: RecordedObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: DRIVER },
  spec: { attachRequired: true },
};
const node = (rest: object = {}): RecordedObject => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1' },
  ...rest,
});
const csiNode: RecordedObject = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSINode',
  metadata: { name: 'node-1' },
  spec: { drivers: [{ name: DRIVER, nodeID: 'id-1', allocatable: { count: 1 } }] },
};

describe('a node', () => {
  it('tells what keeps pods away', () => {
    const broken = node({
      spec: { unschedulable: true, taints: [{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }] },
      status: {
        conditions: [
          { type: 'DiskPressure', status: 'False' },
          { type: 'Ready', status: 'Unknown', message: 'Kubelet stopped posting node status.' },
        ],
      },
    });
    expect(told(now(broken), 'Node//node-1')).toEqual([
      '# keepsAway',
      'Ready: Kubelet stopped posting node status.',
      'spec.unschedulable: cordoned',
      'node.kubernetes.io/unschedulable: NoSchedule',
    ]);
  });

  it('tells what is attached and mounted, and what of its limits is taken', () => {
    const replica = provisionedStory()
      .step(6000, 'x', { create: [node(), csiNode, csiDriver, pod('other', [])] })
      .replica();
    expect(told(replica, 'Node//node-1')).toEqual([
      '# attachedHere',
      'pvc-1: Attached',
      '# drivers',
      `${DRIVER}: driverLimit 1 1`,
    ]);
  });

  it('tells a driver that is not registered', () => {
    expect(told(now(node(), csiDriver), 'Node//node-1')).toEqual(['# drivers', `${DRIVER}: notRegistered`]);
  });
});

describe('a class and its driver', () => {
  it('tell their parameters, claims and nodes', () => {
    const replica = now(storageClass('block', true), csiDriver, node(), csiNode, claim('data'));
    expect(told(replica, 'StorageClass//block')).toEqual([
      '# defaultClass',
      'block: isDefault',
      '# driver',
      `${DRIVER}: CSIDriver`,
      '# parameters',
      'type: fast',
      '# claimsByPhase',
      'Pending: 1',
    ]);
    expect(told(replica, `CSIDriver//${DRIVER}`)).toEqual([
      '# registeredOn',
      'node-1: registeredAs id-1',
      '# classes',
      'block: StorageClass',
      '# capabilities',
      'attachRequired: true',
    ]);
  });

  it('tell a second default class and a driver that is not there', () => {
    const replica = now(storageClass('block', true), storageClass('other', true));
    expect(told(replica, 'StorageClass//block').slice(0, 4)).toEqual([
      '# defaultClass',
      'other: isDefaultToo',
      '# driver',
      `${DRIVER}: noCsiDriver`,
    ]);
  });
});

describe('a node that is not heard of, and its pod', () => {
  const node = (ready: string, taints: readonly object[] = []): RecordedObject => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: 'node-1' },
    spec: { taints },
    status: { conditions: [{ type: 'Ready', status: ready }] },
  });
  const NODE = idOf(node('True'));
  const UNREACHABLE = { key: 'node.kubernetes.io/unreachable', effect: 'NoExecute' };
  const { spec, ...rest } = pod('web', []);
  const running: RecordedObject = { ...rest, spec: { ...(spec as object), nodeName: 'node-1' } };
  const silent: Decision = {
    about: 'Node/node-1',
    by: 'tryUpdateNodeHealth',
    outcome: 'silent',
    facts: { lastHeartbeat: 10_000, until: 60_000 },
  };
  const lost: Decision = { about: 'Node/node-1', by: 'handleDisruption', outcome: 'allNodesLost', facts: { nodes: 1 } };
  const evicts = (outcome: string, facts: NonNullable<Decision['facts']>): Decision => ({
    about: POD,
    by: 'processPodOnNode',
    outcome,
    facts: { taints: ['node.kubernetes.io/unreachable:NoExecute'], ...facts },
  });

  it('tells until when the node may be silent, and that nothing is evicted when all are lost', () => {
    const replica = new Recording()
      .step(0, 'user', { create: [node('True')] })
      .step(10_000, 'node-lifecycle-controller', { decisions: [silent] })
      .step(60_000, 'node-lifecycle-controller', {
        set: [[NODE, 'status.conditions', [{ type: 'Ready', status: 'Unknown', message: 'Kubelet stopped' }]]],
        decisions: [lost],
      })
      .replica();
    expect(told(replica, NODE, 2)).toEqual(['# keepsAway', 'Ready: silent 00:10.000 01:00.000 @2']);
    expect(told(replica, NODE, 3)).toEqual(['# keepsAway', 'Ready: Kubelet stopped', 'NoExecute: allNodesLost @3']);
  });

  it.each([
    ['toleratedUntil', { until: 360_000 }, 'toleratedUntil 06:00.000'],
    ['toleratedForEver', {}, 'toleratedForEver'],
    ['notTolerated', {}, 'notTolerated'],
  ])('tells of the pod: %s', (outcome, facts, expected) => {
    const replica = new Recording()
      .step(0, 'user', { create: [node('Unknown', [UNREACHABLE]), running] })
      .step(60_000, 'taint-eviction-controller', { decisions: [evicts(outcome, facts)] })
      .step(70_000, 'kube-apiserver', { set: [[NODE, 'spec.taints', []]] })
      .replica();
    expect(told(replica, POD, 2)).toEqual(['# taints', `node.kubernetes.io/unreachable:NoExecute: ${expected} @2`]);
    expect(told(replica, POD, 3)).toEqual([]);
  });
});
