import type { CallRecord, CallResult } from '../sim/calls.ts';
import type { Context } from '../sim/context.ts';
import type { Json } from '../sim/types.ts';
import { findPluginByName, PLUGINS } from './registry.ts';

/** Names under which in-tree plugins are called. */
export const IN_TREE_PLUGINS: readonly string[] = PLUGINS.filter(({ answers }) => answers !== undefined).map(
  ({ name }) => name,
);

/** The other side of a call to an in-tree plugin: acts on the node's disk and answers. */
export function answerPlugin(ctx: Context, call: CallRecord): CallResult {
  const answer = findPluginByName(call.target)?.answers?.[call.method];
  if (!answer) return { code: 'UNIMPLEMENTED', message: `${call.target} has no ${call.method}` };
  return answer(ctx, call.node ?? '', call.request as Readonly<Record<string, Json | undefined>>);
}
