import { CUSTOM_KINDS } from './api/custom/index.ts';
import type { Schema } from './api/custom/schema.ts';
import { apiVersionOf, type KindDefinition } from './api/kind.ts';
import { MEANINGS, type Meanings, SAME_FIELDS } from './api/schema/meanings.ts';
import { type FieldNode, type StructNode, schemaOf, type TypeNode, typeText } from './api/schema/types.ts';
import { FIELD_VALUES, REQUIRED, USUAL_KEYS, VALUES } from './api/schema/values.ts';
import { CLUSTER_PROPERTIES } from './clusterschema.ts';

/** The part of JSON Schema that the schema of manifests uses. */
export interface JsonSchema {
  readonly $ref?: string;
  /** Of a field: its type as `kubectl explain` writes it. */
  readonly title?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly additionalProperties?: boolean | JsonSchema;
  /** A field that nobody writes: the API server sets it. */
  readonly doNotSuggest?: true;
}

/**
 * One schema for every kind. A definition's name ends, behind its last dot, in that of the type: `core.PodSpec`,
 * `storage.k8s.io.v1.StorageClass`, `VolumeSnapshotSpecSource`.
 */
export interface ManifestSchema {
  /** The definitions of which a document is exactly one. */
  readonly kinds: readonly string[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** What kinds and fields mean, in English. */
  readonly meanings: Meanings;
  /** Types whose fields mean the same as those of another. */
  readonly sameFields: Readonly<Record<string, string>>;
}

/** What the API server sets, in any object. */
const SET_BY_SERVER: ReadonlySet<string> = new Set([
  'ObjectMeta.creationTimestamp',
  'ObjectMeta.deletionGracePeriodSeconds',
  'ObjectMeta.deletionTimestamp',
  'ObjectMeta.generation',
  'ObjectMeta.managedFields',
  'ObjectMeta.resourceVersion',
  'ObjectMeta.selfLink',
  'ObjectMeta.uid',
]);

const SCALARS = {
  string: 'string',
  bool: 'boolean',
  int32: 'integer',
  int64: 'integer',
  float64: 'number',
  bytes: 'string',
  quantity: ['string', 'number'],
  intOrString: ['integer', 'string'],
  time: 'string',
  microTime: 'string',
  duration: 'string',
  any: undefined,
} as const;

/** Collects definitions as they are met; a struct may hold itself. */
class Definitions {
  readonly found: Record<string, JsonSchema> = {};

  /** A reference to a struct, or to that of a kind, which knows its own apiVersion and kind. */
  struct(node: StructNode): JsonSchema {
    if (!Object.hasOwn(this.found, node.id)) {
      this.found[node.id] = {};
      this.found[node.id] = this.#fields(node);
    }
    return reference(node.id);
  }

  kind(apiVersion: string, node: StructNode): string {
    const id = definitionOf(apiVersion, node.name);
    const { properties, required = [] } = this.#fields(node);
    this.found[id] = document(apiVersion, node.name, properties ?? {}, required);
    return id;
  }

  /** A custom kind, or what stands in it; the definitions are named by the path to them. */
  custom(name: string, schema: Schema): JsonSchema {
    switch (schema.type) {
      case 'object': {
        const { properties, values, required = [] } = schema;
        if (!properties) return { type: 'object', ...(values && { additionalProperties: this.custom(name, values) }) };
        const fields = Object.entries(properties).map(([field, of]) => {
          const inner = this.custom(`${name}${field.charAt(0).toUpperCase()}${field.slice(1)}`, of);
          return [field, { ...inner, title: customText(of), ...(field === 'status' && { doNotSuggest: true }) }];
        });
        this.found[name] = struct(Object.fromEntries(fields), required);
        return reference(name);
      }
      case 'array':
        return { type: 'array', items: this.custom(name, schema.items) };
      case 'string':
        return { type: 'string', ...(schema.enum && { enum: schema.enum }) };
      case 'quantity':
        return { type: ['string', 'number'] };
      default:
        return { type: schema.type };
    }
  }

