import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { Deployment, Pod, ReplicaSet } from '../../api/object.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { ApiServer } from '../../api/server.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { controllerOf, resolveController } from '../owners.ts';
import { newCondition, REASONS, setCondition } from './conditions.ts';
import { QUEUE, syncDeploymentStatus } from './progress.ts';
import { rolloutRecreate } from './recreate.ts';
import {
  allOf,
  getAllReplicaSetsAndSyncRevision,
  replicaSetsOf,
  type Sync,
  updateDeploymentStatus,
} from './replicasets.ts';
import { rolloutRolling } from './rolling.ts';
import { cleanupDeployment, isScalingEvent, scale } from './scale.ts';
import { hasProgressDeadline, progressingCondition } from './util.ts';

const MAX_RETRIES = 15;

/**
 * Rolls ReplicaSets out, each with the pods of one version of a template.
 * @see pkg/controller/deployment/deployment_controller.go
 */
export function deployment(api: ApiServer): ComponentType {
  return {
    type: 'deployment-controller',
    queues: { [QUEUE]: { sync: (ctx, key) => sync(api, ctx, key), workers: 5 } },
    watches: [
      { table: DEPLOYMENTS, on: (ctx, { key }) => ctx.enqueue(QUEUE, key) },
      { table: REPLICA_SETS, on: onReplicaSet },
      { table: PODS, on: onPod },
    ],
  };
}

const enqueue = (ctx: Context, { metadata }: Deployment): void =>
  ctx.enqueue(QUEUE, keyOf(metadata.namespace, metadata.name));

const resolve = (ctx: Context, rs: ReplicaSet): Deployment | undefined =>
  resolveController<Deployment>(ctx, DEPLOYMENTS, 'Deployment', rs);

/** @see addReplicaSet, updateReplicaSet, deleteReplicaSet */
function onReplicaSet(ctx: Context, { before, after }: WatchEvent<ReplicaSet>): void {
  const [old, now] = [before && controllerOf(before), after && controllerOf(after)];
  if (before && old && old.uid !== now?.uid) {
    const owner = resolve(ctx, before);
    if (owner) enqueue(ctx, owner);
  }
  if (after && now) {
    const owner = resolve(ctx, after);
    if (owner) enqueue(ctx, owner);
    return;
  }
  if (!after || (before && !old && deepEqual(before.metadata.labels, after.metadata.labels))) return;
  for (const key of ctx.bucket(DEPLOYMENTS, 'byNamespace', after.metadata.namespace ?? '')) {
    const candidate = ctx.get<Deployment>(DEPLOYMENTS, key);
    if (candidate && matchesLabelSelector(candidate.spec.selector, after.metadata.labels)) enqueue(ctx, candidate);
  }
}

/** A Recreate deployment waits for its last pod to go. @see deletePod */
function onPod(ctx: Context, { before, after }: WatchEvent<Pod>): void {
  if (after || !before) return;
  const rs = resolveController<ReplicaSet>(ctx, REPLICA_SETS, 'ReplicaSet', before);
  const owner = rs && resolve(ctx, rs);
  if (owner?.spec.strategy?.type !== 'Recreate') return;
  const sets = ctx
    .bucket(REPLICA_SETS, 'byOwner', owner.metadata.uid)
    .flatMap((key) => ctx.get<ReplicaSet>(REPLICA_SETS, key) ?? []);
  if (sets.every(({ metadata }) => ctx.bucket(PODS, 'byOwner', metadata.uid).length === 0)) enqueue(ctx, owner);
}

function sync(api: ApiServer, ctx: Context, key: string): void {
  const failed = attempt(() => syncDeployment(api, ctx, key));
  const retry = failed instanceof StatusError && ctx.failures(QUEUE, key) < MAX_RETRIES;
  if (retry && !failed.message.includes('because it is being terminated')) ctx.enqueueRateLimited(QUEUE, key);
  else ctx.forget(QUEUE, key);
}

/** @see syncDeployment */
function syncDeployment(api: ApiServer, ctx: Context, key: string): void {
  const cached = ctx.get<Deployment>(DEPLOYMENTS, key);
  if (!cached) return;
  const run: Sync = { api, ctx, deployment: cached };
  const list = replicaSetsOf(run);
  if (cached.metadata.deletionTimestamp !== undefined) {
    syncDeploymentStatus(run, getAllReplicaSetsAndSyncRevision(run, list, false));
    return;
  }
  checkPausedConditions(run);
  const sets = getAllReplicaSetsAndSyncRevision(run, list, false);
  const { paused } = run.deployment.spec;
  if (paused || isScalingEvent(run.deployment, sets)) {
    scale(run, sets);
    if (paused) cleanupDeployment(run, sets.old);
    syncDeploymentStatus(run, sets);
    return;
  }
  if (run.deployment.spec.strategy?.type === 'Recreate') rolloutRecreate(run, allOf(sets));
  else rolloutRolling(run, allOf(sets));
}

/** Time that a deployment is paused must not count against its deadline. @see checkPausedConditions */
function checkPausedConditions(run: Sync): void {
  const { api, ctx, deployment: current } = run;
  if (!hasProgressDeadline(current)) return;
  const condition = progressingCondition(current.status);
  if (condition?.reason === REASONS.timedOut) return;
  const wasPaused = condition?.reason === REASONS.paused;
  if ((current.spec.paused ?? false) === wasPaused) return;
  const [reason, message] = current.spec.paused
    ? [REASONS.paused, 'Deployment is paused']
    : [REASONS.resumed, 'Deployment is resumed'];
  const status = setCondition(
    current.status ?? {},
    newCondition('Progressing', 'Unknown', reason, message, api.timestamp(ctx)),
  );
  updateDeploymentStatus(run, { ...current, status });
}
