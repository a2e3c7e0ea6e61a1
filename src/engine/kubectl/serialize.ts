import { keyText, scalarText } from './yamlscalar.ts';

/**
 * An object, or the objects of a list, without managed fields.
 * @see staging/src/k8s.io/cli-runtime/pkg/printers/managedfields.go OmitManagedFieldsPrinter
 */
export function withoutManagedFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { metadata, items } = value as { readonly metadata?: object; readonly items?: unknown };
  if (Array.isArray(items)) return { ...value, items: items.map(withoutManagedFields) };
  if (typeof metadata !== 'object' || metadata === null || !('managedFields' in metadata)) return value;
  const { managedFields: _, ...rest } = metadata;
  return { ...value, metadata: rest };
}

type Entry = readonly [key: string, value: unknown];

/** The members of a map that are there, in an order of their keys. */
const membersOf = (map: object, compare: (a: string, b: string) => number): readonly Entry[] =>
  Object.entries(map)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => compare(a, b));

const byBytes = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const isLetter = (char: string): boolean => /\p{L}/u.test(char);
const digitsAt = (text: string, at: number): string => /^\d*/.exec(text.slice(at))?.[0] ?? '';

/**
 * Keys as YAML has them: numbers in them by their value, and letters behind all else.
 * @see go.yaml.in/yaml/v2 sorter.go keyList.Less
 */
function byNature(a: string, b: string): number {
  for (let i = 0; i < a.length && i < b.length; i += 1) {
    const [left, right] = [a.charAt(i), b.charAt(i)];
    if (left === right) continue;
    const [isLeft, isRight] = [isLetter(left), isLetter(right)];
    if (isLeft !== isRight) return isRight ? -1 : 1;
    if (isLeft) return byBytes(left, right);
    // A zero inside a number counts as its digit.
    const isInside = (left === '0' || right === '0') && /[1-9]\d*$/.test(a.slice(0, i));
    const [m, n] = [digitsAt(a, i), digitsAt(b, i)];
    const order = Number((isInside ? '1' : '0') + m) - Number((isInside ? '1' : '0') + n);
    return order || m.length - n.length || byBytes(left, right);
  }
  return a.length - b.length;
}

const HTML = /[<>&\u2028\u2029]/g;

const jsonText = (text: string): string =>
  JSON.stringify(text).replace(HTML, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** JSON on one line as Go writes it: keys sorted, no white space, angle brackets escaped. */
export function compactJson(value: unknown): string {
  if (typeof value === 'string') return jsonText(value);
  if (typeof value !== 'object' || value === null) return number(value ?? null);
  if (Array.isArray(value)) return `[${value.map(compactJson).join(',')}]`;
  return `{${membersOf(value, byBytes)
    .map(([key, part]) => `${jsonText(key)}:${compactJson(part)}`)
    .join(',')}}`;
}

/** The same over several lines. */
export function indentedJson(value: unknown, step: string, indent = ''): string {
  if (typeof value !== 'object' || value === null) return compactJson(value);
  const inner = indent + step;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => indentedJson(item, step, inner))
    : membersOf(value, byBytes).map(([key, part]) => `${jsonText(key)}: ${indentedJson(part, step, inner)}`);
  const [open, close] = isList ? '[]' : '{}';
  return parts.length === 0 ? `${open}${close}` : `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}

/** Go writes exponents with two digits. */
const number = (value: unknown): string => String(value).replace(/e([-+])(\d)$/, 'e$10$2');

export const toJson = (value: unknown): string => `${indentedJson(value, '    ')}\n`;

/** @see sigs.k8s.io/yaml Marshal */
export const toYaml = (value: unknown): string => block(value, 0);

const isEmpty = (value: object): boolean => Object.values(value).every((part) => part === undefined);
const isInline = (value: unknown): boolean => typeof value !== 'object' || value === null || isEmpty(value);

/** Longer keys stand on a line of their own, with a question mark. */
const LONGEST_SIMPLE_KEY = 128;

function block(value: unknown, indent: number): string {
  if (isInline(value)) return `${scalar(value, indent + 2, indent)}\n`;
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) return value.map((item) => `${pad}- ${nested(item, indent + 2)}`).join('');
  return membersOf(value as object, byNature)
    .map(([key, part]) => pad + entry(keyText(key), part, indent))
    .join('');
}

function entry(key: string, part: unknown, indent: number): string {
  if (key.length > LONGEST_SIMPLE_KEY) return `? ${key}\n${' '.repeat(indent)}: ${nested(part, indent + 2)}`;
  if (isInline(part)) return `${key}: ${scalar(part, indent + 2, indent + key.length + 2)}\n`;
  // The items of a list stand as far left as their key.
  return `${key}:\n${block(part, Array.isArray(part) ? indent : indent + 2)}`;
}

/** A value behind a dash: its first line stands there already. */
const nested = (value: unknown, indent: number): string =>
  isInline(value) ? `${scalar(value, indent, indent)}\n` : block(value, indent).slice(indent);

function scalar(value: unknown, indent: number, column: number): string {
  if (typeof value === 'string') return scalarText(value, { column, indent });
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object' && value !== null) return '{}';
  return number(value);
}
