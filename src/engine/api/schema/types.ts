/**
 * The fields and types of the API, read from `schema.json` (see README.md beside it for where that comes from).
 *
 * A type text is `string`, `[]core.Container`, `map[core.ResourceName]quantity`, …; behind a blank stand the patch
 * strategies of a field and, behind another, its merge key.
 */
import schema from './schema.json' with { type: 'json' };

/** How a scalar decodes. `any` takes everything, the others are named as Go names them. */
export type ScalarKind =
  | 'string'
  | 'bool'
  | 'int32'
  | 'int64'
  | 'float64'
  | 'bytes'
  | 'quantity'
  | 'intOrString'
  | 'time'
  | 'microTime'
  | 'duration'
  | 'any';

/** A type of the API. `go` is its name in a decoding error of the API server. */
export type TypeNode =
  | {
      readonly kind: 'scalar';
      readonly scalar: ScalarKind;
      readonly go: string;
      /** Its name in `schema.json`, such as `core.PersistentVolumeAccessMode`, where the type has one. */
      readonly id?: string;
    }
  | { readonly kind: 'list'; readonly element: TypeNode; readonly go: string }
  | { readonly kind: 'map'; readonly key: TypeNode; readonly value: TypeNode; readonly go: string }
  | StructNode;

/** An object with named fields; `name` is the Go type's name without its package, `id` its name in `schema.json`. */
export interface StructNode {
  readonly kind: 'struct';
  readonly id: string;
  readonly name: string;
  readonly go: string;
  readonly fields: ReadonlyMap<string, FieldNode>;
}

/** A field of a struct, and how a strategic merge patch treats it. */
export interface FieldNode {
  readonly type: TypeNode;
  readonly strategies: readonly string[];
  readonly mergeKey: string | undefined;
}

const kinds: Readonly<Record<string, Readonly<Record<string, string>>>> = schema.kinds;
const named: Readonly<Record<string, string>> = schema.named;
const structs: Readonly<Record<string, Readonly<Record<string, string>>>> = schema.structs;

const SCALAR_GO_NAMES: Readonly<Record<ScalarKind, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  float64: 'float64',
  bytes: '[]uint8',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  duration: 'v1.Duration',
  any: 'interface {}',
};

function isScalar(text: string): text is ScalarKind {
  return Object.hasOwn(SCALAR_GO_NAMES, text);
}

/** The Go name of a declared type: every group's package is called `v1`. */
function goName(id: string): string {
  const [group = '', name = ''] = id.split('.');
  return group === 'types' ? id : `v1.${name}`;
}

/** The types read so far; what a struct's fields are is read when it is first looked at, as types may recur. */
const known = new Map<string, TypeNode>();

function typeOf(text: string): TypeNode {
  const found = known.get(text);
  if (found !== undefined) return found;
  const node = buildType(text);
  known.set(text, node);
  return node;
}

function buildType(text: string): TypeNode {
  if (isScalar(text)) return { kind: 'scalar', scalar: text, go: SCALAR_GO_NAMES[text] };
  if (text.startsWith('[]')) {
    const element = typeOf(text.slice(2));
    return { kind: 'list', element, go: `[]${element.go}` };
  }
  if (text.startsWith('map[')) {
    const end = text.indexOf(']');
    const key = typeOf(text.slice(4, end));
    const value = typeOf(text.slice(end + 1));
    return { kind: 'map', key, value, go: `map[${key.go}]${value.go}` };
  }
  const underlying = named[text];
  if (underlying !== undefined) return { ...typeOf(underlying), go: goName(text), id: text } as TypeNode;
  return buildStruct(text);
}

function buildStruct(id: string): StructNode {
  let fields: Map<string, FieldNode> | undefined;
  return {
    kind: 'struct',
    id,
    name: id.slice(id.indexOf('.') + 1),
    go: goName(id),
    get fields() {
      fields ??= readFields(id);
      return fields;
    },
  };
}

function readFields(id: string): Map<string, FieldNode> {
  const fields = new Map<string, FieldNode>();
  for (const [name, text] of Object.entries(structs[id] ?? {})) {
    const [type = 'any', strategies = '', mergeKey] = text.split(' ');
    fields.set(name, {
      type: typeOf(type),
      strategies: strategies === '' ? [] : strategies.split(','),
      mergeKey,
    });
  }
  return fields;
}

/** The type of a kind, `undefined` where the schema does not have it. */
export function schemaOf(apiVersion: string, kind: string): StructNode | undefined {
  const id = Object.hasOwn(kinds, apiVersion) ? kinds[apiVersion]?.[kind] : undefined;
  const node = id === undefined ? undefined : typeOf(id);
  return node?.kind === 'struct' ? node : undefined;
}

const SCALAR_TEXTS: Readonly<Record<ScalarKind, string>> = {
  string: 'string',
  bool: 'boolean',
  int32: 'integer',
  int64: 'integer',
  float64: 'number',
  bytes: 'string',
  quantity: 'Quantity',
  intOrString: 'IntOrString',
  time: 'string',
  microTime: 'string',
  duration: 'string',
  any: 'Object',
};

/** A type as `kubectl explain` writes it: `[]Container`, `map[string]Quantity`. */
export function typeText(node: TypeNode): string {
  switch (node.kind) {
    case 'struct':
      return node.name;
    case 'list':
      return `[]${typeText(node.element)}`;
    case 'map':
      return `map[string]${typeText(node.value)}`;
    case 'scalar':
      return SCALAR_TEXTS[node.scalar];
  }
}

/** Every kind that has a schema, as `[apiVersion, kind]`. */
export function kindsWithSchema(): readonly (readonly [string, string])[] {
  return Object.entries(kinds).flatMap(([apiVersion, names]) =>
    Object.keys(names).map((kind) => [apiVersion, kind] as const),
  );
}
