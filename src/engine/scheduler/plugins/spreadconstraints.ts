import { keyOf } from '../../api/kind.ts';
import type { KubeObject, LabelSelector, Node, Pod } from '../../api/object.ts';
import { matchesLabelSelector, matchesLabels } from '../../api/selectors.ts';
import { untoleratedTaint } from '../../api/tolerations.ts';
import type { Context } from '../../sim/context.ts';
import { matchesRequired } from './nodeaffinity.ts';

type Labels = Readonly<Record<string, string>>;
type Selects = (labels: Labels) => boolean;

/** A constraint with its selector made ready. */
export interface SpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly minDomains: number;
  readonly selects: Selects;
  readonly honorsAffinity: boolean;
  readonly honorsTaints: boolean;
}

/** `v1.TopologySpreadConstraint`. */
interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly matchLabelKeys?: readonly string[];
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
}

export const HOSTNAME = 'kubernetes.io/hostname';

/** What holds for pods without constraints of their own. @see plugin.go systemDefaultConstraints */
const SYSTEM_DEFAULTS: readonly TopologySpreadConstraint[] = [
  { maxSkew: 3, topologyKey: HOSTNAME, whenUnsatisfiable: 'ScheduleAnyway' },
  { maxSkew: 5, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'ScheduleAnyway' },
];

/** Constraints of a pod of one kind; the system's where it has none at all. @see common.go filterTopologySpreadConstraints */
export function constraintsOf(
  ctx: Context,
  pod: Pod,
  whenUnsatisfiable: 'DoNotSchedule' | 'ScheduleAnyway',
): readonly SpreadConstraint[] {
  const own = pod.spec['topologySpreadConstraints'] as readonly TopologySpreadConstraint[] | undefined;
  if (own && own.length > 0)
    return own
      .filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable)
      .map((constraint) => ready(pod, constraint));
  const defaults = SYSTEM_DEFAULTS.filter((constraint) => constraint.whenUnsatisfiable === whenUnsatisfiable);
  const selects = defaults.length > 0 ? defaultSelector(ctx, pod) : undefined;
  return selects ? defaults.map((constraint) => ({ ...ready(pod, constraint), selects })) : [];
}

function ready({ metadata }: Pod, constraint: TopologySpreadConstraint): SpreadConstraint {
  const { maxSkew, topologyKey, minDomains = 1, labelSelector, matchLabelKeys = [] } = constraint;
  const same = matchLabelKeys.filter((key) => metadata.labels?.[key] !== undefined);
  const empty =
    !labelSelector ||
    (Object.keys(labelSelector.matchLabels ?? {}).length === 0 && (labelSelector.matchExpressions ?? []).length === 0);
  return {
    maxSkew,
    topologyKey,
    minDomains,
    // Upstream counts nothing for an empty selector.
    selects: (labels) =>
      same.every((key) => labels[key] === metadata.labels?.[key]) &&
      (empty ? same.length > 0 && labelSelector !== undefined : matchesLabelSelector(labelSelector, labels)),
    honorsAffinity: constraint.nodeAffinityPolicy !== 'Ignore',
    honorsTaints: constraint.nodeTaintsPolicy === 'Honor',
  };
}

const OWNERS: Readonly<Record<string, string>> = {
  'v1 ReplicationController': 'replicationcontrollers',
  'apps/v1 ReplicaSet': 'replicasets.apps',
  'apps/v1 StatefulSet': 'statefulsets.apps',
};

/** The pods of the same Services and owner. @see pkg/scheduler/framework/plugins/helper/spread.go DefaultSelector */
function defaultSelector(ctx: Context, pod: Pod): Selects | undefined {
  const { namespace = '', labels = {}, ownerReferences = [] } = pod.metadata;
  const served: Record<string, string> = {};
  for (const key of ctx.bucket('services', 'byNamespace', namespace)) {
    const selector = ctx.get<KubeObject & { readonly spec?: { readonly selector?: Labels } }>('services', key)?.spec
      ?.selector;
    if (selector && matchesLabels(selector, labels)) Object.assign(served, selector);
  }
  const owner = ownerReferences.find(({ controller }) => controller);
  const table = owner && OWNERS[`${owner.apiVersion} ${owner.kind}`];
  const found =
    table &&
    ctx.get<KubeObject & { readonly spec: { readonly selector?: LabelSelector & Labels } }>(
      table,
      keyOf(namespace, owner.name),
    );
  const selector = found ? found.spec.selector : undefined;
  if (!selector && Object.keys(served).length === 0) return undefined;
  const owned: Selects = (other) => {
    if (!selector) return true;
    return table === 'replicationcontrollers' ? matchesLabels(selector, other) : matchesLabelSelector(selector, other);
  };
  return (other) => matchesLabels(served, other) && owned(other);
}

export const hasAllKeys = ({ metadata: { labels = {} } }: Node, constraints: readonly SpreadConstraint[]): boolean =>
  constraints.every(({ topologyKey }) => labels[topologyKey] !== undefined);

/** @see common.go matchNodeInclusionPolicies */
export const includesNode = ({ honorsAffinity, honorsTaints }: SpreadConstraint, pod: Pod, node: Node): boolean =>
  (!honorsAffinity || matchesRequired(pod, node)) &&
  (!honorsTaints || untoleratedTaint(node.spec?.taints, pod.spec.tolerations) === undefined);
