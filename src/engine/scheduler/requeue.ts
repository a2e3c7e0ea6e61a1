import type { Pod } from '../api/object.ts';
import { PODS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import type { WatchEvent } from '../sim/types.ts';
import type { Hint, HintEvent, Plugin } from './framework.ts';
import { PLUGINS } from './plugins/index.ts';
import { moveToActiveOrBackoff, queuedPod, refusedBy } from './queue.ts';

interface Registered {
  readonly plugin: Plugin;
  readonly hint: Hint;
}

/** Hints by the table whose writes they are about. */
const HINTS: ReadonlyMap<string, readonly Registered[]> = collectHints();

function collectHints(): Map<string, Registered[]> {
  const byTable = new Map<string, Registered[]>();
  for (const plugin of PLUGINS) {
    for (const hint of plugin.hints) {
      const list = byTable.get(hint.table) ?? [];
      list.push({ plugin, hint });
      byTable.set(hint.table, list);
    }
  }
  return byTable;
}

const actionOf = ({ before, after }: HintEvent): 'add' | 'update' | 'delete' =>
  after === undefined ? 'delete' : before === undefined ? 'add' : 'update';

/**
 * Wakes the pods that a plugin refused and to which the plugin says that this write may help.
 * @see pkg/scheduler/backend/queue/scheduling_queue.go MoveAllToActiveOrBackoffQueue, isPodWorthRequeuing
 */
export function moveAllToActiveOrBackoffQueue(ctx: Context, event: HintEvent): void {
  const action = actionOf(event);
  for (const { plugin, hint } of HINTS.get(event.table) ?? []) {
    if (!hint.actions.includes(action)) continue;
    const refused = refusedBy(ctx, plugin.name);
    if (refused.length === 0) continue;
    for (const key of hint.candidates?.(ctx, event) ?? refused) {
      const info = queuedPod(ctx, key);
      if (info?.pool !== 'unschedulable' || !info.plugins.includes(plugin.name)) continue;
      const pod = ctx.get<Pod>(PODS, key);
      if (pod && (hint.wakes?.(pod, event, ctx) ?? true)) moveToActiveOrBackoff(ctx, key);
    }
  }
}

/** A watch that only wakes pods. */
export const wakeOn = (table: string): { table: string; on: (ctx: Context, event: WatchEvent<never>) => void } => ({
  table,
  on: (ctx, event) => moveAllToActiveOrBackoffQueue(ctx, event),
});
