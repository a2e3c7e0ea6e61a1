import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { field, list, objectId, text } from './ids.ts';

/** One volume of a pod: a claim's, or one that the pod brings itself. */
export interface PodVolume {
  readonly name: string;
  /** The API's name of its source, such as `persistentVolumeClaim` or `emptyDir`. */
  readonly source: string;
  /** The claim behind it, where there is one. */
  readonly claim?: ObjectId;
  /** What the graph draws at the other end: the claim, or the volume that the pod brings itself. */
  readonly target: ObjectId;
  /** The object that a volume of the pod's own takes its files from, where it names one that must be there. */
  readonly from?: ObjectId;
  /** No container names it: the kubelet never sets it up. */
  readonly isUnused?: true;
}

/** Whether a volume's name is that of the token volume which admission puts into every pod: it says nothing about storage. */
export function isTokenVolume(name: string): boolean {
  return name.startsWith('kube-api-access-');
}

/** Names of the volumes that a pod got from admission and not from its author. */
export function quietVolumes(pod: RecordedObject): string[] {
  const names = list(pod, 'spec', 'volumes').filter((volume) => field(volume, 'projected') !== undefined);
  return names.map((volume) => text(volume, 'name')).filter(isTokenVolume);
}

/** The volumes that a pod's author gave it. */
export function podVolumes(pod: RecordedObject): PodVolume[] {
  const namespace = pod.metadata.namespace ?? '';
  const quiet = new Set(quietVolumes(pod));
  const used = usedVolumes(pod);
  const found: PodVolume[] = [];
  for (const volume of list(pod, 'spec', 'volumes')) {
    const name = text(volume, 'name');
    if (quiet.has(name)) continue;
    const source = sourceOf(volume);
    const isUnused = used.has(name) ? {} : ({ isUnused: true } as const);
    if (source === 'persistentVolumeClaim' || source === 'ephemeral') {
      const claimName = text(volume, 'persistentVolumeClaim', 'claimName') || `${pod.metadata.name}-${name}`;
      const claim = objectId('PersistentVolumeClaim', namespace, claimName);
      found.push({ name, source, claim, target: claim, ...isUnused });
    } else {
      const target = objectId('InlineVolume', namespace, `${pod.metadata.name}/${name}`);
      const from = filesFrom(volume, namespace);
      found.push({ name, source, target, ...(from !== undefined && { from }), ...isUnused });
    }
  }
  return found;
}

/**
 * Names of the volumes that containers mount or use as devices.
 * @see pkg/volume/util/util.go GetPodVolumeNames
 */
function usedVolumes(pod: RecordedObject): ReadonlySet<string> {
  const containers = ['initContainers', 'containers', 'ephemeralContainers'].flatMap((part) => list(pod, 'spec', part));
  const uses = containers.flatMap((container) => [
    ...list(container, 'volumeMounts'),
    ...list(container, 'volumeDevices'),
  ]);
  return new Set(uses.map((use) => text(use, 'name')));
}

/** Sources whose files are those of another object, with the field that names it. */
const FILES_FROM: readonly (readonly [source: string, field: string, kind: string])[] = [
  ['configMap', 'name', 'ConfigMap'],
  ['secret', 'secretName', 'Secret'],
];

function filesFrom(volume: unknown, namespace: string): ObjectId | undefined {
  for (const [source, named, kind] of FILES_FROM) {
    const name = text(volume, source, named);
    if (name !== '' && field(volume, source, 'optional') !== true) return objectId(kind, namespace, name);
  }
  return undefined;
}

function sourceOf(volume: unknown): string {
  const keys = volume !== null && typeof volume === 'object' ? Object.keys(volume) : [];
  return keys.find((key) => key !== 'name') ?? 'emptyDir';
}

