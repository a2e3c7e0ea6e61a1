import { LAST_APPLIED } from '../api/apply.ts';
import type { KindDefinition } from '../api/kind.ts';
import type { KubeObject } from '../api/object.ts';
import { isSelectorError, matchesRequirements, parseLabelSelector } from '../api/selectors.ts';
import type { ApiServer } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Arguments } from './flags.ts';
import { refTo } from './manifests.ts';
import { dryRunOf, type ResultPrinter } from './printer.ts';
import { listObjects } from './resources.ts';
import { CommandError } from './result.ts';

/** Kinds that are pruned where no list of them is given. @see staging/src/k8s.io/kubectl/pkg/util/prune/prune.go */
const DEFAULT_KINDS: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'ConfigMap'],
  ['v1', 'Endpoints'],
  ['v1', 'PersistentVolumeClaim'],
  ['v1', 'Pod'],
  ['v1', 'Secret'],
  ['v1', 'Service'],
  ['batch/v1', 'Job'],
  ['batch/v1', 'CronJob'],
  ['apps/v1', 'DaemonSet'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ReplicaSet'],
  ['apps/v1', 'StatefulSet'],
  ['v1', 'Namespace'],
  ['v1', 'PersistentVolume'],
];

/**
 * The kinds that `--prune` looks at.
 * @throws CommandError where `--prune-allowlist` names something that is no kind
 */
export function prunedKinds(api: ApiServer, args: Arguments): readonly KindDefinition[] {
  if (!args.is('prune')) return [];
  const given = args.list('prune-allowlist').flatMap((list) => list.split(','));
  const names = given.length > 0 ? given.map(parseKind) : DEFAULT_KINDS;
  return names.map(([apiVersion, kind]) => {
    const found = api.registry.byVersionKind(apiVersion, kind);
    if (!found) throw new CommandError(`no matches for kind "${kind}" in version "${apiVersion}"`);
    return found;
  });
}

function parseKind(text: string): readonly [apiVersion: string, kind: string] {
  const [group, version, kind, ...more] = text.split('/');
  if (group === undefined || version === undefined || kind === undefined || more.length > 0) {
    const form = 'please follow <group/version/kind>';
    throw new CommandError(`invalid GroupVersionKind format: ${text}, ${form}`);
  }
  return [group === 'core' || group === '' ? version : `${group}/${version}`, kind];
}

/** Something that is there, was once applied, and is applied no more. */
interface Pruned {
  readonly definition: KindDefinition;
  readonly object: KubeObject;
}

/**
 * What was once applied, is chosen by the selector, and is not among what is applied now, in the namespaces of that and of
 * the flag.
 * @see staging/src/k8s.io/kubectl/pkg/cmd/apply/prune.go
 */
export function prunable(
  ctx: Context,
  args: Arguments,
  kinds: readonly KindDefinition[],
  applied: readonly KubeObject[],
): readonly Pruned[] {
  const visited = new Set(applied.map(({ metadata }) => metadata.uid));
  const given = args.text('namespace');
  const spaces = applied.map(({ metadata }) => metadata.namespace).filter((space) => space !== undefined);
  const namespaces = [...new Set(given === undefined ? spaces : [given, ...spaces])];
  const requirements = parseLabelSelector(args.text('selector') ?? '');
  if (isSelectorError(requirements)) throw new CommandError(requirements.error);
  const ofKind = (definition: KindDefinition, namespace: string | undefined): readonly Pruned[] =>
    listObjects(ctx, definition, namespace)
      .filter(
        ({ metadata: { uid, labels, annotations } }) =>
          annotations?.[LAST_APPLIED] !== undefined && !visited.has(uid) && matchesRequirements(requirements, labels),
      )
      .map((object) => ({ definition, object }));
  const [spaced, wide] = [kinds.filter(({ namespaced }) => namespaced), kinds.filter(({ namespaced }) => !namespaced)];
  return [
    ...namespaces.flatMap((namespace) => spaced.flatMap((definition) => ofKind(definition, namespace))),
    ...wide.flatMap((definition) => ofKind(definition, undefined)),
  ];
}

/** Deletes what is to be pruned, and says so. */
export function prune(
  api: ApiServer,
  ctx: Context,
  args: Arguments,
  kinds: readonly KindDefinition[],
  applied: readonly KubeObject[],
  printer: ResultPrinter,
): void {
  const dryRun = dryRunOf(args);
  const options = { propagationPolicy: 'Background' as const, ...(dryRun === 'server' && { dryRun: true }) };
  for (const { definition, object } of prunable(ctx, args, kinds, applied)) {
    const { name, namespace } = object.metadata;
    if (dryRun !== 'client') api.remove(ctx, refTo({ definition, name, namespace }), options);
    printer.print(definition, name, object, 'pruned');
  }
}
