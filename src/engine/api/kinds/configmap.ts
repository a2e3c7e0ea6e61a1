import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { byteLength, isConfigMapKey } from '../names.ts';
import type { ConfigMap } from '../object.ts';
import { forbiddenField, invalidTexts, invalidValue, tooLong } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';

const columns: readonly Column<ConfigMap>[] = [
  nameColumn,
  {
    name: 'Data',
    cell: ({ data = {}, binaryData = {} }) => String(Object.keys(data).length + Object.keys(binaryData).length),
  },
  ageColumn,
];

export const MAX_SIZE = 1024 * 1024;
const FIXED = 'field is immutable when `immutable` is set';

/** Keys of a ConfigMap or Secret; the size of all values. */
export function validateKeys(data: Readonly<Record<string, string>>, field: string): FieldError[] {
  return Object.keys(data)
    .sort()
    .flatMap((key) => invalidTexts(`${field}[${key}]`, key, isConfigMapKey(key)));
}

/** Bytes of all values, which are in base64. */
export const decodedSize = (data: Readonly<Record<string, string>>): number =>
  Object.values(data).reduce((sum, value) => sum + Math.floor((value.replace(/=+$/, '').length * 3) / 4), 0);

/** @see pkg/apis/core/validation/validation.go ValidateConfigMap */
function validate({ metadata, data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(metadata, true);
  for (const key of Object.keys(data).sort()) {
    errors.push(...invalidTexts(`data[${key}]`, key, isConfigMapKey(key)));
    if (Object.hasOwn(binaryData, key))
      errors.push(invalidValue(`data[${key}]`, key, 'duplicate of key present in binaryData'));
  }
  errors.push(...validateKeys(binaryData, 'binaryData'));
  const size = Object.values(data).reduce((sum, value) => sum + byteLength(value), decodedSize(binaryData));
  // Upstream's path of this fault is empty, which prints as brackets.
  if (size > MAX_SIZE) errors.push(tooLong('[]', MAX_SIZE));
  return errors;
}

/** An immutable ConfigMap or Secret stays as it is. @see ValidateConfigMapUpdate */
export function validateImmutable(object: ConfigMap, old: ConfigMap): FieldError[] {
  if (!old.immutable) return [];
  const errors: FieldError[] = [];
  if (!object.immutable) errors.push(forbiddenField('immutable', FIXED));
  for (const field of ['data', 'binaryData'] as const) {
    if (!deepEqual(object[field] ?? {}, old[field] ?? {})) errors.push(forbiddenField(field, FIXED));
  }
  return errors;
}

export const configMap = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  singular: 'configmap',
  shortNames: ['cm'],
  namespaced: true,
  indices: { byNamespace, byOwner },
  columns,
  changesFirst: true,
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...validateImmutable(object, old),
  ],
});
