import { LAST_APPLIED } from '../api/apply.ts';
import { formatTime } from '../api/duration.ts';
import { StatusError } from '../api/errors.ts';
import { apiVersionOf, type KindDefinition } from '../api/kind.ts';
import { KUBECTL, serverSideApply } from '../api/managedfields/serverside.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import { threeWayPatch } from '../api/patch.ts';
import type { ApiServer } from '../api/server.ts';
import { unifiedDiffOfLines } from '../api/unifieddiff.ts';
import type { Context } from '../sim/context.ts';
import { selected } from './apply.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import {
  decode,
  FILE_FLAGS,
  type Files,
  forEachManifest,
  type Mapped,
  parseNoted,
  readFiles,
  refTo,
  warnIfDeleting,
} from './manifests.ts';
import { FIELD_MANAGER_FLAG } from './printer.ts';
import { prunable, prunedKinds } from './prune.ts';
import { CommandError, Output, Refusal } from './result.ts';
import { toYaml, withoutManagedFields } from './serialize.ts';

export const DIFF_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  FIELD_MANAGER_FLAG,
  { name: 'concurrency', takes: 'text' },
  { name: 'force-conflicts', takes: 'bool' },
  { name: 'prune', takes: 'bool' },
  { name: 'prune-allowlist', takes: 'text' },
  { name: 'selector', short: 'l', takes: 'text' },
  { name: 'server-side', takes: 'bool' },
  { name: 'show-managed-fields', takes: 'bool' },
  { name: 'show-secrets', takes: 'bool' },
];

/** Differences end the command with 1, so everything that goes wrong with more. */
const FAILED = 2;

/** An object as it is and as it would be; one of them may not be there. */
interface Versions {
  readonly definition: KindDefinition;
  readonly live: KubeObject | undefined;
  readonly merged: KubeObject | undefined;
}

/**
 * `kubectl diff`: what an apply would change, as `diff -u -N` shows two directories. Nothing is changed.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go
 */
export function diff(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  try {
    compareAll(api, ctx, parseArguments('diff', words, DIFF_FLAGS), files, output);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    output.fail(`error: ${error.message}`);
  }
  if (output.err !== '' && output.exit !== 0) output.exit = FAILED;
  else if (output.out !== '') output.exit = 1;
  return output;
}

function compareAll(api: ApiServer, ctx: Context, args: Arguments, files: Files, output: Output): void {
  if (args.words.length > 0)
    throw new CommandError(`Unexpected args: [${args.words.join(' ')}]\nSee 'kubectl diff -h' for help and examples`);
  if (args.list('filename').length === 0 && args.text('kustomize') === undefined)
    throw new CommandError('must specify one of -f and -k');
  if (args.is('force-conflicts') && !args.is('server-side'))
    throw new CommandError('--force-conflicts only works with --server-side');
  const kinds = prunedKinds(api, args);
  const compared: Versions[] = [];
  for (const manifest of selected(readFiles(args, files, output), args.text('selector'))) {
    const compare = (mapped: Mapped): void => {
      const live = api.find<KubeObject>(ctx, refTo(mapped));
      const merged = args.is('server-side')
        ? mergedByServer(api, ctx, mapped, args)
        : mergedByClient(api, ctx, mapped, live);
      compared.push({ definition: mapped.definition, live, merged });
      if (live) warnIfDeleting(live, output);
    };
    forEachManifest(api, [manifest], args.text('namespace'), output, compare, '');
    if (output.exit !== 0) return;
  }
  if (args.is('prune')) {
    const applied = compared.map(({ live, merged }) => live ?? merged).filter((object) => object !== undefined);
    for (const { definition, object } of prunable(ctx, args, kinds, applied))
      compared.push({ definition, live: object, merged: undefined });
  }
  printDifferences(api, ctx, compared, args, output);
}

/** The manifest in its namespace. */
function placed({ value, namespace }: Mapped): ObjectInput {
  const input = value as unknown as ObjectInput;
  const { namespace: _, ...metadata } = input.metadata;
  return { ...input, metadata: { ...metadata, ...(namespace !== undefined && { namespace }) } };
}

/** Without the note of an earlier apply, as the note itself has it. @see GetModifiedConfiguration */
function unnoted(input: ObjectInput): ObjectInput {
  const { [LAST_APPLIED]: _, ...annotations } = input.metadata.annotations ?? {};
  return { ...input, metadata: { ...input.metadata, annotations } };
}

