/** Milliseconds of virtual time since the start of the run; always an integer. */
export type VirtualTime = number;

/** Plain data: what the store may hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * Who owns a table, and so what a crash takes away:
 * `published` tables are watched and survive (API objects), `durable` ones survive unseen (disks, backends),
 * `memory` belongs to one process and goes with it.
 */
export type TableClass = 'published' | 'durable' | 'memory';

/** How values of a table are found without listing it. Derived from the values alone, never logged. */
export interface IndexSpec<V> {
  /** The buckets a value lies in. */
  readonly of: (value: V, key: string) => readonly string[];
  /** Order inside a bucket, before the key; smaller first. */
  readonly rank?: (value: V, key: string) => number;
}

/** Counts and sums kept per bucket; derived like an index. */
export interface AggregateSpec<V> {
  readonly of: (
    value: V,
    key: string,
  ) => { readonly bucket: string; readonly amounts: Readonly<Record<string, number>> } | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a table of one value type stands among tables of others
export interface TableSpec<V = any> {
  readonly name: string;
  readonly class: TableClass;
  readonly indices?: Readonly<Record<string, IndexSpec<V>>>;
  readonly aggregates?: Readonly<Record<string, AggregateSpec<V>>>;
  /** Written beside the sync, as Events are: costs the component no time and is not counted among its writes. */
  readonly aside?: boolean;
  /** False where a write only repeats what is known, such as an Event's count: it does not unsettle a run. */
  readonly unsettles?: (before: V | undefined, after: V | undefined) => boolean;
}

/** What a watch delivers: exactly one of added, changed, removed, by which side is there. */
export interface WatchEvent<V = unknown> {
  readonly table: string;
  readonly key: string;
  readonly before: V | undefined;
  readonly after: V | undefined;
}

/** One reason why one candidate was turned down or taken, with the values that were compared. */
export interface Verdict {
  readonly candidate: string;
  readonly ok: boolean;
  /** Name of the rule or plugin, in upstream's words. */
  readonly rule?: string;
  /** The candidate's value and the asker's. */
  readonly have?: Json;
  readonly want?: Json;
  readonly message?: string;
}

/** A decision as the code that took it recorded it. */
export interface Decision {
  /** `Kind/namespace/name`, or `Kind/name` for a cluster-scoped object. */
  readonly about: string;
  /** Upstream's function, such as `findBestMatchForClaim`. */
  readonly by: string;
  /** Machine-readable outcome, such as `noMatch`; the page has a sentence for each in every language. */
  readonly outcome: string;
  readonly facts?: { readonly [key: string]: Json | undefined };
  readonly candidates?: readonly Verdict[];
  /** Candidates that did not fit into the step's byte budget. */
  readonly omitted?: number;
}
