import type { KubeObject } from '../../api/object.ts';
import { printAnnotations, printLabels, printName } from './common.ts';
import type { DescriptionWriter } from './writer.ts';

type Content = Readonly<Record<string, unknown>>;

const SKIPPED: ReadonlySet<string> = new Set([
  '.metadata.managedFields',
  '.metadata.name',
  '.metadata.namespace',
  '.metadata.labels',
  '.metadata.annotations',
]);
const ACRONYMS: readonly string[] = ['API', 'URL', 'UID', 'GUID'];

/** Kinds without a description of their own. @see staging/src/k8s.io/kubectl/pkg/describe/describe.go genericDescriber */
export function describeGeneric(w: DescriptionWriter, object: KubeObject): void {
  printName(w, object);
  printLabels(w, 'Labels', object.metadata.labels);
  printAnnotations(w, 'Annotations', object.metadata.annotations);
  printContent(w, 0, object as unknown as Content, '');
}

const isMap = (value: unknown): value is Content =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** @see printUnstructuredContent */
function printContent(w: DescriptionWriter, level: number, content: Content, prefix: string): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field];
    const path = `${prefix}.${field}`;
    if (value === undefined || SKIPPED.has(path)) continue;
    if (isMap(value)) {
      w.line(level, `${labelFor(field)}:`);
      printContent(w, level + 1, value, path);
    } else if (Array.isArray(value)) {
      w.line(level, `${labelFor(field)}:`);
      for (const child of value) {
        if (isMap(child)) printContent(w, level + 1, child, path);
        else w.line(level + 1, goText(child));
      }
    } else w.line(level, `${labelFor(field)}:\t${goText(value)}`);
  }
}

/** A value as Go's `%v` prints it. */
function goText(value: unknown): string {
  if (value === null) return '<nil>';
  return Array.isArray(value) ? `[${value.map(goText).join(' ')}]` : String(value);
}

/** `attachRequired` as `Attach Required`, `apiVersion` as `API Version`, `nodeID` as `Node ID`. @see smartLabelFor */
function labelFor(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field;
  return mergeAcronyms(splitCamelCase(field))
    .map((part) => {
      if (ACRONYMS.includes(part.toUpperCase())) return part.toUpperCase();
      return part.toLowerCase() === part ? part.replace(/\p{L}/u, (letter) => letter.toUpperCase()) : part;
    })
    .join(' ');
}

/** @see github.com/fatih/camelcase Split */
const splitCamelCase = (text: string): readonly string[] =>
  text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|[^\p{L}]+|\p{L}/gu) ?? [];

/** A part of capitals keeps the part behind it that begins with one. */
function mergeAcronyms(parts: readonly string[]): readonly string[] {
  const merged: string[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const next = parts[at + 1];
    const isAcronym = part.length >= 2 && part === part.toUpperCase() && /^\p{L}*$/u.test(part);
    if (isAcronym && next !== undefined && /^\p{Lu}/u.test(next)) {
      merged.push(part + next);
      at += 1;
    } else merged.push(part);
  }
  return merged;
}
