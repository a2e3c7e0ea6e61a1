import type { FieldError } from '../errors.ts';
import { isDNS1123Label } from '../names.ts';
import type { ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { duplicate, forbiddenField, invalidTexts, invalidValue, notFoundField, required } from './field.ts';
import { isHugePages, isOvercommitAllowed, validateHugePages, validateResourceQuantity } from './resourcenames.ts';

/** What a container, a pod or an overhead asks for. */
export interface Requirements {
  readonly limits?: ResourceList;
  readonly requests?: ResourceList;
  readonly claims?: readonly { readonly name?: string; readonly request?: string }[];
}

type NameRule = (name: string, field: string) => FieldError[];

/** A request and the limit of the same resource. */
function validateAgainstLimit(name: string, value: string, limits: ResourceList, field: string): FieldError[] {
  const limit = own(limits, name);
  if (limit === undefined)
    return isOvercommitAllowed(name)
      ? []
      : [required(`${field}.limits`, 'Limit must be set for non overcommitable resources')];
  const order = compareQuantities(value, limit);
  const must = (rule: string): FieldError[] => [
    invalidValue(
      `${field}.requests`,
      canonicalQuantity(value),
      `must be ${rule} ${name} limit of ${canonicalQuantity(limit)}`,
    ),
  ];
  if (order !== 0 && !isOvercommitAllowed(name)) return must('equal to');
  return order > 0 ? must('less than or equal to') : [];
}

/** Claims name one of the pod's, or one of its requests, and each once. @see validateResourceClaimNames */
function validateClaims(claims: NonNullable<Requirements['claims']>, podClaims: ReadonlySet<string>, field: string) {
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, { name = '', request = '' }] of claims.entries()) {
    const path = `${field}[${i}]`;
    if (name === '') {
      errors.push(required(path));
      continue;
    }
    const key = request === '' ? name : `${name}/${request}`;
    if (seen.has(name)) errors.push(duplicate(path, name));
    else {
      if (request !== '') errors.push(...invalidTexts(`${path}.request`, request, isDNS1123Label(request)));
      if (seen.has(key)) errors.push(duplicate(path, key));
      else if (request === '' && [...seen].some((other) => other.startsWith(`${name}/`)))
        errors.push(duplicate(path, name));
      seen.add(key);
    }
    if (podClaims.has(name)) continue;
    const names = podClaims.size === 0 ? ' which is empty' : `: ${[...podClaims].sort().join(', ')}`;
    errors.push(notFoundField(path, name, `must be one of the names in pod.spec.resourceClaims${names}`));
  }
  return errors;
}

const QOS_RESOURCES = ['cpu', 'memory'] as const;

/** @see pkg/apis/core/validation/validation.go validateResourceRequirements */
export function validateRequirements(
  { limits = {}, requests = {}, claims = [] }: Requirements,
  nameRule: NameRule,
  podClaims: ReadonlySet<string>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  for (const [part, list] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const name of Object.keys(list).sort()) {
      const path = `${field}.${part}[${name}]`;
      const value = list[name] ?? '0';
      errors.push(...nameRule(name, path), ...validateResourceQuantity(name, value, path));
      if (part === 'requests') errors.push(...validateAgainstLimit(name, value, limits, field));
      errors.push(...validateHugePages(name, value, path));
    }
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !QOS_RESOURCES.some((name) => names.includes(name)))
    errors.push(forbiddenField(field, 'HugePages require cpu or memory'));
  return [...errors, ...validateClaims(claims, podClaims, `${field}.claims`)];
}
