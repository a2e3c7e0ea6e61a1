import type { Node, Taint } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Flag, parseArguments } from './flags.ts';
import { DRY_RUN_FLAG, dryRunSuffix, FIELD_MANAGER_FLAG } from './printer.ts';
import { parseTargets } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { forEachObject, TARGET_FLAGS } from './targets.ts';

export const TAINT_FLAGS: readonly Flag[] = [
  ...TARGET_FLAGS,
  { name: 'overwrite', takes: 'bool' },
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
];
const EFFECTS: readonly string[] = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
const NAME = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const HELP = "See 'kubectl taint -h' for help and examples";

/** A taint as it is written; without an effect it only names what is to go. */
type Spec = Omit<Taint, 'effect'> & { readonly effect?: string };

const isTaint = (word: string): boolean => word.includes('=') || word.includes(':') || word.endsWith('-');

/** @see staging/src/k8s.io/kubectl/pkg/cmd/taint/taint.go */
export function taint(server: ApiServer, ctx: Context, words: readonly string[]): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('taint', words, TAINT_FLAGS);
  const first = args.words.findIndex(isTaint);
  const targets = first < 0 ? args.words : args.words.slice(0, first);
  const specs = first < 0 ? [] : args.words.slice(first);
  const late = specs.find((word) => !isTaint(word));
  if (late !== undefined) throw new CommandError(`all resources must be specified before taint changes: ${late}`);
  if (targets.length === 0) throw new CommandError('one or more resources must be specified as <resource> <name>');
  if (specs.length === 0) throw new CommandError('at least one taint update is required');
  const [added, removed] = parseTaints(specs);
  const [type = ''] = targets;
  const [target] = parseTargets(api, [type], 'taint');
  if (target?.definition.kind !== 'Node')
    throw new CommandError(`invalid resource type ${type.toLowerCase()}, only node types are supported`);
  if (!args.is('all') && args.text('selector') === undefined && targets.length < 2 && !type.includes('/'))
    throw new CommandError("at least one resource name must be specified since 'all' parameter is not set");
  const dryRun = dryRunSuffix(args);
  forEachObject(api, ctx, args, targets, 'taint', output, ({ object, ref }) => {
    const { operation, taints } = updateTaints(object as Node, added, removed, args.is('overwrite'));
    const patch = { spec: { taints: taints.length === 0 ? null : taints } };
    api.patch(ctx, ref, { type: 'merge', patch }, 'main', { dryRun: dryRun !== '' });
    output.line(`node/${ref.name} ${operation}${dryRun}`);
  });
  return output;
}

/** @see staging/src/k8s.io/kubectl/pkg/cmd/taint/utils.go parseTaints */
function parseTaints(specs: readonly string[]): readonly [added: readonly Spec[], removed: readonly Spec[]] {
  const added: Spec[] = [];
  const removed: Spec[] = [];
  for (const spec of specs) {
    if (spec.endsWith('-')) {
      const { key, effect } = parseTaint(spec.slice(0, -1));
      removed.push({ key, ...(effect !== undefined && { effect }) });
      continue;
    }
    const taint = parseTaint(spec);
    if (taint.effect === undefined) throw new CommandError(`invalid taint spec: ${spec}\n${HELP}`);
    if (added.some((other) => isSame(other, taint))) {
      const go = `{${taint.key} ${taint.value ?? ''} ${taint.effect} <nil>}`;
      throw new CommandError(`duplicated taints with the same key and effect: ${go}\n${HELP}`);
    }
    added.push(taint);
  }
  const conflicts = removed.filter((gone) => added.some((taint) => isSame(taint, gone)));
  if (conflicts.length > 0) {
    const list = conflicts.map(({ key, effect }) => `${key}=${effect}`).join(', ');
    throw new CommandError(`can not both modify and remove the following taint(s) in the same command: ${list}`);
  }
  return [added, removed];
}

/** `<key>=<value>:<effect>`, `<key>:<effect>` or `<key>`. */
function parseTaint(text: string): Spec {
  const [pair = '', effect, ...more] = text.split(':');
  const [key = '', value, ...values] = effect === undefined ? [pair] : pair.split('=');
  if (more.length > 0 || values.length > 0 || !NAME.test(key))
    throw new CommandError(`invalid taint spec: ${text}\n${HELP}`);
  if (effect !== undefined && !EFFECTS.includes(effect))
    throw new CommandError(`invalid taint effect: ${effect}, unsupported taint effect\n${HELP}`);
  return { key, ...(value && { value }), ...(effect !== undefined && { effect }) };
}

const isSame = (a: Spec, b: Spec): boolean => a.key === b.key && a.effect === b.effect;

const textOf = ({ key, effect }: Spec): string => (effect === undefined ? key : `${key}:${effect}`);

/** @see reorganizeTaints */
function updateTaints(
  { metadata, spec }: Node,
  added: readonly Spec[],
  removed: readonly Spec[],
  overwrite: boolean,
): { readonly operation: string; readonly taints: readonly Spec[] } {
  const old: readonly Spec[] = spec?.taints ?? [];
  const existing = added.filter((taint) => old.some((other) => isSame(other, taint))).map(({ key }) => key);
  if (existing.length > 0 && !overwrite) {
    const text = `already has ${existing.join(',')} taint(s) with same effect(s) and --overwrite is false`;
    throw new CommandError(`node ${metadata.name} ${text}`);
  }
  let taints = [...added, ...old.filter((taint) => !added.some((other) => isSame(other, taint)))];
  const isAdded = taints.length !== old.length;
  let isDeleted = false;
  for (const gone of removed) {
    const left = taints.filter((taint) => (gone.effect === undefined ? taint.key !== gone.key : !isSame(taint, gone)));
    isDeleted = left.length !== taints.length;
    if (!isDeleted) throw new CommandError(`taint "${textOf(gone)}" not found`);
    taints = left;
  }
  return { operation: (isAdded && isDeleted) || overwrite ? 'modified' : isAdded ? 'tainted' : 'untainted', taints };
}
