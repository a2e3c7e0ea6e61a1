import { deepEqual } from '../diff.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { forbiddenField } from './field.ts';
import { ageColumn, byText, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { validateParameters, validateProvisioner } from './storageclass.ts';

export interface VolumeAttributesClass extends KubeObject {
  readonly driverName: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

const columns: readonly Column<VolumeAttributesClass>[] = [
  nameColumn,
  { name: 'DriverName', cell: ({ driverName }) => driverName },
  ageColumn,
];

const FIXED = ['driverName', 'parameters'] as const;

export const volumeAttributesClass = defineKind<VolumeAttributesClass>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'VolumeAttributesClass',
  plural: 'volumeattributesclasses',
  singular: 'volumeattributesclass',
  shortNames: ['vac'],
  namespaced: false,
  indices: { byDriver: byText(({ driverName }) => driverName) },
  columns,
  changesFirst: true,
  validate: ({ metadata, driverName, parameters }) => [
    ...validateObjectMeta(metadata, false),
    ...validateProvisioner(driverName, 'driverName'),
    ...validateParameters(parameters, false),
  ],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...FIXED.filter((field) => !deepEqual(object[field], old[field])).map((field) =>
      forbiddenField(field, `updates to ${field} are forbidden.`),
    ),
  ],
});
