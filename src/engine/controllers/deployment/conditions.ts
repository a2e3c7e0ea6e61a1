import type { Condition, Deployment } from '../../api/object.ts';

export type DeploymentStatus = NonNullable<Deployment['status']>;

export const REASONS = {
  replicaSetUpdated: 'ReplicaSetUpdated',
  replicaSetCreateError: 'ReplicaSetCreateError',
  newReplicaSetCreated: 'NewReplicaSetCreated',
  foundNewReplicaSet: 'FoundNewReplicaSet',
  newReplicaSetAvailable: 'NewReplicaSetAvailable',
  timedOut: 'ProgressDeadlineExceeded',
  paused: 'DeploymentPaused',
  resumed: 'DeploymentResumed',
} as const;

export const conditionOf = (status: DeploymentStatus | undefined, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type);

export const newCondition = (
  type: string,
  status: string,
  reason: string,
  message: string,
  now: string,
): Condition => ({
  type,
  status,
  lastUpdateTime: now,
  lastTransitionTime: now,
  reason,
  message,
});

export function removeCondition(status: DeploymentStatus, type: string): DeploymentStatus {
  const { conditions = [], ...rest } = status;
  const others = conditions.filter((condition) => condition.type !== type);
  return others.length > 0 ? { ...rest, conditions: others } : rest;
}

/** A condition of the same status and reason stays as it is. @see SetDeploymentCondition */
export function setCondition(status: DeploymentStatus, condition: Condition): DeploymentStatus {
  const current = conditionOf(status, condition.type);
  if (current?.status === condition.status && current.reason === condition.reason) return status;
  const kept =
    current?.status === condition.status && current.lastTransitionTime !== undefined
      ? { ...condition, lastTransitionTime: current.lastTransitionTime }
      : condition;
  const rest = removeCondition(status, condition.type);
  return { ...rest, conditions: [...(rest.conditions ?? []), kept] };
}
