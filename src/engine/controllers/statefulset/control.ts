import { attempt, StatusError } from '../../api/errors.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { Pod } from '../../api/object.ts';
import { claimsMatchRetentionPolicy, isPodClaimStale, updatePodClaimForRetentionPolicy } from './claims.ts';
import {
  getOrdinal,
  getPodRevision,
  getStartOrdinal,
  identityMatches,
  isAvailable,
  isFinished,
  isInOrdinalRange,
  isPending,
  isPlanned,
  isRunningAndReady,
  isTerminating,
  isUnavailable,
  newStatefulSetPod,
  type Replica,
  replicasOf,
  storageMatches,
} from './identity.ts';
import {
  createMissingPersistentVolumeClaims,
  createStatefulPod,
  deleteStatefulPod,
  updateStatefulPod,
} from './podcontrol.ts';
import { applyRevision, getStatefulSetRevisions, listRevisions, type Revisions, truncateHistory } from './revisions.ts';
import { computeStatus, type Status, updateStatefulSetStatus } from './status.ts';
import type { Sync } from './sync.ts';

const MAX_BATCH = 500;

/** Whether the sync is to go no further. */
type Stop = boolean;

/**
 * Brings a set one step nearer to what it asks for, and writes its status even where that failed.
 * @throws StatusError of the step that failed
 * @see pkg/controller/statefulset/stateful_set_control.go UpdateStatefulSet, performUpdate
 */
export function updateStatefulSet(sync: Sync): Status {
  const revisions = listRevisions(sync);
  const both = getStatefulSetRevisions(sync, revisions);
  const { status, failed } = reconcile(sync, both);
  updateStatefulSetStatus(sync, status);
  truncateHistory(sync, revisions, both);
  if (failed) throw failed;
  return status;
}

/** @see updateStatefulSet */
function reconcile(
  sync: Sync,
  revisions: Revisions,
): { readonly status: Status; readonly failed: StatusError | undefined } {
  const { set, pods, now } = sync;
  if (set.metadata.deletionTimestamp !== undefined)
    return { status: computeStatus(sync, revisions, pods), failed: undefined };
  const updateSet = applyRevision(set, revisions.update);
  const replicas = replicasOfSet(sync, revisions, updateSet);
  const condemned = pods
    .filter(({ metadata: { name } }) => getOrdinal(name) >= 0 && !isInOrdinalRange(set, name))
    .sort((a, b) => getOrdinal(b.metadata.name) - getOrdinal(a.metadata.name));
  const isMonotonic = set.spec.podManagementPolicy !== 'Parallel';
  const firstUnavailable =
    replicas.find((replica) => isUnavailable(replica, set, now)) ??
    condemned.findLast((pod) => isUnavailable(pod, set, now));
  const stops = attempt(
    () =>
      forAll(replicas, isMonotonic, (replica) => processReplica(sync, updateSet, replica, isMonotonic)) ||
      forAll(condemned, isMonotonic, (pod) => fixPodClaims(sync, updateSet, pod)) ||
      forAll(condemned, isMonotonic, (pod) => processCondemned(sync, pod, pod === firstUnavailable, isMonotonic)),
  );
  const status = computeStatus(sync, revisions, [...replicas, ...condemned]);
  if (stops instanceof StatusError) return { status, failed: stops };
  if (stops || set.spec.updateStrategy?.type === 'OnDelete') return { status, failed: undefined };
  const replaced = attempt(() => rollingUpdate(sync, revisions, replicas));
  if (replaced instanceof StatusError) return { status, failed: replaced };
  return {
    status: replaced ? { ...status, currentReplicas: status.currentReplicas - 1 } : status,
    failed: undefined,
  };
}

