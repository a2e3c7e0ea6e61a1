import { isValidLabelValue } from '../names.ts';
import type { LabelSelector, NodeSelectorTerm } from '../object.ts';
import { own } from '../own.ts';

/** Labels of nodes that have had their day. @see pkg/api/node/util.go */
const DEPRECATED: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** What to say of a label, `undefined` where there is nothing. @see GetNodeLabelDeprecatedMessage */
export const labelWarning = (key: string): string | undefined => own(DEPRECATED, key);

/** Of a requirement of which the key is named in the warning. */
function requirementWarnings(key: string, field: string): string[] {
  const warning = labelWarning(key);
  return warning === undefined ? [] : [`${field}.key: ${key} is ${warning}`];
}

/** @see GetWarningsForNodeSelectorTerm */
export const termWarnings = (term: NodeSelectorTerm, field: string, checkValues = false): string[] =>
  (term.matchExpressions ?? []).flatMap(({ key = '', values = [] }, i) => {
    const path = `${field}.matchExpressions[${i}]`;
    return [
      ...requirementWarnings(key, path),
      ...(checkValues ? values : []).flatMap((value, j) =>
        isValidLabelValue(value).map((text) => `${path}.values[${j}]: ${value} is invalid, ${text}`),
      ),
    ];
  });

/** @see GetWarningsForNodeSelector */
export const selectorWarnings = (
  { matchExpressions = [], matchLabels = {} }: LabelSelector,
  field: string,
): string[] => [
  ...matchExpressions.flatMap(({ key }, i) => requirementWarnings(key, `${field}.matchExpressions[${i}]`)),
  ...Object.keys(matchLabels)
    .sort()
    .flatMap((key) => {
      const warning = labelWarning(key);
      return warning === undefined ? [] : [`${field}.matchLabels.${key}: ${warning}`];
    }),
];
