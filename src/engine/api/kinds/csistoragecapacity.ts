import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { defineKind } from '../kind.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { KubeObject, LabelSelector } from '../object.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { IMMUTABLE, invalidTexts, invalidValue } from './field.ts';
import {
  byNamespace,
  byOwner,
  byText,
  createdColumn,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { selectorWarnings } from './nodelabels.ts';
import { validateLabelSelector } from './nodeselector.ts';

export interface CSIStorageCapacity extends KubeObject {
  readonly nodeTopology?: LabelSelector;
  readonly storageClassName: string;
  readonly capacity?: string;
  readonly maximumVolumeSize?: string;
}

/** @see pkg/apis/storage/validation/validation.go ValidateCSIStorageCapacity */
function validate({ metadata, nodeTopology, storageClassName = '', capacity }: CSIStorageCapacity): FieldError[] {
  const negative = capacity !== undefined && compareQuantities(capacity, '0') < 0;
  return [
    ...validateObjectMeta(metadata, true),
    ...(nodeTopology ? validateLabelSelector(nodeTopology, 'nodeTopology') : []),
    ...invalidTexts('storageClassName', storageClassName, isDNS1123Subdomain(storageClassName)),
    ...(negative ? [invalidValue('capacity', canonicalQuantity(capacity), 'must be greater than or equal to 0')] : []),
  ];
}

const FIXED = ['nodeTopology', 'storageClassName'] as const;

export const csiStorageCapacity = defineKind<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  shortNames: [],
  namespaced: true,
  conditionalUpdates: true,
  indices: { byNamespace, byOwner, byClass: byText(({ storageClassName }) => storageClassName) },
  columns: [nameColumn, createdColumn],
  defaults: (object) =>
    object.capacity === undefined ? object : { ...object, capacity: canonicalQuantity(object.capacity) },
  validate,
  warnings: ({ nodeTopology }) => (nodeTopology ? selectorWarnings(nodeTopology, 'nodeTopology') : []),
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...FIXED.filter((field) => !deepEqual(object[field], old[field])).map((field) =>
      invalidValue(field, object[field], IMMUTABLE),
    ),
  ],
});
