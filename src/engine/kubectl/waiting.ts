import { isDurationError, parseDuration } from '../api/duration.ts';
import type { ApiServer, Ref } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { VirtualTime } from '../sim/types.ts';
import type { Arguments } from './flags.ts';
import { CommandError } from './result.ts';

/** An object that must go: it has gone, too, when another of its name has come. */
export interface Leaving {
  readonly ref: Ref;
  readonly plural: string;
  readonly uid: string;
}

/** What `kubectl wait --for` asks of each object, in order. */
export type Condition =
  | { readonly is: 'delete' }
  | { readonly is: 'create' }
  | { readonly is: 'condition'; readonly type: string; readonly status: string }
  | { readonly is: 'jsonpath'; readonly path: string; readonly value: string };

/** A pod on its way from a node that is drained. */
export interface Evicted extends Leaving {
  /** When its eviction is tried again: a disruption budget has not let it go yet. */
  readonly retryAt?: VirtualTime;
}

/** A command that is not over, as plain data: what it looks at again, and until when. */
export type Waiting = {
  /** When it gives up; left out: never. */
  readonly deadline?: VirtualTime;
  /** When it looks again although nothing has been written. */
  readonly again?: VirtualTime;
} & (
  | {
      readonly command: 'delete';
      readonly leaving: readonly Leaving[];
      /** Words of the `replace --force` that creates its objects anew when they have gone. */
      readonly replace?: readonly string[];
    }
  | {
      readonly command: 'wait';
      readonly objects: readonly Leaving[];
      /** Conditions that each of the objects still has to meet; the first object's are less once some are met. */
      readonly conditions: readonly Condition[];
      readonly met: number;
      /** The words of the command while its objects are still to be created. */
      readonly words?: readonly string[];
    }
  | {
      readonly command: 'rollout status';
      readonly objects: readonly Leaving[];
      readonly revision: number;
      /** resourceVersion of the first object as it was last looked at. */
      readonly seen: string;
    }
  | {
      readonly command: 'drain';
      /** Words of the command: its flags say what may go. */
      readonly words: readonly string[];
      /** Nodes still to be drained, the one in work first, and its pods. */
      readonly nodes: readonly string[];
      readonly pods: readonly Evicted[];
      /** Nodes that could not be drained, and why. */
      readonly failed: readonly { readonly node: string; readonly reason: string }[];
    }
  | {
      readonly command: 'get';
      readonly words: readonly string[];
      /** Objects that have been printed, by uid: their version, and their row. */
      readonly seen: Readonly<Record<string, { readonly version: string; readonly cells: readonly string[] }>>;
      /** Width of each column so far; none before the headings are printed. */
      readonly widths: readonly number[];
    }
  | { readonly command: 'sleep' }
);

/** Whether the very object that was meant has gone. */
export const hasGone = (api: ApiServer, ctx: Context, { ref, uid }: Leaving): boolean =>
  api.find(ctx, ref)?.metadata.uid !== uid;

/** @see staging/src/k8s.io/kubectl/pkg/cmd/wait/condition.go extendErrWaitTimeout */
export const timedOut = ({ plural, ref }: Leaving): string =>
  `error: timed out waiting for the condition on ${plural}/${ref.name}`;

export const isLate = (ctx: Context, { deadline }: Pick<Waiting, 'deadline'>): boolean =>
  deadline !== undefined && ctx.now >= deadline;

/**
 * A duration of a flag, in milliseconds.
 * @throws CommandError as pflag refuses it
 */
export function durationFlag(args: Arguments, name: string, fallback: string): VirtualTime {
  const text = args.text(name) ?? fallback;
  const parsed = parseDuration(text);
  if (isDurationError(parsed)) {
    throw new CommandError(`invalid argument "${text}" for "--${name}" flag: ${parsed.error}`);
  }
  return parsed;
}
