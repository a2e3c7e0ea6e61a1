import type { FieldError } from '../errors.ts';
import { isQualifiedName } from '../names.ts';
import {
  canonicalQuantity,
  compareQuantities,
  isQuantityError,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
} from '../quantity.ts';
import { invalidTexts, invalidValue } from './field.ts';

/**
 * Names of resources, and what an amount of one may be.
 * @see pkg/apis/core/helper/helpers.go
 * @see pkg/apis/core/validation/validation.go
 */

const HUGE_PAGES = 'hugepages-';
const REQUESTS = 'requests.';

/** Resources that are counted. */
const COUNTS: readonly string[] = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];

const COMPUTE: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/** Resources that a quota may limit. */
const QUOTA: readonly string[] = [
  ...COMPUTE.flatMap((name) => [name, `${REQUESTS}${name}`, `limits.${name}`]),
  'requests.storage',
  ...COUNTS,
];

export const isHugePages = (name: string): boolean => name.startsWith(HUGE_PAGES);
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith(`${REQUESTS}${HUGE_PAGES}`);

export const isStandardQuotaResource = (name: string): boolean => QUOTA.includes(name) || isQuotaHugePages(name);
const isStandardResource = (name: string): boolean => name === 'storage' || isStandardQuotaResource(name);

/** Whether a name is Kubernetes' own: without a prefix, or with one of kubernetes.io. */
export const isNativeResource = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith(REQUESTS) && isQualifiedName(`${REQUESTS}${name}`).length === 0;

const isInteger = (name: string): boolean => COUNTS.includes(name) || isExtendedResource(name);

/** Whether more of a resource may be promised than there is. */
export const isOvercommitAllowed = (name: string): boolean => isNativeResource(name) && !isHugePages(name);

/** @see validateResourceName */
export function validateResourceName(name: string, field: string): FieldError[] {
  const errors = invalidTexts(field, name, isQualifiedName(name));
  if (errors.length > 0 || name.includes('/') || isStandardResource(name)) return errors;
  return [invalidValue(field, name, 'must be a standard resource type or fully qualified')];
}

/** @see validateContainerResourceName */
export function validateContainerResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (!name.includes('/')) {
    if (!COMPUTE.includes(name) && !isHugePages(name))
      errors.push(invalidValue(field, name, 'must be a standard resource for containers'));
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    errors.push(invalidValue(field, name, "doesn't follow extended resource name standard"));
  }
  return errors;
}

/** @see ValidateResourceQuotaResourceName */
export function validateQuotaResourceName(name: string, field: string): FieldError[] {
  const errors = validateResourceName(name, field);
  if (!name.includes('/') && !isStandardQuotaResource(name))
    errors.push(invalidValue(field, name, 'must be a standard resource for quota'));
  return errors;
}

/** @see ValidateNonnegativeQuantity */
export const nonNegativeQuantity = (value: string, field: string): FieldError[] =>
  compareQuantities(value, '0') < 0
    ? [invalidValue(field, canonicalQuantity(value), 'must be greater than or equal to 0')]
    : [];

/** @see ValidateResourceQuantityValue */
export function validateResourceQuantity(name: string, value: string, field: string): FieldError[] {
  const errors = nonNegativeQuantity(value, field);
  if (isInteger(name) && quantityMilliValue(value) % 1000n !== 0n)
    errors.push(invalidValue(field, canonicalQuantity(value), 'must be an integer'));
  return errors;
}

/** An amount that is rounded up to whole units first. @see validateBasicResource */
export function validateBasicResource(value: string, field: string): FieldError[] {
  const units = quantityValue(value);
  return units < 0n ? [invalidValue(field, Number(units), 'must be a valid resource quantity')] : [];
}

/** @see validateResourceQuantityHugePageValue */
export function validateHugePages(name: string, value: string, field: string): FieldError[] {
  if (!isHugePages(name)) return [];
  const size = parseQuantity(name.slice(HUGE_PAGES.length));
  const bytes = isQuantityError(size) ? 0n : quantityValue(name.slice(HUGE_PAGES.length));
  if (bytes > 0n && quantityValue(value) % bytes === 0n) return [];
  const shown = canonicalQuantity(value);
  return [invalidValue(field, shown, `${shown} is not positive integer multiple of ${name}`)];
}
