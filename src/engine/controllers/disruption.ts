import type { Condition, Pod } from '../api/object.ts';

/** Says that a pod is about to go for no reason of its own. @see pkg/apis/core/types.go DisruptionTarget */
export const disruptionTarget = ({ metadata: { generation } }: Pod, reason: string, message: string): Condition => ({
  type: 'DisruptionTarget',
  ...(generation !== undefined && { observedGeneration: generation }),
  status: 'True',
  reason,
  message,
});
