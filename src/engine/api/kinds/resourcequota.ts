import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject, ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { IMMUTABLE, invalidValue, required } from './field.ts';
import { internalOf } from './internal.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { canonicalResources } from './quantities.ts';
import { isStandardQuotaResource, validateQuotaResourceName, validateResourceQuantity } from './resourcenames.ts';

/** One line of a quota's scope selector; `scopes` are lines with the operator Exists. */
export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface ResourceQuota extends KubeObject {
  readonly spec?: {
    readonly hard?: ResourceList;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: { readonly matchExpressions?: readonly ScopeRequirement[] };
  };
  readonly status?: { readonly hard?: ResourceList; readonly used?: ResourceList };
}

/** @see pkg/printers/internalversion/printers.go printResourceQuota */
const usage =
  (limits: boolean) =>
  ({ status }: ResourceQuota): string =>
    Object.keys(status?.hard ?? {})
      .filter((name) => name.startsWith('limits.') === limits)
      .sort()
      .map(
        (name) =>
          `${name}: ${canonicalQuantity(own(status?.used, name) ?? '0')}/${canonicalQuantity(own(status?.hard, name) ?? '0')}`,
      )
      .join(', ');

const columns: readonly Column<ResourceQuota>[] = [
  nameColumn,
  { name: 'Request', cell: usage(false) },
  { name: 'Limit', cell: usage(true) },
  ageColumn,
];

const PODS: readonly string[] = ['pods'];
const COMPUTE: readonly string[] = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

/** Resources that a scope goes with. @see pkg/apis/core/helper/helpers.go IsResourceQuotaScopeValidForResource */
const SCOPED: Readonly<Record<string, readonly string[]>> = {
  BestEffort: PODS,
  CrossNamespacePodAffinity: [...PODS, ...COMPUTE],
  NotBestEffort: [...PODS, ...COMPUTE],
  NotTerminating: [...PODS, ...COMPUTE],
  PriorityClass: [...PODS, ...COMPUTE],
  Terminating: [...PODS, ...COMPUTE],
  VolumeAttributesClass: ['persistentvolumeclaims', 'requests.storage'],
};

const OPPOSITES: readonly (readonly [string, string])[] = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
];

/** Whether a scope does not go with one of the quota's own resources. */
const isMisplaced = (scope: string, hard: ResourceList): boolean =>
  Object.keys(hard).some((name) => isStandardQuotaResource(name) && !(own(SCOPED, scope)?.includes(name) ?? true));

const conflicting = (scopes: readonly string[], shown: readonly string[] | null): FieldError[] =>
  OPPOSITES.filter((pair) => pair.every((scope) => scopes.includes(scope))).map(() =>
    invalidValue('spec.scopes', shown, 'conflicting scopes'),
  );

/** @see pkg/apis/core/validation/validation.go validateResourceQuotaScopes */
const validateScopes = (scopes: readonly string[], hard: ResourceList): FieldError[] => [
  ...scopes.flatMap((scope) => [
    ...(own(SCOPED, scope) ? [] : [invalidValue('spec.scopes', scopes, 'unsupported scope')]),
    ...(isMisplaced(scope, hard) ? [invalidValue('spec.scopes', scopes, 'unsupported scope applied to resource')] : []),
  ]),
  ...conflicting(scopes, scopes),
];

const ONLY_EXISTS: readonly string[] = [
  'BestEffort',
  'NotBestEffort',
  'Terminating',
  'NotTerminating',
  'CrossNamespacePodAffinity',
];
const MUST_EXIST =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

