import type { Node, NodeSelectorTerm, Pod } from '../../api/object.ts';
import { matchesLabels, matchesNodeSelector, matchesNodeSelectorTerm } from '../../api/selectors.ts';
import { NODES } from '../../api/tables.ts';
import { type HintEvent, type Plugin, SKIP, unresolvable } from '../framework.ts';
import { defaultNormalizeScore } from './normalize.ts';

const required = ({ spec }: Pod) => spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;

/** @see staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go RequiredNodeAffinity.Match */
export function matchesRequired(pod: Pod, node: Node): boolean {
  if (!matchesLabels(pod.spec.nodeSelector, node.metadata.labels)) return false;
  const affinity = required(pod);
  return !affinity || matchesNodeSelector(affinity, node);
}

/** Names that one term's `metadata.name` fields leave; undefined when it has none. */
function namesOfTerm({ matchFields = [] }: NodeSelectorTerm): readonly string[] | undefined {
  let names: readonly string[] | undefined;
  for (const { key, operator, values = [] } of matchFields) {
    if (key !== 'metadata.name' || operator !== 'In') continue;
    names = names === undefined ? values : names.filter((name) => values.includes(name));
  }
  return names;
}

interface Preference {
  readonly weight: number;
  readonly preference: NodeSelectorTerm;
}

/** @see pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go */
export const nodeAffinity: Plugin<undefined, readonly Preference[]> = {
  name: 'NodeAffinity',
  preFilter: ({ pod }) => {
    const affinity = required(pod);
    if (!affinity && !pod.spec.nodeSelector) return SKIP;
    const terms = affinity?.nodeSelectorTerms ?? [];
    const names = terms.map(namesOfTerm);
    // Terms are alternatives: one without names leaves every node open.
    if (terms.length === 0 || names.includes(undefined)) return { state: undefined };
    const nodeNames = [...new Set(names.flatMap((list) => list ?? []))];
    if (nodeNames.length === 0) return { status: unresolvable('pod affinity terms conflict') };
    return { state: undefined, nodeNames };
  },
  filter: ({ pod }, { node }) =>
    matchesRequired(pod, node)
      ? undefined
      : unresolvable("node(s) didn't match Pod's node affinity/selector", {
          have: relevantLabels(pod, node),
          want: {
            ...(pod.spec.nodeSelector && { nodeSelector: pod.spec.nodeSelector }),
            ...(required(pod) && { requiredNodeAffinity: true }),
          },
        }),
  scoring: {
    weight: 2,
    preScore: ({ pod }) => {
      const preferred = pod.spec.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
      return preferred.length > 0 ? preferred : undefined;
    },
    score: (_cycle, { node }, preferred) =>
      preferred.reduce(
        (sum, { weight, preference }) => (matchesNodeSelectorTerm(preference, node) ? sum + weight : sum),
        0,
      ),
    normalize: (scores) => defaultNormalizeScore(scores, false),
  },
  hints: [
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: (pod, { before, after }: HintEvent<Node>) =>
        after !== undefined && matchesRequired(pod, after) && (before === undefined || !matchesRequired(pod, before)),
    },
  ],
};

/** The node's values of the labels that the pod asks for. */
function relevantLabels(pod: Pod, { metadata: { labels = {} } }: Node): Record<string, string | null> {
  const expressions = (required(pod)?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }) => matchExpressions);
  const keys = [...Object.keys(pod.spec.nodeSelector ?? {}), ...expressions.map(({ key }) => key)];
  return Object.fromEntries(keys.map((key) => [key, labels[key] ?? null]));
}
