import type { Json, VirtualTime } from './types.ts';

/** A call to something outside the API: a CSI driver, a volume plugin on a node, an executable. */
export interface CallSpec {
  /** Who is asked: a driver's or plugin's name. */
  readonly target: string;
  readonly method: string;
  readonly node?: string;
  readonly request: Json;
  /** What the caller needs to go on when the answer comes. */
  readonly data?: Json;
  /** The caller gives up after this long, with `DEADLINE_EXCEEDED`; the other side works on. */
  readonly deadline?: VirtualTime;
  /** Time the other side takes; default: the cluster's latency of that target and method. */
  readonly latency?: VirtualTime;
}

/** `code` is a gRPC code's name as the protocol spells it: `OK`, `INTERNAL`, `DEADLINE_EXCEEDED`; `UNKNOWN` for a bare error. */
export type CallResult =
  | { readonly code: 'OK'; readonly response?: Json }
  | { readonly code: string; readonly message: string };

/** A call in flight or just finished, in table `c` under its id. */
export interface CallRecord extends CallSpec {
  readonly id: string;
  readonly process: string;
  /** Start of the calling process: an answer to a dead caller is dropped. */
  readonly startedAt: VirtualTime;
  readonly at: VirtualTime;
  readonly fault?: FaultEffect;
  readonly doneAt?: VirtualTime;
  readonly code?: string;
  readonly response?: Json;
  readonly message?: string;
  /** The caller has been told `DEADLINE_EXCEEDED`. */
  readonly expired?: boolean;
}

export interface FaultEffect {
  readonly code?: string;
  readonly message?: string;
  readonly latency?: VirtualTime;
  readonly hangs?: boolean;
}

/** An injected fault of calls, in table `faults` under its number. */
export interface CallFault extends FaultEffect {
  readonly driver?: string;
  readonly method?: string;
  readonly node?: string;
  /** Calls left that it applies to; left out: all. */
  readonly times?: number;
}

export const CALLS = 'c';
export const FAULTS = 'faults';

export function faultApplies(fault: CallFault, call: CallSpec): boolean {
  return (
    (fault.driver === undefined || fault.driver === call.target) &&
    (fault.method === undefined || fault.method === call.method) &&
    (fault.node === undefined || fault.node === call.node)
  );
}
