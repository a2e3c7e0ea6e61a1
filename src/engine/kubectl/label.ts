import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { DRY_RUN_FLAG, dryRunSuffix, FIELD_MANAGER_FLAG } from './printer.ts';
import { qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { type Chosen, forEachObject, TARGET_FLAGS } from './targets.ts';

export const LABEL_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS,
  { name: 'overwrite', takes: 'bool' },
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
];

/** Values to set and keys to remove. */
interface Changes {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

const isChange = (word: string): boolean => word.includes('=') || word.endsWith('-');

function changesOf(words: readonly string[], what: string): Changes {
  if (words.length === 0) throw new CommandError(`at least one ${what} update is required`);
  const odd = words.find((word) => !isChange(word));
  if (odd !== undefined) throw new CommandError(`unknown ${what} spec: ${odd}`);
  const pairs = words.filter((word) => word.includes('='));
  const set = Object.fromEntries(
    pairs.map((word) => [word.slice(0, word.indexOf('=')), word.slice(word.indexOf('=') + 1)]),
  );
  const removed = words.filter((word) => !word.includes('=')).map((word) => word.slice(0, -1));
  return { set, removed };
}

function prepare(
  command: string,
  words: readonly string[],
): { args: Arguments; targets: readonly string[]; changes: Changes } {
  const args = parseArguments(command, words, LABEL_FLAGS);
  const first = args.words.findIndex(isChange);
  const targets = first < 0 ? args.words : args.words.slice(0, first);
  if (targets.length === 0)
    throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  const what = command === 'label' ? 'label' : 'annotation';
  return { args, targets, changes: changesOf(first < 0 ? [] : args.words.slice(first), what) };
}

/** Writes labels or annotations of an object; returns whether anything changed. */
function write(
  api: ApiServer,
  ctx: Context,
  { object, ref }: Chosen,
  field: 'labels' | 'annotations',
  changes: Changes,
  args: Arguments,
): boolean {
  const present = object.metadata[field] ?? {};
  for (const [key, value] of Object.entries(changes.set)) {
    const old = present[key];
    if (old === undefined || old === value || args.is('overwrite')) continue;
    throw new CommandError(
      field === 'labels'
        ? `'${key}' already has a value (${old}), and --overwrite is false`
        : '--overwrite is false but found the following declared annotation(s): ' +
            `'${key}' already has a value (${old})`,
    );
  }
  const removals = Object.fromEntries(changes.removed.map((key) => [key, null]));
  const patch = { metadata: { [field]: { ...changes.set, ...removals } } };
  const after = api.patch(ctx, ref, { type: 'merge', patch }, 'main', {
    dryRun: dryRunSuffix(args) !== '',
  });
  return after.metadata.resourceVersion !== object.metadata.resourceVersion;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/label/label.go */
export function label(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const { args, targets, changes } = prepare('label', words);
  forEachObject(api, ctx, args, targets, 'label', output, (chosen) => {
    for (const key of changes.removed) {
      if (chosen.object.metadata.labels?.[key] === undefined) output.line(`label "${key}" not found.`);
    }
    const changed = write(api, ctx, chosen, 'labels', changes, args);
    const done = !changed ? 'not labeled' : Object.keys(changes.set).length === 0 ? 'unlabeled' : 'labeled';
    output.line(`${qualifiedKind(chosen.definition)}/${chosen.ref.name} ${done}${dryRunSuffix(args)}`);
  });
  return output;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go */
export function annotate(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const { args, targets, changes } = prepare('annotate', words);
  forEachObject(api, ctx, args, targets, 'annotate', output, (chosen) => {
    write(api, ctx, chosen, 'annotations', changes, args);
    output.line(`${qualifiedKind(chosen.definition)}/${chosen.ref.name} annotated${dryRunSuffix(args)}`);
  });
  return output;
}
