import { StatusError } from '../api/errors.ts';
import type { DeleteOptions } from '../api/kind.ts';
import type { KubeObject, LabelSelector, Pod } from '../api/object.ts';
import { matchesLabelSelector } from '../api/selectors.ts';
import type { ApiServer, Ref } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import { listObjects } from './resources.ts';

interface PodDisruptionBudget extends KubeObject {
  readonly spec: { readonly selector?: LabelSelector; readonly unhealthyPodEvictionPolicy?: string };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly disruptionsAllowed?: number;
    readonly currentHealthy?: number;
    readonly desiredHealthy?: number;
    readonly disruptedPods?: Readonly<Record<string, string>>;
  };
}

const REFUSED = "Cannot evict pod as it would violate the pod's disruption budget.";

/**
 * POST pods/NAME/eviction: deletes a pod if its disruption budget lets it go.
 * @throws StatusError TooManyRequests while the budget is used up, NotFound
 * @see pkg/registry/core/pod/storage/eviction.go Create
 */
export function evict(api: ApiServer, ctx: Context, ref: Ref, options: DeleteOptions): void {
  const pod = api.get<Pod>(ctx, ref);
  if (!canIgnoreBudget(pod)) {
    const budgets = budgetsOf(api, ctx, pod);
    if (budgets.length > 1) {
      const text = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
      throw new StatusError('InternalError', text);
    }
    const [budget] = budgets;
    if (budget && !mayGoUnhealthy(pod, budget)) takeFrom(api, ctx, budget, pod);
  }
  api.remove(ctx, ref, options);
}

const canIgnoreBudget = ({ metadata, status }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined || ['Succeeded', 'Failed', 'Pending'].includes(status?.phase ?? 'Pending');

function budgetsOf(api: ApiServer, ctx: Context, { metadata }: Pod): readonly PodDisruptionBudget[] {
  const definition = api.registry.byVersionKind('policy/v1', 'PodDisruptionBudget');
  if (!definition) return [];
  return (listObjects(ctx, definition, metadata.namespace) as readonly PodDisruptionBudget[]).filter(
    ({ spec }) => spec.selector !== undefined && matchesLabelSelector(spec.selector, metadata.labels ?? {}),
  );
}

function mayGoUnhealthy({ status }: Pod, { spec, status: budget = {} }: PodDisruptionBudget): boolean {
  if (status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True')) return false;
  if (spec.unhealthyPodEvictionPolicy === 'AlwaysAllow') return true;
  return (budget.currentHealthy ?? 0) >= (budget.desiredHealthy ?? 0) && (budget.desiredHealthy ?? 0) > 0;
}

/** @see checkAndDecrement */
function takeFrom(api: ApiServer, ctx: Context, budget: PodDisruptionBudget, pod: Pod): void {
  const { status = {}, metadata } = budget;
  const isStale = (status.observedGeneration ?? 0) < (metadata.generation ?? 0);
  if (isStale || (status.disruptionsAllowed ?? 0) <= 0) throw new StatusError('TooManyRequests', REFUSED);
  api.updateStatus(ctx, {
    ...budget,
    status: {
      ...status,
      disruptionsAllowed: (status.disruptionsAllowed ?? 0) - 1,
      disruptedPods: { ...status.disruptedPods, [pod.metadata.name]: api.timestamp(ctx) },
    },
  });
}
