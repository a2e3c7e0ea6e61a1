import type { FieldError } from '../errors.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject, ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { duplicate, invalidValue, required } from './field.ts';
import {
  byNamespace,
  byOwner,
  createdColumn,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { canonicalResources } from './quantities.ts';

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

/** Pairs of bounds of which the first must not exceed the second, at the field that is blamed. */
const ORDER = [
  ['min', 'max', 'min', 'min value', 'max value'],
  ['min', 'defaultRequest', 'defaultRequest', 'min value', 'default request value'],
  ['defaultRequest', 'max', 'defaultRequest', 'default request value', 'max value'],
  ['defaultRequest', 'default', 'defaultRequest', 'default request value', 'default limit value'],
  ['min', 'default', 'default', 'min value', 'default value'],
  ['default', 'max', 'default', 'default value', 'max value'],
] as const;

function validateBounds(item: LimitRangeItem, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set(
    ORDER.flatMap(([low, high]) => [...Object.keys(item[low] ?? {}), ...Object.keys(item[high] ?? {})]),
  );
  for (const name of [...names].sort()) {
    for (const [low, high, blamed, lowText, highText] of ORDER) {
      const [a, b] = [own(item[low], name), own(item[high], name)];
      if (a === undefined || b === undefined || compareQuantities(a, b) <= 0) continue;
      const text = `${lowText} ${canonicalQuantity(a)} is greater than ${highText} ${canonicalQuantity(b)}`;
      errors.push(invalidValue(`${field}.${blamed}[${name}]`, canonicalQuantity(own(item[blamed], name) ?? ''), text));
    }
  }
  return errors;
}

/** @see pkg/apis/core/validation/validation.go ValidateLimitRange */
function validate({ metadata, spec }: LimitRange): FieldError[] {
  const errors = validateObjectMeta(metadata, true);
  const types = new Set<string>();
  for (const [i, item] of (spec?.limits ?? []).entries()) {
    const field = `spec.limits[${i}]`;
    if (types.has(item.type)) errors.push(duplicate(`${field}.type`, item.type));
    types.add(item.type);
    const bounded = item.min?.['storage'] !== undefined || item.max?.['storage'] !== undefined;
    if (item.type === 'PersistentVolumeClaim' && !bounded) {
      errors.push(
        required(`${field}.limits`, 'either minimum or maximum storage value is required, but neither was provided'),
      );
    }
    errors.push(...validateBounds(item, field));
  }
  return errors;
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
