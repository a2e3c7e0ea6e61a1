import { keyText, scalarText } from './yamlscalar.ts';

/** A value with sorted keys at each level, as kubectl prints it. */
export function presentable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(presentable);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, part]) => [key, presentable(part)]),
  );
}

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

export const toJson = (value: unknown): string => `${JSON.stringify(presentable(value), undefined, 4)}\n`;

/** @see sigs.k8s.io/yaml Marshal */
export const toYaml = (value: unknown): string => block(presentable(value), 0);

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
const isInline = (value: unknown): boolean => typeof value !== 'object' || value === null || isEmpty(value);

/** Longer keys stand on a line of their own, with a question mark. */
const LONGEST_SIMPLE_KEY = 128;

function block(value: unknown, indent: number): string {
  if (isInline(value)) return `${scalar(value, indent + 2, indent)}\n`;
  const pad = ' '.repeat(indent);
  if (Array.isArray(value)) return value.map((item) => `${pad}- ${nested(item, indent + 2)}`).join('');
  return Object.entries(value as object)
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
  // Go writes exponents with two digits.
  return String(value).replace(/e([-+])(\d)$/, 'e$10$2');
}
