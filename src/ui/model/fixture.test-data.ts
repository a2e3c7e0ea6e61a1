import type {
  CallBegan,
  CallEnded,
  Decision,
  Json,
  ObjectId,
  RecordedObject,
  StepMessage,
  VirtualTime,
  WriteMessage,
} from '../../worker/protocol.ts';
import { Replica } from './replica.ts';

/** What one step of a hand-made recording does. */
export interface Deed {
  readonly create?: readonly RecordedObject[];
  /** Fields that change: id, dotted path, value. */
  readonly set?: readonly (readonly [ObjectId, string, Json | undefined])[];
  readonly gone?: readonly ObjectId[];
  readonly began?: readonly (Partial<CallBegan> & Pick<CallBegan, 'call' | 'method' | 'about'>)[];
  readonly ended?: readonly CallEnded[];
  readonly decisions?: readonly Decision[];
  readonly operation?: number;
}

/** A recording that is written down step by step. */
export class Recording {
  readonly steps: StepMessage[] = [];

  step(at: VirtualTime, process: string, deed: Deed): this {
    const writes: WriteMessage[] = [
      ...(deed.create ?? []).map((value): WriteMessage => ({ id: idOf(value), verb: 'create', value, changed: [] })),
      ...(deed.set ?? []).map(([id, path, value]): WriteMessage => {
        const delta = value === undefined ? { path: path.split('.') } : { path: path.split('.'), value };
        const verb = path === 'metadata.deletionTimestamp' ? 'delete' : 'update';
        return { id, verb, deltas: [delta], changed: [path] };
      }),
      ...(deed.gone ?? []).map((id): WriteMessage => ({ id, verb: 'gone', changed: [] })),
    ];
    const began = (deed.began ?? []).map((call) => ({ process, driver: DRIVER, request: {}, attempt: 1, ...call }));
    const step: StepMessage = {
      step: this.steps.length + 1,
      at,
      process,
      label: labelOf(deed),
      writes,
      began,
      ended: deed.ended ?? [],
      decisions: deed.decisions ?? [],
    };
    this.steps.push(deed.operation === undefined ? step : { ...step, operation: deed.operation });
    return this;
  }

  replica(): Replica {
    const replica = new Replica();
    replica.append(this.steps);
    return replica;
  }
}

/** The label of an operation's request, as the recorder writes it. */
function labelOf({ operation, create, set }: Deed): string {
  if (operation === undefined) return '';
  const made = create?.[0];
  if (made !== undefined) return `apply ${made.kind}/${made.metadata.name}`;
  const [kind = '', , name = ''] = set?.[0]?.[0].split('/') ?? [];
  return `delete ${kind}/${name}`;
}

export const DRIVER = 'block.csi.example';
export const CLAIM = 'PersistentVolumeClaim/default/data';
export const POD = 'Pod/default/web';
export const PV = 'PersistentVolume//pvc-1';
export const VOLUME = `Volume//${DRIVER}^vol-1`;
export const ATTACHMENT = 'VolumeAttachment//csi-1';
export const MOUNT = 'Mount//node-1^uid-web^data';