/** The pods of the set's ordinals, and for those that are not there the ones to create. @see newVersionedStatefulSetPod */
function replicasOfSet(
  { set, pods }: Sync,
  { current, update }: Revisions,
  updateSet: StatefulSet,
): readonly Replica[] {
  const currentSet = applyRevision(set, current);
  const start = getStartOrdinal(set);
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {};
  const ofCurrent = (ordinal: number): boolean =>
    rollingUpdate
      ? ordinal < start + (rollingUpdate.partition ?? 0)
      : type === 'RollingUpdate' && ordinal < start + (set.status?.currentReplicas ?? 0);
  const byOrdinal = new Map(pods.map((pod) => [getOrdinal(pod.metadata.name), pod]));
  return Array.from({ length: replicasOf(set) }, (_, i): Replica => {
    const ordinal = start + i;
    const pod = byOrdinal.get(ordinal);
    if (pod) return pod;
    return ofCurrent(ordinal)
      ? newStatefulSetPod(currentSet, current.metadata.name, ordinal)
      : newStatefulSetPod(updateSet, update.metadata.name, ordinal);
  });
}

/** One after the other until one says stop; or all, in batches that end with the first refusal. @see runForAll */
function forAll<T>(items: readonly T[], isMonotonic: boolean, act: (item: T) => Stop): Stop {
  if (isMonotonic) return items.some(act);
  let done = 0;
  for (let size = Math.min(items.length, 1); size > 0; size = Math.min(2 * size, items.length - done, MAX_BATCH)) {
    let failed: StatusError | undefined;
    for (const item of items.slice(done, done + size)) {
      const refused = attempt(() => act(item));
      if (refused instanceof StatusError) failed ??= refused;
    }
    if (failed) throw failed;
    done += size;
  }
  return false;
}

/** @see processReplica */
function processReplica(sync: Sync, updateSet: StatefulSet, replica: Replica, isMonotonic: boolean): Stop {
  const { set, now } = sync;
  if (isPlanned(replica)) {
    if (isPodClaimStale(sync, set, replica)) return true;
    createStatefulPod(sync, set, replica);
    return isMonotonic;
  }
  if (isFinished(replica)) {
    if (!isTerminating(replica)) deleteStatefulPod(sync, replica);
    return true;
  }
  if (isPending(replica)) createMissingPersistentVolumeClaims(sync, set, replica);
  if (isMonotonic && (isTerminating(replica) || !isRunningAndReady(replica) || !isAvailable(replica, set, now)))
    return true;
  const isInOrder =
    identityMatches(set, replica) &&
    storageMatches(set, replica) &&
    claimsMatchRetentionPolicy(sync, updateSet, replica);
  if (!isInOrder) updateStatefulPod(sync, updateSet, replica);
  return false;
}

function fixPodClaims(sync: Sync, updateSet: StatefulSet, pod: Pod): Stop {
  if (claimsMatchRetentionPolicy(sync, updateSet, pod)) return false;
  const refused = updatePodClaimForRetentionPolicy(sync, updateSet, pod);
  if (refused !== undefined) throw new StatusError('InternalError', refused);
  return false;
}

/** @see processCondemned */
function processCondemned(sync: Sync, pod: Pod, isFirstUnavailable: boolean, isMonotonic: boolean): Stop {
  if (isTerminating(pod)) return isMonotonic;
  const isHealthy = isRunningAndReady(pod) && isAvailable(pod, sync.set, sync.now);
  if (isMonotonic && !isHealthy && !isFirstUnavailable) return true;
  deleteStatefulPod(sync, pod);
  return true;
}

/** Deletes the last pod that is not of the new revision, unless one behind it is not yet available. */
function rollingUpdate({ set, now, ...sync }: Sync, { update }: Revisions, replicas: readonly Replica[]): boolean {
  const first = set.spec.updateStrategy?.rollingUpdate?.partition ?? 0;
  for (let i = replicas.length - 1; i >= first; i--) {
    const replica = replicas[i];
    if (!replica) continue;
    if (!isPlanned(replica) && getPodRevision(replica) !== update.metadata.name && !isTerminating(replica)) {
      deleteStatefulPod({ set, now, ...sync }, replica);
      return true;
    }
    if (isUnavailable(replica, set, now)) return false;
  }
  return false;
}
