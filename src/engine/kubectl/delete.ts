import { StatusError } from '../api/errors.ts';
import { apiVersionOf, type DeleteOptions, type KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../api/selectors.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { type Arguments, type Flag, parseArguments } from './flags.ts';
import { FILE_FLAGS, type Files, mapManifest, readFiles } from './manifests.ts';
import { dryRunSuffix } from './printer.ts';
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
  { name: 'now', takes: 'bool' },
  { name: 'grace-period', takes: 'text' },
  { name: 'ignore-not-found', takes: 'bool' },
  { name: 'wait', takes: 'bool' },
  { name: 'timeout', takes: 'text' },
  { name: 'output', short: 'o', takes: 'text' },
  { name: 'dry-run', takes: 'text', alone: 'unchanged' },
];

interface Victim {
  readonly definition: KindDefinition;
  readonly namespace: string | undefined;
  readonly name: string;
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
  const force = args.is('force');
  if (force) {
    const text = 'The resource may continue to run on the cluster indefinitely.';
    output.warn(
      `Immediate deletion does not wait for confirmation that the running resource has been terminated. ${text}`,
    );
  }
  const byName = args.words.length > 0;
  const timeout = durationFlag(args, 'timeout', '0s');
  const leaving: Leaving[] = [];
  const victims = byName ? named(api, ctx, args) : inFiles(api, args, files, output);
  if (victims.length === 0 && output.exit === 0) output.line('No resources found');
  for (const { definition, namespace, name } of victims) {
    const ref = {
      apiVersion: apiVersionOf(definition),
      kind: definition.kind,
      name,
      ...(namespace !== undefined && { namespace }),
    };
    try {
      const dryRun = dryRunSuffix(args);
      const { uid } = api.get<KubeObject>(ctx, ref).metadata;
      if (dryRun === '') {
        api.remove(ctx, ref, options);
        leaving.push({ ref, plural: definition.plural, uid });
      }
      const where = namespace === undefined ? '' : ` from ${namespace} namespace`;
      const done = force ? 'force deleted' : 'deleted';
      output.line(
        args.text('output') === 'name'
          ? `${qualifiedKind(definition)}/${name}`
          : `${qualifiedKind(definition)} "${name}" ${done}${where}${dryRun}`,
      );
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      if (error.reason === 'NotFound' && args.is('ignore-not-found')) continue;
      const doing = byName ? '' : 'error when deleting: ';
      output.refuse(error, { kind: definition.kind, name }, error.reason === 'NotFound' ? '' : doing);
    }
  }
  if (args.text('wait') !== 'false' && output.exit === 0) {
    const deadline = timeout > 0 ? { deadline: ctx.now + timeout } : {};
    awaitDeletion(api, ctx, { command: 'delete', leaving, ...deadline }, output);
  }
  return output;
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
