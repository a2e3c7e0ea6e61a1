import type { Log } from './log.ts';
import { SortedKeys } from './sorted.ts';
import type { IndexSpec, TableSpec } from './types.ts';

/** Running count and sums of an aggregate's bucket. */
export interface Totals {
  readonly count: number;
  readonly sums: Readonly<Record<string, number>>;
}

interface MutableTotals {
  count: number;
  sums: Record<string, number>;
}

const NOTHING: readonly string[] = [];
const ZERO: Totals = { count: 0, sums: {} };

interface Index {
  readonly spec: IndexSpec<unknown>;
  readonly buckets: Map<string, SortedKeys>;
}

class Table {
  readonly spec: TableSpec;
  readonly values = new Map<string, unknown>();
  #sorted: string[] | undefined;
  readonly #indices = new Map<string, Index>();
  readonly #indexed: readonly Index[];
  readonly #aggregates = new Map<string, Map<string, MutableTotals>>();

  constructor(spec: TableSpec) {
    this.spec = spec;
    for (const [name, index] of Object.entries(spec.indices ?? {}))
      this.#indices.set(name, { spec: index, buckets: new Map() });
    this.#indexed = [...this.#indices.values()];
    for (const name of Object.keys(spec.aggregates ?? {})) this.#aggregates.set(name, new Map());
  }

  /** All keys, ascending. */
  get keys(): readonly string[] {
    this.#sorted ??= [...this.values.keys()].sort();
    return this.#sorted;
  }

  bucket(index: string, bucket: string): readonly string[] {
    const found = this.#indices.get(index);
    if (!found) throw new Error(`table ${this.spec.name} has no index ${index}`);
    return found.buckets.get(bucket)?.keys ?? NOTHING;
  }

  totals(aggregate: string, bucket: string): Totals {
    const buckets = this.#aggregates.get(aggregate);
    if (!buckets) throw new Error(`table ${this.spec.name} has no aggregate ${aggregate}`);
    return buckets.get(bucket) ?? ZERO;
  }