  #fields(node: StructNode): JsonSchema {
    const fields = [...node.fields].map(([name, field]) => [name, this.#field(node, name, field)] as const);
    return struct(Object.fromEntries(fields), REQUIRED[node.id] ?? []);
  }

  #field(node: StructNode, name: string, { type }: FieldNode): JsonSchema {
    const values: Readonly<Record<string, readonly string[]>> = FIELD_VALUES;
    const own = values[`${node.id}.${name}`];
    const isSet = name === 'status' || SET_BY_SERVER.has(`${node.name}.${name}`);
    return {
      ...this.#type(type),
      title: typeText(type),
      ...(own && { enum: own }),
      ...(isSet && { doNotSuggest: true }),
    };
  }

  #type(type: TypeNode): JsonSchema {
    switch (type.kind) {
      case 'struct':
        return this.struct(type);
      case 'list':
        return { type: 'array', items: this.#type(type.element) };
      case 'map': {
        const value = this.#type(type.value);
        const usual = (type.key.kind === 'scalar' && USUAL_KEYS[type.key.id ?? '']) || [];
        return {
          type: 'object',
          ...(usual.length > 0 && { properties: Object.fromEntries(usual.map((key) => [key, value])) }),
          additionalProperties: value,
        };
      }
      case 'scalar': {
        const known: Readonly<Record<string, readonly string[]>> = VALUES;
        const values = type.id === undefined ? undefined : known[type.id];
        const json = SCALARS[type.scalar];
        return { ...(json !== undefined && { type: json }), ...(values && { enum: values }) };
      }
    }
  }
}

/** A name without a slash, which a reference would have to escape. */
const definitionOf = (apiVersion: string, kind: string): string => `${apiVersion.replace('/', '.')}.${kind}`;

const reference = (name: string): JsonSchema => ({ $ref: `#/definitions/${name}` });

const struct = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]): JsonSchema => ({
  type: 'object',
  properties,
  ...(required.length > 0 && { required }),
  additionalProperties: false,
});

const document = (
  apiVersion: string,
  kind: string,
  properties: Readonly<Record<string, JsonSchema>>,
  required: readonly string[],
): JsonSchema =>
  struct(
    {
      ...properties,
      apiVersion: { type: 'string', title: 'string', enum: [apiVersion] },
      kind: { type: 'string', title: 'string', enum: [kind] },
    },
    ['apiVersion', 'kind', 'metadata', ...required],
  );

/** A type of a custom kind as `kubectl explain` writes it. */
function customText(schema: Schema): string {
  switch (schema.type) {
    case 'array':
      return `[]${customText(schema.items)}`;
    case 'object':
      return schema.values ? `map[string]${customText(schema.values)}` : 'Object';
    case 'quantity':
      return 'Quantity';
    default:
      return schema.type;
  }
}

/**
 * The schema of every document that a text may hold: the kinds that are served, and the Cluster. It is derived from what
 * the API server decodes and validates by; its words are English, the page brings those of other languages.
 */
export function manifestSchema(served: readonly KindDefinition[]): ManifestSchema {
  const definitions = new Definitions();
  const metadata = schemaOf('v1', 'ConfigMap')?.fields.get('metadata')?.type;
  const anyMetadata = metadata?.kind === 'struct' ? definitions.struct(metadata) : {};
  const put = (apiVersion: string, kind: string, schema: Schema): string => {
    const id = definitionOf(apiVersion, kind);
    definitions.custom(kind, schema);
    const { properties = {}, required = [] } = definitions.found[kind] ?? {};
    definitions.found[id] = document(
      apiVersion,
      kind,
      { metadata: { ...anyMetadata, title: 'ObjectMeta' }, ...properties },
      required,
    );
    delete definitions.found[kind];
    return id;
  };
  const kinds = served.map((kind) => {
    const apiVersion = apiVersionOf(kind);
    const node = schemaOf(apiVersion, kind.kind);
    if (node) return definitions.kind(apiVersion, node);
    const custom = CUSTOM_KINDS.find((one) => one.kind === kind.kind && one.group === kind.group);
    const unknown: Schema = { type: 'object', properties: { spec: { type: 'object' } } };
    return put(apiVersion, kind.kind, custom?.schema ?? unknown);
  });
  const cluster: Schema = {
    type: 'object',
    properties: { spec: { type: 'object', properties: CLUSTER_PROPERTIES } },
    required: ['spec'],
  };
  return {
    kinds: [...kinds, put('playground/v1', 'Cluster', cluster)],
    definitions: definitions.found,
    meanings: MEANINGS,
    sameFields: SAME_FIELDS,
  };
}
