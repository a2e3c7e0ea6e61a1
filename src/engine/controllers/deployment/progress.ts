import { deepEqual } from '../../api/diff.ts';
import { parseTime } from '../../api/duration.ts';
import { keyOf } from '../../api/kind.ts';
import type { Condition, Deployment, ReplicaSet } from '../../api/object.ts';
import {
  conditionOf,
  type DeploymentStatus,
  newCondition,
  REASONS,
  removeCondition,
  setCondition,
} from './conditions.ts';
import { allOf, type ReplicaSets, type Sync, updateDeploymentStatus } from './replicasets.ts';
import {
  deploymentComplete,
  deploymentProgressing,
  hasProgressDeadline,
  maxUnavailable,
  replicasOf,
  sum,
} from './util.ts';

export const QUEUE = 'deployment';

/** @see sync.go calculateStatus */
function calculateStatus({ api, ctx, deployment }: Sync, sets: ReplicaSets): DeploymentStatus {
  const all = allOf(sets);
  const available = sum(all, ({ status }) => status?.availableReplicas);
  const { collisionCount, conditions } = deployment.status ?? {};
  const counts = {
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum(all, ({ status }) => status?.replicas),
    updatedReplicas: sets.newRS?.status?.replicas ?? 0,
    readyReplicas: sum(all, ({ status }) => status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, sum(all, replicasOf) - available),
  };
  const terminating = terminatingReplicas(all);
  const status: DeploymentStatus = {
    ...Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0)),
    ...(terminating !== undefined && { terminatingReplicas: terminating }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
  const enough = available >= replicasOf(deployment) - maxUnavailable(deployment);
  const condition = enough
    ? newCondition(
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        api.timestamp(ctx),
      )
    : newCondition(
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        api.timestamp(ctx),
      );
  return setCondition(status, condition);
}

/** Unknown as soon as one set that was seen does not tell. @see GetTerminatingReplicaCountForReplicaSets */
function terminatingReplicas(sets: readonly ReplicaSet[]): number | undefined {
  let total = 0;
  for (const { status } of sets) {
    if (status?.terminatingReplicas !== undefined) total += status.terminatingReplicas;
    else if (status?.observedGeneration) return undefined;
  }
  return total;
}

/** @see sync.go syncDeploymentStatus */
export function syncDeploymentStatus(sync: Sync, sets: ReplicaSets): void {
  const status = calculateStatus(sync, sets);
  if (!deepEqual(status, sync.deployment.status)) updateDeploymentStatus(sync, { ...sync.deployment, status });
}

/** Status with an estimate of whether the rollout gets on. @see progress.go syncRolloutStatus */
export function syncRolloutStatus(sync: Sync, sets: ReplicaSets): void {
  const { deployment } = sync;
  let status = calculateStatus(sync, sets);
  if (!hasProgressDeadline(deployment)) status = removeCondition(status, 'Progressing');
  const current = conditionOf(deployment.status, 'Progressing');
  const settled =
    (status.replicas ?? 0) === (status.updatedReplicas ?? 0) && current?.reason === REASONS.newReplicaSetAvailable;
  if (hasProgressDeadline(deployment) && !settled) status = estimateProgress(sync, sets, status, current);
  const failure = replicaFailure(sets);
  status = failure ? setCondition(status, failure) : removeCondition(status, 'ReplicaFailure');
  if (deepEqual(status, deployment.status)) requeueStuckDeployment(sync, status);
  else updateDeploymentStatus(sync, { ...deployment, status });
}

function estimateProgress(
  sync: Sync,
  { newRS }: ReplicaSets,
  status: DeploymentStatus,
  current: Condition | undefined,
): DeploymentStatus {
  const { api, ctx, deployment } = sync;
  const what = newRS
    ? `ReplicaSet ${JSON.stringify(newRS.metadata.name)}`
    : `Deployment ${JSON.stringify(deployment.metadata.name)}`;
  const progressing = (value: string, reason: string, text: string): Condition =>
    newCondition('Progressing', value, reason, `${what} ${text}.`, api.timestamp(ctx));
  if (deploymentComplete(deployment, status)) {
    return setCondition(status, progressing('True', REASONS.newReplicaSetAvailable, 'has successfully progressed'));
  }
  if (deploymentProgressing(deployment, status)) {
    const condition = progressing('True', REASONS.replicaSetUpdated, 'is progressing');
    const kept =
      current?.status === 'True' && current.lastTransitionTime !== undefined
        ? { lastTransitionTime: current.lastTransitionTime }
        : {};
    return setCondition(removeCondition(status, 'Progressing'), { ...condition, ...kept });
  }
  if (deploymentTimedOut(sync, status))
    return setCondition(status, progressing('False', REASONS.timedOut, 'has timed out progressing'));
  return status;
}

const deadline = (deployment: Deployment, condition: Condition): number =>
  (parseTime(condition.lastUpdateTime ?? '') ?? 0) + (deployment.spec.progressDeadlineSeconds ?? 0) * 1000;

/** @see deployment_util.go DeploymentTimedOut */
function deploymentTimedOut({ api, ctx, deployment }: Sync, status: DeploymentStatus): boolean {
  const condition = conditionOf(status, 'Progressing');
  if (!condition || condition.reason === REASONS.newReplicaSetAvailable) return false;
  return condition.reason === REASONS.timedOut || deadline(deployment, condition) < api.epochMillis(ctx);
}

/** Looks again when the deadline will be over. @see progress.go requeueStuckDeployment */
function requeueStuckDeployment({ api, ctx, deployment }: Sync, status: DeploymentStatus): void {
  const current = conditionOf(deployment.status, 'Progressing');
  if (!hasProgressDeadline(deployment) || !current) return;
  if (deploymentComplete(deployment, status) || current.reason === REASONS.timedOut) return;
  // A rollout that was complete never times out: upstream looks again ten times a second and finds nothing.
  if (current.reason === REASONS.newReplicaSetAvailable) return;
  const key = keyOf(deployment.metadata.namespace, deployment.metadata.name);
  const after = deadline(deployment, current) - api.epochMillis(ctx);
  if (after < 1000) ctx.enqueueRateLimited(QUEUE, key);
  else ctx.enqueue(QUEUE, key, after + 1000);
}

/** What keeps a set from having its pods; that of the newest set first. @see progress.go getReplicaFailures */
function replicaFailure(sets: ReplicaSets): Condition | undefined {
  for (const rs of [...(sets.newRS ? [sets.newRS] : []), ...allOf(sets)]) {
    const failure = rs.status?.conditions?.find(({ type }) => type === 'ReplicaFailure');
    if (failure)
      return {
        ...failure,
        ...(failure.lastTransitionTime !== undefined && { lastUpdateTime: failure.lastTransitionTime }),
      };
  }
  return undefined;
}
