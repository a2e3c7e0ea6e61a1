import { attempt, StatusError } from '../../api/errors.ts';
import type { Deployment, ReplicaSet } from '../../api/object.ts';
import { allOf, type ReplicaSets, type Sync, scaleReplicaSet, scaleTo } from './replicasets.ts';
import {
  byCreation,
  DESIRED_REPLICAS,
  findActiveOrLatest,
  hasRevisionHistoryLimit,
  isActive,
  isRollingUpdate,
  isSaturated,
  MAX_REPLICAS,
  maxSurge,
  replicasOf,
  revisionOf,
  sum,
} from './util.ts';

/** Whether somebody changed the number of replicas since the sets were last told. @see sync.go isScalingEvent */
export const isScalingEvent = (deployment: Deployment, sets: ReplicaSets): boolean =>
  allOf(sets)
    .filter(isActive)
    .some(({ metadata }) => {
      const desired = metadata.annotations?.[DESIRED_REPLICAS];
      return desired !== undefined && Number(desired) !== replicasOf(deployment);
    });

/** Spreads a new number of replicas over the sets without speeding up or slowing down a rollout. @see sync.go scale */
export function scale(sync: Sync, sets: ReplicaSets): void {
  const { deployment } = sync;
  const { newRS, old } = sets;
  const only = findActiveOrLatest(newRS, old);
  if (only) {
    scaleTo(sync, only, replicasOf(deployment));
    return;
  }
  if (isSaturated(deployment, newRS)) {
    for (const rs of old.filter(isActive)) scaleTo(sync, rs, 0);
    return;
  }
  if (isRollingUpdate(deployment)) scaleProportionally(sync, allOf(sets).filter(isActive));
}

function scaleProportionally(sync: Sync, sets: readonly ReplicaSet[]): void {
  const { deployment } = sync;
  const allowed = replicasOf(deployment) > 0 ? replicasOf(deployment) + maxSurge(deployment) : 0;
  const toAdd = allowed - sum(sets, replicasOf);
  const newerFirst = toAdd > 0 ? -1 : 1;
  const sorted = [...sets].sort((a, b) => replicasOf(b) - replicasOf(a) || newerFirst * byCreation(a, b));
  let added = 0;
  const sizes = sorted.map((rs) => {
    const share = proportionOf(deployment, rs, toAdd, added);
    added += share;
    return replicasOf(rs) + share;
  });
  for (const [i, rs] of sorted.entries()) {
    const size = sizes[i] ?? 0;
    scaleReplicaSet(sync, rs, i === 0 ? Math.max(0, size + toAdd - added) : size);
  }
}

/** @see deployment_util.go GetReplicaSetProportion, getReplicaSetFraction */
function proportionOf(deployment: Deployment, rs: ReplicaSet, toAdd: number, added: number): number {
  if (toAdd === 0 || toAdd === added) return 0;
  const fraction = fractionOf(deployment, rs);
  return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
}

function fractionOf(deployment: Deployment, rs: ReplicaSet): number {
  if (replicasOf(deployment) === 0) return -replicasOf(rs);
  const before = Number(rs.metadata.annotations?.[MAX_REPLICAS]) || (deployment.status?.replicas ?? 0);
  if (before === 0) return 0;
  const size = (replicasOf(rs) * (replicasOf(deployment) + maxSurge(deployment))) / before;
  return Math.round(size) - replicasOf(rs);
}

/** Deletes the oldest sets beyond the history limit that have no pods. @see sync.go cleanupDeployment */
export function cleanupDeployment({ api, ctx, deployment }: Sync, old: readonly ReplicaSet[]): void {
  if (!hasRevisionHistoryLimit(deployment)) return;
  const alive = old.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const excess = alive.length - (deployment.spec.revisionHistoryLimit ?? 0);
  if (excess <= 0) return;
  const oldest = [...alive].sort((a, b) => revisionOf(a) - revisionOf(b) || byCreation(a, b)).slice(0, excess);
  for (const rs of oldest) {
    const seen = (rs.metadata.generation ?? 0) <= (rs.status?.observedGeneration ?? 0);
    if ((rs.status?.replicas ?? 0) !== 0 || replicasOf(rs) !== 0 || !seen) continue;
    const { namespace = '', name } = rs.metadata;
    const refused = attempt(() => api.remove(ctx, { apiVersion: rs.apiVersion, kind: rs.kind, namespace, name }));
    if (refused instanceof StatusError && refused.reason !== 'NotFound') throw refused;
  }
}
