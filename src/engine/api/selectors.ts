/**
 * Label selectors and node selectors; those that kubectl takes as strings are in `selectorstrings.ts`.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/labels/selector.go Requirement.Matches
 * @see staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go
 */
import { type LabelSelectorRequirement, type Labels, lookup, requirementMatches } from './requirement.ts';

export type { LabelSelectorOperator, LabelSelectorRequirement, Labels } from './requirement.ts';
export {
  type FieldRequirement,
  isSelectorError,
  matchesFields,
  matchesRequirements,
  parseFieldSelector,
  parseLabelSelector,
  type SelectorError,
  type StringRequirement,
} from './selectorstrings.ts';

/** `metav1.LabelSelector`. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?: readonly LabelSelectorRequirement[] | undefined;
}

/** `v1.NodeSelectorTerm`. */
export interface NodeSelectorTerm {
  readonly matchExpressions?: readonly LabelSelectorRequirement[] | undefined;
  readonly matchFields?: readonly LabelSelectorRequirement[] | undefined;
}

/** `v1.NodeSelector`. */
export interface NodeSelector {
  readonly nodeSelectorTerms?: readonly NodeSelectorTerm[] | undefined;
}

/** The part of a node that selectors look at. */
export interface SelectableNode {
  readonly metadata: { readonly name?: string | undefined; readonly labels?: Labels };
}

/**
 * Whether a label selector selects an object. An absent selector selects nothing, an empty one everything.
 *
 * @see LabelSelectorAsSelector
 */
export function matchesLabelSelector(selector: LabelSelector | undefined | null, labels: Labels): boolean {
  if (selector === undefined || selector === null) return false;
  for (const key in selector.matchLabels) {
    if (lookup(labels, key) !== selector.matchLabels[key]) return false;
  }
  for (const requirement of selector.matchExpressions ?? []) {
    if (!requirementMatches(requirement, lookup(labels, requirement.key))) return false;
  }
  return true;
}

/** Whether a map of labels (a pod's `nodeSelector`, a ReplicationController's selector) is contained in an object's. */
export function matchesLabels(wanted: Labels, labels: Labels): boolean {
  for (const key in wanted) if (lookup(labels, key) !== wanted[key]) return false;
  return true;
}

/**
 * Whether one term selects a node: all its expressions hold. A term without any selects nothing.
 *
 * @see nodeSelectorTerm.match
 */
export function matchesNodeSelectorTerm(term: NodeSelectorTerm, node: SelectableNode): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  for (const requirement of expressions) {
    if (!requirementMatches(requirement, lookup(node.metadata.labels, requirement.key))) return false;
  }
  for (const requirement of fields) {
    // The only field there is; upstream's validation refuses every other key, operator and number of values.
    if (requirement.key !== 'metadata.name') return false;
    if (requirement.operator !== 'In' && requirement.operator !== 'NotIn') return false;
    if (!requirementMatches(requirement, node.metadata.name)) return false;
  }
  return true;
}

/**
 * Whether a node selector selects a node: any term does. No terms select nothing.
 *
 * @see NodeSelector.Match
 */
export function matchesNodeSelector(selector: NodeSelector, node: SelectableNode): boolean {
  return (selector.nodeSelectorTerms ?? []).some((term) => matchesNodeSelectorTerm(term, node));
}
