import type { FieldError } from '../errors.ts';
import { isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../names.ts';
import type { LabelSelector, LabelSelectorRequirement, NodeSelector, NodeSelectorTerm } from '../object.ts';
import { forbiddenField, invalidTexts, invalidValue, required } from './field.ts';
import { validateLabels } from './metadata.ts';

const NEEDS_VALUES = "must be specified when `operator` is 'In' or 'NotIn'";
const TAKES_NO_VALUES = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
const NOT_AN_OPERATOR = 'not a valid selector operator';

/** @see staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go ValidateLabelSelector */
export function validateLabelSelector(selector: LabelSelector, field: string): FieldError[] {
  const errors = validateLabels(selector.matchLabels ?? {}, `${field}.matchLabels`);
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    errors.push(...validateLabelSelectorRequirement(expression, `${field}.matchExpressions[${i}]`));
  }
  return errors;
}

function validateLabelSelectorRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(`${field}.values`, NEEDS_VALUES));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbiddenField(`${field}.values`, TAKES_NO_VALUES));
  } else errors.push(invalidValue(`${field}.operator`, operator, NOT_AN_OPERATOR));
  errors.push(...invalidTexts(`${field}.key`, key, isQualifiedName(key)));
  for (const [i, value] of values.entries())
    errors.push(...invalidTexts(`${field}.values[${i}]`, value, isValidLabelValue(value)));
  return errors;
}

/** @see pkg/apis/core/validation/validation.go ValidateNodeSelector */
export function validateNodeSelector(selector: NodeSelector, field: string): FieldError[] {
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term')];
  return terms.flatMap((term, i) => validateNodeSelectorTerm(term, `${field}.nodeSelectorTerms[${i}]`));
}

/** @see ValidateNodeSelectorTerm */
export const validateNodeSelectorTerm = (term: NodeSelectorTerm, field: string, checkValues = true): FieldError[] => [
  ...(term.matchExpressions ?? []).flatMap((rule, i) =>
    validateNodeSelectorRequirement(rule, `${field}.matchExpressions[${i}]`, checkValues),
  ),
  ...(term.matchFields ?? []).flatMap((rule, i) =>
    validateNodeFieldSelectorRequirement(rule, `${field}.matchFields[${i}]`),
  ),
];

function validateNodeSelectorRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  field: string,
  checkValues: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) errors.push(required(`${field}.values`, NEEDS_VALUES));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbiddenField(`${field}.values`, TAKES_NO_VALUES));
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      errors.push(required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalidValue(`${field}.operator`, operator, NOT_AN_OPERATOR));
  errors.push(...invalidTexts(`${field}.key`, key, isQualifiedName(key)));
  for (const [i, value] of checkValues ? values.entries() : [])
    errors.push(...invalidTexts(`${field}.values[${i}]`, value, isValidLabelValue(value)));
  return errors;
}

function validateNodeFieldSelectorRequirement(
  { key = '', operator = '', values = [] }: LabelSelectorRequirement,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length !== 1)
      errors.push(
        required(
          `${field}.values`,
          "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
        ),
      );
  } else errors.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
  if (key !== 'metadata.name') return [...errors, invalidValue(`${field}.key`, key, 'not a valid field selector key')];
  for (const [i, name] of values.entries())
    errors.push(...invalidTexts(`${field}.values[${i}]`, name, isDNS1123Subdomain(name)));
  return errors;
}
