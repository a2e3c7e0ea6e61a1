import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../names.ts';
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec, TypedObjectReference } from '../object.ts';
import { canonicalQuantity, compareQuantities, quantityMilliValue } from '../quantity.ts';
import { forbiddenField, IMMUTABLE, invalidTexts, invalidValue, notSupported, oneOf, required } from './field.ts';
import { specDiff } from './internal.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  byText,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { accessModesText, attributesClassesOfClaim, BETA_STORAGE_CLASS_ANNOTATION, claimClass } from './modes.ts';
import { validateLabelSelector } from './nodeselector.ts';
import { VOLUME_MODES, validateAccessModes, validatePositiveQuantity } from './persistentvolumevalidation.ts';
import { canonicalRequirements } from './quantities.ts';
import { validateBasicResource } from './resourcenames.ts';

const NONE: readonly string[] = [];
const ALL: readonly string[] = [''];

const columns: readonly Column<PersistentVolumeClaim>[] = [
  nameColumn,
  {
    name: 'Status',
    cell: ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '')),
  },
  { name: 'Volume', cell: ({ spec }) => spec.volumeName ?? '' },
  {
    name: 'Capacity',
    cell: ({ spec, status }) => (spec.volumeName ? canonicalQuantity(status?.capacity?.['storage'] ?? '0') : ''),
  },
  { name: 'Access Modes', cell: ({ spec, status }) => (spec.volumeName ? accessModesText(status?.accessModes) : '') },
  { name: 'StorageClass', cell: claimClass },
  { name: 'VolumeAttributesClass', cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
  ageColumn,
  { name: 'VolumeMode', priority: 1, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
];

/** @see SetDefaults_PersistentVolumeClaimSpec */
export function defaultClaimSpec<T extends PersistentVolumeClaimSpec>(spec: T): T {
  const resources = canonicalRequirements(spec.resources);
  if (spec.volumeMode !== undefined && resources === spec.resources) return spec;
  return { ...spec, ...(resources && { resources }), volumeMode: spec.volumeMode ?? 'Filesystem' };
}

/** @see SetDefaults_PersistentVolumeClaim */
function setDefaults(claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const spec = defaultClaimSpec(claim.spec ?? {});
  if (spec === claim.spec && claim.status?.phase) return claim;
  return { ...claim, spec, status: { ...claim.status, phase: claim.status?.phase || 'Pending' } };
}

const isClaimOrSnapshot = ({ apiGroup = '', kind }: TypedObjectReference): boolean =>
  (apiGroup === '' && kind === 'PersistentVolumeClaim') ||
  (apiGroup === 'snapshot.storage.k8s.io' && kind === 'VolumeSnapshot');

/** What only one of both fields says shows in both; a reference to another namespace has no place in dataSource. @see NormalizeDataSources */
function mirrorDataSources(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const { dataSource, dataSourceRef } = spec;
  if (dataSource && !dataSourceRef) return { ...spec, dataSourceRef: dataSource };
  return dataSourceRef && !dataSource && !dataSourceRef.namespace ? { ...spec, dataSource: dataSourceRef } : spec;
}

/**
 * Data sources of a claim: a reference to another namespace goes (its feature is off), so does a dataSource of a kind
 * that only dataSourceRef may name, unless the claim had one before; what is left shows in both fields.
 * @see pkg/api/persistentvolumeclaim/util.go DropDisabledFields, EnforceDataSourceBackwardsCompatibility
 */
export function normalizeDataSources(
  spec: PersistentVolumeClaimSpec,
  old?: PersistentVolumeClaimSpec,
): PersistentVolumeClaimSpec {
  const { dataSource, dataSourceRef, ...rest } = spec;
  if (!dataSource && !dataSourceRef) return spec;
  const reference = dataSourceRef?.namespace && !old?.dataSourceRef ? undefined : dataSourceRef;
  const isKept = old?.dataSource || old?.dataSourceRef || reference || (dataSource && isClaimOrSnapshot(dataSource));
  const source = isKept ? dataSource : undefined;
  if (source === dataSource && reference === dataSourceRef) return mirrorDataSources(spec);
  return mirrorDataSources({
    ...rest,
    ...(source && { dataSource: source }),
    ...(reference && { dataSourceRef: reference }),
  });
}

function validateDataSource(source: TypedObjectReference, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const { apiGroup = '', kind, name, namespace } = source;
  if (!name) errors.push(required(`${field}.name`));
  if (!kind) errors.push(required(`${field}.kind`));
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim') {
    errors.push(
      invalidValue(field, kind ?? '', "must be 'PersistentVolumeClaim' when referencing the default apiGroup"),
    );
  }
  if (apiGroup !== '') errors.push(...invalidTexts(`${field}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup)));
  if (namespace) errors.push(...invalidTexts(`${field}.namespace`, namespace, isDNS1123Label(namespace)));
  return errors;
}

/** An empty group is not the same as none. @see isDataSourceEqualDataSourceRef */
const sameSource = (a: TypedObjectReference, b: TypedObjectReference): boolean =>
  a.kind === b.kind && a.name === b.name && a.apiGroup === b.apiGroup;

/** Rules of a claim's spec, also inside a template. @see ValidatePersistentVolumeClaimSpec */
export function validateClaimSpec(spec: PersistentVolumeClaimSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required(`${field}.accessModes`, 'at least 1 access mode is required'));
  if (spec.selector) errors.push(...validateLabelSelector(spec.selector, `${field}.selector`));
  errors.push(...validateAccessModes(modes, `${field}.accessModes`));
  const storage = spec.resources?.requests?.['storage'];
  if (storage === undefined) errors.push(required(`${field}.resources[storage]`));
  else errors.push(...validatePositiveQuantity(storage, `${field}.resources[storage]`));
  const { storageClassName, volumeMode, dataSource, dataSourceRef, volumeAttributesClassName } = spec;
  if (storageClassName)
    errors.push(...invalidTexts(`${field}.storageClassName`, storageClassName, isDNS1123Subdomain(storageClassName)));
  if (volumeMode !== undefined) errors.push(...oneOf(`${field}.volumeMode`, volumeMode, VOLUME_MODES));
  if (dataSource) errors.push(...validateDataSource(dataSource, `${field}.dataSource`));
  if (dataSourceRef) errors.push(...validateDataSource(dataSourceRef, `${field}.dataSourceRef`));
  if (dataSource && dataSourceRef?.namespace) {
    errors.push(
      invalidValue(field, `${field}.dataSource`, 'may not be specified when dataSourceRef.namespace is specified'),
    );
  } else if (dataSource && dataSourceRef && !sameSource(dataSource, dataSourceRef)) {
    errors.push(invalidValue(field, `${field}.dataSource`, 'must match dataSourceRef'));
  }
  if (volumeAttributesClassName) {
    const faults = isDNS1123Subdomain(volumeAttributesClassName);
    errors.push(...invalidTexts(`${field}.volumeAttributesClassName`, volumeAttributesClassName, faults));
  }
  return errors;
}

const withField = (
  spec: PersistentVolumeClaimSpec,
  name: keyof PersistentVolumeClaimSpec,
  value: unknown,
): PersistentVolumeClaimSpec => {
  const { [name]: _, ...rest } = spec;
  return value === undefined ? rest : { ...rest, [name]: value };
};

function withStorage(spec: PersistentVolumeClaimSpec, storage: string | undefined): PersistentVolumeClaimSpec {
  const requests = spec.resources?.requests;
  if (!requests || storage === undefined) return spec;
  return { ...spec, resources: { ...spec.resources, requests: { ...requests, storage } } };
}

/** @see ValidatePersistentVolumeClaimUpdate */
function validateUpdate(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const errors = validateObjectMetaUpdate(claim.metadata, old.metadata);
  let next = claim.spec;
  let before = mirrorDataSources(old.spec);
  if (!before.volumeName) before = withField(before, 'volumeName', next.volumeName);

  const oldAnnotation = old.metadata.annotations?.[BETA_STORAGE_CLASS_ANNOTATION];
  const newAnnotation = claim.metadata.annotations?.[BETA_STORAGE_CLASS_ANNOTATION];
  const [oldClass, newClass] = [old.spec.storageClassName, claim.spec.storageClassName];
  const fromNothing = oldClass === undefined && newClass !== undefined;
  const fromAnnotation =
    fromNothing &&
    oldAnnotation !== undefined &&
    newClass === oldAnnotation &&
    (newAnnotation ?? oldAnnotation) === oldAnnotation;
  if (!fromAnnotation && (newAnnotation ?? '') !== (oldAnnotation ?? '')) {
    errors.push(invalidValue(`metadata.annotations[${BETA_STORAGE_CLASS_ANNOTATION}]`, newAnnotation ?? '', IMMUTABLE));
  }
  if (fromAnnotation || (fromNothing && (oldAnnotation === undefined || newClass === oldAnnotation))) {
    next = withField(next, 'storageClassName', oldClass);
  }
  const [oldSize, newSize] = [old.spec.resources?.requests?.['storage'], claim.spec.resources?.requests?.['storage']];
  if (claim.status?.phase === 'Bound') {
    next = withStorage(next, oldSize);
    next = withField(next, 'volumeAttributesClassName', before.volumeAttributesClassName);
  }
  // An equal amount in another form is no change.
  if (compareQuantities(newSize, oldSize) === 0) next = withStorage(next, oldSize);
  if (!deepEqual(next, before)) {
    const text =
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims';
    errors.push(forbiddenField('spec', `${text}\n${specDiff('PersistentVolumeClaimSpec', before, next)}`));
  }
  if (compareQuantities(newSize, oldSize) < 0 && compareQuantities(newSize, old.status?.capacity?.['storage']) <= 0) {
    errors.push(forbiddenField('spec.resources.requests.storage', 'field can not be less than status.capacity'));
  }
  if (claim.spec.volumeMode !== old.spec.volumeMode)
    errors.push(invalidValue('volumeMode', claim.spec.volumeMode, IMMUTABLE));
  errors.push(...validateAttributesClassRemoval(claim, old));
  return errors;
}

function validateAttributesClassRemoval(claim: PersistentVolumeClaim, old: PersistentVolumeClaim): FieldError[] {
  const name = claim.spec.volumeAttributesClassName;
  if (name === old.spec.volumeAttributesClassName || old.status?.currentVolumeAttributesClassName === undefined || name)
    return [];
  const what = name === undefined ? 'nil' : 'empty string';
  const text = `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`;
  return [forbiddenField('spec.volumeAttributesClassName', text)];
}

const RESIZE_STATUSES: readonly string[] = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
];

/** @see validatePersistentVolumeClaimResourceKey */
function validateResourceKey(key: string, field: string): FieldError[] {
  const faults = isQualifiedName(key);
  if (faults.length > 0) return invalidTexts(field, key, faults);
  const native = !key.includes('/') || key.includes('kubernetes.io/');
  return native && key !== 'storage' ? [notSupported(field, key, ['storage'])] : [];
}

/** @see ValidatePersistentVolumeClaimStatusUpdate */
function validateStatusUpdate({ spec, status }: PersistentVolumeClaim): FieldError[] {
  const errors: FieldError[] = [];
  if ((spec.accessModes ?? []).length === 0) errors.push(required('Spec.accessModes'));
  for (const [name, value] of Object.entries(status?.capacity ?? {}))
    errors.push(...validateBasicResource(value, `status.capacity[${name}]`));
  const statuses = status?.allocatedResourceStatuses ?? {};
  for (const key of Object.keys(statuses).sort()) {
    errors.push(...validateResourceKey(key, 'status.allocatedResourceStatuses'));
    if (!RESIZE_STATUSES.includes(statuses[key] ?? '')) {
      errors.push(notSupported('status.allocatedResourceStatuses', key, RESIZE_STATUSES));
    }
  }
  for (const [key, value] of Object.entries(status?.allocatedResources ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const faults = validateResourceKey(key, 'status.allocatedResources');
    errors.push(...(faults.length > 0 ? faults : validateBasicResource(value, `status.allocatedResources[${key}]`)));
  }
  return errors;
}

/** Warnings on a claim's spec. @see GetWarningsForPersistentVolumeClaimSpec */
export function claimSpecWarnings({ resources }: PersistentVolumeClaimSpec, field: string): string[] {
  return (['requests', 'limits'] as const).flatMap((part) => {
    const value = resources?.[part]?.['storage'];
    if (value === undefined || quantityMilliValue(value) % 1000n === 0n) return [];
    const shown = JSON.stringify(canonicalQuantity(value));
    return [`${field}.resources.${part}[storage]: fractional byte value ${shown} is invalid, must be an integer`];
  });
}

/** @see GetWarningsForPersistentVolumeClaim */
function warnings({ metadata, spec }: PersistentVolumeClaim): string[] {
  const deprecated = metadata.annotations?.[BETA_STORAGE_CLASS_ANNOTATION] !== undefined;
  const path = `metadata.annotations[${BETA_STORAGE_CLASS_ANNOTATION}]`;
  return [
    ...(deprecated ? [`${path}: deprecated since v1.8; use "storageClassName" attribute instead`] : []),
    ...claimSpecWarnings(spec, 'spec'),
  ];
}

export const persistentVolumeClaim = defineKind<PersistentVolumeClaim>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolumeClaim',
  plural: 'persistentvolumeclaims',
  singular: 'persistentvolumeclaim',
  shortNames: ['pvc'],
  namespaced: true,
  statusSubresource: true,
  statusWritesAnnotations: true,
  indices: {
    byNamespace,
    byOwner,
    byVolume: byText(({ spec }) => spec.volumeName),
    /** Claims that are not bound. */
    waiting: { of: ({ status }) => (status?.phase === 'Bound' ? NONE : ALL) },
    byClass: { of: (claim) => [claimClass(claim)] },
    byAttributesClass: { of: attributesClassesOfClaim },
  },
  columns,
  defaults: setDefaults,
  prepareForCreate: (claim) => ({ ...claim, spec: normalizeDataSources(claim.spec), status: { phase: 'Pending' } }),
  /** @see pkg/registry/core/persistentvolumeclaim/strategy.go PrepareForUpdate */
  prepareForUpdate: (claim, old) => {
    const spec = normalizeDataSources(claim.spec, old.spec);
    return spec === claim.spec ? claim : { ...claim, spec };
  },
  validate: ({ metadata, spec }) => [...validateObjectMeta(metadata, true), ...validateClaimSpec(spec, 'spec')],
  validateUpdate,
  validateStatusUpdate: (claim) => validateStatusUpdate(claim),
  warnings,
});
