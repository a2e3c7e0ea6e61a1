import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import type { Condition, Node, Pod } from '../../api/object.ts';
import { withCondition } from '../../api/podconditions.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { POD_UPDATE, SOURCE } from './queues.ts';
import { readyStatus } from './ready.ts';

const readyOf = ({ status }: Pod): Condition | undefined => status?.conditions?.find(({ type }) => type === 'Ready');

/** @see pkg/controller/util/node/controller_utils.go MarkPodsNotReady */
export function markPodsNotReady(api: ApiServer, ctx: Context, pods: readonly string[]): void {
  for (const key of pods) {
    const pod = ctx.live<Pod>(PODS, key);
    const ready = pod && readyOf(pod);
    if (!pod || !ready || ready.status === 'False') continue;
    const status = withCondition(pod.status ?? {}, { ...ready, status: 'False' }, api.timestamp(ctx));
    const refused = attempt(() => api.updateStatus<Pod>(ctx, { ...pod, status }));
    if (refused instanceof StatusError && refused.reason === 'NotFound') continue;
    const message = 'Node is not ready';
    recordEvent(api, ctx, { source: SOURCE, about: pod, type: 'Warning', reason: 'NodeNotReady', message });
  }
}

const isLost = (ctx: Context, node: string): boolean => {
  const found = ctx.get<Node>(NODES, node);
  const status = found && readyStatus(found);
  return status !== undefined && status !== 'True';
};

/**
 * Queues a pod that comes to a lost node and says that it is ready, or that is found there by a process that begins.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go podUpdated
 */
export function podUpdated(ctx: Context, { key, before, after }: WatchEvent<Pod>): void {
  const nodeName = after?.spec.nodeName;
  if (!after || !nodeName || before?.spec.nodeName === nodeName) return;
  const ready = readyOf(after);
  if (ready && ready.status !== 'False' && isLost(ctx, nodeName)) ctx.enqueue(POD_UPDATE, key);
}

/** @see pkg/controller/nodelifecycle/node_lifecycle_controller.go processPod */
export function processPod(api: ApiServer, ctx: Context, key: string): void {
  const pod = ctx.get<Pod>(PODS, key);
  if (pod?.spec.nodeName && isLost(ctx, pod.spec.nodeName)) markPodsNotReady(api, ctx, [key]);
}
