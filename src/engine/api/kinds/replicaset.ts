import { deepEqual } from '../diff.ts';
import { type Column, defineKind } from '../kind.ts';
import type { ReplicaSet } from '../object.ts';
import { IMMUTABLE, invalidValue } from './field.ts';
import {
  ageColumn,
  byController,
  byNamespace,
  nameColumn,
  orphans,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import {
  containersColumn,
  defaultTemplate,
  imagesColumn,
  nameWarnings,
  numberText,
  selectorColumn,
  validateNonnegative,
  validateSelectorAndTemplate,
  workloadWarnings,
} from './workload.ts';

const columns: readonly Column<ReplicaSet>[] = [
  nameColumn,
  { name: 'Desired', cell: ({ spec }) => numberText(spec.replicas) },
  { name: 'Current', cell: ({ status }) => numberText(status?.replicas) },
  { name: 'Ready', cell: ({ status }) => numberText(status?.readyReplicas) },
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
];

export const replicaSet = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner: byController, orphans },
  columns,
  defaults: (object) => ({
    ...object,
    spec: { ...object.spec, replicas: object.spec?.replicas ?? 1, template: defaultTemplate(object.spec?.template) },
  }),
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validate: (object) => [
    ...validateObjectMeta(object.metadata, true),
    ...validateNonnegative(object.spec.replicas, 'spec.replicas'),
    ...validateNonnegative(object.spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateSelectorAndTemplate(object),
  ],
  warnings: (object, old) => [...(old ? [] : nameWarnings(object.metadata.name)), ...workloadWarnings(object, old)],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(deepEqual(object.spec.selector, old.spec.selector)
      ? []
      : [invalidValue('spec.selector', object.spec.selector, IMMUTABLE)]),
  ],
});
