import { type Cache, LaggingCache } from './cache.ts';
import { CALL_RUNNER, CallRunner, PROCESSES } from './callrunner.ts';
import type { CallRecord, CallResult, CallSpec } from './calls.ts';
import {
  type ComponentType,
  CrashSignal,
  DEFAULT_LIMITER,
  type ProcessRecord,
  type QueueSpec,
  WouldWrite,
} from './component.ts';
import { Context } from './context.ts';
import { type Lane, Lanes, RANK, type Task } from './lanes.ts';
import { Log } from './log.ts';
import { drawBits } from './random.ts';
import { Store, type TableCatalog } from './store.ts';
import type { Decision, VirtualTime } from './types.ts';
import { Watching } from './watching.ts';

export interface SimulationOptions {
  readonly catalog: TableCatalog;
  readonly components: readonly ComponentType[];
  /** The other side of every call: acts on durable tables and answers. */
  readonly answer: (ctx: Context, call: CallRecord) => CallResult;
  readonly seed: number;
  /** Freezes every value written: for development and tests. */
  readonly freeze?: boolean;
}

/** Steps, from the first to the last, of `user` and `load` are the world outside; all others are processes. */
export const USER = 'user';
const LOAD = 'load';
/** A decision keeps this many candidates; the rest is counted. */
const MAX_CANDIDATES = 60;

/** An item whose sync is not over; `again` is when it is to run once more after that. */
interface InWork {
  readonly again?: VirtualTime;
}

/**
 * Runs components on a virtual clock over one store. A run is a function of its tables' first content, its operations and
 * the seed; nothing else is remembered between steps, so it can be taken up again after any step.
 */
export class Simulation {
  readonly log = new Log();
  readonly store: Store;
  now: VirtualTime = 0;
  /** Decisions by step. */
  readonly decisions: (readonly Decision[] | undefined)[] = [];
  readonly #components = new Map<string, ComponentType>();
  readonly #watching: Watching;
  readonly #calls: CallRunner;
  readonly #lanes: Lanes;
  readonly #contexts = new Map<string, Context>();
  readonly #running = new Map<string, readonly string[]>();
  readonly #seed: number;
  #lastWrite: VirtualTime = -1;
  #position = 0;
  #adds = 0;
  #draws = 0;
  #writes = 0;
  #actor = '';
  #probing = false;
  #together = false;
  #stopping: string | undefined;
  readonly #quietRows = new Map<Lane, number>();

