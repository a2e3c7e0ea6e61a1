import { parseTime } from '../../api/duration.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { type KindDefinition, tableOf } from '../../api/kind.ts';
import { isFinished } from '../../api/kinds/podrequests.ts';
import type { KubeObject, Namespace, Pod } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NAMESPACES, PODS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { updateConditions } from './conditions.ts';

const FINALIZER = 'kubernetes';
/** Seconds after which finalizers are looked at again. */
const FINALIZER_ESTIMATE = 15;

/** How a round ended: `estimate` seconds until what is left should be gone; 0 with `failed`: try again after a back-off. */
export interface Outcome {
  readonly estimate: number;
  readonly failed: boolean;
  /** Whether something was deleted or the conditions changed. */
  readonly progress: boolean;
}

interface Remaining {
  readonly estimate: number;
  readonly objects: readonly KubeObject[];
  readonly error?: string;
  readonly deleted: boolean;
}

const DONE: Outcome = { estimate: 0, failed: false, progress: true };

/**
 * Deletes what is in a namespace, pods first, and lets the namespace go once nothing is left.
 * @see pkg/controller/namespace/deletion/namespaced_resources_deleter.go Delete
 */
export function deleteNamespace(api: ApiServer, ctx: Context, name: string): Outcome {
  const namespace = ctx.live<Namespace>(NAMESPACES, name);
  if (namespace?.metadata.deletionTimestamp === undefined) return DONE;
  const { status } = namespace;
  const terminating =
    status?.phase === 'Terminating'
      ? namespace
      : api.updateStatus<Namespace>(ctx, { ...namespace, status: { ...status, phase: 'Terminating' } });
  if ((terminating.spec?.finalizers ?? []).length === 0) return DONE;
  const outcome = deleteAllContent(api, ctx, terminating);
  if (outcome.failed || outcome.estimate > 0) return outcome;
  const finalizers = (terminating.spec?.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
  api.finalizeNamespace(ctx, name, finalizers);
  return DONE;
}

/** @see deleteAllContent */
function deleteAllContent(api: ApiServer, ctx: Context, namespace: Namespace): Outcome {
  const kinds = api.registry.kinds.filter(({ namespaced }) => namespaced);
  const pods = kinds.filter((kind) => tableOf(kind) === PODS);
  const rounds: Remaining[] = pods.map((kind) => deleteContentOf(api, ctx, kind, namespace));
  // While pods run, what they use stays.
  const podsRemain = rounds.some(({ objects }) => objects.length > 0);
  const byResource: Record<string, number> = {};
  const byFinalizer: Record<string, number> = {};
  if (!podsRemain) {
    for (const kind of kinds) {
      if (pods.includes(kind)) continue;
      const round = deleteContentOf(api, ctx, kind, namespace);
      rounds.push(round);
      if (round.objects.length > 0) byResource[`${kind.plural}.${kind.group}`] = round.objects.length;
      for (const { metadata } of round.objects) {
        for (const finalizer of metadata.finalizers ?? []) byFinalizer[finalizer] = (byFinalizer[finalizer] ?? 0) + 1;
      }
    }
  }
  const errors = rounds.flatMap(({ error }) => error ?? []);
  const { conditions = [] } = namespace.status ?? {};
  const totals = podsRemain ? undefined : { byResource, byFinalizer };
  const next = updateConditions(conditions, errors, totals, api.timestamp(ctx));
  if (next !== conditions) api.updateStatus(ctx, { ...namespace, status: { ...namespace.status, conditions: next } });
  return {
    estimate: Math.max(0, ...rounds.map(({ estimate }) => estimate)),
    failed: errors.length > 0,
    progress: next !== conditions || rounds.some(({ deleted }) => deleted),
  };
}

const contentOf = (ctx: Context, kind: KindDefinition, namespace: string): readonly KubeObject[] =>
  ctx
    .liveBucket(tableOf(kind), 'byNamespace', namespace)
    .flatMap((key) => ctx.live<KubeObject>(tableOf(kind), key) ?? []);

/** @see deleteAllContentForGroupVersionResource */
function deleteContentOf(api: ApiServer, ctx: Context, kind: KindDefinition, namespace: Namespace): Remaining {
  const { name } = namespace.metadata;
  const estimate = tableOf(kind) === PODS ? estimateForPods(api, ctx, kind, namespace) : 0;
  let deleted = false;
  for (const { apiVersion, kind: of, metadata } of contentOf(ctx, kind, name)) {
    const before = ctx.log.rows;
    const ref = { apiVersion, kind: of, namespace: name, name: metadata.name };
    const failed = attempt(() => api.remove(ctx, ref, { propagationPolicy: 'Background' }));
    deleted ||= ctx.log.rows !== before;
    if (failed instanceof StatusError && failed.reason !== 'NotFound') {
      return { estimate, objects: contentOf(ctx, kind, name), error: failed.message, deleted };
    }
  }
  const objects = contentOf(ctx, kind, name);
  if (objects.length === 0) return { estimate: 0, objects, deleted };
  if (estimate > 0) return { estimate, objects, deleted };
  if (objects.some(({ metadata }) => (metadata.finalizers ?? []).length > 0)) {
    return { estimate: FINALIZER_ESTIMATE, objects, deleted };
  }
  const resource = `${kind.group}/${kind.version}, Resource=${kind.plural}`;
  const error = `unexpected items still remain in namespace: ${name} for gvr: ${resource}`;
  return { estimate, objects, error, deleted };
}

/** @see estimateGracefulTermination, estimateGracefulTerminationForPods */
function estimateForPods(api: ApiServer, ctx: Context, kind: KindDefinition, { metadata }: Namespace): number {
  let estimate = 0;
  for (const pod of contentOf(ctx, kind, metadata.name) as readonly Pod[]) {
    if (!isFinished(pod)) estimate = Math.max(estimate, pod.spec.terminationGracePeriodSeconds ?? 0);
  }
  const since = api.epochMillis(ctx) - (parseTime(metadata.deletionTimestamp ?? '') ?? 0);
  return since >= estimate * 1000 ? 0 : estimate;
}
