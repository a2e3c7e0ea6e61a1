/**
 * What the API server's decoder says of an object before anything else looks at it: unknown fields and wrong types.
 *
 * @see sigs.k8s.io/json (UnmarshalStrict) and staging/src/k8s.io/apimachinery/pkg/runtime/serializer/json/json.go
 */
import { CUSTOM_KINDS } from '../custom/index.ts';
import { unknownPaths } from '../custom/schema.ts';
import { isDurationError, parseDuration } from '../duration.ts';
import { quantityError } from '../quantity.ts';
import { timeError } from './gotime.ts';
import { type StructNode, schemaOf, type TypeNode } from './types.ts';

/** One fault of an object's form. */
export interface FieldProblem {
  /**
   * `unknownField`: the field does not exist. `wrongType`: the value does not fit; decoding goes on behind it.
   * `malformed`: the text of a quantity, time or the like; decoding ends there.
   */
  readonly type: 'unknownField' | 'wrongType' | 'malformed';
  /** Where it is, as keys and list positions. */
  readonly path: readonly (string | number)[];
  /** The same as text: `spec.containers[0].image`. */
  readonly field: string;
  /** The decoder's own words. */
  readonly message: string;
}

/** What the decoder carries along: where it is in the value, and in which Go struct. */
interface Context {
  readonly problems: FieldProblem[];
  readonly path: (string | number)[];
  /** The names of the struct fields on the way; positions and keys of maps do not count. */
  readonly fields: string[];
  struct: string;
  /** Keys in the order in which kubectl sends them. Only needed where there is more than one problem to report. */
  readonly sorted: boolean;
}

