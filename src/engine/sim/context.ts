import type { Cache } from './cache.ts';
import type { CallSpec } from './calls.ts';
import type { ProcessRecord } from './component.ts';
import { itemKey } from './lanes.ts';
import type { Simulation } from './simulation.ts';
import type { Totals } from './store.ts';
import type { Decision, Json, VirtualTime } from './types.ts';

/** A process's own memory: one table of plain values, gone when the process dies. */
export interface Memory<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** Ascending. */
  keys(): readonly string[];
  readonly size: number;
  bucket(index: string, bucket: string): readonly string[];
}

/**
 * What a component may do in a step. One object per process, without state of its own.
 * Reads of published tables go through the process's informer cache; `live` asks the store itself.
 */
export class Context {
  readonly process: string;
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
  readonly #sim: Simulation;
  readonly #cache: Cache;
  readonly #memories = new Map<string, Memory<unknown>>();

  constructor(sim: Simulation, process: string, record: Pick<ProcessRecord, 'type' | 'params'>, cache: Cache) {
    this.#sim = sim;
    this.#cache = cache;
    this.process = process;
    this.type = record.type;
    this.params = record.params;
  }

  get now(): VirtualTime {
    return this.#sim.now;
  }

  /** All that has been written so far in the whole run, and by whom. It is there to be read. */
  get log(): Simulation['log'] {
    return this.#sim.log;
  }

  /** From the process's informer cache. The caller names the type that the table holds. */
  get<V>(table: string, key: string): V | undefined {
    return this.#cache.get(table, key) as V | undefined;
  }

  /** Keys of a table, ascending, as the informer cache has them. */
  keys(table: string): readonly string[] {
    return this.#cache.keys(table);
  }

  /** Keys of a declared index's bucket, by (rank, key). Copy before writing to the table. */
  bucket(table: string, index: string, bucket: string): readonly string[] {
    return this.#cache.bucket(table, index, bucket);
  }

  /** Count and sums of a declared aggregate's bucket; always of the live state. */
  totals(table: string, aggregate: string, bucket: string): Totals {
    return this.#sim.store.totals(table, aggregate, bucket);
  }

  /** A read that goes to the store itself, as a GET to the API server or a look at a disk does. */
  live<V>(table: string, key: string): V | undefined {
    return this.#sim.store.get(table, key) as V | undefined;
  }

  liveKeys(table: string): readonly string[] {
    return this.#sim.store.keys(table);
  }

  liveBucket(table: string, index: string, bucket: string): readonly string[] {
    return this.#sim.store.bucket(table, index, bucket);
  }

  /**
   * Writes to a published or durable table; `undefined` removes. Watchers of a published table are told in this step.
   * @throws CrashSignal when the process was to stop after this write; WouldWrite inside a probe.
   */
  write(table: string, key: string, value: unknown): void {
    this.#sim.write(this, table, key, value);
  }

  /** The writes of one request: whoever asked for them can't die between two of them. */
  together(write: () => void): void {
    this.#sim.together(this, write);
  }

  /** A table of this process's memory. */
  mem<V>(name: string): Memory<V> {
    let memory = this.#memories.get(name);
    if (!memory) {
      memory = memoryOf(this.#sim, `m/${this.process}/${name}`);
      this.#memories.set(name, memory);
    }
    return memory as Memory<V>;
  }

  /** Adds an item to one of the process's queues. Added again it keeps the earlier due time; while in work it runs once more after. */
  enqueue(queue: string, item: string, after: VirtualTime = 0): void {
    this.#sim.enqueue(this.process, queue, item, this.now + after);
  }

  /** Adds an item to another process's queue: what a signal over a socket or a file system event amounts to. */
  signal(process: string, queue: string, item: string): void {
    if (this.#sim.isRunning(process)) this.#sim.enqueue(process, queue, item, this.now);
  }

  /** Whether an item waits in a queue (not whether it is in work). */
  isQueued(queue: string, item: string): boolean {
    return this.#sim.store.has(`t/${this.process}/${queue}`, item);
  }

  dequeue(queue: string, item: string): void {
    this.#sim.remember(`t/${this.process}/${queue}`, item, undefined);
  }

  /** Adds an item after its failures' back-off and the queue's token bucket, whichever is later. */
  enqueueRateLimited(queue: string, item: string): void {
    this.enqueue(queue, item, this.#sim.limiterDelay(this, queue, itemKey(queue, item)));
  }

  /** Failures noted against an item since it was last forgotten. */
  failures(queue: string, item: string): number {
    return this.mem<number>('~failures').get(itemKey(queue, item)) ?? 0;
  }

  forget(queue: string, item: string): void {
    this.mem<number>('~failures').delete(itemKey(queue, item));
  }

  /** Ends the work on an item whose sync returned `blocked`. */
  done(queue: string, item: string): void {
    this.#sim.done(this.process, queue, item);
  }

  /** Begins a call; the answer comes to the component's `onCall`. Returns the call's id. */
  call(spec: CallSpec): string {
    return this.#sim.call(this, spec);
  }

  /** Whether an operation of a probe would be quiet: runs it and reports if it reached a write or a decision to act. */
  probe(run: () => void): boolean {
    return this.#sim.probe(run);
  }

  /** Records why something was decided; nothing inside a probe. */
  decide(decision: Decision): void {
    this.#sim.decide(decision);
  }

  /** 32 random bits that depend on seed, step and draw. */
  random(): number {
    return this.#sim.draw();
  }

  /** A setting of the cluster, from table `settings`. */
  setting<V extends Json>(name: string): V | undefined {
    return this.#sim.store.get('settings', name) as V | undefined;
  }

  /** Starts a process; its start and first list run as its own step at this instant. */
  startProcess(id: string, type: string, params: Readonly<Record<string, string>>): void {
    this.#sim.startProcess(id, type, params);
  }

  /** Ends a process: its memory and queues go. */
  stopProcess(id: string): void {
    this.#sim.stopProcess(id);
  }

  isRunning(process: string): boolean {
    return this.#sim.isRunning(process);
  }
}

function memoryOf(sim: Simulation, table: string): Memory<unknown> {
  const { store } = sim;
  return {
    get: (key) => store.get(table, key),
    has: (key) => store.has(table, key),
    set: (key, value) => sim.remember(table, key, value),
    delete: (key) => sim.remember(table, key, undefined),
    keys: () => store.keys(table),
    get size() {
      return store.size(table);
    },
    bucket: (index, bucket) => store.bucket(table, index, bucket),
  };
}
