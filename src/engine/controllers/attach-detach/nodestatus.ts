import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { NODE_STATUS } from './queues.ts';
import { actualState, attachmentKey, reportAsAttached } from './state.ts';

/**
 * Writes `status.volumesAttached` of a node. A Node that is gone needs none.
 * @returns false when the write was refused; it is then tried again in the next loop
 * @see pkg/controller/volume/attachdetach/statusupdater/node_status_updater.go UpdateNodeStatusForNode
 */
export function updateNodeStatus(api: ApiServer, ctx: Context, name: string): boolean {
  const reported = reportAsAttached(ctx).get(name);
  const node = api.find<Node>(ctx, { apiVersion: 'v1', kind: 'Node', name });
  if (reported === undefined || !node) return true;
  const volumesAttached = reported.map((volume) => ({
    name: volume,
    devicePath: actualState(ctx).get(attachmentKey(name, volume))?.devicePath ?? '',
  }));
  const { volumesAttached: before = [], ...status } = node.status ?? {};
  if (deepEqual(before, volumesAttached)) return true;
  const changed = volumesAttached.length > 0 ? { ...status, volumesAttached } : status;
  const saved = attempt(() => api.updateStatus<Node>(ctx, { ...node, status: changed }));
  if (!(saved instanceof StatusError)) return true;
  ctx.enqueue(NODE_STATUS, name);
  return false;
}