/** `spec.containers[0].image` for a path. */
export function fieldText(path: readonly (string | number)[]): string {
  let text = '';
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`;
    else text += text === '' ? part : `.${part}`;
  }
  return text;
}

/**
 * The faults of an object's form, in the order in which the API server finds them. An object of a kind without a
 * schema has none.
 */
export function checkFields(apiVersion: string, kind: string, value: unknown): FieldProblem[] {
  const schema = schemaOf(apiVersion, kind);
  if (schema === undefined) return checkCustom(apiVersion, kind, value);
  const problems = run(schema, value, false);
  return problems.length > 1 ? run(schema, value, true) : problems;
}

/** A custom resource: its metadata decodes like any other, of the rest only unknown fields are a matter of decoding. */
function checkCustom(apiVersion: string, kind: string, value: unknown): FieldProblem[] {
  const metadata = schemaOf('v1', 'ConfigMap')?.fields.get('metadata');
  if (!metadata || typeof value !== 'object' || value === null) return [];
  const { apiVersion: _1, kind: _2, metadata: given, ...rest } = value as Readonly<Record<string, unknown>>;
  const root: StructNode = {
    kind: 'struct',
    id: kind,
    name: kind,
    go: kind,
    fields: new Map([['metadata', metadata]]),
  };
  const custom = CUSTOM_KINDS.find((one) => one.kind === kind && `${one.group}/${one.version}` === apiVersion);
  const unknown = custom ? unknownPaths(custom.schema, rest) : [];
  return [
    ...run(root, { metadata: given }, true),
    ...unknown.map((path): FieldProblem => {
      const field = fieldText(path);
      return { type: 'unknownField', path, field, message: `unknown field ${JSON.stringify(field)}` };
    }),
  ];
}

function run(schema: StructNode, value: unknown, sorted: boolean): FieldProblem[] {
  const context: Context = { problems: [], path: [], fields: [], struct: '', sorted };
  check(schema, value, context);
  return context.problems;
}

/**
 * The API server's answer to the problems of one object: what follows `PersistentVolumeClaim in version "v1" cannot be
 * handled as a PersistentVolumeClaim: `. `undefined` where there are none.
 */
export function decodingError(problems: readonly FieldProblem[]): string | undefined {
  const worst = problems.find((p) => p.type === 'malformed') ?? problems.find((p) => p.type === 'wrongType');
  if (worst !== undefined) return worst.message;
  // The decoder keeps the first hundred.
  const messages = [...new Set(problems.map((problem) => problem.message))].slice(0, 100);
  return messages.length === 0 ? undefined : `strict decoding error: ${messages.join(', ')}`;
}

function check(type: TypeNode, value: unknown, context: Context): void {
  if (value === null || value === undefined) return;
  switch (type.kind) {
    case 'scalar':
      return checkScalar(type.scalar, type.go, value, context);
    case 'list':
      if (!Array.isArray(value)) return wrongType(value, type.go, context);
      for (let i = 0; i < value.length; i += 1) {
        context.path.push(i);
        check(type.element, value[i], context);
        context.path.pop();
      }
      return;
    case 'map':
      if (typeof value !== 'object' || Array.isArray(value)) return wrongType(value, type.go, context);
      for (const key of keysOf(value, context)) {
        context.path.push(key);
        check(type.value, (value as Readonly<Record<string, unknown>>)[key], context);
        context.path.pop();
      }
      return;
    case 'struct':
      if (typeof value !== 'object' || Array.isArray(value)) return wrongType(value, type.go, context);
      return checkStruct(type, value as Readonly<Record<string, unknown>>, context);
  }
}

function keysOf(value: object, context: Context): string[] {
  const keys = Object.keys(value);
  return context.sorted ? keys.sort() : keys;
}

function checkStruct(type: StructNode, value: Readonly<Record<string, unknown>>, context: Context): void {
  const outer = context.struct;
  for (const key of keysOf(value, context)) {
    const field = type.fields.get(key);
    context.path.push(key);
    if (field === undefined) {
      const message = `unknown field ${JSON.stringify(fieldText(context.path))}`;
      report('unknownField', message, context);
    } else {
      context.fields.push(key);
      context.struct = type.name;
      check(field.type, value[key], context);
      context.fields.pop();
    }
    context.path.pop();
  }
  context.struct = outer;
}

function report(type: FieldProblem['type'], message: string, context: Context): void {
  const path = [...context.path];
  context.problems.push({ type, path, field: fieldText(path), message });
}

/** The decoder's word for a JSON value; a number that does not fit an integer is shown. */
function describe(value: unknown, go: string): string {
  if (typeof value === 'number') return /^int\d+$/.test(go) ? `number ${value}` : 'number';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return Array.isArray(value) ? 'array' : 'object';
}

function wrongType(value: unknown, go: string, context: Context): void {
  unmarshalTypeError('wrongType', describe(value, go), go, context);
}

function unmarshalTypeError(type: FieldProblem['type'], what: string, go: string, context: Context): void {
  const target =
    context.fields.length === 0
      ? `Go value of type ${go}`
      : `Go struct field ${context.struct}.${context.fields.join('.')} of type ${go}`;
  report(type, `json: cannot unmarshal ${what} into ${target}`, context);
}

const BASE64_GROUP = /^[A-Za-z0-9+/]*={0,2}$/;

/** Where base64 text breaks off. @see encoding/base64.CorruptInputError */
function base64Error(text: string): string | undefined {
  const plain = text.replace(/[\r\n]/g, '');
  if (plain.length % 4 === 0 && BASE64_GROUP.test(plain)) return undefined;
  const bad = /[^A-Za-z0-9+/\r\n]/.exec(text);
  return `illegal base64 data at input byte ${bad?.index ?? plain.length - (plain.length % 4)}`;
}

function checkScalar(scalar: string, go: string, value: unknown, context: Context): void {
  switch (scalar) {
    case 'any':
      return;
    case 'string':
      if (typeof value !== 'string') wrongType(value, go, context);
      return;
    case 'bool':
      if (typeof value !== 'boolean') wrongType(value, go, context);
      return;
    case 'int32':
    case 'int64':
      if (!fitsInteger(value, scalar)) {
        unmarshalTypeError('wrongType', describe(value, scalar), go, context);
      }
      return;
    case 'float64':
      if (typeof value !== 'number') wrongType(value, go, context);
      return;
    case 'bytes': {
      if (typeof value !== 'string') return wrongType(value, go, context);
      const error = base64Error(value);
      if (error !== undefined) report('wrongType', error, context);
      return;
    }
    case 'quantity': {
      const text = typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
      const error = quantityError(text);
      if (error !== undefined) report('malformed', error, context);
      return;
    }
    case 'intOrString':
      if (typeof value !== 'string' && !fitsInteger(value, 'int32')) {
        unmarshalTypeError('malformed', describe(value, 'int32'), 'int32', context);
      }
      return;
    default:
      checkTime(scalar, value, context);
  }
}

function checkTime(scalar: string, value: unknown, context: Context): void {
  if (typeof value !== 'string') return unmarshalTypeError('malformed', describe(value, 'string'), 'string', context);
  if (scalar === 'duration') {
    const duration = parseDuration(value);
    if (isDurationError(duration)) report('malformed', duration.error, context);
    return;
  }
  const error = timeError(value, scalar === 'microTime');
  if (error !== undefined) report('malformed', error, context);
}

function fitsInteger(value: unknown, scalar: 'int32' | 'int64'): boolean {
  if (typeof value !== 'number' || !Number.isInteger(value)) return false;
  return scalar === 'int32' ? value >= -(2 ** 31) && value < 2 ** 31 : value >= -(2 ** 63) && value < 2 ** 63;
}
