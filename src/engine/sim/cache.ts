import type { Store } from './store.ts';
import type { VirtualTime } from './types.ts';

/** What a process sees of the published tables. */
export interface Cache {
  get(table: string, key: string): unknown;
  keys(table: string): readonly string[];
  bucket(table: string, index: string, bucket: string): readonly string[];
}

/**
 * An informer's cache that is behind: the store, less the rows that were not delivered yet. The older values are derived
 * from the log, so only the cursor is state.
 */
export class LaggingCache implements Cache {
  readonly #store: Store;
  readonly #cursor: () => number;
  #from = -1;
  #to = -1;
  readonly #older = new Map<string, Map<string, unknown>>();

  constructor(store: Store, cursor: () => number) {
    this.#store = store;
    this.#cursor = cursor;
  }

  get(table: string, key: string): unknown {
    const older = this.#overlay().get(table);
    return older?.has(key) ? older.get(key) : this.#store.get(table, key);
  }

  keys(table: string): readonly string[] {
    const older = this.#overlay().get(table);
    if (!older) return this.#store.keys(table);
    const keys = this.#store.keys(table).filter((key) => !older.has(key));
    for (const [key, value] of older) if (value !== undefined) keys.push(key);
    return keys.sort();
  }

  bucket(table: string, index: string, bucket: string): readonly string[] {
    const older = this.#overlay().get(table);
    const live = this.#store.bucket(table, index, bucket);
    if (!older) return live;
    const spec = this.#store.specOf(table).indices?.[index];
    if (!spec) return live;
    const keys = live.filter((key) => !older.has(key));
    for (const [key, value] of older) if (value !== undefined && spec.of(value, key).includes(bucket)) keys.push(key);
    const rank = (key: string): number => spec.rank?.(this.get(table, key), key) ?? 0;
    return keys.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0));
  }

  #overlay(): Map<string, Map<string, unknown>> {
    const { log, catalog } = this.#store;
    const cursor = this.#cursor();
    if (cursor !== this.#from || this.#to > log.rows) {
      this.#older.clear();
      this.#from = cursor;
      this.#to = cursor;
    }
    for (; this.#to < log.rows; this.#to++) {
      const { table, key } = log.address(log.rowAddress[this.#to] as number);
      if (catalog.find(table).class !== 'published') continue;
      let older = this.#older.get(table);
      if (!older) {
        older = new Map();
        this.#older.set(table, older);
      }
      if (!older.has(key)) older.set(key, log.rowBefore[this.#to]);
    }
    return this.#older;
  }
}

/** Row up to which events have reached a process that is `lag` behind: the first row of a younger step. */
export function deliveredRows(store: Store, from: number, upTo: VirtualTime): number {
  const { log } = store;
  let row = from;
  while (row < log.rows) {
    const { at, endRow } = log.step(log.stepOfRow(row));
    if (at > upTo) break;
    row = endRow;
  }
  return row;
}
