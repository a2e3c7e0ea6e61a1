import { deliveredRows } from './cache.ts';
import type { ComponentType, Watch } from './component.ts';
import type { Context } from './context.ts';
import type { Store } from './store.ts';
import type { VirtualTime, WatchEvent } from './types.ts';

interface Watcher {
  readonly type: string;
  readonly watch: Watch;
}

/** What delivering events needs of the simulation. */
export interface WatchHost {
  readonly store: Store;
  readonly now: VirtualTime;
  /** Running processes of a type, ascending. */
  runningOf(type: string): readonly string[];
  contextOf(process: string): Context | undefined;
  enqueue(process: string, queue: string, item: string, at: VirtualTime): void;
}

/** Takes written objects to those who watch them: at once, or as late as the cluster's `watchLag` says. */
export class Watching {
  readonly #host: WatchHost;
  readonly #components = new Map<string, ComponentType>();
  readonly #watchers = new Map<string, Watcher[]>();

  constructor(host: WatchHost, components: readonly ComponentType[]) {
    this.#host = host;
    for (const component of components) {
      this.#components.set(component.type, component);
      for (const watch of component.watches) {
        const watchers = this.#watchers.get(watch.table) ?? [];
        watchers.push({ type: component.type, watch });
        this.#watchers.set(watch.table, watchers);
      }
    }
  }

  dispatch(event: WatchEvent): void {
    for (const { type, watch } of this.#watchers.get(event.table) ?? []) {
      for (const process of this.#audience(type, watch, event)) {
        const lag = this.lagOf(type);
        if (lag > 0) this.#host.enqueue(process, '~watch', '', this.#host.now + lag);
        else this.#deliver(process, watch, event);
      }
    }
  }

  #audience(type: string, watch: Watch, { before, after, key }: WatchEvent): readonly string[] {
    const running = this.#host.runningOf(type);
    if (!watch.route || running.length === 0) return running;
    const old = before === undefined ? [] : watch.route(before as never, key);
    const young = after === undefined ? [] : watch.route(after as never, key);
    return [...new Set([...old, ...young])].filter((process) => this.#host.contextOf(process) !== undefined);
  }

  /** To a process that sees only part of a table an object that comes into its part is new, one that leaves it is gone. */
  #deliver(process: string, watch: Watch, event: WatchEvent): void {
    const ctx = this.#host.contextOf(process);
    if (!ctx) return;
    const { route } = watch;
    if (!route) return watch.on(ctx, event as WatchEvent<never>);
    const seen = (value: unknown): unknown =>
      value === undefined || route(value as never, event.key).includes(process) ? value : undefined;
    const before = seen(event.before);
    const after = seen(event.after);
    if (before === undefined && after === undefined) return;
    watch.on(ctx, { ...event, before, after } as WatchEvent<never>);
  }

  /** Hands a process that is behind what has had the time to reach it. */
  deliverLate(ctx: Context): void {
    const { store, now } = this.#host;
    const { log } = store;
    const cursors = ctx.mem<number>('~cursor');
    const lag = this.lagOf(ctx.type);
    const to = deliveredRows(store, cursors.get('row') ?? 0, now - lag);
    const isPublished = (row: number): boolean =>
      store.catalog.find(log.address(log.rowAddress[row] as number).table).class === 'published';
    for (let row = cursors.get('row') ?? 0; row < to; row++) {
      if (!isPublished(row)) continue;
      cursors.set('row', row + 1);
      const { table, key } = log.address(log.rowAddress[row] as number);
      const event = { table, key, before: log.rowBefore[row], after: log.rowAfter[row] };
      for (const { type, watch } of this.#watchers.get(table) ?? []) {
        if (type === ctx.type) this.#deliver(ctx.process, watch, event);
      }
    }
    let next = to;
    while (next < log.rows && !isPublished(next)) next++;
    if (next < log.rows) this.#host.enqueue(ctx.process, '~watch', '', log.step(log.stepOfRow(next)).at + lag);
  }

  /** Starts a process's informers: its own beginning, then everything that is there as added. */
  relist(ctx: Context): void {
    const component = this.#components.get(ctx.type);
    if (this.lagOf(ctx.type) > 0) ctx.mem<number>('~cursor').set('row', this.#host.store.log.rows);
    component?.start?.(ctx);
    for (const watch of component?.watches ?? []) {
      for (const key of [...(watch.relist?.(ctx) ?? this.#host.store.keys(watch.table))]) {
        this.#deliver(ctx.process, watch, {
          table: watch.table,
          key,
          before: undefined,
          after: this.#host.store.get(watch.table, key),
        });
      }
    }
  }

  /** Time that an event takes to a type of component. */
  lagOf(type: string): VirtualTime {
    return (this.#host.store.get('settings', 'watchLag') as Record<string, number> | undefined)?.[type] ?? 0;
  }
}
