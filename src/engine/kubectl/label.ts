import { isValidLabelValue } from '../api/names.ts';
import type { KubeObject } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import type { Files } from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { CommandError, Output } from './result.ts';
import { type Chosen, FILE_TARGET_FLAGS, forEachObject } from './targets.ts';

export const LABEL_FLAGS: readonly Flag[] = [
  ...FILE_TARGET_FLAGS,
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'list', takes: 'bool' },
  { name: 'overwrite', takes: 'bool' },
  { name: 'resource-version', takes: 'text' },
];

type Field = 'labels' | 'annotations';
type What = 'label' | 'annotation';

/** Values to set and keys to remove. */
interface Changes {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

const isPair = (word: string): boolean => word.includes('=') && !word.startsWith('=');
const isRemoval = (word: string): boolean => !isPair(word) && word.endsWith('-') && word !== '-';

const keyOfPair = (word: string): string => word.slice(0, word.indexOf('='));
const valueOfPair = (word: string): string => word.slice(word.indexOf('=') + 1);

/** @see staging/src/k8s.io/kubectl/pkg/cmd/label/label.go parseLabels, annotate/annotate.go validateAnnotations */
function changesOf(words: readonly string[], what: What): Changes {
  const pairs = words.filter(isPair);
  if (what === 'label') pairs.forEach(refuseLabel);
  const set = Object.fromEntries(pairs.map((word) => [keyOfPair(word), valueOfPair(word)]));
  const removed = words.filter(isRemoval).map((word) => word.slice(0, -1));
  const both = removed.filter((key) => Object.hasOwn(set, key));
  if (both.length > 0) {
    throw new CommandError(
      what === 'label'
        ? 'can not both modify and remove a label in the same command'
        : `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`,
    );
  }
  return { set, removed };
}

function refuseLabel(word: string): void {
  if (word.split('=').length !== 2) throw new CommandError(`invalid label spec: ${word}`);
  const errors = isValidLabelValue(valueOfPair(word));
  if (errors.length > 0) throw new CommandError(`invalid label value: ${JSON.stringify(word)}: ${errors.join(';')}`);
}

interface Prepared {
  readonly args: Arguments;
  readonly targets: readonly string[];
  readonly changes: Changes;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go GetResourcesAndPairs */
function prepare(command: string, words: readonly string[], what: What): Prepared {
  const args = parseArguments(command, words, LABEL_FLAGS);
  const isChange = (word: string): boolean => isPair(word) || isRemoval(word);
  const first = args.words.findIndex(isChange);
  const targets = first < 0 ? args.words : args.words.slice(0, first);
  const given = first < 0 ? [] : args.words.slice(first);
  const late = given.find((word) => !isChange(word));
  if (late !== undefined) throw new CommandError(`all resources must be specified before ${what} changes: ${late}`);
  const changes = changesOf(given, what);
  if (args.is('list') && args.text('output') !== undefined)
    throw new CommandError('--list and --output may not be specified together');
  if (args.is('all') && args.text('selector'))
    throw new CommandError('cannot set --all and --selector at the same time');
  if (targets.length === 0 && args.list('filename').length === 0)
    throw new CommandError('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  if (given.length === 0 && !args.is('list')) throw new CommandError(`at least one ${what} update is required`);
  return { args, targets, changes };
}

/** @throws CommandError where a value would be overwritten without leave */
function refuseOverwriting({ metadata }: KubeObject, field: Field, { set }: Changes): void {
  const taken = Object.entries(set).filter(([key, value]) => {
    const old = metadata[field]?.[key];
    return old !== undefined && old !== value && !(field === 'annotations' && key === CHANGE_CAUSE);
  });
  if (taken.length === 0) return;
  const has = taken.map(([key]) => `'${key}' already has a value (${metadata[field]?.[key] ?? ''})`);
  if (field === 'annotations') {
    const head = '--overwrite is false but found the following declared annotation(s): ';
    throw new CommandError(head + has.join('; '));
  }
  const texts = has.map((text) => `${text}, and --overwrite is false`);
  throw new CommandError(texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
}

/** The object with the changes, as kubectl has it before it sends anything. */
function changed(object: KubeObject, field: Field, { set, removed }: Changes): KubeObject {
  const left = Object.entries(object.metadata[field] ?? {}).filter(([key]) => !removed.includes(key));
  return { ...object, metadata: { ...object.metadata, [field]: { ...Object.fromEntries(left), ...set } } };
}

/** Sends the changes, unless kubectl by itself only tries to; returns the object as it is then. */
function write(
  api: ApiServer,
  ctx: Context,
  { object, ref }: Chosen,
  field: Field,
  { set, removed }: Changes,
  args: Arguments,
): KubeObject {
  const dryRun = dryRunOf(args);
  if (dryRun === 'client') return changed(object, field, { set, removed });
  const removals = Object.fromEntries(removed.map((key) => [key, null]));
  const resourceVersion = args.text('resource-version');
  const metadata = { [field]: { ...set, ...removals }, ...(resourceVersion && { resourceVersion }) };
  return api.patch<KubeObject>(ctx, ref, { type: 'merge', patch: { metadata } }, 'main', {
    dryRun: dryRun === 'server',
  });
}

function list({ definition, object }: Chosen, field: Field, isOne: boolean, output: Output): void {
  const { kind, group } = definition;
  if (!isOne) output.line(`Listing ${field} for ${kind}.${group}/${object.metadata.name}:`);
  const values = object.metadata[field] ?? {};
  for (const key of Object.keys(values).sort()) output.line(`${isOne ? '' : ' '}${key}=${values[key] ?? ''}`);
}

/** What a label command says it has done. @see updateDataChangeMsg */
function doneText({ metadata: { labels = {} } }: KubeObject, { set, removed }: Changes): string {
  const isAdded = Object.entries(set).some(([key, value]) => labels[key] !== value);
  const isRemoved = removed.some((key) => labels[key] !== undefined);
  if (isAdded && isRemoved) return 'modified';
  return isAdded ? 'labeled' : isRemoved ? 'unlabeled' : 'not labeled';
}

function run(
  server: ApiServer,
  ctx: Context,
  words: readonly string[],
  files: Files,
  command: 'label' | 'annotate',
): Output {
  const output = new Output();
  const api = output.hearing(server);
  const field: Field = command === 'label' ? 'labels' : 'annotations';
  const { args, targets, changes } = prepare(command, words, command === 'label' ? 'label' : 'annotation');
  const printer = new ResultPrinter(args, output);
  const isOne = targets.length === 1 ? targets[0]?.includes('/') === true : targets.length === 2;
  if (!isOne && args.text('resource-version'))
    throw new CommandError('--resource-version may only be used with a single resource');
  const act = (chosen: Chosen): void => {
    const { definition, object, ref } = chosen;
    if (args.is('list')) {
      list(chosen, field, isOne, output);
      return;
    }
    if (command === 'label' && dryRunOf(args) !== 'client') {
      const missing = changes.removed.filter((key) => object.metadata.labels?.[key] === undefined);
      for (const key of missing) output.line(`label ${JSON.stringify(key)} not found.`);
    }
    if (!args.is('overwrite')) refuseOverwriting(object, field, changes);
    const done = command === 'label' ? doneText(object, changes) : 'annotated';
    const written = done === 'not labeled' ? object : write(api, ctx, chosen, field, changes, args);
    printer.print(definition, ref.name, written, done);
  };
  forEachObject(api, ctx, args, targets, command, output, act, files);
  return output;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/label/label.go */
export const label = (api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output =>
  run(api, ctx, words, files, 'label');

/** @see staging/src/k8s.io/kubectl/pkg/cmd/annotate/annotate.go */
export const annotate = (api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output =>
  run(api, ctx, words, files, 'annotate');
