import type { FieldError } from '../errors.ts';
import { isQualifiedName } from '../names.ts';
import { canonicalQuantity, isZeroQuantity } from '../quantity.ts';
import { invalidTexts, invalidValue, notSupported, required } from './field.ts';
import type { Source } from './volumesources.ts';

/**
 * References to a pod's own fields and its containers' resources, as files of a volume and variables hold them.
 * @see pkg/apis/core/validation/validation.go
 */

/** Fields that a file of a volume may show. */
export const VOLUME_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Fields that an environment variable may show. */
export const VARIABLE_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

const MAPS: readonly string[] = ['metadata.annotations', 'metadata.labels'];

/** Fields of a pod that have a name here at all. @see pkg/apis/core/pods/helpers.go ConvertDownwardAPIFieldLabel */
const KNOWN_FIELDS: readonly string[] = [
  ...new Set([...VOLUME_FIELDS, ...VARIABLE_FIELDS]),
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
  'spec.host',
];

/** `metadata.labels['app']` in its two parts. @see pkg/fieldpath/fieldpath.go SplitMaybeSubscriptedPath */
function splitSubscript(path: string): readonly [path: string, key: string] | undefined {
  const start = path.indexOf("['");
  if (start <= 0 || !path.endsWith("']")) return undefined;
  return [path.slice(0, start), path.slice(start + 2, -2)];
}

/** @see validateObjectFieldSelector */
export function validateFieldRef(ref: Source, fields: readonly string[], field: string): FieldError[] {
  const { apiVersion = '', fieldPath = '' } = ref as { readonly apiVersion?: string; readonly fieldPath?: string };
  if (apiVersion === '') return [required(`${field}.apiVersion`)];
  if (fieldPath === '') return [required(`${field}.fieldPath`)];
  const unconverted = (why: string): FieldError[] => [
    invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${why}`),
  ];
  if (apiVersion !== 'v1') return unconverted(`unsupported pod version: ${apiVersion}`);
  const parts = splitSubscript(fieldPath);
  if (parts) {
    const [map, key] = parts;
    if (!MAPS.includes(map)) return unconverted(`field label does not support subscript: ${fieldPath}`);
    const name = map === 'metadata.annotations' ? key.toLowerCase() : key;
    return invalidTexts(field, name, isQualifiedName(name));
  }
  if (!KNOWN_FIELDS.includes(fieldPath)) return unconverted(`field label not supported: ${fieldPath}`);
  const name = fieldPath === 'spec.host' ? 'spec.nodeName' : fieldPath;
  return fields.includes(name) ? [] : [notSupported(`${field}.fieldPath`, name, fields)];
}

const RESOURCES: readonly string[] = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(requests|limits)\.hugepages-/;

const BYTES = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** Divisors by what is divided, and how a refusal calls that. */
const DIVISORS: readonly (readonly [pattern: RegExp, divisors: readonly string[], text: string])[] = [
  [/^(limits|requests)\.cpu$/, ['1m', '1'], '1m and 1 are supported with the cpu resource'],
  [/^(limits|requests)\.memory$/, BYTES, `${BYTES.join(', ')} are supported with the memory resource`],
  [
    /^(limits|requests)\.ephemeral-storage$/,
    BYTES,
    `${BYTES.join(', ')} are supported with the local ephemeral storage resource`,
  ],
  [HUGE_PAGES, BYTES, `${BYTES.join(', ')} are supported with the hugepages resource`],
];

/** @see validateContainerResourceDivisor */
function validateDivisor(resource: string, divisor: unknown, field: string): FieldError[] {
  const value = divisor === undefined || divisor === null ? '0' : String(divisor);
  if (isZeroQuantity(value)) return [];
  return DIVISORS.filter(
    ([pattern, divisors]) => pattern.test(resource) && !divisors.includes(canonicalQuantity(value)),
  ).map(([, , text]) => invalidValue(`${field}.divisor`, resource, `only divisor's values ${text}`));
}

/** @see validateContainerResourceFieldSelector */
export function validateResourceFieldRef(ref: Source, field: string, inVolume: boolean): FieldError[] {
  const { containerName = '', resource = '' } = ref as { readonly containerName?: string; readonly resource?: string };
  const errors: FieldError[] = [];
  if (inVolume && containerName === '') errors.push(required(`${field}.containerName`));
  else if (resource === '') errors.push(required(`${field}.resource`));
  else if (!RESOURCES.includes(resource) && !HUGE_PAGES.test(resource))
    errors.push(notSupported(`${field}.resource`, resource, RESOURCES));
  return [...errors, ...validateDivisor(resource, ref['divisor'], field)];
}
