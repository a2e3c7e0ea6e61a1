import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, PODS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { watchSilence } from './health.ts';
import { labelsToUpdate, reconcileNodeLabels } from './labels.ts';
import { monitorNodeHealth } from './monitor.ts';
import { podUpdated, processPod } from './pods.ts';
import {
  GRACE_PERIOD,
  MONITOR,
  NO_EXECUTE,
  NODE_EVICTION_PERIOD,
  NODE_MONITOR_PERIOD,
  NODE_UPDATE,
  POD_UPDATE,
} from './queues.ts';
import { doNoExecuteTaintingPass } from './tainter.ts';
import { schedulingTaints, swapNodeControllerTaint } from './taints.ts';

/**
 * Notices nodes of which nothing is heard any more, and keeps the taints of all nodes true to their conditions.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go
 */
export function nodeLifecycle(api: ApiServer): ComponentType {
  return {
    type: 'node-lifecycle-controller',
    queues: {
      [MONITOR]: { every: NODE_MONITOR_PERIOD, settles: true, sync: (ctx) => monitorNodeHealth(api, ctx) },
      [GRACE_PERIOD]: { sync: (ctx, node) => watchSilence(ctx, node, () => monitorNodeHealth(api, ctx)) },
      [NODE_UPDATE]: { workers: 8, sync: (ctx, node) => doNodeProcessingPass(api, ctx, node) },
      [POD_UPDATE]: { workers: 4, sync: (ctx, pod) => processPod(api, ctx, pod) },
      [NO_EXECUTE]: { tick: NODE_EVICTION_PERIOD, sync: (ctx) => doNoExecuteTaintingPass(api, ctx) },
    },
    watches: [
      { table: NODES, on: nodeChanged },
      { table: PODS, on: podUpdated },
    ],
  };
}

function nodeChanged(ctx: Context, { key, after }: WatchEvent<Node>): void {
  if (!after) return;
  const { missing, stale } = schedulingTaints(after);
  if (missing.length + stale.length > 0 || labelsToUpdate(after)) ctx.enqueue(NODE_UPDATE, key);
}

/** @see doNodeProcessingPassWorker, doNoScheduleTaintingPass */
function doNodeProcessingPass(api: ApiServer, ctx: Context, name: string): void {
  const node = ctx.get<Node>(NODES, name);
  if (!node) return;
  const { missing, stale } = schedulingTaints(node);
  if (missing.length + stale.length > 0) swapNodeControllerTaint(api, ctx, node, missing, stale);
  reconcileNodeLabels(api, ctx, node);
}