/** Upstream's paths have no place in the list. @see validateScopedResourceSelectorRequirement */
function validateScopeSelector({ scopeSelector, scopes, hard = {} }: NonNullable<ResourceQuota['spec']>): FieldError[] {
  const requirements = scopeSelector?.matchExpressions ?? [];
  const field = 'spec.scopeSelector.matchExpressions';
  const errors = requirements.flatMap(({ scopeName = '', operator = '', values = [] }) => {
    const faults: FieldError[] = [];
    if (!own(SCOPED, scopeName)) faults.push(invalidValue(`${field}.scopeName`, scopeName, 'unsupported scope'));
    if (isMisplaced(scopeName, hard)) {
      const shown = internalOf('ScopeSelector', scopeSelector ?? {});
      faults.push(invalidValue(field, shown, 'unsupported scope applied to resource'));
    }
    if (ONLY_EXISTS.includes(scopeName) && operator !== 'Exists')
      faults.push(invalidValue(`${field}.operator`, operator, MUST_EXIST));
    if (operator === 'In' || operator === 'NotIn') {
      const text = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
      if (values.length === 0) faults.push(required(`${field}.values`, text));
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      const text = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
      if (values.length > 0) faults.push(invalidValue(`${field}.values`, values, text));
    } else faults.push(invalidValue(`${field}.operator`, operator, 'not a valid selector operator'));
    return faults;
  });
  const names = requirements.map(({ scopeName }) => scopeName);
  return [...errors, ...conflicting(names, scopes ?? null)];
}

const validateAmounts = (list: ResourceList | undefined, field: string): FieldError[] =>
  Object.keys(list ?? {})
    .sort()
    .flatMap((name) => [
      ...validateQuotaResourceName(name, `${field}[${name}]`),
      ...validateResourceQuantity(name, own(list, name) ?? '0', `${field}[${name}]`),
    ]);

/** @see ValidateResourceQuotaSpec */
const validate = ({ metadata, spec = {} }: ResourceQuota): FieldError[] => [
  ...validateObjectMeta(metadata, true),
  ...validateAmounts(spec.hard, 'spec.hard'),
  ...validateScopes(spec.scopes ?? [], spec.hard ?? {}),
  ...validateScopeSelector(spec),
];

/** @see ValidateResourceQuotaUpdate */
function validateUpdate(object: ResourceQuota, old: ResourceQuota): FieldError[] {
  const errors = validateObjectMetaUpdate(object.metadata, old.metadata);
  const [now, before] = [object, old].map(({ spec }) => new Set(spec?.scopes ?? []));
  const isSame = now?.size === before?.size && [...(now ?? [])].every((scope) => before?.has(scope));
  return isSame ? errors : [...errors, invalidValue('spec.scopes', object.spec?.scopes ?? null, IMMUTABLE)];
}

const LIMITED: readonly string[] = ['cpu', 'memory', 'storage', 'ephemeral-storage'];

/** @see pkg/registry/core/resourcequota/strategy.go WarningsOnCreate */
function warnings({ spec }: ResourceQuota, old: ResourceQuota | undefined): string[] {
  if (old) return [];
  const hard = spec?.hard;
  return LIMITED.flatMap((name) => {
    const bare = name === 'cpu' || name === 'memory' ? [name] : [];
    const request = [`requests.${name}`, ...bare].find((key) => own(hard, key) !== undefined);
    const [asked, most] = [own(hard, request ?? ''), own(hard, `limits.${name}`)];
    if (asked === undefined || most === undefined || compareQuantities(asked, most) <= 0) return [];
    const [a, b] = [canonicalQuantity(asked), canonicalQuantity(most)];
    return [`ResourceQuota ${request} (${a}) should be less than limits.${name} (${b})`];
  });
}

export const resourceQuota = defineKind<ResourceQuota>({
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  shortNames: ['quota'],
  namespaced: true,
  statusSubresource: true,
  indices: { byNamespace, byOwner },
  columns,
  defaults: (object) => {
    const hard = canonicalResources(object.spec?.hard);
    return hard === object.spec?.hard ? object : { ...object, spec: { ...object.spec, ...(hard && { hard }) } };
  },
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate,
  validateUpdate,
  validateStatusUpdate: ({ status }) => [
    ...validateAmounts(status?.hard, 'status.hard'),
    ...validateAmounts(status?.used, 'status.used'),
  ],
  warnings,
});
