import { LAST_APPLIED, withLastApplied } from '../api/apply.ts';
import { StatusError } from '../api/errors.ts';
import { apiVersionOf } from '../api/kind.ts';
import type { KubeObject, ObjectInput } from '../api/object.ts';
import { type Patch, patchObject, threeWayPatch } from '../api/patch.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../api/selectors.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { editLastApplied, setLastApplied, viewLastApplied } from './lastapplied.ts';
import {
  decode,
  FILE_FLAGS,
  type Files,
  forEachManifest,
  type Manifest,
  type Mapped,
  parseNoted,
  readFiles,
  refTo,
  warnIfDeleting,
} from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, FIELD_MANAGER_FLAG, PRINT_FLAGS, ResultPrinter } from './printer.ts';
import { prune, prunedKinds } from './prune.ts';
import { CommandError, Output, Refusal } from './result.ts';
import { compactJson } from './serialize.ts';
import { type AppliedObject, applyServerSide } from './serversideapply.ts';

export const APPLY_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  ...PRINT_FLAGS,
  DRY_RUN_FLAG,
  FIELD_MANAGER_FLAG,
  { name: 'all', takes: 'bool' },
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'applyset', takes: 'text' },
  { name: 'cascade', takes: 'text', alone: 'background' },
  { name: 'create-annotation', takes: 'bool' },
  { name: 'force', takes: 'bool' },
  { name: 'force-conflicts', takes: 'bool' },
  { name: 'grace-period', takes: 'text' },
  { name: 'openapi-patch', takes: 'bool' },
  { name: 'overwrite', takes: 'bool' },
  { name: 'prune', takes: 'bool' },
  { name: 'prune-allowlist', takes: 'text' },
  { name: 'selector', short: 'l', takes: 'text' },
  { name: 'server-side', takes: 'bool' },
  { name: 'subresource', takes: 'text' },
  { name: 'timeout', takes: 'text' },
  { name: 'validate', takes: 'text', alone: 'true' },
  { name: 'wait', takes: 'bool' },
];

const SUBCOMMANDS = {
  'edit-last-applied': editLastApplied,
  'set-last-applied': setLastApplied,
  'view-last-applied': viewLastApplied,
} as const;

const isSubcommand = (word: string): word is keyof typeof SUBCOMMANDS => Object.hasOwn(SUBCOMMANDS, word);

/**
 * `kubectl apply -f`, by itself or, with `--server-side`, by the API server.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go
 */
export function apply(server: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const api = output.hearing(server);
  const args = parseArguments('apply', words, APPLY_FLAGS);
  const [first, ...rest] = args.words;
  if (first !== undefined && isSubcommand(first)) {
    SUBCOMMANDS[first](api, ctx, args, rest, files, output);
    return output;
  }
  if (first !== undefined)
    throw new CommandError(`Unexpected args: [${args.words.join(' ')}]\nSee 'kubectl apply -h' for help and examples`);
  if (args.list('filename').length === 0 && args.text('kustomize') === undefined)
    throw new CommandError('must specify one of -f and -k');
  const kinds = prunedKinds(api, args);
  validate(args);
  const printer = new ResultPrinter(args, output);
  const manifests = selected(readFiles(args, files, output), args.text('selector'));
  if (manifests.length === 0 && output.exit === 0) throw new CommandError('no objects passed to apply');
  const applied: KubeObject[] = [];
  const doing = args.is('server-side') ? '' : 'creating';
  forEachManifest(
    api,
    manifests,
    args.text('namespace'),
    output,
    (mapped) => {
      const { object, done } = args.is('server-side')
        ? applyServerSide(api, ctx, mapped, args, output)
        : applyClientSide(api, ctx, mapped, args, output);
      applied.push(object);
      if (!printer.printsObjects) printer.print(mapped.definition, mapped.name, object, done);
    },
    doing,
  );
  if (output.exit !== 0) return output;
  if (printer.printsObjects) printer.printObject(applied.length === 1 ? applied[0] : listOf(applied));
  if (args.is('prune')) prune(api, ctx, args, kinds, applied, printer);
  return output;
}

const listOf = (items: readonly KubeObject[]): object => ({ apiVersion: 'v1', items, kind: 'List', metadata: {} });

/** What flags may not be given together. @see ApplyOptions.Validate */
function validate(args: Arguments): void {
  const [serverSide, force, pruning] = [args.is('server-side'), args.is('force'), args.is('prune')];
  const selector = args.text('selector') ?? '';
  const refuse = (isWrong: boolean, text: string): void => {
    if (isWrong) throw new CommandError(text);
  };
  refuse(args.is('force-conflicts') && !serverSide, '--force-conflicts only works with --server-side');
  refuse(
    dryRunOf(args) === 'client' && serverSide,
    "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
  );
  refuse(serverSide && force, '--force cannot be used with --server-side');
  refuse(dryRunOf(args) === 'server' && force, '--dry-run=server cannot be used with --force');
  refuse(args.is('all') && selector !== '', 'cannot set --all and --selector at the same time');
  refuse(
    args.text('applyset') !== undefined,
    '--applyset is alpha and not simulated: use --prune with a label selector',
  );
  refuse(pruning && force, '--force cannot be used with --prune');
  refuse(
    pruning && !args.is('all') && selector === '',
    'all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector',
  );
  refuse(
    pruning && serverSide,
    "--prune is in alpha and doesn't currently work on objects created by server-side apply",
  );
  refuse(
    (args.text('subresource') ?? '') !== '' && !serverSide,
    '--subresource can only be specified for --server-side',
  );
}

