import type { FieldError } from '../errors.ts';
import { defineKind } from '../kind.ts';
import { isQualifiedName } from '../names.ts';
import type { KubeObject, ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities, quantityKey } from '../quantity.ts';
import { VALUES } from '../schema/values.ts';
import { duplicate, forbiddenField, invalidTexts, invalidValue, required } from './field.ts';
import {
  byNamespace,
  byOwner,
  createdColumn,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { canonicalResources } from './quantities.ts';
import { isOvercommitAllowed, validateContainerResourceName, validateResourceName } from './resourcenames.ts';

export interface LimitRangeItem {
  readonly type: string;
  readonly max?: ResourceList;
  readonly min?: ResourceList;
  readonly default?: ResourceList;
  readonly defaultRequest?: ResourceList;
  readonly maxLimitRequestRatio?: ResourceList;
}

export interface LimitRange extends KubeObject {
  readonly spec?: { readonly limits?: readonly LimitRangeItem[] };
}

const BOUNDS = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;

/** @see pkg/apis/core/v1/defaults.go SetDefaults_LimitRangeItem */
function defaultItem(given: LimitRangeItem): LimitRangeItem {
  const bounds = BOUNDS.filter((name) => given[name]).map((name) => [name, canonicalResources(given[name])]);
  const item: LimitRangeItem = { ...given, ...Object.fromEntries(bounds) };
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  return { ...item, default: limits, defaultRequest: { ...item.min, ...limits, ...item.defaultRequest } };
}

type Bound = (typeof BOUNDS)[number];

/** Pairs of bounds of which the first must not exceed the second, the field that is blamed, and whose value is shown. */
const ORDER: readonly (readonly [low: Bound, high: Bound, blamed: Bound, string, string, shown?: Bound])[] = [
  ['min', 'max', 'min', 'min value', 'max value'],
  ['min', 'defaultRequest', 'defaultRequest', 'min value', 'default request value'],
  ['defaultRequest', 'max', 'defaultRequest', 'default request value', 'max value'],
  ['defaultRequest', 'default', 'defaultRequest', 'default request value', 'default limit value'],
  ['min', 'default', 'default', 'min value', 'default value', 'min'],
  ['default', 'max', 'default', 'default value', 'max value', 'max'],
];

const isDefault = (bound: string): boolean => bound === 'default' || bound === 'defaultRequest';

/** The most that a limit may be of its request, where both bounds say so. */
function validateRatio(item: LimitRangeItem, name: string, field: string): FieldError[] {
  const ratio = own(item.maxLimitRequestRatio, name);
  if (ratio === undefined) return [];
  const shown = canonicalQuantity(ratio);
  const path = `${field}.maxLimitRequestRatio[${name}]`;
  const errors = compareQuantities(ratio, '1') < 0 ? [invalidValue(path, shown, `ratio ${shown} is less than 1`)] : [];
  const [min, max] = [own(item.min, name), own(item.max, name)];
  if (min === undefined || max === undefined) return errors;
  const most = Number(quantityKey(max)) / Number(quantityKey(min));
  if (Number(quantityKey(ratio)) / NANO > most)
    errors.push(invalidValue(path, shown, `ratio ${shown} is greater than max/min = ${most.toFixed(6)}`));
  return errors;
}

const NANO = 1e9;

function validateBounds(item: LimitRangeItem, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set(BOUNDS.flatMap((bound) => Object.keys(item[bound] ?? {})));
  const ofPod = item.type === 'Pod';
  for (const name of [...names].sort()) {
    for (const [low, high, blamed, lowText, highText, shown = blamed] of ORDER) {
      if (ofPod && (isDefault(low) || isDefault(high))) continue;
      const [a, b] = [own(item[low], name), own(item[high], name)];
      if (a === undefined || b === undefined || compareQuantities(a, b) <= 0) continue;
      const text = `${lowText} ${canonicalQuantity(a)} is greater than ${highText} ${canonicalQuantity(b)}`;
      errors.push(invalidValue(`${field}.${blamed}[${name}]`, canonicalQuantity(own(item[shown], name) ?? ''), text));
    }
    errors.push(...validateRatio(item, name, field));
    const [limit, request] = [own(item.default, name), own(item.defaultRequest, name)];
    if (ofPod || limit === undefined || request === undefined || isOvercommitAllowed(name)) continue;
    if (compareQuantities(limit, request) === 0) continue;
    const [a, b] = [canonicalQuantity(limit), canonicalQuantity(request)];
    const text = `default value ${a} must equal to defaultRequest value ${b} in ${name}`;
    errors.push(invalidValue(`${field}.defaultRequest[${name}]`, b, text));
  }
  return errors;
}

const TYPES = VALUES['core.LimitType'];

/** @see validateLimitRangeTypeName */
function validateType(type: string, field: string): FieldError[] {
  const errors = invalidTexts(field, type, isQualifiedName(type));
  if (errors.length > 0 || type.includes('/') || (TYPES as readonly string[]).includes(type)) return errors;
  return [invalidValue(field, type, 'must be a standard limit type or fully qualified')];
}

/** Names of a bound's resources. @see validateLimitRangeResourceName */
function validateNames(item: LimitRangeItem, bound: Bound, field: string): FieldError[] {
  const rule = item.type === 'Pod' || item.type === 'Container' ? validateContainerResourceName : validateResourceName;
  return Object.keys(item[bound] ?? {})
    .sort()
    .flatMap((name) => rule(name, `${field}.${bound}[${name}]`));
}

/** @see pkg/apis/core/validation/validation.go ValidateLimitRange */
function validateItem(item: LimitRangeItem, field: string): FieldError[] {
  const errors = [...validateNames(item, 'max', field), ...validateNames(item, 'min', field)];
  for (const bound of ['default', 'defaultRequest'] as const) {
    if (item.type !== 'Pod') errors.push(...validateNames(item, bound, field));
    else if (Object.keys(item[bound] ?? {}).length > 0)
      errors.push(forbiddenField(`${field}.${bound}`, "may not be specified when `type` is 'Pod'"));
  }
  const bounded = item.min?.['storage'] !== undefined || item.max?.['storage'] !== undefined;
  if (item.type === 'PersistentVolumeClaim' && !bounded) {
    const text = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${field}.limits`, text));
  }
  return [...errors, ...validateNames(item, 'maxLimitRequestRatio', field), ...validateBounds(item, field)];
}

function validate({ metadata, spec }: LimitRange): FieldError[] {
  const types = new Set<string>();
  const items = (spec?.limits ?? []).flatMap((item, i) => {
    const field = `spec.limits[${i}]`;
    const errors = validateType(item.type ?? '', `${field}.type`);
    if (types.has(item.type)) errors.push(duplicate(`${field}.type`, item.type));
    types.add(item.type);
    return [...errors, ...validateItem(item, field)];
  });
  return [...validateObjectMeta(metadata, true), ...items];
}

export const limitRange = defineKind<LimitRange>({
  group: '',
  version: 'v1',
  kind: 'LimitRange',
  plural: 'limitranges',
  singular: 'limitrange',
  shortNames: ['limits'],
  namespaced: true,
  indices: { byNamespace, byOwner },
  columns: [nameColumn, createdColumn],
  defaults: (object) =>
    object.spec?.limits ? { ...object, spec: { ...object.spec, limits: object.spec.limits.map(defaultItem) } } : object,
  validate,
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
