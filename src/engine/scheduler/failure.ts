import { attempt } from '../api/errors.ts';
import { recordSchedulerEvent } from '../api/events.ts';
import { keyOf } from '../api/kind.ts';
import type { Condition, Pod, PodStatus } from '../api/object.ts';
import { withCondition } from '../api/podconditions.ts';
import type { ApiServer } from '../api/server.ts';
import { PODS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import { type Attempts, addUnschedulable, type Refusal } from './queue.ts';

export interface SchedulingFailure {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  readonly refusal: Refusal;
  readonly attempts: Attempts;
  /** Whether the node that the pod was nominated for is taken back. */
  readonly clearNominatedNode: boolean;
}

/**
 * Puts a pod back into the queue and tells why it has no node.
 * @see pkg/scheduler/schedule_one.go handleSchedulingFailure
 */
export function handleSchedulingFailure(api: ApiServer, ctx: Context, pod: Pod, failure: SchedulingFailure): void {
  const { message, reason, attempts, refusal, clearNominatedNode } = failure;
  const { namespace, name, uid, generation } = pod.metadata;
  const key = keyOf(namespace, name);
  const cached = ctx.get<Pod>(PODS, key);
  if (cached && !cached.spec.nodeName) {
    if (cached.metadata.uid !== uid) return;
    addUnschedulable(ctx, key, cached, attempts, refusal);
  }
  recordSchedulerEvent(api, ctx, {
    about: cached ?? pod,
    type: 'Warning',
    reason: 'FailedScheduling',
    action: 'Scheduling',
    message,
  });
  patchPodStatus(api, ctx, pod, (status) => {
    const condition: Condition = {
      type: 'PodScheduled',
      status: 'False',
      reason,
      message,
      ...(generation !== undefined && { observedGeneration: generation }),
    };
    const updated = withCondition(status, condition, api.timestamp(ctx));
    return clearNominatedNode ? withoutNominatedNode(updated) : updated;
  });
}

function withoutNominatedNode(status: PodStatus): PodStatus {
  const { nominatedNodeName: _, ...rest } = status;
  return rest;
}

/** Changes a pod's status as it is now; a pod that is gone is left alone. @see updatePod */
export function patchPodStatus(api: ApiServer, ctx: Context, pod: Pod, change: (status: PodStatus) => PodStatus): void {
  const { namespace = '', name, uid } = pod.metadata;
  const live = api.find<Pod>(ctx, { kind: 'Pod', apiVersion: 'v1', namespace, name });
  if (live?.metadata.uid !== uid) return;
  // Upstream logs a refusal and goes on.
  if (live) attempt(() => api.updateStatus<Pod>(ctx, { ...live, status: change(live.status ?? {}) }));
}
