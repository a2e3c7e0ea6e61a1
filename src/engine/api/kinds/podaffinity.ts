import type { FieldError } from '../errors.ts';
import { isDNS1123Label, isQualifiedName } from '../names.ts';
import type { LabelSelector, NodeSelector, NodeSelectorTerm, PodSpec } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { duplicate, forbiddenField, invalidTexts, invalidValue, oneOf, positive, required } from './field.ts';
import { validateLabelSelector, validateNodeSelector, validateNodeSelectorTerm } from './nodeselector.ts';

/** Where a pod wants to be. @see pkg/apis/core/validation/validation.go validateAffinity */

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export interface PodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey?: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

export interface WeightedTerm {
  readonly weight?: number;
  readonly podAffinityTerm?: PodAffinityTerm;
}

/** `podAffinity` or `podAntiAffinity`. */
export interface PodTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly WeightedTerm[];
}

interface NodeTerms {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: NodeSelector;
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight?: number;
    readonly preference?: NodeSelectorTerm;
  }[];
}

export interface TopologySpreadConstraint {
  readonly maxSkew?: number;
  readonly topologyKey?: string;
  readonly whenUnsatisfiable?: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly matchLabelKeys?: readonly string[];
}

const validateWeight = (weight: number | undefined, field: string): FieldError[] =>
  weight !== undefined && weight > 0 && weight <= 100
    ? []
    : [invalidValue(`${field}.weight`, weight ?? 0, 'must be in the range 1-100')];

/** Values of a preference are not checked: upstream keeps what it once took. @see validateNodeAffinity */
function validateNodeAffinity(node: NodeTerms, field: string): FieldError[] {
  const hard = node[REQUIRED];
  return [
    ...(hard ? validateNodeSelector(hard, `${field}.${REQUIRED}`) : []),
    ...(node[PREFERRED] ?? []).flatMap(({ weight, preference = {} }, i) => [
      ...validateWeight(weight, `${field}.${PREFERRED}[${i}]`),
      ...validateNodeSelectorTerm(preference, `${field}.${PREFERRED}[${i}].preference`, false),
    ]),
  ];
}

/** @see validateLabelKeys */
function validateLabelKeys(keys: readonly string[], selector: LabelSelector | undefined, field: string): FieldError[] {
  if (keys.length === 0) return [];
  if (!selector) return [forbiddenField(field, 'must not be specified when labelSelector is not set')];
  return keys.flatMap((key, i) => invalidTexts(`${field}[${i}]`, key, isQualifiedName(key)));
}

/** @see ValidateMatchLabelKeysAndMismatchLabelKeys */
function validateMatchLabelKeys(
  match: readonly string[],
  mismatch: readonly string[],
  selector: LabelSelector | undefined,
  field: string,
): FieldError[] {
  const errors = [
    ...validateLabelKeys(match, selector, `${field}.matchLabelKeys`),
    ...validateLabelKeys(mismatch, selector, `${field}.mismatchLabelKeys`),
  ];
  const seen = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const at = match.lastIndexOf(key);
    if (at >= 0 && seen.has(key))
      errors.push(invalidValue(`${field}[${at}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    seen.add(key);
  }
  for (const [i, key] of match.entries())
    if (mismatch.includes(key)) {
      const text = 'exists in both matchLabelKeys and mismatchLabelKeys';
      errors.push(invalidValue(`${field}.matchLabelKeys[${i}]`, key, text));
    }
  return errors;
}

/** @see validatePodAffinityTerm */
function validatePodAffinityTerm(term: PodAffinityTerm, field: string): FieldError[] {
  const { labelSelector, namespaceSelector, namespaces = [], topologyKey = '' } = term;
  return [
    ...(labelSelector ? validateLabelSelector(labelSelector, `${field}.labelSelector`) : []),
    ...(namespaceSelector ? validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`) : []),
    ...namespaces.flatMap((name) => invalidTexts(`${field}.namespace`, name, isDNS1123Label(name))),
    ...validateMatchLabelKeys(term.matchLabelKeys ?? [], term.mismatchLabelKeys ?? [], labelSelector, field),
    ...(topologyKey === '' ? [required(`${field}.topologyKey`, 'can not be empty')] : []),
    ...invalidTexts(`${field}.topologyKey`, topologyKey, isQualifiedName(topologyKey)),
  ];
}

const validatePodTerms = (terms: PodTerms, field: string): FieldError[] => [
  ...(terms[REQUIRED] ?? []).flatMap((term, i) => validatePodAffinityTerm(term, `${field}.${REQUIRED}[${i}]`)),
  ...(terms[PREFERRED] ?? []).flatMap(({ weight, podAffinityTerm = {} }, i) => [
    ...validateWeight(weight, `${field}.${PREFERRED}[${i}]`),
    ...validatePodAffinityTerm(podAffinityTerm, `${field}.${PREFERRED}[${i}].podAffinityTerm`),
  ]),
];

export function validateAffinity({ affinity }: PodSpec, field: string): FieldError[] {
  if (!affinity) return [];
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity as {
    readonly nodeAffinity?: NodeTerms;
    readonly podAffinity?: PodTerms;
    readonly podAntiAffinity?: PodTerms;
  };
  return [
    ...(nodeAffinity ? validateNodeAffinity(nodeAffinity, `${field}.nodeAffinity`) : []),
    ...(podAffinity ? validatePodTerms(podAffinity, `${field}.podAffinity`) : []),
    ...(podAntiAffinity ? validatePodTerms(podAntiAffinity, `${field}.podAntiAffinity`) : []),
  ];
}

/** @see validateTopologySpreadConstraints */
export function validateSpread(constraints: readonly TopologySpreadConstraint[], field: string): FieldError[] {
  return constraints.flatMap((constraint, i) => {
    const path = `${field}[${i}]`;
    const { topologyKey = '', whenUnsatisfiable = '', minDomains, labelSelector } = constraint;
    const errors = positive(`${path}.maxSkew`, constraint.maxSkew);
    if (topologyKey === '') errors.push(required(`${path}.topologyKey`, 'can not be empty'));
    const actions = VALUES['core.UnsatisfiableConstraintAction'];
    errors.push(...oneOf(`${path}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    const again = constraints
      .slice(i + 1)
      .some(
        (other) => (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable,
      );
    if (again)
      errors.push(duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`));
    if (minDomains !== undefined) {
      errors.push(...positive(`${path}.minDomains`, minDomains));
      const text = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
      if (whenUnsatisfiable !== 'DoNotSchedule') errors.push(invalidValue(`${path}.minDomains`, minDomains, text));
    }
    for (const policy of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const)
      if (constraint[policy] !== undefined)
        errors.push(...oneOf(`${path}.${policy}`, constraint[policy], VALUES['core.NodeInclusionPolicy']));
    errors.push(...validateMatchLabelKeys(constraint.matchLabelKeys ?? [], [], labelSelector, path));
    return labelSelector ? [...errors, ...validateLabelSelector(labelSelector, `${path}.labelSelector`)] : errors;
  });
}
