import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { isQualifiedName } from '../names.ts';
import type { KubeObject, ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { invalidTexts, invalidValue } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { canonicalResources } from './quantities.ts';

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

const STANDARD: readonly string[] = [
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'persistentvolumeclaims',
  'configmaps',
  'services.nodeports',
  'services.loadbalancers',
];

const isStandard = (name: string): boolean =>
  STANDARD.includes(name) || /^(count|requests|limits|hugepages)[/.-]/.test(name);

/** Standard resources of the API that are none of a quota pass the first of both rules. */
const isKnownResource = (name: string): boolean => isStandard(name) || name === 'storage';

/** @see pkg/apis/core/validation/validation.go ValidateResourceQuotaSpec */
function validate({ metadata, spec }: ResourceQuota): FieldError[] {
  const errors = validateObjectMeta(metadata, true);
  for (const name of Object.keys(spec?.hard ?? {}).sort()) {
    const field = `spec.hard[${name}]`;
    errors.push(...invalidTexts(field, name, isQualifiedName(name)));
    if (!name.includes('/')) {
      if (!isKnownResource(name))
        errors.push(invalidValue(field, name, 'must be a standard resource type or fully qualified'));
      if (!isStandard(name)) errors.push(invalidValue(field, name, 'must be a standard resource for quota'));
    }
    const value = spec?.hard?.[name] ?? '0';
    if (compareQuantities(value, '0') < 0)
      errors.push(invalidValue(field, canonicalQuantity(value), 'must be greater than or equal to 0'));
  }
  return errors;
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
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