  constructor(options: SimulationOptions) {
    this.store = new Store(options.catalog, this.log, options.freeze ?? false);
    this.#lanes = new Lanes(this.store);
    this.#calls = new CallRunner(this, options.answer);
    this.#seed = options.seed;
    const components = [this.#calls.component, ...options.components];
    for (const component of components) {
      this.#components.set(component.type, component);
      for (const table of component.tables ?? []) options.catalog.declare(table);
    }
    this.#watching = new Watching(this, components);
  }

  /** Fills the store before anything runs, as one step; nobody is told. */
  load(fill: (ctx: Context) => void): void {
    this.#open(LOAD, 'load');
    this.startProcess(CALL_RUNNER, CALL_RUNNER, {});
    fill(this.#outside());
    this.#close();
  }

  /** One step of the world outside the cluster: a request, a command, a fault. Everything due until now has run before. */
  operate<T>(label: string, act: (ctx: Context) => T): T {
    this.#open(USER, label);
    try {
      return act(this.#outside());
    } finally {
      this.#close();
    }
  }

  /**
   * Runs what is due up to and including `until`, at most `budget` steps.
   * @returns false when the budget ended first; the clock then stands at the last step.
   */
  run(until: VirtualTime, budget = Number.POSITIVE_INFINITY): boolean {
    const end = this.log.steps + budget;
    for (;;) {
      const next = this.#lanes.peek();
      if (!next || next.due > until) break;
      if (this.log.steps >= end) return false;
      this.#step(next.lane, next.item, next.due);
    }
    this.now = Math.max(this.now, until);
    return true;
  }

  /**
   * Runs until settled, at most to `limit` and for `budget` steps.
   * @returns whether it settled; the clock stands at the end of the quiet round.
   */
  runUntilSettled(limit: VirtualTime, budget: number): boolean | 'budget' {
    const end = this.log.steps + budget;
    for (;;) {
      const next = this.#lanes.peek();
      const quiet = !next || next.lane.spec.every !== undefined || next.lane.spec.background === true;
      if (quiet && (!next || next.due > this.now) && this.settled()) return true;
      if (!next || next.due > limit) {
        this.now = Math.max(this.now, limit);
        return false;
      }
      if (this.log.steps >= end) return 'budget';
      this.#step(next.lane, next.item, next.due);
    }
  }

  /** No task but rounds and flushes, no back-off, and a full round of each resync since the last write. */
  settled(): boolean {
    for (const lane of this.#lanes.all) {
      if (lane.spec.every === undefined) {
        if (!lane.spec.background && this.store.size(lane.table) > 0) return false;
      } else if (lane.spec.settles && lane.nextRound - lane.spec.every <= this.#lastWrite) return false;
    }
    for (const table of this.store.tables('m/')) {
      if (!table.endsWith('/~backoff')) continue;
      if (this.store.keys(table).some((key) => (this.store.get(table, key) as { until: VirtualTime }).until > this.now))
        return false;
    }
    return true;
  }

  /** Number of steps that hold in the store: less than the log has after a seek back. */
  get position(): number {
    return this.#position;
  }

  /** Brings the store to the moment after the first `steps` steps. To run on from there call `resume`. */
  seek(steps: number): void {
    const target = Math.max(0, Math.min(steps, this.log.steps));
    this.store.seekRows(this.#rowsAt(this.#position), this.#rowsAt(target));
    this.#position = target;
    this.now = target > 0 ? this.log.step(target - 1).at : 0;
  }

  /** Drops what the log has beyond the present position and takes up the run there. */
  resume(): void {
    this.log.truncate(this.#position);
    this.decisions.length = Math.min(this.decisions.length, this.#position);
    this.store.rederive();
    this.#lanes.clear();
    this.#contexts.clear();
    this.#running.clear();
    this.#quietRows.clear();
    this.#lastWrite = this.#findLastWrite();
    for (const id of this.store.keys(PROCESSES)) {
      const record = this.#record(id);
      if (record?.state === 'running') this.#openProcess(id, record);
    }
  }

  // ---- what contexts ask for ---------------------------------------------------------------------------------------

  isRunning(process: string): boolean {
    return this.#contexts.has(process);
  }

  contextOf(process: string): Context | undefined {
    return this.#contexts.get(process);
  }

  /** Running processes of a type, ascending. */
  runningOf(type: string): readonly string[] {
    return this.#running.get(type) ?? [];
  }

  write(ctx: Context, table: string, key: string, value: unknown): void {
    if (this.#probing) throw new WouldWrite();
    const spec = this.store.specOf(table);
    const before = this.store.set(table, key, value);
    if (spec.class !== 'published' || before === value || this.#actor === LOAD) return;
    if (ctx.process !== this.#actor) throw new Error(`${ctx.process} wrote to ${table} while ${this.#actor} acted`);
    if (spec.unsettles?.(before, value) ?? true) this.#lastWrite = this.now;
    this.#watching.dispatch({ table, key, before, after: value });
    if (spec.aside) return;
    this.#writes++;
    this.#countDown(ctx.process, 1);
  }

  together(ctx: Context, write: () => void): void {
    this.#together = true;
    try {
      write();
    } finally {
      this.#together = false;
    }
    this.#countDown(ctx.process, 0);
  }

  remember(table: string, key: string, value: unknown): void {
    if (this.#probing && this.store.get(table, key) !== value) throw new WouldWrite();
    this.store.set(table, key, value);
    if (value === undefined && table.startsWith('t/')) {
      const lane = this.#laneOfTable(table);
      if (lane) this.#lanes.refresh(lane);
    }
  }

  enqueue(process: string, queue: string, item: string, at: VirtualTime): void {
    const lane = this.#lanes.find(process, queue);
    if (!lane) {
      if (this.isRunning(process)) throw new Error(`${process} has no queue ${queue}`);
      return;
    }
    const { tick } = lane.spec;
    const ticks = tick === undefined ? 0 : Math.max(Math.ceil(at / tick), Math.floor(this.now / tick) + 1);
    const due = tick === undefined ? Math.max(at, this.now) : ticks * tick;
    const inWork = this.store.get(lane.processing, item) as InWork | undefined;
    if (inWork) {
      if (inWork.again === undefined || inWork.again > due) this.remember(lane.processing, item, { again: due });
      return;
    }
    const waiting = this.store.get(lane.table, item) as Task | undefined;
    if (waiting && waiting.due <= due) return;
    const task: Task = { due, seq: this.nextSequence() };
    this.remember(lane.table, item, task);
    this.#lanes.added(lane, item, task);
  }

  done(process: string, queue: string, item: string): void {
    const lane = this.#lanes.find(process, queue);
    const inWork = lane && (this.store.get(lane.processing, item) as InWork | undefined);
    if (!inWork) return;
    this.remember(lane.processing, item, undefined);
    if (inWork.again !== undefined) this.enqueue(process, queue, item, inWork.again);
    this.#lanes.refresh(lane);
  }

  /** @see client-go util/workqueue/default_rate_limiters.go */
  limiterDelay(ctx: Context, queue: string, failureKey: string): VirtualTime {
    const limiter = this.#components.get(ctx.type)?.queues[queue]?.limiter ?? DEFAULT_LIMITER;
    const failures = ctx.mem<number>('~failures');
    const count = failures.get(failureKey) ?? 0;
    failures.set(failureKey, count + 1);
    const own = Math.min(limiter.base * 2 ** Math.min(count, 40), limiter.max);
    if (!limiter.bucket) return own;
    const buckets = ctx.mem<{ tokens: number; at: VirtualTime }>('~bucket');
    const { perSecond, burst } = limiter.bucket;
    const last = buckets.get(queue) ?? { tokens: burst, at: this.now };
    const tokens = Math.min(burst, last.tokens + ((this.now - last.at) * perSecond) / 1000) - 1;
    buckets.set(queue, { tokens, at: this.now });
    return Math.max(own, tokens < 0 ? Math.ceil((-tokens * 1000) / perSecond) : 0);
  }

  call(ctx: Context, spec: CallSpec): string {
    if (this.#probing) throw new WouldWrite();
    return this.#calls.begin(ctx, spec, this.nextSequence());
  }

  /** A number that only grows within the run and does not depend on how it was stepped. */
  nextSequence(): number {
    return this.log.current * 2 ** 20 + this.#adds++;
  }

  probe(run: () => void): boolean {
    if (this.#probing) throw new Error('a probe inside a probe');
    this.#probing = true;
    try {
      run();
      return false;
    } catch (error) {
      if (error instanceof WouldWrite) return true;
      throw error;
    } finally {
      this.#probing = false;
    }
  }

  decide(decision: Decision): void {
    if (this.#probing || !this.log.begun) return;
    const { candidates = [] } = decision;
    const omitted = (decision.omitted ?? 0) + Math.max(0, candidates.length - MAX_CANDIDATES);
    const kept = candidates.slice(0, MAX_CANDIDATES);
    const stored = candidates.length > kept.length ? { ...decision, candidates: kept, omitted } : decision;
    this.decisions[this.log.current] = [...(this.decisions[this.log.current] ?? []), stored];
  }

  draw(): number {
    return drawBits(this.#seed, this.log.current, this.#draws++);
  }

  startProcess(id: string, type: string, params: Readonly<Record<string, string>>): void {
    if (this.isRunning(id)) return;
    if (!this.#components.has(type)) throw new Error(`no component ${type}`);
    const record: ProcessRecord = { type, params, state: 'running', startedAt: this.now };
    this.store.set(PROCESSES, id, record);
    this.#openProcess(id, record);
    if (type !== CALL_RUNNER) this.enqueue(id, '~start', '', this.now);
  }

  stopProcess(id: string): void {
    const record = this.#record(id);
    if (record?.state !== 'running') return;
    if (id === this.#actor) {
      this.#stopping = id;
      throw new CrashSignal(id);
    }
    this.#forgetProcess(id);
  }

  /** Lets a process stop by itself right after its n-th write from here. */
  stopAfterWrites(id: string, writes: number): void {
    const record = this.#record(id);
    if (record?.state === 'running') this.store.set(PROCESSES, id, { ...record, stopAfterWrites: writes });
  }

  // ---- steps -------------------------------------------------------------------------------------------------------

  #step(lane: Lane, item: string, due: VirtualTime): void {
    this.now = Math.max(this.now, due);
    this.#open(lane.process, lane.queue === '~start' ? 'start' : item === '' ? lane.queue : `${lane.queue} ${item}`);
    const ctx = this.#contexts.get(lane.process);
    if (!ctx) throw new Error(`${lane.process} does not run`);
    try {
      if (lane.spec.every !== undefined) this.#round(ctx, lane, lane.spec.every);
      else this.#item(ctx, lane, item);
    } catch (error) {
      if (!(error instanceof CrashSignal)) throw error;
    } finally {
      this.#close();
    }
  }

  #item(ctx: Context, lane: Lane, item: string): void {
    this.store.set(lane.table, item, undefined);
    this.#lanes.refresh(lane);
    const result = lane.spec.sync(ctx, item);
    const cost = this.#writes * (ctx.setting<number>('writeCost') ?? 1);
    const again = this.store.get(lane.table, item) as Task | undefined;
    if (result === 'blocked') {
      if (again) this.store.set(lane.table, item, undefined);
      this.store.set(lane.processing, item, again ? { again: again.due } : {});
    } else if (cost > 0 && (lane.spec.workers ?? 1) === 1) {
      this.store.set(lane.busy, lane.queue, this.now + cost);
    } else if (again && again.due < this.now + cost) {
      const later: Task = { due: this.now + cost, seq: again.seq };
      this.store.set(lane.table, item, later);
      this.#lanes.added(lane, item, later);
    }
    this.#lanes.refresh(lane);
  }

  #round(ctx: Context, lane: Lane, every: VirtualTime): void {
    const first = lane.nextRound === this.#record(lane.process)?.startedAt;
    lane.nextRound += every;
    this.#lanes.refresh(lane);
    const backoffs = this.store.size(`m/${lane.process}/~backoff`);
    if (!first && backoffs === 0 && this.#quietRows.get(lane) === this.log.rows) return;
    lane.spec.sync(ctx, '');
    if (this.log.begun || first) ctx.mem<VirtualTime>('~round').set(lane.queue, this.now);
    else this.#quietRows.set(lane, this.log.rows);
  }

  #open(process: string, label: string): void {
    this.log.openStep(this.now, process, label);
    this.#actor = process;
    this.#adds = 0;
    this.#draws = 0;
    this.#writes = 0;
  }

  #close(): void {
    const stopping = this.#stopping;
    if (stopping !== undefined) {
      this.#stopping = undefined;
      this.#forgetProcess(stopping);
    }
    this.#actor = '';
    this.#position = this.log.steps;
  }

  #countDown(process: string, writes: number): void {
    const record = this.#record(process);
    if (record?.stopAfterWrites === undefined) return;
    const left = record.stopAfterWrites - writes;
    this.store.set(PROCESSES, process, { ...record, stopAfterWrites: left });
    if (left <= 0 && !this.#together) this.stopProcess(process);
  }

  #record(process: string): ProcessRecord | undefined {
    return this.store.get(PROCESSES, process) as ProcessRecord | undefined;
  }

  // ---- processes ---------------------------------------------------------------------------------------------------

  #openProcess(id: string, record: ProcessRecord): void {
    const component = this.#components.get(record.type);
    if (!component) throw new Error(`no component ${record.type}`);
    const cursor = (): number => (this.store.get(`m/${id}/~cursor`, 'row') as number | undefined) ?? 0;
    const cache: Cache = this.#watching.lagOf(record.type) > 0 ? new LaggingCache(this.store, cursor) : this.store;
    this.#contexts.set(id, new Context(this, id, record, cache));
    this.#running.set(record.type, [...this.runningOf(record.type), id].sort());
    const own: Record<string, QueueSpec> = {
      '~start': { sync: (ctx) => this.#watching.relist(ctx), rank: RANK.starting },
      '~watch': { sync: (ctx) => this.#watching.deliverLate(ctx), rank: RANK.first },
      '~answers': { sync: (ctx, item) => this.#calls.receive(ctx, component, item), workers: Number.POSITIVE_INFINITY },
    };
    for (const [queue, spec] of Object.entries({ ...component.queues, ...own })) {
      this.#lanes.open(id, queue, spec, spec.every === undefined ? 0 : this.#nextRound(id, record, queue, spec.every));
    }
  }

  #nextRound(id: string, record: ProcessRecord, queue: string, every: VirtualTime): VirtualTime {
    const last = this.store.get(`m/${id}/~round`, queue) as VirtualTime | undefined;
    if (last === undefined) return record.startedAt;
    const next = record.startedAt + Math.ceil((this.now - record.startedAt) / every) * every;
    // Rounds are last at their instant, and an operation starts when its instant has run: then this one is over.
    return next <= last || (next === this.now && this.#operatedNow()) ? next + every : next;
  }

  #operatedNow(): boolean {
    for (let step = this.#position - 1; step >= 0 && this.log.stepAt[step] === this.now; step--) {
      if (this.log.stepProcess[step] === USER) return true;
    }
    return false;
  }

  #forgetProcess(id: string): void {
    const record = this.#record(id);
    if (!record) return;
    this.#lanes.close(id);
    for (const prefix of [`t/${id}/`, `m/${id}/`]) {
      for (const table of this.store.tables(prefix)) {
        for (const key of [...this.store.keys(table)]) this.store.set(table, key, undefined);
      }
    }
    const { stopAfterWrites: _, ...rest } = record;
    this.store.set(PROCESSES, id, { ...rest, state: 'stopped', stoppedAt: this.now });
    this.#contexts.delete(id);
    const others = this.runningOf(record.type).filter((other) => other !== id);
    this.#running.set(record.type, others);
  }

  #laneOfTable(table: string): Lane | undefined {
    const cut = table.lastIndexOf('/');
    return this.#lanes.find(table.slice(2, cut), table.slice(cut + 1));
  }

  #outside(): Context {
    return new Context(this, this.#actor, { type: this.#actor, params: {} }, this.store);
  }

  #rowsAt(steps: number): number {
    return steps === 0 ? 0 : this.log.step(steps - 1).endRow;
  }

  #findLastWrite(): VirtualTime {
    for (let row = this.log.rows - 1; row >= 0; row--) {
      const { table } = this.log.address(this.log.rowAddress[row] as number);
      const spec = this.store.catalog.find(table);
      if (spec.class !== 'published') continue;
      if (!(spec.unsettles?.(this.log.rowBefore[row], this.log.rowAfter[row]) ?? true)) continue;
      const { at, process } = this.log.step(this.log.stepOfRow(row));
      return process === LOAD ? -1 : at;
    }
    return -1;
  }
}
