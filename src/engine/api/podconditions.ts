import type { Condition, PodStatus } from './object.ts';

/**
 * A pod's status with a condition in place of that of its type; the time of the last transition stays where the status does.
 * @see pkg/api/v1/pod/util.go UpdatePodCondition
 */
export function withCondition(status: PodStatus, condition: Condition, now: string): PodStatus {
  const { conditions = [] } = status;
  const { lastTransitionTime: _, ...said } = condition;
  const old = conditions.find(({ type }) => type === condition.type);
  const lastTransitionTime = old && old.status === condition.status ? (old.lastTransitionTime ?? now) : now;
  const next: Condition = { lastProbeTime: null, lastTransitionTime, ...said };
  return {
    ...status,
    conditions: old ? conditions.map((other) => (other === old ? next : other)) : [...conditions, next],
  };
}
