import type { KubeObject, LabelSelector, Pod } from '../../api/object.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import { NAMESPACES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { Kin } from '../population.ts';

/** `v1.PodAffinityTerm`. */
interface PodAffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
}

interface Terms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight: number;
    readonly podAffinityTerm: PodAffinityTerm;
  }[];
}

/** A term of one pod, ready to be asked about others. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly weight: number;
  readonly matches: (kin: Kin) => boolean;
}

type Side = 'podAffinity' | 'podAntiAffinity';

/** A term without namespaces looks at those of its own pod's namespace. @see pkg/scheduler/framework/types.go newAffinityTerm */
function ready(
  ctx: Context,
  pod: Pod,
  { topologyKey, labelSelector, namespaces = [], namespaceSelector }: PodAffinityTerm,
  weight: number,
): AffinityTerm {
  const own = namespaces.length === 0 && namespaceSelector === undefined ? [pod.metadata.namespace ?? ''] : namespaces;
  const inNamespace = (namespace: string): boolean =>
    own.includes(namespace) ||
    (namespaceSelector !== undefined &&
      matchesLabelSelector(namespaceSelector, ctx.get<KubeObject>(NAMESPACES, namespace)?.metadata.labels));
  return {
    topologyKey,
    weight,
    matches: ({ namespace, labels }) => inNamespace(namespace) && matchesLabelSelector(labelSelector, labels),
  };
}

const termsOf = ({ spec }: Pod, side: Side): Terms => (spec.affinity?.[side] ?? {}) as Terms;

export const requiredTerms = (ctx: Context, pod: Pod, side: Side): readonly AffinityTerm[] =>
  (termsOf(pod, side).requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) => ready(ctx, pod, term, 1));

export const preferredTerms = (ctx: Context, pod: Pod, side: Side): readonly AffinityTerm[] =>
  (termsOf(pod, side).preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ weight, podAffinityTerm }) =>
    ready(ctx, pod, podAffinityTerm, weight),
  );

/** Affinity looks for one pod that fulfils all terms. @see podMatchesAllAffinityTerms */
export const matchesAllTerms = (terms: readonly AffinityTerm[], kin: Kin): boolean =>
  terms.length > 0 && terms.every(({ matches }) => matches(kin));
