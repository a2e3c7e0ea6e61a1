import { StatusError } from '../api/errors.ts';
import type { DeleteOptions, KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../api/selectors.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { FILE_FLAGS, type Files, mapManifest, readFiles, refTo } from './manifests.ts';
import { DRY_RUN_FLAG, dryRunOf, dryRunSuffix } from './printer.ts';
import { listObjects, parseTargets, qualifiedKind } from './resources.ts';
import { CommandError, Output } from './result.ts';
import { MUST_PROVIDE } from './targets.ts';
import { durationFlag, hasGone, isLate, type Leaving, timedOut, type Waiting } from './waiting.ts';

export const DELETE_FLAGS: readonly Flag[] = [
  ...FILE_FLAGS,
  { name: 'all', takes: 'bool' },
  { name: 'all-namespaces', short: 'A', takes: 'bool' },
  { name: 'selector', short: 'l', takes: 'text' },
  { name: 'cascade', takes: 'text', alone: 'background' },
  { name: 'force', takes: 'bool' },
  { name: 'interactive', short: 'i', takes: 'bool' },
  { name: 'now', takes: 'bool' },
  { name: 'grace-period', takes: 'text' },
  { name: 'ignore-not-found', takes: 'bool' },
  { name: 'wait', takes: 'bool' },
  { name: 'timeout', takes: 'text' },
  { name: 'output', short: 'o', takes: 'text' },
  DRY_RUN_FLAG,
];

interface Victim {
  readonly definition: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
  /** File that named it. */
  readonly source?: string;
}

const POLICIES: Readonly<Record<string, DeleteOptions['propagationPolicy']>> = {
  background: 'Background',
  true: 'Background',
  foreground: 'Foreground',
  orphan: 'Orphan',
  false: 'Orphan',
};

/**
 * `kubectl delete`, which waits until what it deletes has gone.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go
 */
export function deleteCommand(api: ApiServer, ctx: Context, words: readonly string[], files: Files): Output {
  const output = new Output();
  const args = parseArguments('delete', words, DELETE_FLAGS);
  const options = optionsOf(args);
  refuseTogether(args);
  if (args.is('force')) {
    const text = 'The resource may continue to run on the cluster indefinitely.';
    output.warn(
      `Immediate deletion does not wait for confirmation that the running resource has been terminated. ${text}`,
    );
  }
  const timeout = durationFlag(args, 'timeout', '0s');
  const victims = args.words.length > 0 ? named(api, ctx, args) : inFiles(api, args, files, output);
  if (victims.length === 0 && output.exit === 0) output.line('No resources found');
  const isScoped = args.text('namespace') !== undefined && !args.is('all-namespaces');
  if (isScoped && victims.some(({ namespace }) => namespace === undefined))
    output.warn('deleting cluster-scoped resources, not scoped to the provided namespace');
  const leaving = victims.flatMap((victim) => remove(api, ctx, victim, options, args, output));
  if (args.text('wait') !== 'false' && output.exit === 0) {
    const deadline = timeout > 0 ? { deadline: ctx.now + timeout } : {};
    awaitDeletion(api, ctx, { command: 'delete', leaving, ...deadline }, output);
  }
  return output;
}

/** What flags may not be given together. @see DeleteOptions.Complete, Validate */
function refuseTogether(args: Arguments): void {
  const grace = Number(args.text('grace-period') ?? -1);
  const format = args.text('output') ?? '';
  if (args.is('now') && args.text('grace-period') !== undefined && grace !== -1)
    throw new CommandError('--now and --grace-period cannot be specified together');
  if (format !== '' && format !== 'name')
    throw new CommandError(`unexpected -o output mode: ${format}. We only support '-o name'`);
  if (args.is('all') && args.text('selector'))
    throw new CommandError('cannot set --all and --selector at the same time');
  if (args.is('force') && (grace > 0 || args.is('now')))
    throw new CommandError('--force and --grace-period greater than 0 cannot be specified together');
  if (args.is('interactive')) throw new CommandError('there is nobody to ask in this console: leave --interactive out');
}

/** Deletes one object and says so; returns what is then to be waited for. */
function remove(
  api: ApiServer,
  ctx: Context,
  { definition, namespace, name, source }: Victim,
  options: DeleteOptions,
  args: Arguments,
  output: Output,
): readonly Leaving[] {
  const dryRun = dryRunOf(args);
  const ref = refTo({ definition, name, namespace });
  const where = namespace === undefined ? '' : ` from ${namespace} namespace`;
  const done = `${args.is('force') ? 'force deleted' : 'deleted'}${where}${dryRunSuffix(args)}`;
  const kind = qualifiedKind(definition);
  const line = args.text('output') === 'name' ? `${kind}/${name}` : `${kind} "${name}" ${done}`;
  if (dryRun === 'client') {
    output.line(line);
    return [];
  }
  try {
    const { uid } = api.get<KubeObject>(ctx, ref).metadata;
    api.remove(ctx, ref, { ...options, ...(dryRun === 'server' && { dryRun: true }) });
    output.line(line);
    return dryRun === 'server' ? [] : [{ ref, plural: definition.plural, uid }];
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    const ignores = args.text('ignore-not-found') ?? String(args.is('all') || args.text('selector') !== undefined);
    if (error.reason === 'NotFound' && ignores === 'true') return [];
    const doing = source === undefined ? '' : `error when deleting "${source}": `;
    output.refuse(error, { kind: definition.kind, name }, doing);
    return [];
  }
}

/** Goes on with a deletion that waits. @see staging/src/k8s.io/kubectl/pkg/cmd/wait/delete.go IsDeleted */
export function awaitDeletion(
  api: ApiServer,
  ctx: Context,
  waiting: Extract<Waiting, { readonly command: 'delete' }>,
  output: Output,
): boolean {
  // One after the other: an object that is still there says that the command is not over.
  const at = waiting.leaving.findIndex((object) => !hasGone(api, ctx, object));
  const first = waiting.leaving[at];
  if (!first) return true;
  if (isLate(ctx, waiting)) output.fail(timedOut(first));
  else output.waits = { ...waiting, leaving: waiting.leaving.slice(at) };
  return false;
}

function optionsOf(args: Arguments): DeleteOptions {
  const grace = args.text('grace-period');
  const cascade = args.text('cascade') ?? 'background';
  const policy = Object.hasOwn(POLICIES, cascade) ? POLICIES[cascade] : undefined;
  if (policy === undefined) {
    throw new CommandError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  }
  // Without --force no grace at all becomes one second.
  const given = grace === undefined ? -1 : Number(grace);
  const asked = given === 0 && !args.is('force') ? 1 : given;
  const seconds = args.is('now') ? 1 : asked < 0 && args.is('force') ? 0 : asked < 0 ? undefined : asked;
  return { propagationPolicy: policy, ...(seconds !== undefined && seconds >= 0 && { gracePeriodSeconds: seconds }) };
}

function named(api: ApiServer, ctx: Context, args: Arguments): readonly Victim[] {
  const everywhere = args.is('all-namespaces');
  const space = args.text('namespace') || 'default';
  const selector = args.text('selector');
  const requirements = selector === undefined ? undefined : parseLabelSelector(selector);
  if (requirements && isSelectorError(requirements)) throw new CommandError(requirements.error);
  return parseTargets(api, args.words, 'delete').flatMap(({ definition, names }) => {
    const namespace = definition.namespaced ? space : undefined;
    if (names && requirements) throw new CommandError('name cannot be provided when a selector is specified');
    if (names) return names.map((name) => ({ definition, namespace, name }));
    if (!args.is('all') && !requirements) {
      throw new CommandError('resource(s) were provided, but no name was specified');
    }
    return listObjects(ctx, definition, everywhere ? undefined : space)
      .filter(({ metadata }) => !requirements || matchesRequirements(requirements, metadata.labels))
      .map(({ metadata }) => ({ definition, namespace: metadata.namespace, name: metadata.name }));
  });
}

function inFiles(api: ApiServer, args: Arguments, files: Files, output: Output): readonly Victim[] {
  if (args.list('filename').length === 0) {
    throw new CommandError(MUST_PROVIDE);
  }
  return readFiles(args, files, output).map((manifest) => mapManifest(api, manifest, args.text('namespace')));
}