const PLUGINS: Readonly<Record<string, { readonly plugin: string; readonly handle: (source: unknown) => string }>> = {
  hostPath: { plugin: 'kubernetes.io/host-path', handle: (source) => text(source, 'path') },
  local: { plugin: 'kubernetes.io/local-volume', handle: (source) => text(source, 'path') },
  nfs: { plugin: 'kubernetes.io/nfs', handle: (source) => `${text(source, 'server')}:${text(source, 'path')}` },
  iscsi: {
    plugin: 'kubernetes.io/iscsi',
    handle: (source) => `${text(source, 'targetPortal')}:${text(source, 'iqn')}`,
  },
  awsElasticBlockStore: { plugin: 'kubernetes.io/aws-ebs', handle: (source) => text(source, 'volumeID') },
  gcePersistentDisk: { plugin: 'kubernetes.io/gce-pd', handle: (source) => text(source, 'pdName') },
  azureDisk: { plugin: 'kubernetes.io/azure-disk', handle: (source) => text(source, 'diskName') },
  azureFile: { plugin: 'kubernetes.io/azure-file', handle: (source) => text(source, 'shareName') },
  cinder: { plugin: 'kubernetes.io/cinder', handle: (source) => text(source, 'volumeID') },
  vsphereVolume: { plugin: 'kubernetes.io/vsphere-volume', handle: (source) => text(source, 'volumePath') },
  portworxVolume: { plugin: 'kubernetes.io/portworx-volume', handle: (source) => text(source, 'volumeID') },
  rbd: { plugin: 'kubernetes.io/rbd', handle: (source) => `${text(source, 'pool')}/${text(source, 'image')}` },
  cephfs: { plugin: 'kubernetes.io/cephfs', handle: (source) => text(source, 'path') },
  glusterfs: { plugin: 'kubernetes.io/glusterfs', handle: (source) => text(source, 'path') },
  flexVolume: { plugin: 'flexvolume', handle: (source) => text(source, 'driver') },
  fc: { plugin: 'kubernetes.io/fc', handle: (source) => list(source, 'targetWWNs').join(',') },
};

/** Where a persistent volume's data is: who keeps it and under which name. */
export interface Backend {
  /** API's name of the source, such as `csi` or `nfs`. */
  readonly source: string;
  readonly driver: string;
  readonly handle: string;
  readonly id: ObjectId;
}

export function backendOf(volume: RecordedObject): Backend | undefined {
  const csi = field(volume, 'spec', 'csi');
  if (csi !== undefined) return backend('csi', text(csi, 'driver'), text(csi, 'volumeHandle'));
  for (const [source, { plugin, handle }] of Object.entries(PLUGINS)) {
    const found = field(volume, 'spec', source);
    if (found !== undefined) return backend(source, plugin, handle(found));
  }
  return undefined;
}

function backend(source: string, driver: string, handle: string): Backend {
  return { source, driver, handle, id: objectId('Volume', '', `${driver}^${handle}`) };
}

/** Driver and handle in the name of a `Volume` object. */
export function volumeName(name: string): { readonly driver: string; readonly handle: string } {
  const at = name.indexOf('^');
  return at < 0 ? { driver: '', handle: name } : { driver: name.slice(0, at), handle: name.slice(at + 1) };
}

/** The claim that a persistent volume's claimRef names, if any. */
export function claimOfVolume(volume: RecordedObject): ObjectId | undefined {
  const name = text(volume, 'spec', 'claimRef', 'name');
  return name === ''
    ? undefined
    : objectId('PersistentVolumeClaim', text(volume, 'spec', 'claimRef', 'namespace'), name);
}

/** The persistent volume that a claim names, if any. */
export function volumeOfClaim(claim: RecordedObject): ObjectId | undefined {
  const name = text(claim, 'spec', 'volumeName');
  return name === '' ? undefined : objectId('PersistentVolume', '', name);
}

/** The persistent volume that a VolumeAttachment attaches. */
export function volumeOfAttachment(attachment: RecordedObject): ObjectId | undefined {
  const name = text(attachment, 'spec', 'source', 'persistentVolumeName');
  return name === '' ? undefined : objectId('PersistentVolume', '', name);
}

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A quantity's rough size, to order by; what is no quantity is 0. */
export function roughSize(quantity: string): number {
  const match = /^([0-9.]+)([a-zA-Z]*)$/.exec(quantity);
  return match === null ? 0 : Number(match[1]) * (SUFFIXES[match[2] ?? ''] ?? 1);
}

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** Access modes as kubectl shortens them. */
export function shortModes(modes: readonly unknown[]): string {
  return modes.map((mode) => (typeof mode === 'string' ? (MODES[mode] ?? mode) : '')).join(',');
}