/** The manifests whose labels a selector chooses. */
export function selected(manifests: readonly Manifest[], selector: string | undefined): readonly Manifest[] {
  if (!selector) return manifests;
  const requirements = parseLabelSelector(selector);
  if (isSelectorError(requirements)) throw new CommandError(requirements.error);
  return manifests.filter(({ value }) => {
    const { labels } = (value['metadata'] ?? {}) as ObjectInput['metadata'];
    return matchesRequirements(requirements, labels);
  });
}

function applyClientSide(api: ApiServer, ctx: Context, mapped: Mapped, args: Arguments, output: Output): AppliedObject {
  const { definition, name, namespace, value } = mapped;
  refuseUnnamed(mapped);
  const dryRun = dryRunOf(args);
  const live = api.find<KubeObject>(ctx, refTo(mapped));
  if (!live) {
    const input = withLastApplied(decode(api, mapped), namespace);
    if (dryRun === 'client') return { object: input as unknown as KubeObject, done: 'created' };
    const created = api.create<KubeObject>(ctx, input, { dryRun: dryRun === 'server' });
    return { object: created, done: 'created' };
  }
  const noted = live.metadata.annotations?.[LAST_APPLIED];
  if (noted === undefined) {
    const advice = `kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`;
    output.warn(
      `resource ${definition.plural}/${name} is missing the ${LAST_APPLIED} annotation which is required by kubectl apply. ${advice}`,
    );
  }
  const { metadata } = value as { readonly metadata: ObjectInput['metadata'] };
  const given = {
    ...value,
    metadata: { ...metadata, ...(namespace !== undefined && { namespace }) },
  } as unknown as ObjectInput;
  const modified = withLastApplied(given, namespace);
  const original = noted === undefined ? undefined : parseNoted(noted);
  const patch = threeWayPatch(original, modified, live as unknown as ObjectInput);
  if (patch instanceof StatusError) throw patch;
  const patched = sendPatch(api, ctx, mapped, live, patch, dryRun);
  warnIfDeleting(patched, output);
  return { object: patched, done: Object.keys(patch.patch).length === 0 ? 'unchanged' : 'configured' };
}

/** @throws Refusal with all that was sent, where the API server refuses it */
function sendPatch(
  api: ApiServer,
  ctx: Context,
  mapped: Mapped,
  live: KubeObject,
  patch: Patch,
  dryRun: ReturnType<typeof dryRunOf>,
): KubeObject {
  if (Object.keys(patch.patch).length === 0) return live;
  try {
    if (dryRun === 'client') {
      const patched = patchObject(live as unknown as ObjectInput, patch);
      if (patched instanceof StatusError) throw patched;
      return patched as unknown as KubeObject;
    }
    return api.patch<KubeObject>(ctx, refTo(mapped), patch, 'main', { dryRun: dryRun === 'server' });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    throw new Refusal(error, patchFailure(mapped, patch));
  }
}

function refuseUnnamed({ definition, name, namespace, source, value }: Mapped): void {
  if (name !== '') return;
  const { generateName = '' } = (value['metadata'] ?? {}) as ObjectInput['metadata'];
  if (generateName !== '') throw new CommandError(`from ${generateName}: cannot use generate name with apply`);
  const version = apiVersionOf(definition);
  const group = version.includes('/') ? version : `/${version}`;
  const what = `Resource: "${group}, Resource=${definition.plural}", GroupVersionKind: "${group}, Kind=${definition.kind}"`;
  const where = `Name: "", Namespace: "${namespace ?? ''}"`;
  throw new CommandError(
    `error when retrieving current configuration of:\n${what}\n${where}\nfrom server for: "${source}": resource name may not be empty`,
  );
}

function patchFailure({ definition, name, namespace, source }: Mapped, patch: Patch): string {
  const version = apiVersionOf(definition);
  const group = version.includes('/') ? version : `/${version}`;
  const what = `Resource: "${group}, Resource=${definition.plural}", GroupVersionKind: "${group}, Kind=${definition.kind}"`;
  const text = compactJson(patch.patch);
  return `error when applying patch:\n${text}\nto:\n${what}\nName: "${name}", Namespace: "${namespace ?? ''}"\nfor: "${source}": error when patching "${source}": `;
}