function mergedByServer(api: ApiServer, ctx: Context, mapped: Mapped, args: Arguments): KubeObject {
  const manager = args.text('field-manager') || KUBECTL;
  return serverSideApply(api, ctx, placed(mapped), { manager, force: args.is('force-conflicts'), dryRun: true });
}

function mergedByClient(api: ApiServer, ctx: Context, mapped: Mapped, live: KubeObject | undefined): KubeObject {
  if (!live) return api.create<KubeObject>(ctx, decode(api, mapped), { dryRun: true });
  const noted = live.metadata.annotations?.[LAST_APPLIED];
  const original = noted === undefined ? undefined : parseNoted(noted);
  const patch = threeWayPatch(original, unnoted(placed(mapped)), live as unknown as ObjectInput);
  if (patch instanceof StatusError) throw patch;
  if (Object.keys(patch.patch).length === 0) return live;
  try {
    return api.patch<KubeObject>(ctx, refTo(mapped), patch, 'main', { dryRun: true });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new Refusal(error, `error when patching "${mapped.source}": `);
  }
}

/** Directories are called after the clock, so that a run says the same each time. */
function printDifferences(
  api: ApiServer,
  ctx: Context,
  compared: readonly Versions[],
  args: Arguments,
  output: Output,
): void {
  const millis = api.epochMillis(ctx);
  const at = written(millis);
  const [from, to] = [`/tmp/LIVE-${millis % 2 ** 32}`, `/tmp/MERGED-${(millis + 1) % 2 ** 32}`];
  const named = compared.map((versions) => ({ name: fileName(versions), versions }));
  for (const { name, versions } of named.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const { live, merged } = shown(versions, args);
    const hunks = unifiedDiffOfLines(linesOf(live), linesOf(merged));
    if (hunks === '') continue;
    const [before, after] = [`${from}/${name}`, `${to}/${name}`];
    output.line(`diff -u -N ${before} ${after}`);
    output.line(`--- ${before}\t${at}`);
    output.line(`+++ ${after}\t${versions.merged ? at : written(0)}`);
    output.out += hunks;
  }
}

/** When a file was written, as diff says it. */
function written(millis: number): string {
  const [date = '', time = ''] = formatTime(millis).replace('Z', '').split('T');
  return `${date} ${time}.${String(millis % 1000).padStart(3, '0')}000000 +0000`;
}

/** @see InfoObject.Name */
function fileName({ definition, live, merged }: Versions): string {
  const { name = '', namespace = '' } = (live ?? merged)?.metadata ?? {};
  return `${apiVersionOf(definition).replace('/', '.')}.${definition.kind}.${namespace}.${name}`;
}

const linesOf = (object: unknown): readonly string[] =>
  object === undefined ? [] : toYaml(object).replace(/\n$/, '').split('\n');

function shown(versions: Versions, args: Arguments): { readonly live: unknown; readonly merged: unknown } {
  const print = (object: KubeObject | undefined): unknown =>
    object && !args.is('show-managed-fields') ? withoutManagedFields(object) : object;
  const [live, merged] = [print(versions.live), print(versions.merged)];
  const isSecret = versions.definition.kind === 'Secret' && versions.definition.group === '';
  return isSecret && merged !== undefined && !args.is('show-secrets') ? masked(live, merged) : { live, merged };
}

type Data = Readonly<Record<string, unknown>>;

/** Hides what a Secret holds; what changes can still be seen to change. @see Masker */
function masked(live: unknown, merged: unknown): { readonly live: unknown; readonly merged: unknown } {
  const data = (object: unknown): Data | undefined => (object as { readonly data?: Data } | undefined)?.data;
  const [from, to] = [data(live), data(merged)];
  const mask = (own: Data, other: Data | undefined, differing: string): Data =>
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => {
        const isChanged = other !== undefined && Object.hasOwn(other, key) && other[key] !== value;
        return [key, isChanged ? differing : '***'];
      }),
    );
  return {
    live: from ? { ...(live as object), data: mask(from, to, '*** (before)') } : live,
    merged: to ? { ...(merged as object), data: mask(to, from, '*** (after)') } : merged,
  };
}
