import { parseTime } from '../../api/duration.ts';
import type { ClaimTemplate, StatefulSet } from '../../api/kinds/statefulset.ts';
import type { ObjectInput, Pod } from '../../api/object.ts';
import { controllerRef } from '../../api/server.ts';

/**
 * Who a pod of a StatefulSet is and in what state it is.
 * @see pkg/controller/statefulset/stateful_set_utils.go
 */

const POD_NAME = 'statefulset.kubernetes.io/pod-name';
const POD_INDEX = 'apps.kubernetes.io/pod-index';
const REVISION = 'controller-revision-hash';

const MEMBER = /^(.*)-([0-9]+)$/;

/** The ordinal of a pod by its name; -1 for one that no StatefulSet would name so. @see getOrdinal */
export function getOrdinal(name: string): number {
  const ordinal = Number(MEMBER.exec(name)?.[2] ?? -1);
  return ordinal < 2 ** 31 ? ordinal : -1;
}

/** @see isMemberOf */
export const isMemberOf = (set: StatefulSet, pod: Pod): boolean =>
  MEMBER.exec(pod.metadata.name)?.[1] === set.metadata.name;

export const getStartOrdinal = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;
export const replicasOf = ({ spec }: StatefulSet): number => spec.replicas ?? 1;

/** @see podInOrdinalRange */
export function isInOrdinalRange(set: StatefulSet, name: string): boolean {
  const ordinal = getOrdinal(name);
  return ordinal >= getStartOrdinal(set) && ordinal < getStartOrdinal(set) + replicasOf(set);
}

export const getPodName = (set: StatefulSet, ordinal: number): string => `${set.metadata.name}-${ordinal}`;

export const getPersistentVolumeClaimName = (set: StatefulSet, template: ClaimTemplate, ordinal: number): string =>
  `${template.metadata.name ?? ''}-${set.metadata.name}-${ordinal}`;

/** A pod that is there, or one that is to be created and so has neither status nor uid. */
export type Replica = Pod | Planned;

/** A pod that is to be created. */
export interface Planned {
  readonly planned: ObjectInput;
  readonly name: string;
  readonly revision: string;
}

export const isPlanned = (replica: Replica): replica is Planned => 'planned' in replica;
export const nameOf = (replica: Replica): string => (isPlanned(replica) ? replica.name : replica.metadata.name);
export const uidOf = (replica: Replica): string => (isPlanned(replica) ? '' : replica.metadata.uid);

/** @see getPodRevision */
export const getPodRevision = (replica: Replica): string =>
  isPlanned(replica) ? replica.revision : (replica.metadata.labels?.[REVISION] ?? '');

const identityLabels = (name: string): Record<string, string> => ({
  [POD_NAME]: name,
  [POD_INDEX]: String(getOrdinal(name)),
});

type Volume = NonNullable<Pod['spec']['volumes']>[number];

/** The volumes of a pod with those of the set's claims first, in place of others of their names. @see updateStorage */
function updateStorage(set: StatefulSet, ordinal: number, volumes: readonly Volume[] = []): readonly Volume[] {
  const claims = (set.spec.volumeClaimTemplates ?? []).map((template): Volume => {
    const claimName = getPersistentVolumeClaimName(set, template, ordinal);
    return { name: template.metadata.name ?? '', persistentVolumeClaim: { claimName } };
  });
  return [...claims, ...volumes.filter(({ name }) => !claims.some((claim) => claim.name === name))];
}

/** The pod of an ordinal as a revision of the set makes it. @see newStatefulSetPod, setPodRevision */
export function newStatefulSetPod(set: StatefulSet, revision: string, ordinal: number): Planned {
  const name = getPodName(set, ordinal);
  const { metadata: { labels, annotations, finalizers } = {}, spec } = set.spec.template;
  const volumes = updateStorage(set, ordinal, spec.volumes);
  const planned: ObjectInput = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? 'default',
      labels: { ...labels, ...identityLabels(name), [REVISION]: revision },
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerRef(set)],
    },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName && { subdomain: set.spec.serviceName }),
      ...(volumes.length > 0 && { volumes }),
    },
  };
  return { planned, name, revision };
}

/** @see identityMatches */
export const identityMatches = (set: StatefulSet, { metadata: { name, labels } }: Pod): boolean =>
  getPodName(set, getOrdinal(name)) === name && labels?.[POD_NAME] === name;

/** Whether a pod's volumes are the set's claims. @see storageMatches */
export const storageMatches = (set: StatefulSet, { metadata: { name }, spec: { volumes = [] } }: Pod): boolean =>
  (set.spec.volumeClaimTemplates ?? []).every((template) => {
    const volume = volumes.findLast((one) => one.name === template.metadata.name);
    return volume?.persistentVolumeClaim?.claimName === getPersistentVolumeClaimName(set, template, getOrdinal(name));
  });

/** @see updateIdentity */
export const updateIdentity = (pod: Pod): Pod => ({
  ...pod,
  metadata: { ...pod.metadata, labels: { ...pod.metadata.labels, ...identityLabels(pod.metadata.name) } },
});

/** A pod with the volumes that the set's claims are. */
export const withStorage = (set: StatefulSet, pod: Pod): Pod => ({
  ...pod,
  spec: { ...pod.spec, volumes: updateStorage(set, getOrdinal(pod.metadata.name), pod.spec.volumes) },
});

export const isTerminating = (replica: Replica): boolean =>
  !isPlanned(replica) && replica.metadata.deletionTimestamp !== undefined;

const phaseOf = (replica: Replica): string => (isPlanned(replica) ? '' : (replica.status?.phase ?? ''));

export const isCreated = (replica: Replica): boolean => phaseOf(replica) !== '';
export const isPending = (replica: Replica): boolean => phaseOf(replica) === 'Pending';
export const isFinished = (replica: Replica): boolean => ['Failed', 'Succeeded'].includes(phaseOf(replica));

function readySince(replica: Replica): number | undefined {
  if (isPlanned(replica)) return undefined;
  const ready = replica.status?.conditions?.find(({ type, status }) => type === 'Ready' && status === 'True');
  return ready && (parseTime(ready.lastTransitionTime ?? '') ?? 0);
}

/** @see isRunningAndReady */
export const isRunningAndReady = (replica: Replica): boolean =>
  phaseOf(replica) === 'Running' && readySince(replica) !== undefined;

/** How many milliseconds are left until a pod has been ready for long enough; undefined while it is not ready. */
export function untilAvailable(
  replica: Replica,
  { spec: { minReadySeconds = 0 } }: StatefulSet,
  now: number,
): number | undefined {
  const since = readySince(replica);
  if (since === undefined) return undefined;
  return minReadySeconds === 0 ? 0 : Math.max(0, since + minReadySeconds * 1000 - now);
}

/** @see podutil.IsPodAvailable */
export const isAvailable = (replica: Replica, set: StatefulSet, now: number): boolean =>
  untilAvailable(replica, set, now) === 0;

/** @see isUnavailable */
export const isUnavailable = (replica: Replica, set: StatefulSet, now: number): boolean =>
  !isAvailable(replica, set, now) || isTerminating(replica);
