import type { Node, Pod } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { PROCESSES } from '../../sim/callrunner.ts';
import type { ComponentType, ProcessRecord } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { VirtualTime, WatchEvent } from '../../sim/types.ts';
import { gc, isOutOfService, isTooManyTerminated, orphanedNodes } from './gc.ts';

const GC = 'gc';
const GC_CHECK_PERIOD = 20_000;

/**
 * Deletes pods that nobody else would: of nodes that are gone or out of service, those that go and never had a node, and
 * the oldest finished ones when there are too many. It looks every 20 s, here only where there may be something to find.
 * @see pkg/controller/podgc/gc_controller.go
 */
export function podGarbageCollector(api: ApiServer): ComponentType {
  return {
    type: 'pod-garbage-collector-controller',
    queues: {
      [GC]: {
        sync: (ctx) => {
          const next = gc(api, ctx);
          if (next !== undefined) ctx.enqueue(GC, '', next - ctx.now);
        },
      },
    },
    watches: [
      { table: NODES, on: nodeChanged },
      { table: PODS, on: podChanged },
    ],
  };
}

/** Wakes the next look: the first is at the start, one that is under way sees what comes at its moment only in the next. */
function wake(ctx: Context): void {
  const startedAt = ctx.live<ProcessRecord>(PROCESSES, ctx.process)?.startedAt ?? ctx.now;
  const looks = Math.floor((ctx.now - startedAt) / GC_CHECK_PERIOD);
  const next: VirtualTime = ctx.now === startedAt ? startedAt : startedAt + (looks + 1) * GC_CHECK_PERIOD;
  ctx.enqueue(GC, '', next - ctx.now);
}

function nodeChanged(ctx: Context, { key, before, after }: WatchEvent<Node>): void {
  if (!after) {
    if (ctx.bucket(PODS, 'byNode', key).length > 0) foundOrphan(ctx, key);
  } else if (isOutOfService(after) && !(before && isOutOfService(before))) wake(ctx);
}

function podChanged(ctx: Context, { before, after }: WatchEvent<Pod>): void {
  if (!after) return;
  const { nodeName } = after.spec;
  const node = nodeName && before?.spec.nodeName !== nodeName ? ctx.get<Node>(NODES, nodeName) : undefined;
  if (nodeName && before?.spec.nodeName !== nodeName && !node) foundOrphan(ctx, nodeName);
  const { deletionTimestamp } = after.metadata;
  if (deletionTimestamp !== undefined && before?.metadata.deletionTimestamp !== deletionTimestamp) {
    const host = nodeName ? ctx.get<Node>(NODES, nodeName) : undefined;
    if (!nodeName || (host && isOutOfService(host))) wake(ctx);
  }
  if (after.status?.phase !== before?.status?.phase && isTooManyTerminated(ctx)) wake(ctx);
}

function foundOrphan(ctx: Context, node: string): void {
  orphanedNodes(ctx).set(node, true);
  wake(ctx);
}
