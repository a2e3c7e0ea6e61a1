import type { CallRecord } from './calls.ts';
import type { Context } from './context.ts';
import type { TableSpec, VirtualTime, WatchEvent } from './types.ts';

/** client-go's rate limiter of a queue: per item exponential, and a token bucket over all items. */
export interface LimiterSpec {
  readonly base: VirtualTime;
  readonly max: VirtualTime;
  readonly bucket?: { readonly perSecond: number; readonly burst: number };
}

/** client-go's default: 5 ms doubling to 1000 s per item, 10 a second with a burst of 100 over all. */
export const DEFAULT_LIMITER: LimiterSpec = { base: 5, max: 1_000_000, bucket: { perSecond: 10, burst: 100 } };

/** What a sync leaves behind: `blocked` keeps its item in work until `ctx.done`. */
export type SyncResult = undefined | 'blocked';

export interface QueueSpec {
  readonly sync: (ctx: Context, item: string) => SyncResult | void;
  /** Items in work at once; one worker is also busy for the time that its writes take. Default 1. */
  readonly workers?: number;
  readonly limiter?: LimiterSpec;
  /** A polling loop: an item runs at the next multiple of this many ms after the present one. */
  readonly tick?: VirtualTime;
  /** A round of this period instead of items. A round that enqueues and writes nothing leaves no trace. */
  readonly every?: VirtualTime;
  /** Whether a quiet round is needed before the run counts as settled. */
  readonly settles?: boolean;
  /** Items here are not waited for when a run settles (such as a flush that looks again just in case). */
  readonly background?: boolean;
  readonly rank?: number;
}

export interface Watch {
  readonly table: string;
  /** The processes that see an object; left out: every process of the type. */
  readonly route?: (value: never, key: string) => readonly string[];
  /** Keys to list when the process starts; left out: the whole table, filtered by `route`. */
  readonly relist?: (ctx: Context) => readonly string[];
  /** Runs inside the writing step: may enqueue and change the process's memory, nothing else. */
  readonly on: (ctx: Context, event: WatchEvent<never>) => void;
}

/** A controller, a sidecar, a kubelet: how one process behaves. State lives in the store only. */
export interface ComponentType {
  readonly type: string;
  readonly queues: Readonly<Record<string, QueueSpec>>;
  readonly watches: readonly Watch[];
  /** Indices of the process's memory tables, declared under the name `*` + `/` + the table's own. */
  readonly tables?: readonly TableSpec[];
  /** Runs before the first list when the process starts. */
  readonly start?: (ctx: Context) => void;
  /** The answer to a call that the process made. */
  readonly onCall?: (ctx: Context, call: CallRecord) => void;
}

/** A process as the store holds it, in table `process` under its id. */
export interface ProcessRecord {
  readonly type: string;
  readonly params: Readonly<Record<string, string>>;
  readonly state: 'running' | 'stopped';
  readonly startedAt: VirtualTime;
  /** Only where it has stopped. */
  readonly stoppedAt?: VirtualTime;
  /** Writes left until the process stops by itself. */
  readonly stopAfterWrites?: number;
}

/** Thrown through a sync whose process dies in the middle of it. */
export class CrashSignal extends Error {}

/** Thrown by the first write of a probe: the sync is not at rest. */
export class WouldWrite extends Error {}
