import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import type { Pod } from '../../api/object.ts';
import { withCondition } from '../../api/podconditions.ts';
import type { ApiServer } from '../../api/server.ts';
import { PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { SOURCE } from './queues.ts';

/**
 * Marks a lost node's pods as not ready. A pod that comes to such a node later has no Ready condition that could be wrong.
 * @see pkg/controller/util/node/controller_utils.go MarkPodsNotReady
 */
export function markPodsNotReady(api: ApiServer, ctx: Context, node: string): void {
  for (const key of [...ctx.bucket(PODS, 'byNode', node)]) {
    const pod = ctx.live<Pod>(PODS, key);
    const ready = pod?.status?.conditions?.find(({ type }) => type === 'Ready');
    if (!pod || !ready || ready.status === 'False') continue;
    const status = withCondition(pod.status ?? {}, { ...ready, status: 'False' }, api.timestamp(ctx));
    const refused = attempt(() => api.updateStatus<Pod>(ctx, { ...pod, status }));
    if (refused instanceof StatusError && refused.reason === 'NotFound') continue;
    const message = 'Node is not ready';
    recordEvent(api, ctx, { source: SOURCE, about: pod, type: 'Warning', reason: 'NodeNotReady', message });
  }
}
