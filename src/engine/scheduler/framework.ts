import type { StatusError } from '../api/errors.ts';
import type { Pod } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Json } from '../sim/types.ts';
import type { Amounts } from './resources.ts';
import type { NodeInfo } from './snapshot.ts';

/** Why a plugin refused: preemption can help against the first, not against the second; `Error` fails the attempt. */
export type Code = 'Unschedulable' | 'UnschedulableAndUnresolvable' | 'Error';

/** A refusal. Success is `undefined`. */
export interface Status {
  readonly code: Code;
  readonly reasons: readonly string[];
  /** The node's value and the pod's, for the decision. */
  readonly have?: Json;
  readonly want?: Json;
}

export const unschedulable = (reason: string, values: Pick<Status, 'have' | 'want'> = {}): Status => ({
  code: 'Unschedulable',
  reasons: [reason],
  ...values,
});

export const unresolvable = (reason: string, values: Pick<Status, 'have' | 'want'> = {}): Status => ({
  code: 'UnschedulableAndUnresolvable',
  reasons: [reason],
  ...values,
});

export const failure = (message: string): Status => ({ code: 'Error', reasons: [message] });

/** One attempt to place one pod: what plugins may look at. Lives for one step only. */
export interface Cycle {
  readonly ctx: Context;
  readonly api: ApiServer;
  readonly pod: Pod;
  readonly requests: Amounts;
  /** All nodes in snapshot order. */
  readonly nodes: readonly NodeInfo[];
}

/** `skip`: the plugin's Filter has nothing to do for this pod. */
export type PreFilterResult<S> =
  | { readonly skip: true }
  /** `topics` are what the refused pod waits for, as in `Plugin.topics`. */
  | { readonly status: Status; readonly topics?: readonly string[] }
  | { readonly state: S; readonly nodeNames?: readonly string[] };

export const SKIP = { skip: true } as const;

/** Which writes may make a pod schedulable that a plugin refused, and for which of those pods. */
export interface Hint {
  readonly table: string;
  readonly actions: readonly ('add' | 'update' | 'delete')[];
  /** Keys of the pods that can be concerned at all; left out: every pod that the plugin refused. */
  readonly candidates?: (ctx: Context, event: HintEvent) => readonly string[];
  /** Whether the pod should be tried again; left out: yes. */
  readonly wakes?: (pod: Pod, event: HintEvent, ctx: Context) => boolean;
}

/** A write as hints see it. `V` is the kind of the hint's table. */
// biome-ignore lint/suspicious/noExplicitAny: each hint knows the kind of its own table
export interface HintEvent<V = any> {
  readonly table: string;
  readonly key: string;
  readonly before: V | undefined;
  readonly after: V | undefined;
}

/** Score of the default profile: `weight` times 0 to 100. */
export interface Scoring<S> {
  readonly weight: number;
  /** `undefined` when the plugin has nothing to say about this pod. */
  readonly preScore: (cycle: Cycle, nodes: readonly NodeInfo[]) => S | undefined;
  readonly score: (cycle: Cycle, node: NodeInfo, state: S) => number;
  readonly normalize?: (scores: readonly number[]) => readonly number[];
}

/** What a plugin does between the choice of a node and the binding of the pod. `W` is plain data: it is kept while the pod waits. */
export interface Reserving<S, W> {
  /** Reserve: assumes in memory what will be; returns what PreBind has to do, or `undefined` when there is nothing. */
  readonly reserve: (cycle: Cycle, node: string, state: S) => W | undefined;
  readonly unreserve: (ctx: Context, work: W) => void;
  /** PreBind's writes. */
  readonly preBind: (api: ApiServer, ctx: Context, work: W) => StatusError | undefined;
  /** Whether what PreBind started is done; a text when it will never be. */
  readonly isDone: (ctx: Context, pod: Pod, node: string, work: W) => boolean | string;
}

/** A scheduling plugin: what upstream calls by the same names. `S` is its state within one cycle. */
// biome-ignore lint/suspicious/noExplicitAny: plugins with states of their own stand in one list
export interface Plugin<S = any, T = any, W = any> {
  readonly name: string;
  readonly preFilter?: (cycle: Cycle) => PreFilterResult<S>;
  /** Called only where PreFilter did not skip; `state` is what PreFilter left. */
  readonly filter?: (cycle: Cycle, node: NodeInfo, state: S) => Status | undefined;
  readonly scoring?: Scoring<T>;
  readonly reserving?: Reserving<S, W>;
  /** Records in detail why the plugin refused a node. */
  readonly explain?: (cycle: Cycle, node: NodeInfo, state: S) => void;
  /** What a refused pod waits for, so that a hint's `candidates` find it. */
  readonly topics?: (state: S) => readonly string[];
  readonly hints: readonly Hint[];
}
