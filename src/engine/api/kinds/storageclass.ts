import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { byteLength, isQualifiedName } from '../names.ts';
import type { StorageClass } from '../object.ts';
import { FIELD_VALUES, VALUES } from '../schema/values.ts';
import { duplicate, IMMUTABLE, invalidTexts, invalidValue, oneOf, required, tooLong } from './field.ts';
import { ageColumn, byText, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { isDefaultClass } from './modes.ts';
import { labelWarning } from './nodelabels.ts';

const columns: readonly Column<StorageClass>[] = [
  {
    name: 'Name',
    cell: (object) => (isDefaultClass(object) ? `${object.metadata.name} (default)` : object.metadata.name),
  },
  { name: 'Provisioner', cell: ({ provisioner }) => provisioner },
  { name: 'ReclaimPolicy', cell: ({ reclaimPolicy }) => reclaimPolicy ?? 'Delete' },
  { name: 'VolumeBindingMode', cell: ({ volumeBindingMode }) => volumeBindingMode ?? 'Immediate' },
  { name: 'AllowVolumeExpansion', cell: ({ allowVolumeExpansion }) => String(allowVolumeExpansion ?? false) },
  ageColumn,
];

const MAX_PARAMETERS = 512;
const MAX_PARAMETERS_SIZE = 256 * 1024;

/** @see pkg/apis/storage/validation/validation.go validateProvisioner */
export const validateProvisioner = (name: string | undefined, field: string): FieldError[] =>
  name ? invalidTexts(field, name.toLowerCase(), isQualifiedName(name.toLowerCase())) : [required(field)];

/** @see validateParameters */
export function validateParameters(
  parameters: Readonly<Record<string, string>> = {},
  allowEmpty: boolean,
): FieldError[] {
  const field = 'parameters';
  const entries = Object.entries(parameters);
  if (entries.length > MAX_PARAMETERS) return [tooLong(field, MAX_PARAMETERS)];
  const errors: FieldError[] = [];
  if (parameters[''] !== undefined) errors.push(invalidValue(field, '', 'field can not be empty.'));
  const size = entries.reduce((sum, [key, value]) => sum + byteLength(key) + byteLength(value), 0);
  if (size > MAX_PARAMETERS_SIZE) errors.push(tooLong(field, MAX_PARAMETERS_SIZE));
  if (!allowEmpty && entries.length === 0) errors.push(required(field, 'must contain at least one key/value pair'));
  return errors;
}

/** @see validateAllowedTopologies and ValidateTopologySelectorTerm */
function validateAllowedTopologies({ allowedTopologies = [] }: StorageClass): FieldError[] {
  const errors: FieldError[] = [];
  const seen: Readonly<Record<string, readonly string[]>>[] = [];
  for (const [i, { matchLabelExpressions = [] }] of allowedTopologies.entries()) {
    const field = `allowedTopologies[${i}].matchLabelExpressions`;
    const keys: Record<string, readonly string[]> = {};
    for (const [j, { key = '', values = [] }] of matchLabelExpressions.entries()) {
      const path = `${field}[${j}]`;
      if (values.length === 0) errors.push(required(`${path}.values`));
      for (const [k, value] of values.entries())
        if (values.indexOf(value) < k) errors.push(duplicate(`${path}.values[${k}]`, value));
      errors.push(...invalidTexts(`${path}.key`, key, isQualifiedName(key)));
      if (Object.hasOwn(keys, key)) errors.push(duplicate(`${path}.key`, key));
      keys[key] = [...new Set(values)].sort();
    }
    // Upstream compares with places that it has not filled yet, so a term without expressions is always a duplicate.
    const isEmpty = Object.keys(keys).length === 0;
    if (isEmpty || seen.some((other) => deepEqual(other, keys))) errors.push(duplicate(field, ''));
    seen.push(keys);
  }
  return errors;
}

/** @see ValidateStorageClass */
function validate(object: StorageClass): FieldError[] {
  const { metadata, provisioner, parameters, reclaimPolicy, volumeBindingMode } = object;
  return [
    ...validateObjectMeta(metadata, false),
    ...validateProvisioner(provisioner, 'provisioner'),
    ...validateParameters(parameters, true),
    ...(reclaimPolicy ? oneOf('reclaimPolicy', reclaimPolicy, FIELD_VALUES['storage.StorageClass.reclaimPolicy']) : []),
    ...oneOf('volumeBindingMode', volumeBindingMode, VALUES['storage.VolumeBindingMode']),
    ...validateAllowedTopologies(object),
  ];
}

/** @see pkg/api/storage/util.go GetWarningsForStorageClass */
const topologyWarnings = ({ allowedTopologies = [] }: StorageClass): string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const warning = labelWarning(key);
      return warning === undefined ? [] : [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${warning}`];
    }),
  );

const FIXED = ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'] as const;

export const storageClass = defineKind<StorageClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'StorageClass',
  plural: 'storageclasses',
  singular: 'storageclass',
  shortNames: ['sc'],
  namespaced: false,
  indices: {
    defaults: { of: (object) => (isDefaultClass(object) ? ['default'] : []) },
    byProvisioner: byText(({ provisioner }) => provisioner),
  },
  columns,
  warnings: topologyWarnings,
  defaults: (object) =>
    object.reclaimPolicy !== undefined && object.volumeBindingMode !== undefined
      ? object
      : {
          ...object,
          reclaimPolicy: object.reclaimPolicy ?? 'Delete',
          volumeBindingMode: object.volumeBindingMode ?? 'Immediate',
        },
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...FIXED.filter((field) => !deepEqual(object[field], old[field])).map((field) =>
      invalidValue(field, object[field], IMMUTABLE),
    ),
  ],
});
