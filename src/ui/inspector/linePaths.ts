import { type FieldPath, itemName } from '../model/fields.ts';

interface Open {
  readonly indent: number;
  readonly key: string;
  /** Of an item of a list: its place. */
  readonly index?: number;
}

const ITEM = /^- /;
const KEY = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^'"].*?):(?: (.*))?$/;
/** A text of several lines, which follow. */
const BLOCK = /^[|>][-+0-9]*$/;

/**
 * The field that each line of an object's YAML, as `yamlLines` writes it, belongs to. A line that opens an item of a list by
 * its first field belongs to that field.
 */
export function linePaths(lines: readonly string[], value: unknown): readonly FieldPath[] {
  let open: Open[] = [];
  /** Lines deeper than this belong to the text of the field that is open. */
  let block = Number.POSITIVE_INFINITY;
  return lines.map((line) => {
    let indent = line.search(/\S/);
    if (indent < 0 || indent > block) return pathOf(open, value);
    block = Number.POSITIVE_INFINITY;
    let rest = line.slice(indent);
    while (ITEM.test(rest) || rest === '-') {
      const before = open.find((entry) => entry.indent === indent && entry.index !== undefined);
      const index = (before?.index ?? -1) + 1;
      open = [...open.filter((entry) => entry.indent < indent), { indent, key: '', index }];
      rest = rest.slice(2);
      indent += 2;
    }
    const [, key, scalar = ''] = KEY.exec(rest) ?? [];
    if (key === undefined) {
      if (BLOCK.test(rest)) block = indent - 1;
      return pathOf(open, value);
    }
    const at = indent;
    open = [...open.filter((entry) => entry.indent < at), { indent, key: unquoted(key) }];
    if (BLOCK.test(scalar)) block = indent;
    return pathOf(open, value);
  });
}

function unquoted(key: string): string {
  if (key.startsWith('"')) return JSON.parse(key) as string;
  return key.startsWith("'") ? key.slice(1, -1).replaceAll("''", "'") : key;
}

function pathOf(open: readonly Open[], value: unknown): FieldPath {
  const path: string[] = [];
  let here = value;
  for (const { key, index } of open) {
    if (index === undefined) {
      path.push(key);
      here = here !== null && typeof here === 'object' ? (here as Readonly<Record<string, unknown>>)[key] : undefined;
    } else {
      const items: readonly unknown[] = Array.isArray(here) ? here : [];
      path.push(itemName(items, index));
      here = items[index];
    }
  }
  return path;
}
