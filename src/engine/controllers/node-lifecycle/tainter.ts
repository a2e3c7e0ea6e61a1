import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES } from '../../api/tables.ts';
import { zoneKeyOf } from '../../api/zone.ts';
import type { Context, Memory } from '../../sim/context.ts';
import type { VirtualTime } from '../../sim/types.ts';
import { NO_EXECUTE } from './queues.ts';
import { readyStatus } from './ready.ts';
import { hasTaint, NOT_READY_TAINT, removeTaintOffNode, swapNodeControllerTaint, UNREACHABLE_TAINT } from './taints.ts';

/** A node that is to get its NoExecute taint, or has got it and is not to get it again. */
interface Entry {
  readonly zone: string;
  readonly since: VirtualTime;
  readonly waiting: boolean;
}

/** A bucket of one token, full again at `fullAt`; a rate of 0 lets nothing through. */
interface Limiter {
  readonly perSecond: number;
  readonly fullAt: VirtualTime;
}

const entries = (ctx: Context): Memory<Entry> => ctx.mem('noExecute');
const limiters = (ctx: Context): Memory<Limiter> => ctx.mem('limiters');

/** Opens a zone's queue with a full bucket. @see addPodEvictorForNewZone */
export function openZone(ctx: Context, zone: string, perSecond: number): void {
  limiters(ctx).set(zone, { perSecond, fullAt: ctx.now });
  for (const node of [...entries(ctx).keys()]) if (entries(ctx).get(node)?.zone === zone) entries(ctx).delete(node);
}

/**
 * Gives a zone another rate; who had to wait has to wait on, a whole interval of the new rate.
 * @see pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go SwapLimiter
 */
export function swapLimiter(ctx: Context, zone: string, perSecond: number): void {
  const old = limiters(ctx).get(zone);
  if (old?.perSecond === perSecond) return;
  const drained = !old || old.perSecond <= 0 || old.fullAt > ctx.now;
  limiters(ctx).set(zone, { perSecond, fullAt: drained ? nextToken(ctx, perSecond) : ctx.now });
  wake(ctx, zone);
}

const nextToken = ({ now }: Context, perSecond: number): VirtualTime =>
  perSecond > 0 ? now + Math.ceil(1000 / perSecond) : now;

/**
 * Puts a node that is not ready into its zone's queue, unless it is there or has its taint already.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go markNodeForTainting
 */
export function markNodeForTainting(ctx: Context, node: Node, status: string): void {
  const { name } = node.metadata;
  const known = entries(ctx).get(name);
  const tainted = hasTaint(node, status === 'False' ? NOT_READY_TAINT : UNREACHABLE_TAINT);
  if (known && (known.waiting || tainted)) return;
  const zone = zoneKeyOf(node);
  entries(ctx).set(name, { zone, since: ctx.now, waiting: true });
  wake(ctx, zone);
}

/** @see pkg/controller/nodelifecycle/node_lifecycle_controller.go markNodeAsReachable */
export function markNodeAsReachable(api: ApiServer, ctx: Context, node: Node): void {
  for (const taint of [UNREACHABLE_TAINT, NOT_READY_TAINT]) if (!removeTaintOffNode(api, ctx, node, [taint])) return;
  if (entries(ctx).has(node.metadata.name)) entries(ctx).delete(node.metadata.name);
}

/**
 * Taints the nodes that wait, one for each token of their zones.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go doNoExecuteTaintingPass
 */
export function doNoExecuteTaintingPass(api: ApiServer, ctx: Context): void {
  for (const zone of limiters(ctx).keys()) {
    let next = head(ctx, zone);
    while (next !== undefined && tryAccept(ctx, zone)) {
      if (taint(api, ctx, next)) entries(ctx).set(next, { zone, since: ctx.now, waiting: false });
      next = head(ctx, zone);
    }
    if (next !== undefined) wake(ctx, zone);
  }
}

/** Returns whether there is nothing more to do for the node: it is tainted, ready again or gone. */
function taint(api: ApiServer, ctx: Context, name: string): boolean {
  const node = ctx.get<Node>(NODES, name);
  if (!node) return true;
  const status = readyStatus(node);
  if (status === 'False') return swapNodeControllerTaint(api, ctx, node, [NOT_READY_TAINT], [UNREACHABLE_TAINT]);
  if (status === 'Unknown') return swapNodeControllerTaint(api, ctx, node, [UNREACHABLE_TAINT], [NOT_READY_TAINT]);
  return status !== undefined;
}

/** The node of a zone that has waited longest. */
function head(ctx: Context, zone: string): string | undefined {
  let first: { readonly name: string; readonly since: VirtualTime } | undefined;
  for (const name of entries(ctx).keys()) {
    const entry = entries(ctx).get(name);
    if (entry?.zone !== zone || !entry.waiting) continue;
    if (!first || entry.since < first.since) first = { name, since: entry.since };
  }
  return first?.name;
}

function tryAccept(ctx: Context, zone: string): boolean {
  const limiter = limiters(ctx).get(zone);
  if (!limiter || limiter.perSecond <= 0 || limiter.fullAt > ctx.now) return false;
  limiters(ctx).set(zone, { ...limiter, fullAt: nextToken(ctx, limiter.perSecond) });
  return true;
}

function wake(ctx: Context, zone: string): void {
  const limiter = limiters(ctx).get(zone);
  if (!limiter || limiter.perSecond <= 0 || head(ctx, zone) === undefined) return;
  ctx.enqueue(NO_EXECUTE, '', Math.max(0, limiter.fullAt - ctx.now));
}
