import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import {
  getPodRevision,
  isAvailable,
  isCreated,
  isRunningAndReady,
  isTerminating,
  type Replica,
  replicasOf,
} from './identity.ts';
import type { Revisions } from './revisions.ts';
import type { Sync } from './sync.ts';

/** Counts of a set's pods, and its revisions; zeros are kept here and left out in what is written. */
export interface Status {
  readonly observedGeneration: number;
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly currentReplicas: number;
  readonly updatedReplicas: number;
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly collisionCount: number;
}

/** @see updateStatus, computeReplicaStatus */
export function computeStatus({ set, now }: Sync, revisions: Revisions, replicas: readonly Replica[]): Status {
  const { current, update, collisionCount } = revisions;
  const count = (holds: (replica: Replica) => boolean): number => replicas.filter(holds).length;
  const isOf =
    (name: string) =>
    (replica: Replica): boolean =>
      isCreated(replica) && !isTerminating(replica) && getPodRevision(replica) === name;
  return {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: count(isCreated),
    readyReplicas: count(isRunningAndReady),
    availableReplicas: count((replica) => isRunningAndReady(replica) && isAvailable(replica, set, now)),
    currentReplicas: count(isOf(current.metadata.name)),
    updatedReplicas: count(isOf(update.metadata.name)),
    currentRevision: current.metadata.name,
    updateRevision: update.metadata.name,
    collisionCount,
  };
}

/** When all pods are of the new revision and ready, it is the current one. @see completeRollingUpdate */
function completeRollingUpdate(set: StatefulSet, status: Status): Status {
  const wanted = replicasOf(set);
  const isComplete =
    set.spec.updateStrategy?.type === 'RollingUpdate' &&
    status.updatedReplicas === wanted &&
    status.readyReplicas === wanted &&
    status.replicas === wanted;
  return isComplete
    ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision }
    : status;
}

const COUNTS = [
  'replicas',
  'currentReplicas',
  'readyReplicas',
  'updatedReplicas',
  'availableReplicas',
] as const satisfies readonly (keyof Status)[];

/** @see inconsistentStatus */
function isInconsistent({ status: old }: StatefulSet, status: Status): boolean {
  return (
    status.observedGeneration > (old?.observedGeneration ?? 0) ||
    COUNTS.some((field) => status[field] !== (old?.[field] ?? 0)) ||
    status.currentRevision !== (old?.currentRevision ?? '') ||
    status.updateRevision !== (old?.updateRevision ?? '')
  );
}

/** Writes the status if it says something new. @see updateStatefulSetStatus */
export function updateStatefulSetStatus({ api, ctx, set, ref }: Sync, computed: Status): void {
  const status = completeRollingUpdate(set, computed);
  if (!isInconsistent(set, status)) return;
  const { replicas, availableReplicas, collisionCount, observedGeneration, ...rest } = status;
  const counted = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== 0 && value !== ''));
  const live = api.find<StatefulSet>(ctx, ref);
  if (live?.metadata.uid !== set.metadata.uid) return;
  api.updateStatus<StatefulSet>(ctx, {
    ...live,
    status: { observedGeneration, replicas, ...counted, availableReplicas, collisionCount },
  });
}