  put(key: string, before: unknown, after: unknown, derive: boolean): void {
    if (before === undefined || after === undefined) this.#sorted = undefined;
    if (after === undefined) this.values.delete(key);
    else this.values.set(key, after);
    if (!derive) return;
    for (const index of this.#indexed) this.#index(index, key, before, after);
    if (this.#aggregates.size === 0) return;
    if (before !== undefined) this.#count(key, before, -1);
    if (after !== undefined) this.#count(key, after, 1);
  }

  rederive(): void {
    for (const { buckets } of this.#indexed) buckets.clear();
    for (const buckets of this.#aggregates.values()) buckets.clear();
    if (this.#indices.size + this.#aggregates.size === 0) return;
    // Ascending keys make every insertion into a bucket an append, unless ranked.
    for (const key of this.keys) {
      const value = this.values.get(key);
      for (const index of this.#indexed) this.#index(index, key, undefined, value);
      this.#count(key, value, 1);
    }
  }

  #index({ spec, buckets }: Index, key: string, before: unknown, after: unknown): void {
    const old = before === undefined ? NOTHING : spec.of(before, key);
    const young = after === undefined ? NOTHING : spec.of(after, key);
    if (old.length === 0 && young.length === 0) return;
    const oldRank = before === undefined ? undefined : spec.rank?.(before, key);
    const youngRank = after === undefined ? undefined : spec.rank?.(after, key);
    // Most changes of an object leave it in its buckets.
    if (oldRank === youngRank && old.length === young.length && old.every((bucket, i) => bucket === young[i])) return;
    for (const bucket of old) buckets.get(bucket)?.remove(key, oldRank);
    for (const bucket of young) {
      let keys = buckets.get(bucket);
      if (!keys) {
        keys = new SortedKeys(spec.rank !== undefined);
        buckets.set(bucket, keys);
      }
      keys.add(key, youngRank);
    }
  }

  #count(key: string, value: unknown, sign: 1 | -1): void {
    for (const [name, buckets] of this.#aggregates) {
      const share = this.spec.aggregates?.[name]?.of(value, key);
      if (!share) continue;
      let totals = buckets.get(share.bucket);
      if (!totals) {
        totals = { count: 0, sums: {} };
        buckets.set(share.bucket, totals);
      }
      totals.count += sign;
      for (const [unit, amount] of Object.entries(share.amounts)) {
        totals.sums[unit] = (totals.sums[unit] ?? 0) + sign * amount;
      }
    }
  }
}

/** Declares tables: by exact name, or by the last part of the name for the tables of one process each. */
export class TableCatalog {
  readonly #byName = new Map<string, TableSpec>();

  declare(spec: TableSpec): void {
    this.#byName.set(spec.name, spec);
  }

  find(table: string): TableSpec {
    const exact = this.#byName.get(table);
    if (exact) return exact;
    const memory = /^[mt]\//.test(table);
    const family = memory ? this.#byName.get(`*/${table.slice(table.lastIndexOf('/') + 1)}`) : undefined;
    return { ...family, name: table, class: memory ? 'memory' : 'durable' };
  }

  get published(): readonly string[] {
    return [...this.#byName.values()]
      .filter((spec) => spec.class === 'published')
      .map((spec) => spec.name)
      .sort();
  }
}

/**
 * All state of a run: tables of immutable plain values. Every change goes through `set` and becomes a row of the log.
 * Iteration order depends on the state alone.
 */
export class Store {
  readonly log: Log;
  readonly catalog: TableCatalog;
  /** Objects of published tables handed out so far: what the tests on growth count. */
  reads = 0;
  readonly #tables = new Map<string, Table>();
  readonly #freeze: boolean;
  #deriving = true;

  constructor(catalog: TableCatalog, log: Log, freeze: boolean) {
    this.catalog = catalog;
    this.log = log;
    this.#freeze = freeze;
  }

  get(table: string, key: string): unknown {
    const found = this.#tables.get(table);
    if (!found) return undefined;
    if (found.spec.class === 'published') this.reads++;
    return found.values.get(key);
  }

  has(table: string, key: string): boolean {
    return this.#tables.get(table)?.values.has(key) ?? false;
  }

  /** Keys of a table, ascending. */
  keys(table: string): readonly string[] {
    return this.#tables.get(table)?.keys ?? NOTHING;
  }

  size(table: string): number {
    return this.#tables.get(table)?.values.size ?? 0;
  }

  /** Keys of an index's bucket by (rank, key). The array lives on: copy it before writing to the table. */
  bucket(table: string, index: string, bucket: string): readonly string[] {
    return this.#table(table).bucket(index, bucket);
  }

  totals(table: string, aggregate: string, bucket: string): Totals {
    return this.#table(table).totals(aggregate, bucket);
  }

  /** Names of the tables that start with a prefix and hold something, ascending. */
  tables(prefix: string): readonly string[] {
    return [...this.#tables.values()]
      .filter((t) => t.values.size > 0 && t.spec.name.startsWith(prefix))
      .map((t) => t.spec.name)
      .sort();
  }

  specOf(table: string): TableSpec {
    return this.#table(table).spec;
  }

  /** Writes a value (`undefined` removes it) and logs it; the value must not change afterwards. Returns what was there. */
  set(table: string, key: string, after: unknown): unknown {
    const found = this.#table(table);
    const before = found.values.get(key);
    if (before === after) return before;
    if (this.#freeze) deepFreeze(after);
    this.log.append(table, key, before, after);
    found.put(key, before, after, this.#deriving);
    return before;
  }

  /** Applies rows of the log, without logging, until exactly the first `target` of them hold; derived data is rebuilt once. */
  seekRows(current: number, target: number): void {
    const { log } = this;
    this.#deriving = false;
    if (Math.abs(target - current) <= 20_000) {
      for (let row = current; row < target; row++) this.#apply(log.rowAddress[row] as number, log.rowAfter[row]);
      for (let row = current - 1; row >= target; row--) this.#apply(log.rowAddress[row] as number, log.rowBefore[row]);
    } else {
      for (let id = 0; id < log.addresses; id++) this.#apply(id, log.valueAt(id, target));
    }
    this.#deriving = true;
  }

  /** Rebuilds indices and aggregates after a seek; needed only to run on. */
  rederive(): void {
    for (const table of this.#tables.values()) table.rederive();
  }

  #apply(id: number, value: unknown): void {
    const { table, key } = this.log.address(id);
    const found = this.#table(table);
    found.put(key, found.values.get(key), value, false);
  }

  #table(name: string): Table {
    let table = this.#tables.get(name);
    if (!table) {
      table = new Table(this.catalog.find(name));
      this.#tables.set(name, table);
    }
    return table;
  }
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) deepFreeze(part);
}
