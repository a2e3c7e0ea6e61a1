import { notFound, StatusError } from '../api/errors.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../api/selectors.ts';
import type { ApiServer, Ref } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Arguments, Flag } from './flags.ts';
import { FILE_FLAGS, type Files, forEachManifest, readFiles, refTo } from './manifests.ts';
import { findObject, listObjects, parseTargets } from './resources.ts';
import { CommandError, type Output, refusalText } from './result.ts';

/** Flags that choose objects. */
export const TARGET_FLAGS: readonly Flag[] = [
  { name: 'all', takes: 'bool' },
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'selector', short: 'l', takes: 'text' },
];

export const FILE_TARGET_FLAGS: readonly Flag[] = [...TARGET_FLAGS, ...FILE_FLAGS];

/** What kubectl says where nothing tells which objects are meant. */
export const MUST_PROVIDE =
  "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/** An object that a command changes. */
export interface Chosen {
  readonly definition: KindDefinition;
  readonly object: KubeObject;
  readonly ref: Ref;
}

/**
 * Does something to each object that words, flags and files choose; what is missing or refused is printed and the rest goes on.
 * @throws CommandError where nothing says which objects are meant
 */
export function forEachObject(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  words: readonly string[],
  command: string,
  output: Output,
  act: (chosen: Chosen) => void,
  files: Files = {},
): void {
  if (args.list('filename').length > 0) forEachNamed(api, ctx, args, files, output, act);
  else if (words.length === 0) throw new CommandError(MUST_PROVIDE);
  const space = args.text('namespace') || 'default';
  const selector = args.text('selector');
  const requirements = selector === undefined ? undefined : parseLabelSelector(selector);
  if (requirements && isSelectorError(requirements)) throw new CommandError(requirements.error);
  for (const { definition, names } of parseTargets(api, words, command)) {
    if (!names && !requirements && !args.is('all'))
      throw new CommandError('resource(s) were provided, but no name was specified');
    const objects = names
      ? names.map((name) => findObject(ctx, definition, space, name) ?? name)
      : listObjects(ctx, definition, args.is('all-namespaces') ? undefined : space).filter(
          ({ metadata }) => !requirements || matchesRequirements(requirements, metadata.labels),
        );
    for (const object of objects) {
      if (typeof object === 'string')
        output.fail(refusalText(notFound(definition, object), { kind: definition.kind, name: object }));
      else attemptFor(definition, object, output, act);
    }
  }
}

/** The same for the objects that the manifests of files name. */
function forEachNamed(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  files: Files,
  output: Output,
  act: (chosen: Chosen) => void,
): void {
  forEachManifest(
    api,
    readFiles(args, files, output),
    args.text('namespace'),
    output,
    (mapped) => {
      const ref = refTo(mapped);
      act({ definition: mapped.definition, object: api.get<KubeObject>(ctx, ref), ref });
    },
    '',
  );
}

function attemptFor(
  definition: KindDefinition,
  object: KubeObject,
  output: Output,
  act: (chosen: Chosen) => void,
): void {
  const { name, namespace } = object.metadata;
  try {
    act({ definition, object, ref: refTo({ definition, name, namespace }) });
  } catch (error) {
    if (!(error instanceof CommandError || error instanceof StatusError)) throw error;
    output.refuse(error, { kind: definition.kind, name });
  }
}
