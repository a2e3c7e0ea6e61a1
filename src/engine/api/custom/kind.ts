import type { IndexSpec } from '../../sim/types.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind, type KindDefinition } from '../kind.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  since,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '../kinds/metadata.ts';
import type { KubeObject } from '../object.ts';
import { hasRules, type Schema, validateRules, validateStructure } from './schema.ts';

type Plain = Readonly<Record<string, unknown>>;

/** A column of a CustomResourceDefinition: a field's value as it stands, or the time since it. */
export interface PrinterColumn {
  readonly name: string;
  readonly path: string;
  readonly type?: 'date';
}

export interface CustomKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly namespaced: boolean;
  readonly statusSubresource: boolean;
  /** Without apiVersion, kind and metadata. */
  readonly schema: Schema;
  readonly columns: readonly PrinterColumn[];
  // biome-ignore lint/suspicious/noExplicitAny: an index of one kind's own objects
  readonly indices?: Readonly<Record<string, IndexSpec<any>>>;
}

/** A field by its dotted path. */
function fieldAt(object: KubeObject, path: string): unknown {
  let value: unknown = object;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Plain)[name];
  }
  return value;
}

/** @see staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go */
const columnOf = ({ name, path, type }: PrinterColumn): Column => ({
  name,
  cell: (object, now) => {
    const value = fieldAt(object, path);
    if (value === undefined || value === null) return '';
    if (type === 'date') return since(String(value), now);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  },
});

function withoutStandard(object: KubeObject): Plain {
  const { apiVersion: _1, kind: _2, metadata: _3, ...rest } = object as KubeObject & Plain;
  return rest;
}

const NOT_CHECKED: FieldError = {
  type: 'FieldValueInvalid',
  field: '<nil>',
  text: '<nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/** @see staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/validator.go */
function validateObject(schema: Schema, object: KubeObject, old: KubeObject | undefined): FieldError[] {
  const value = withoutStandard(object);
  const errors = validateStructure(schema, value);
  if (errors.length > 0) return hasRules(schema) ? [...errors, NOT_CHECKED] : errors;
  return validateRules(schema, value, old && withoutStandard(old));
}

/** A kind that a CustomResourceDefinition brings: nothing is filled in, and its schema is all that is checked. */
export function customKind(custom: CustomKind): KindDefinition {
  const { schema, columns, indices, namespaced, shortNames = [], ...names } = custom;
  const hasAge = columns.length === 0;
  return defineKind<KubeObject>({
    ...names,
    singular: names.kind.toLowerCase(),
    shortNames,
    namespaced,
    conditionalUpdates: true,
    indices: { byNamespace, byOwner, ...indices },
    columns: [nameColumn, ...columns.map(columnOf), ...(hasAge ? [ageColumn] : [])],
    generationOf: Object.keys((schema.type === 'object' && schema.properties) || {}).filter(
      (name) => name !== 'status',
    ),
    prepareForCreate: (object) => {
      if (!names.statusSubresource) return object;
      const { status: _, ...rest } = object as KubeObject & { readonly status?: unknown };
      return rest;
    },
    validate: (object) => [
      ...validateObjectMeta(object.metadata, namespaced),
      ...validateObject(schema, object, undefined),
    ],
    validateUpdate: (object, old) => [
      ...validateObjectMetaUpdate(object.metadata, old.metadata),
      ...validateTransitions(schema, object, old),
    ],
    validateStatusUpdate: (object, old) => validateObject(schema, object, old),
  });
}

/** What `validate` has not found already: rules that look at what was there before. */
function validateTransitions(schema: Schema, object: KubeObject, old: KubeObject): FieldError[] {
  const known = new Set(validateObject(schema, object, undefined).map(({ text }) => text));
  return validateObject(schema, object, old).filter(({ text }) => !known.has(text));
}
