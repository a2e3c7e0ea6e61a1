import type { ApiServer } from '../api/server.ts';
import { describeRef } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { forEachObject, TARGET_FLAGS } from './targets.ts';

export const EDIT_FLAGS: readonly Flag[] = [...TARGET_FLAGS, { name: 'output', short: 'o', takes: 'text' }];

/** `kubectl edit` opens no editor here: it names the object, which the page then selects, and says where to change it. */
export function edit(api: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const args = parseArguments('edit', words, EDIT_FLAGS);
  if (args.words.length === 0) throw new CommandError('you must specify at least one resource to edit, as TYPE NAME');
  forEachObject(api, ctx, args, args.words, 'edit', output, ({ definition, object, ref }) => {
    output.selects = describeRef(object);
    const name = `${qualifiedKind(definition)}/${ref.name}`;
    output.fail(
      `error: there is no editor in this console: change ${name} in the manifest editor and apply it, or use "kubectl patch"`,
    );
  });
  return output;
}
