import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { backendOf, claimOfVolume, type PodVolume, podVolumes, volumeOfAttachment, volumeOfClaim } from './facts.ts';
import { controllerOf, list, objectId, parseId, text } from './ids.ts';
import type { Replica } from './replica.ts';

/** Something the graph may draw: an object of the recording, or one that is drawn because of another. */
export interface Element {
  readonly id: ObjectId;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly firstStep: number;
  readonly lastStep: number | null;
}

export interface PodElement extends Element {
  readonly owner?: ObjectId;
  readonly volumes: readonly PodVolume[];
}

/**
 * Who belongs to whom over the whole recording, whatever the step: a claim belongs with the volume it is ever bound to.
 * The layout is a function of this alone.
 */
export interface Structure {
  readonly elements: ReadonlyMap<ObjectId, Element>;
  readonly workloads: readonly Element[];
  readonly pods: readonly PodElement[];
  readonly claims: readonly Element[];
  readonly volumes: readonly Element[];
  readonly nodes: readonly Element[];
  readonly classes: readonly Element[];
  /** Persistent volumes of a claim, by creation. */
  readonly volumesOfClaim: ReadonlyMap<ObjectId, readonly Element[]>;
  readonly claimOfVolume: ReadonlyMap<ObjectId, ObjectId>;
  /** The backend's volume of a persistent volume. */
  readonly backendOfVolume: ReadonlyMap<ObjectId, Element>;
  readonly volumeOfBackend: ReadonlyMap<ObjectId, ObjectId>;
  readonly attachmentsOfVolume: ReadonlyMap<ObjectId, readonly Element[]>;
  /** Backend volumes that no persistent volume ever names. */
  readonly orphans: readonly Element[];
  /** Mount records of a pod, by the pod's id. */
  readonly mountsOfPod: ReadonlyMap<ObjectId, readonly ObjectId[]>;
  /** Mount records of a persistent volume. */
  readonly mountsOfVolume: ReadonlyMap<ObjectId, readonly ObjectId[]>;
  /** Pods of a workload or of a claim. */
  readonly podsOf: ReadonlyMap<ObjectId, readonly ObjectId[]>;
}

const WORKLOADS = new Set([
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'ReplicaSet',
  'ReplicationController',
  'CronJob',
]);

const known = new WeakMap<Replica, { readonly version: number; readonly structure: Structure }>();

/** Who belongs to whom; worked out once for each version of the recording. */
export function structureOf(replica: Replica): Structure {
  const before = known.get(replica);
  if (before?.version === replica.version) return before.structure;
  const structure = structureFrom(replica);
  known.set(replica, { version: replica.version, structure });
  return structure;
}

