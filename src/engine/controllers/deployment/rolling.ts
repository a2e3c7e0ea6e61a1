import type { ReplicaSet } from '../../api/object.ts';
import { syncRolloutStatus } from './progress.ts';
import { getAllReplicaSetsAndSyncRevision, type Sync, scaleTo } from './replicasets.ts';
import { cleanupDeployment } from './scale.ts';
import { byCreation, deploymentComplete, isActive, maxUnavailable, newRSNewReplicas, replicasOf, sum } from './util.ts';

/** One move of a rolling update: up if it can, else down. @see rolling.go rolloutRolling */
export function rolloutRolling(sync: Sync, list: readonly ReplicaSet[]): void {
  const sets = getAllReplicaSetsAndSyncRevision(sync, list, true);
  const { newRS, old } = sets;
  if (!newRS) return;
  const scaled = reconcileNewReplicaSet(sync, newRS, old);
  if (scaled !== newRS) {
    syncRolloutStatus(sync, { newRS: scaled, old });
    return;
  }
  const remaining = reconcileOldReplicaSets(sync, newRS, old);
  if (remaining !== old) {
    syncRolloutStatus(sync, { newRS, old: remaining });
    return;
  }
  if (deploymentComplete(sync.deployment, sync.deployment.status ?? {})) cleanupDeployment(sync, old);
  syncRolloutStatus(sync, sets);
}

/** @see reconcileNewReplicaSet */
function reconcileNewReplicaSet(sync: Sync, newRS: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet {
  const { deployment } = sync;
  if (replicasOf(newRS) === replicasOf(deployment)) return newRS;
  if (replicasOf(newRS) > replicasOf(deployment)) return scaleTo(sync, newRS, replicasOf(deployment));
  return scaleTo(sync, newRS, newRSNewReplicas(deployment, [...old, newRS], replicasOf(newRS)));
}

const availableOf = ({ status }: ReplicaSet): number => status?.availableReplicas ?? 0;

/** Returns the old sets after scaling them down, or the very same list when nothing could be taken. @see reconcileOldReplicaSets */
function reconcileOldReplicaSets(sync: Sync, newRS: ReplicaSet, old: readonly ReplicaSet[]): readonly ReplicaSet[] {
  const { deployment } = sync;
  const active = old.filter(isActive);
  if (active.length === 0) return old;
  const minAvailable = replicasOf(deployment) - maxUnavailable(deployment);
  const unavailable = replicasOf(newRS) - availableOf(newRS);
  const most = sum([...old, newRS], replicasOf) - minAvailable - unavailable;
  if (most <= 0) return old;
  const cleaned = scaleDown(sync, active, most, (rs) => replicasOf(rs) - availableOf(rs));
  const spare = sum([...cleaned, newRS], availableOf) - minAvailable;
  const scaled = spare > 0 ? scaleDown(sync, cleaned, spare, replicasOf) : cleaned;
  const after = new Map(scaled.map((rs) => [rs.metadata.uid, rs]));
  const changed = active.some((rs) => after.get(rs.metadata.uid) !== rs);
  return changed ? old.map((rs) => after.get(rs.metadata.uid) ?? rs) : old;
}

/** Takes up to `most` replicas from the sets, the oldest first, from each up to what it can give. */
function scaleDown(
  sync: Sync,
  sets: readonly ReplicaSet[],
  most: number,
  canGive: (rs: ReplicaSet) => number,
): readonly ReplicaSet[] {
  let left = most;
  return [...sets].sort(byCreation).map((rs) => {
    const count = replicasOf(rs) === 0 ? 0 : Math.max(0, Math.min(left, canGive(rs)));
    left -= count;
    return count === 0 ? rs : scaleTo(sync, rs, replicasOf(rs) - count);
  });
}
