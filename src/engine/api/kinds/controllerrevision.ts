import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { IMMUTABLE, invalidValue, required } from './field.ts';
import {
  ageColumn,
  byController,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { validateNonnegative } from './workload.ts';

export interface ControllerRevision extends KubeObject {
  readonly data?: unknown;
  readonly revision: number;
}

/** @see pkg/printers/internalversion/printers.go printControllerRevision */
function controllerText({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (!owner) return '<none>';
  const group = owner.apiVersion.includes('/') ? `.${owner.apiVersion.slice(0, owner.apiVersion.indexOf('/'))}` : '';
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}

const columns: readonly Column<ControllerRevision>[] = [
  nameColumn,
  { name: 'Controller', cell: controllerText },
  { name: 'Revision', cell: ({ revision }) => String(revision) },
  ageColumn,
];

/** @see pkg/apis/apps/validation/validation.go ValidateControllerRevision */
function validate({ metadata, data, revision }: ControllerRevision): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true),
    ...(data === undefined ? [required('data', 'data is mandatory')] : []),
    ...validateNonnegative(revision, 'revision'),
  ];
}

export const controllerRevision = defineKind<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  shortNames: [],
  namespaced: true,
  indices: { byNamespace, byOwner, byController },
  columns,
  defaults: (object) => (object.revision === undefined ? { ...object, revision: 0 } : object),
  validate,
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(deepEqual(object.data, old.data) ? [] : [invalidValue('data', object.data, IMMUTABLE)]),
  ],
});
