import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { invalidValue, notSupported, required } from '../kinds/field.ts';
import { quantityError } from '../quantity.ts';

/** A rule that a CustomResourceDefinition states in CEL; with `old` it compares with what was there before. */
export interface Rule {
  readonly message: string;
  readonly holds?: (self: never) => boolean;
  readonly holdsAfter?: (self: never, old: never) => boolean;
}

/** The part of a structural schema that the kinds here need. */
export type Schema = (
  | { readonly type: 'string'; readonly enum?: readonly string[] }
  | { readonly type: 'boolean' | 'quantity' }
  | { readonly type: 'integer'; readonly minimum?: number }
  | { readonly type: 'array'; readonly items: Schema }
  | {
      readonly type: 'object';
      readonly properties?: Readonly<Record<string, Schema>>;
      readonly required?: readonly string[];
      /** Type of the values of a map. */
      readonly values?: Schema;
    }
) & { readonly rules?: readonly Rule[] };

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const child = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);

/** Own properties only: `constructor` is no field. */
const propertyOf = (schema: Schema, name: string): Schema | undefined =>
  schema.type === 'object' && schema.properties && Object.hasOwn(schema.properties, name)
    ? schema.properties[name]
    : undefined;

/** Paths of fields that the schema does not know. */
export function unknownPaths(
  schema: Schema,
  value: unknown,
  path: readonly (string | number)[] = [],
): (string | number)[][] {
  if (schema.type === 'array' && Array.isArray(value)) {
    return value.flatMap((item, i) => unknownPaths(schema.items, item, [...path, i]));
  }
  if (schema.type !== 'object' || !isPlain(value)) return [];
  const { values } = schema;
  return Object.keys(value).flatMap((name) => {
    const property = propertyOf(schema, name) ?? values;
    return property ? unknownPaths(property, value[name], [...path, name]) : [[...path, name]];
  });
}

const typeName = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

function hasType({ type }: Schema, value: unknown): boolean {
  switch (type) {
    case 'object':
      return isPlain(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'quantity':
      return typeof value === 'string' || Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** @see staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/validation/validation.go ValidateCustomResource */
export function validateStructure(schema: Schema, value: unknown, path = ''): FieldError[] {
  if (value === undefined) return [];
  if (!hasType(schema, value)) {
    const [have, want] = [typeName(value), schema.type === 'quantity' ? 'integer,string' : schema.type];
    return [invalidValue(path, have, `${path} in body must be of type ${want}: "${have}"`)];
  }
  switch (schema.type) {
    case 'object': {
      const object = value as Plain;
      const missing = (schema.required ?? []).filter((name) => object[name] === undefined);
      return [
        ...missing.map((name) => required(child(path, name))),
        ...Object.keys(object)
          .sort()
          .flatMap((name) => {
            const property = propertyOf(schema, name) ?? schema.values;
            return property ? validateStructure(property, object[name], child(path, name)) : [];
          }),
      ];
    }
    case 'array':
      return (value as readonly unknown[]).flatMap((item, i) => validateStructure(schema.items, item, `${path}[${i}]`));
    case 'string':
      return schema.enum && !schema.enum.includes(value as string) ? [notSupported(path, value, schema.enum)] : [];
    case 'integer': {
      const { minimum } = schema;
      if (minimum === undefined || (value as number) >= minimum) return [];
      return [invalidValue(path, value, `${path} in body should be greater than or equal to ${minimum}`)];
    }
    case 'quantity':
      return quantityError(value as string | number) === undefined
        ? []
        : [invalidValue(path, value, `${path} in body should match a quantity`)];
    default:
      return [];
  }
}

/** @see staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go */
export function validateRules(schema: Schema, value: unknown, old: unknown, path = ''): FieldError[] {
  if (value === undefined) return [];
  const broken = (schema.rules ?? []).filter(({ holds, holdsAfter }) =>
    holdsAfter ? old !== undefined && !holdsAfter(value as never, old as never) : !(holds?.(value as never) ?? true),
  );
  const errors = broken.map(({ message }) => invalidValue(path, value, message));
  if (schema.type === 'object' && isPlain(value)) {
    const before = isPlain(old) ? old : {};
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      errors.push(...validateRules(property, value[name], before[name], child(path, name)));
    }
  }
  return errors;
}

/** Whether a rule stands anywhere in a schema. */
export const hasRules = (schema: Schema): boolean =>
  (schema.rules ?? []).length > 0 ||
  (schema.type === 'object' && Object.values(schema.properties ?? {}).some(hasRules)) ||
  (schema.type === 'array' && hasRules(schema.items));

/* Rules that several kinds state. */

type Fields = Readonly<Record<string, unknown>>;

export const immutable = (message: string): Rule => ({
  message,
  holdsAfter: (self: unknown, old: unknown) => deepEqual(self, old),
});

export const requiredOnceSet = (field: string): Rule => ({
  message: `${field} is required once set`,
  holdsAfter: (self: Fields, old: Fields) => old[field] === undefined || self[field] !== undefined,
});

export const exactlyOne = (a: string, b: string): Rule => ({
  message: `exactly one of ${a} and ${b} must be set`,
  holds: (self: Fields) => (self[a] === undefined) !== (self[b] === undefined),
});

export const notEmpty = (field: string): Rule => ({
  message: `${field} must not be the empty string when set`,
  holds: (self: string) => self.length > 0,
});

/* Types that several kinds have. */

export const STRING: Schema = { type: 'string' };
export const BOOLEAN: Schema = { type: 'boolean' };
export const INTEGER: Schema = { type: 'integer' };
export const STRINGS: Schema = { type: 'array', items: STRING };
export const STRING_MAP: Schema = { type: 'object', values: STRING };
export const DELETION_POLICY: Schema = { type: 'string', enum: ['Delete', 'Retain'] };
export const STATUS_ERROR: Schema = { type: 'object', properties: { message: STRING, time: STRING } };

export const object = (
  properties: Readonly<Record<string, Schema>>,
  requires: readonly string[] = [],
  rules: readonly Rule[] = [],
): Schema => ({
  type: 'object',
  properties,
  required: requires,
  rules,
});

/** A core/v1 ObjectReference. */
export const objectReference = (rules: readonly Rule[]): Schema =>
  object(
    {
      apiVersion: STRING,
      fieldPath: STRING,
      kind: STRING,
      name: STRING,
      namespace: STRING,
      resourceVersion: STRING,
      uid: STRING,
    },
    [],
    rules,
  );

export const LABEL_SELECTOR: Schema = object({
  matchExpressions: {
    type: 'array',
    items: object({ key: STRING, operator: STRING, values: STRINGS }, ['key', 'operator']),
  },
  matchLabels: STRING_MAP,
});