export function idOf(object: RecordedObject): ObjectId {
  return `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

export function claim(name: string, fields: Readonly<Record<string, unknown>> = {}): RecordedObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default', uid: `uid-${name}` },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, storageClassName: 'block' },
    status: { phase: 'Pending' },
    ...fields,
  };
}

export function persistentVolume(name: string, spec: Readonly<Record<string, unknown>> = {}): RecordedObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name, uid: `uid-${name}` },
    spec: {
      capacity: { storage: '10Gi' },
      accessModes: ['ReadWriteOnce'],
      persistentVolumeReclaimPolicy: 'Delete',
      storageClassName: 'block',
      ...spec,
    },
    status: { phase: 'Pending' },
  };
}

export function pod(
  name: string,
  claims: readonly string[],
  owner?: { readonly kind: string; readonly name: string },
): RecordedObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      ...(owner === undefined ? {} : { ownerReferences: [{ ...owner, uid: `uid-${owner.name}`, controller: true }] }),
    },
    spec: {
      volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
      containers: [
        {
          name: 'app',
          image: 'app',
          volumeMounts: claims.map((claimName) => ({ name: claimName, mountPath: '/data' })),
        },
      ],
    },
    status: { phase: 'Pending' },
  };
}

/**
 * A claim of a class that waits for its consumer, from nothing to Running and down again: steps 1 and 2 apply, 16 runs,
 * 17 deletes the pod.
 */
export function provisionedStory(): Recording {
  const about = [CLAIM, PV, POD];
  return new Recording()
    .step(0, 'user', { create: [claim('data')], operation: 0 })
    .step(10, 'user', { create: [pod('web', ['data'])], operation: 0 })
    .step(12, 'kube-scheduler', {
      set: [[CLAIM, 'metadata.annotations', { 'volume.kubernetes.io/selected-node': 'node-1' }]],
    })
    .step(14, 'csi-provisioner/block.csi.example', {
      began: [{ call: 1, method: 'CreateVolume', about: [CLAIM] }],
    })
    .step(34, 'csi-provisioner/block.csi.example', {
      ended: [{ call: 1, code: 'OK', response: { volume: { volume_id: 'vol-1' } } }],
      create: [
        { apiVersion: 'playground/v1', kind: 'Volume', metadata: { name: `${DRIVER}^vol-1` }, spec: {} },
        persistentVolume('pvc-1', {
          csi: { driver: DRIVER, volumeHandle: 'vol-1' },
          claimRef: { namespace: 'default', name: 'data', uid: 'uid-data' },
        }),
      ],
    })
    .step(36, 'persistentvolume-binder-controller', { set: [[PV, 'status.phase', 'Bound']] })
    .step(37, 'persistentvolume-binder-controller', { set: [[CLAIM, 'spec.volumeName', 'pvc-1']] })
    .step(38, 'persistentvolume-binder-controller', { set: [[CLAIM, 'status.phase', 'Bound']] })
    .step(40, 'kube-scheduler', { set: [[POD, 'spec.nodeName', 'node-1']] })
    .step(42, 'persistentvolume-attach-detach-controller', {
      create: [
        {
          apiVersion: 'storage.k8s.io/v1',
          kind: 'VolumeAttachment',
          metadata: { name: 'csi-1', uid: 'uid-csi-1' },
          spec: { attacher: DRIVER, nodeName: 'node-1', source: { persistentVolumeName: 'pvc-1' } },
          status: { attached: false },
        },
      ],
    })
    .step(44, 'csi-attacher/block.csi.example', {
      began: [{ call: 2, method: 'ControllerPublishVolume', about: [ATTACHMENT, PV], request: { volume_id: 'vol-1' } }],
    })
    .step(64, 'csi-attacher/block.csi.example', {
      ended: [{ call: 2, code: 'OK' }],
      set: [[ATTACHMENT, 'status.attached', true]],
    })
    .step(100, 'kubelet/node-1', {
      began: [{ call: 3, method: 'NodeStageVolume', about, node: 'node-1', request: { volume_id: 'vol-1' } }],
    })
    .step(120, 'kubelet/node-1', {
      ended: [{ call: 3, code: 'OK' }],
      create: [mount({ staged: true, published: false })],
      began: [{ call: 4, method: 'NodePublishVolume', about, node: 'node-1', request: { volume_id: 'vol-1' } }],
    })
    .step(140, 'kubelet/node-1', { ended: [{ call: 4, code: 'OK' }], set: [[MOUNT, 'spec.published', true]] })
    .step(240, 'kubelet/node-1', { set: [[POD, 'status.phase', 'Running']] })
    .step(5000, 'user', {
      set: [
        [POD, 'metadata.deletionTimestamp', '2026-10-01T00:00:35Z'],
        [POD, 'metadata.deletionGracePeriodSeconds', 30],
      ],
      operation: 1,
    })
    .step(5100, 'kubelet/node-1', { gone: [MOUNT, POD] });
}

function mount(state: { readonly staged: boolean; readonly published: boolean }): RecordedObject {
  const spec = {
    node: 'node-1',
    podNamespace: 'default',
    podName: 'web',
    podUID: 'uid-web',
    volume: 'data',
    pv: 'pvc-1',
    claim: 'data',
  };
  return {
    apiVersion: 'playground/v1',
    kind: 'Mount',
    metadata: { name: 'node-1^uid-web^data' },
    spec: { ...spec, ...state },
  };
}
