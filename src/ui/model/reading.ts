import type { ObjectId } from '../../worker/protocol.ts';
import type { FlyingCall } from './moment.ts';
import type { Span } from './replica.ts';
import { isSame } from './same.ts';

/** What was read of a recording to find something: for which steps it is the same, and the calls in flight that were asked for. */
export class Reading implements Span {
  from = 0;
  until = Number.POSITIVE_INFINITY;
  /** By the object that they are about. */
  flying: Map<ObjectId, readonly FlyingCall[]> | undefined;
  /** How many of the objects had calls in flight. */
  busy = 0;

  narrow(from: number, until: number): void {
    if (from > this.from) this.from = from;
    if (until < this.until) this.until = until;
  }

  noteFlying(id: ObjectId, calls: readonly FlyingCall[]): void {
    this.flying ??= new Map();
    if (this.flying.has(id)) return;
    this.flying.set(id, calls);
    if (calls.length > 0) this.busy += 1;
  }

  /** Something was found from something that had been found. */
  include({ from, until, flying }: Reading): void {
    this.narrow(from, until);
    for (const [id, calls] of flying ?? []) this.noteFlying(id, calls);
  }
}

/** What was found at a step, and what it was found from. */
export interface Finding<T> {
  readonly value: T;
  readonly reading: Reading;
}

/** The latest finding for each key. `derived` counts how often one had to be found. */
export class Memory<Key, Value> {
  readonly #findings = new Map<Key, Finding<Value>>();
  derived = 0;

  get(key: Key): Finding<Value> | undefined {
    return this.#findings.get(key);
  }

  /** Keeps what was found, and gives it: the value of before where it says the same. */
  put(key: Key, { value, reading }: Finding<Value>): Value {
    this.derived += 1;
    const before = this.#findings.get(key)?.value;
    const kept = before !== undefined && isSame(before, value) ? before : value;
    this.#findings.set(key, { value: kept, reading });
    return kept;
  }
}