function structureFrom(replica: Replica): Structure {
  // Half of a long recording are Events, which are told of by what they are about.
  const union = replica.union().filter(({ kind }) => kind !== 'Event');
  const byKind = new Map<string, Element[]>();
  for (const entry of union) push(byKind, entry.kind, entry);
  const ofKind = (kind: string): readonly Element[] => byKind.get(kind) ?? [];
  const elements = new Map<ObjectId, Element>(union.map((entry) => [entry.id, entry]));

  const pods: PodElement[] = [];
  const podsOf = new Map<ObjectId, ObjectId[]>();
  for (const entry of ofKind('Pod')) {
    const value = replica.lastValue(entry.id);
    if (value === undefined) continue;
    const owner = topOwner(replica, value, entry.namespace);
    const volumes = podVolumes(value);
    const pod: PodElement = owner === undefined ? { ...entry, volumes } : { ...entry, owner, volumes };
    pods.push(pod);
    elements.set(entry.id, pod);
    if (owner !== undefined) push(podsOf, owner, entry.id);
    for (const volume of volumes) {
      push(podsOf, volume.target, entry.id);
      if (volume.claim === undefined)
        elements.set(volume.target, { ...entry, id: volume.target, ...parseId(volume.target) });
    }
  }

  const claims = ofKind('PersistentVolumeClaim');
  const volumes = ofKind('PersistentVolume');
  const claimOf = new Map<ObjectId, ObjectId>();
  for (const claim of claims) {
    for (const value of replica.valuesOf(claim.id)) {
      const volume = volumeOfClaim(value);
      if (volume !== undefined && elements.has(volume)) claimOf.set(volume, claim.id);
    }
  }
  const backendOfVolume = new Map<ObjectId, Element>();
  const volumeOfBackend = new Map<ObjectId, ObjectId>();
  for (const volume of volumes) {
    const values = replica.valuesOf(volume.id);
    const claim = values.findLast((value) => claimOfVolume(value) !== undefined);
    const named = claim === undefined ? undefined : claimOfVolume(claim);
    if (named !== undefined && elements.has(named)) claimOf.set(volume.id, named);
    const last = values.at(-1);
    const backend = last === undefined ? undefined : backendOf(last);
    if (backend === undefined) continue;
    const element = elements.get(backend.id) ?? { ...volume, id: backend.id, ...parseId(backend.id) };
    elements.set(backend.id, element);
    backendOfVolume.set(volume.id, element);
    volumeOfBackend.set(backend.id, volume.id);
  }
  const volumesOfClaim = new Map<ObjectId, Element[]>();
  for (const volume of volumes) {
    const claim = claimOf.get(volume.id);
    if (claim !== undefined) push(volumesOfClaim, claim, volume);
  }

  const attachmentsOfVolume = new Map<ObjectId, Element[]>();
  for (const attachment of ofKind('VolumeAttachment')) {
    const value = replica.lastValue(attachment.id);
    const volume = value === undefined ? undefined : volumeOfAttachment(value);
    if (volume !== undefined) push(attachmentsOfVolume, volume, attachment);
  }
  const mountsOfPod = new Map<ObjectId, ObjectId[]>();
  const mountsOfVolume = new Map<ObjectId, ObjectId[]>();
  for (const mount of ofKind('Mount')) {
    const spec = replica.lastValue(mount.id)?.spec;
    push(mountsOfPod, objectId('Pod', text(spec, 'podNamespace'), text(spec, 'podName')), mount.id);
    if (text(spec, 'pv') !== '') push(mountsOfVolume, objectId('PersistentVolume', '', text(spec, 'pv')), mount.id);
  }

  return {
    elements,
    workloads: union.filter((entry) => WORKLOADS.has(entry.kind) && !isOwned(replica, entry.id)),
    pods,
    claims,
    volumes,
    nodes: ofKind('Node'),
    classes: ofKind('StorageClass'),
    volumesOfClaim,
    claimOfVolume: claimOf,
    backendOfVolume,
    volumeOfBackend,
    attachmentsOfVolume,
    orphans: ofKind('Volume').filter((entry) => !volumeOfBackend.has(entry.id)),
    mountsOfPod,
    mountsOfVolume,
    podsOf,
  };
}

function isOwned(replica: Replica, id: ObjectId): boolean {
  const value = replica.lastValue(id);
  const owner = value === undefined ? undefined : controllerOf(value);
  return owner !== undefined && replica.entry(objectId(owner.kind, parseId(id).namespace, owner.name)) !== undefined;
}

/** The workload at the top of the chain of controllers: a Deployment, not its ReplicaSet. */
function topOwner(replica: Replica, object: RecordedObject, namespace: string): ObjectId | undefined {
  let found: ObjectId | undefined;
  let here: RecordedObject | undefined = object;
  for (let depth = 0; here !== undefined && depth < 8; depth += 1) {
    const owner = controllerOf(here);
    if (owner === undefined) break;
    const id = objectId(owner.kind, namespace, owner.name);
    if (replica.entry(id) === undefined) break;
    found = id;
    here = replica.lastValue(id);
  }
  return found;
}

/** The claim template or the volumes of a workload's pods, for its card. */
export function claimTemplates(workload: RecordedObject): { readonly name: string; readonly size: string }[] {
  return list(workload, 'spec', 'volumeClaimTemplates').map((template) => ({
    name: text(template, 'metadata', 'name'),
    size: text(template, 'spec', 'resources', 'requests', 'storage'),
  }));
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
