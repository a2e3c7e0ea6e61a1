import { recordEvent } from '../../api/events.ts';
import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { zoneKeyOf } from '../../api/zone.ts';
import type { Context } from '../../sim/context.ts';
import { addPodEvictorForNewZone, handleDisruption } from './disruption.ts';
import { tryUpdateNodeHealth } from './health.ts';
import { markPodsNotReady } from './pods.ts';
import { SOURCE } from './queues.ts';
import { readyStatus } from './ready.ts';
import { markNodeAsReachable, markNodeForTainting } from './tainter.ts';
import { hasTaint, NOT_READY_TAINT, swapNodeControllerTaint, UNREACHABLE_TAINT } from './taints.ts';

const EXCLUDE_DISRUPTION_LABEL = 'node.kubernetes.io/exclude-disruption';

/**
 * Looks at all nodes: declares those of which nothing was heard for too long unknown, marks their pods as not ready and
 * queues them for a NoExecute taint. Where all is well it does nothing.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go monitorNodeHealth
 */
export function monitorNodeHealth(api: ApiServer, ctx: Context): void {
  const nodes = ctx.keys(NODES).flatMap((name) => ctx.get<Node>(NODES, name) ?? []);
  classifyNodes(api, ctx, nodes);
  const conditions = new Map<string, (string | undefined)[]>();
  for (const node of nodes) {
    const observed = readyStatus(node);
    const now = tryUpdateNodeHealth(api, ctx, node);
    if (!now) continue;
    const current = readyStatus(now);
    if (!isNodeExcludedFromDisruptionChecks(now)) {
      const zone = zoneKeyOf(now);
      conditions.set(zone, [...(conditions.get(zone) ?? []), current]);
    }
    if (current === undefined) continue;
    processTaintBaseEviction(api, ctx, now, current);
    if (current === 'True' || observed !== 'True') continue;
    nodeEvent(api, ctx, now.metadata, 'NodeNotReady', `Node ${now.metadata.name} status is now: NodeNotReady`);
    markPodsNotReady(api, ctx, [...ctx.bucket(PODS, 'byNode', now.metadata.name)]);
  }
  handleDisruption(api, ctx, conditions, nodes);
}

/**
 * Greets nodes that are new to this process and takes leave of those that are gone.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go classifyNodes
 */
function classifyNodes(api: ApiServer, ctx: Context, nodes: readonly Node[]): void {
  const known = ctx.mem<{ readonly uid: string }>('knownNodes');
  for (const node of nodes) {
    const { name, uid } = node.metadata;
    const isNew = !known.has(name);
    if (isNew) {
      nodeEvent(api, ctx, node.metadata, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`);
      known.set(name, { uid });
    }
    addPodEvictorForNewZone(ctx, zoneKeyOf(node));
    if (isNew) markNodeAsReachable(api, ctx, node);
  }
  if (known.size === nodes.length) return;
  const present = new Set(nodes.map(({ metadata }) => metadata.name));
  for (const name of [...known.keys()].filter((one) => !present.has(one))) {
    const uid = known.get(name)?.uid ?? '';
    nodeEvent(api, ctx, { name, uid }, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`);
    known.delete(name);
  }
}

/** @see pkg/controller/util/node/controller_utils.go RecordNodeEvent, RecordNodeStatusChange */
function nodeEvent(
  api: ApiServer,
  ctx: Context,
  { name, uid }: { readonly name: string; readonly uid: string },
  reason: string,
  message: string,
): void {
  const about = { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } };
  recordEvent(api, ctx, { source: SOURCE, about, type: 'Normal', reason, message });
}

/** The taint that says the opposite is replaced at once; a new one waits for its turn. @see processTaintBaseEviction */
function processTaintBaseEviction(api: ApiServer, ctx: Context, node: Node, status: string): void {
  if (status === 'True') return markNodeAsReachable(api, ctx, node);
  const [own, opposite] =
    status === 'False' ? [NOT_READY_TAINT, UNREACHABLE_TAINT] : [UNREACHABLE_TAINT, NOT_READY_TAINT];
  if (hasTaint(node, opposite)) swapNodeControllerTaint(api, ctx, node, [own], [opposite]);
  else markNodeForTainting(ctx, node, status);
}

const isNodeExcludedFromDisruptionChecks = ({ metadata }: Node): boolean =>
  metadata.labels?.[EXCLUDE_DISRUPTION_LABEL] !== undefined;
