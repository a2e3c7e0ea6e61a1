import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { byteLength, isQualifiedName } from '../names.ts';
import type { CSINode, CSINodeDriver } from '../object.ts';
import { duplicate, IMMUTABLE, invalidTexts, invalidValue, required } from './field.ts';
import { internalOf } from './internal.ts';
import { ageColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { validateCSIDriverName } from './volumesources.ts';

const columns: readonly Column<CSINode>[] = [
  nameColumn,
  { name: 'Drivers', cell: ({ spec }) => String(spec?.drivers?.length ?? 0) },
  ageColumn,
];

const MAX_NODE_ID = 256;

/** @see pkg/apis/storage/validation/validation.go validateCSINodeDriver */
function validateDriver(
  { name, nodeID, topologyKeys = [], allocatable }: CSINodeDriver,
  field: string,
  known: Set<string>,
): FieldError[] {
  const errors = validateCSIDriverName(name, `${field}.name`);
  if (!nodeID) errors.push(required(`${field}.nodeID`));
  else if (byteLength(nodeID) > MAX_NODE_ID)
    errors.push(invalidValue(`${field}.nodeID`, nodeID, `must be ${MAX_NODE_ID} characters or less`));
  const count = allocatable?.count;
  if (count !== undefined && count < 0) {
    errors.push(invalidValue(`${field}.allocatable.count`, count, 'must be greater than or equal to 0'));
  }
  if (known.has(name)) errors.push(duplicate(`${field}.name`, name));
  known.add(name);
  for (const [i, key] of topologyKeys.entries()) {
    if (key === '') errors.push(required(field));
    if (topologyKeys.indexOf(key) < i) errors.push(duplicate(field, key));
    errors.push(...invalidTexts(field, key, isQualifiedName(key)));
  }
  return errors;
}

function validate({ metadata, spec }: CSINode): FieldError[] {
  const known = new Set<string>();
  const drivers = (spec?.drivers ?? []).flatMap((driver, i) => validateDriver(driver, `spec.drivers[${i}]`, known));
  return [...validateObjectMeta(metadata, false), ...drivers];
}

/** Entries come and go; in one that stays only the limit may change. @see ValidateCSINodeUpdate */
function validateUpdate(node: CSINode, old: CSINode): FieldError[] {
  const errors = validateObjectMetaUpdate(node.metadata, old.metadata);
  for (const before of old.spec.drivers ?? []) {
    const now = node.spec.drivers?.find(({ name }) => name === before.name);
    if (!now) continue;
    const { allocatable: _a, ...left } = before;
    const { allocatable: _b, ...right } = now;
    if (deepEqual(left, right)) continue;
    errors.push(invalidValue('spec.drivers', internalOf('CSINodeDriver', right), IMMUTABLE));
  }
  return errors;
}

export const csiNode = defineKind<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  singular: 'csinode',
  shortNames: [],
  namespaced: false,
  conditionalUpdates: true,
  columns,
  defaults: (object) => (object.spec ? object : { ...object, spec: {} }),
  validate,
  validateUpdate,
});
