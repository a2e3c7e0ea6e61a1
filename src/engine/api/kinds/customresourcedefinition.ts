import type { FieldError } from '../errors.ts';
import { defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import { invalidValue, oneOf, required } from './field.ts';
import { byOwner, createdColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';

export interface CustomResourceDefinition extends KubeObject {
  readonly spec?: {
    readonly group?: string;
    readonly scope?: string;
    readonly names?: { readonly plural?: string; readonly kind?: string };
    readonly versions?: readonly unknown[];
  };
}

/** @see staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go */
function validate({ metadata, spec }: CustomResourceDefinition): FieldError[] {
  const { group, scope, names, versions } = spec ?? {};
  const errors = validateObjectMeta(metadata, false);
  const full = `${String(names?.plural ?? '')}.${String(group ?? '')}`;
  if (metadata.name !== full)
    errors.push(invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group'));
  if (!group) errors.push(required('spec.group'));
  errors.push(...oneOf('spec.scope', scope, ['Cluster', 'Namespaced']));
  if (!Array.isArray(versions) || versions.length === 0)
    errors.push(
      invalidValue('spec.versions', versions ?? [], 'must have exactly one version marked as storage version'),
    );
  if (!names?.plural) errors.push(required('spec.names.plural'));
  if (!names?.kind) errors.push(required('spec.names.kind'));
  return errors;
}

/** Kept and listed; what it defines is not served. */
export const customResourceDefinition = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  namespaced: false,
  conditionalUpdates: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byOwner },
  columns: [nameColumn, createdColumn],
  validate,
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
