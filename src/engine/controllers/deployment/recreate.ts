import type { ReplicaSet } from '../../api/object.ts';
import { syncRolloutStatus } from './progress.ts';
import { getAllReplicaSetsAndSyncRevision, oldPodsRunning, type Sync, scaleTo } from './replicasets.ts';
import { cleanupDeployment } from './scale.ts';
import { deploymentComplete, isActive, replicasOf } from './util.ts';

/** All old pods go before the first new one comes. @see recreate.go rolloutRecreate */
export function rolloutRecreate(sync: Sync, list: readonly ReplicaSet[]): void {
  const sets = getAllReplicaSetsAndSyncRevision(sync, list, false);
  if (sets.old.some(isActive)) {
    const old = sets.old.map((rs) => (isActive(rs) ? scaleTo(sync, rs, 0) : rs));
    syncRolloutStatus(sync, { ...sets, old });
    return;
  }
  if (oldPodsRunning(sync, sets)) {
    syncRolloutStatus(sync, sets);
    return;
  }
  const { newRS, old } = sets.newRS ? sets : getAllReplicaSetsAndSyncRevision(sync, list, true);
  if (!newRS) return;
  const scaled = scaleTo(sync, newRS, replicasOf(sync.deployment));
  if (deploymentComplete(sync.deployment, sync.deployment.status ?? {})) cleanupDeployment(sync, old);
  syncRolloutStatus(sync, { newRS: scaled, old });
}
