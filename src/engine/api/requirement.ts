/** One requirement of a selector, and whether labels fulfil it. @see staging/src/k8s.io/apimachinery/pkg/labels/selector.go */

/** Labels of an object; absent is the same as empty. */
export type Labels = Readonly<Record<string, string>> | undefined;

export type LabelSelectorOperator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/** One line of a selector's `matchExpressions`. The operator is checked when matching, as it comes from a user. */
export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[] | undefined;
}

/** The value of a label, `undefined` where it is not set. */
export function lookup(labels: Labels, key: string): string | undefined {
  return labels !== undefined && Object.hasOwn(labels, key) ? labels[key] : undefined;
}

const INT64 = /^[-+]?[0-9]+$/;
const INT64_MAX = (1n << 63n) - 1n;

/** `strconv.ParseInt(text, 10, 64)`, `undefined` where it fails. */
export function parseInt64(text: string): bigint | undefined {
  if (!INT64.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value > INT64_MAX || value < -INT64_MAX - 1n ? undefined : value;
}

/** Whether labels fulfil one requirement, with every operator that label and node selectors know. */
export function requirementMatches(requirement: LabelSelectorRequirement, value: string | undefined): boolean {
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
    case 'Lt': {
      if (value === undefined || values.length !== 1) return false;
      const have = parseInt64(value);
      const want = parseInt64(values[0] ?? '');
      if (have === undefined || want === undefined) return false;
      return requirement.operator === 'Gt' ? have > want : have < want;
    }
    default:
      return false;
  }
}
