/**
 * Reads manifests as kubectl does: several YAML or JSON documents in one text, lists taken apart, scalars with the
 * meaning that they have for Kubernetes.
 *
 * Where this departs from kubectl: a key set twice is refused (kubectl takes the last one), integers whose digits a
 * number cannot keep are refused (quote them), tags for types that JSON has not are refused, each broken document is
 * reported and the others are still read, and lines are counted from the start of the text.
 *
 * @see sigs.k8s.io/yaml yaml.go YAMLToJSON
 * @see staging/src/k8s.io/cli-runtime/pkg/resource/visitor.go StreamVisitor.Visit
 */
import { byteLength } from './names.ts';
import { type Budget, Constructor } from './yaml/construct.ts';
import { type ManifestErrorCode, ManifestFault } from './yaml/fault.ts';
import { findPath, itemOffsets } from './yaml/locate.ts';
import { type ParsedDocument, parseDocuments } from './yaml/parse.ts';
import { splitDocuments } from './yaml/split.ts';

export type { ManifestErrorCode } from './yaml/fault.ts';

/** A place in a text, counted from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** One object of a text. Plain data: its places are asked for with {@link locateInManifest}. */
export interface ManifestDocument {
  readonly value: Readonly<Record<string, unknown>>;
  /** The document's number in the text, from 0; the items of a list share it. */
  readonly index: number;
  readonly startLine: number;
  readonly endLine: number;
  /** The document's part of the text. */
  readonly offset: number;
  readonly length: number;
  /** The path from the document to this object: `['items', 2]` in a list, else empty. */
  readonly basePath: readonly (string | number)[];
}

/** Why a document was not read. */
export interface ManifestError extends TextPosition {
  readonly code: ManifestErrorCode;
  /** In kubectl's words where it has any. */
  readonly message: string;
  /** What to do about it, one or two sentences. */
  readonly remedy: string;
  readonly documentIndex: number;
}

export interface ReadOptions {
  /** Texts with more bytes are refused; 5 MB unless told. */
  readonly maxBytes?: number;
}

export interface Manifests {
  readonly documents: readonly ManifestDocument[];
  readonly errors: readonly ManifestError[];
}

const DEFAULT_MAX_BYTES = 5 * 1024 * 1024;
/** Reading stops at this many faults: the text is hardly YAML, and nobody reads on. */
const MAX_ERRORS = 100;
// Characters that no YAML stream may hold (tabs and line ends may); whoever pastes them has pasted a binary file.
const CONTROL_CHARACTER = /[^\P{Cc}\t\n\r\u0080-\u009f]|[\ufffe\uffff]/u;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Finds lines by offset. */
class Lines {
  readonly #starts: number[] = [0];
  readonly #length: number;

  constructor(text: string) {
    this.#length = text.length;
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  at(offset: number): TextPosition {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 };
  }

  /** Offsets of a line's first character and of its end. */
  bounds(line: number): { readonly start: number; readonly end: number } {
    const start = this.#starts[line - 1] ?? this.#length;
    const next = this.#starts[line];
    return { start, end: next === undefined ? this.#length : next - 1 };
  }
}

let last: { readonly text: string; readonly lines: Lines } | undefined;

/** The lines of a text, worked out once for all places that are asked for one after the other. */
function linesOf(text: string): Lines {
  if (last?.text !== text) last = { text, lines: new Lines(text) };
  return last.lines;
}

/** A line of a text, counted from 1, without its end; empty where there is none. */
export function lineText(text: string, line: number): string {
  const { start, end } = linesOf(text).bounds(line);
  return text.slice(start, end);
}

/** What is needed while reading one text. */
interface Reading {
  readonly text: string;
  readonly lines: Lines;
  readonly budget: Budget;
  readonly documents: ManifestDocument[];
  readonly errors: ManifestError[];
}

/**
 * Reads every document of a text. Never throws: what cannot be read becomes an error with its place and a remedy. After
 * a hundred errors the rest is not read.
 */
export function readManifests(text: string, options: ReadOptions = {}): Manifests {
  const reading: Reading = {
    text,
    lines: linesOf(text),
    budget: { nodes: 0, aliased: 0 },
    documents: [],
    errors: [],
  };
  const unreadable = checkText(text, options.maxBytes ?? DEFAULT_MAX_BYTES);
  if (unreadable !== undefined) {
    reading.errors.push(toError(unreadable, 0, reading));
    return reading;
  }
  // A byte order mark may stand at the very front.
  const chunks = splitDocuments(text, text.charCodeAt(0) === 0xfeff ? 1 : 0);
  let index = 0;
  for (const parsed of parseDocuments(text, chunks)) {
    try {
      readDocument(parsed, index, reading);
    } catch (error) {
      if (!(error instanceof ManifestFault)) throw error;
      reading.errors.push(toError(error, index, reading));
      // What aliases multiply in one document they may multiply in the next.
      if (error.code === 'aliases' || reading.errors.length >= MAX_ERRORS) break;
    }
    index += 1;
  }
  return { documents: reading.documents, errors: reading.errors };
}

/** A fault that the whole text has. */
function checkText(text: string, maxBytes: number): ManifestFault | undefined {
  const bytes = text.length > maxBytes ? text.length : byteLength(text);
  if (bytes > maxBytes) {
    const message = `the text has more than ${maxBytes} bytes`;
    return new ManifestFault('tooLarge', 0, message, 'Apply it in parts, or leave out what has nothing to do with it.');
  }
  const control = CONTROL_CHARACTER.exec(text);
  if (control !== null) {
    const remedy = 'This looks like a binary file; only YAML and JSON texts can be read.';
    return new ManifestFault('binary', control.index, 'yaml: control characters are not allowed', remedy);
  }
  const surrogate = LONE_SURROGATE.exec(text);
  if (surrogate !== null) {
    const remedy = 'Half of a character is left here, probably cut in two while copying. Remove it.';
    return new ManifestFault('unicode', surrogate.index, 'yaml: invalid Unicode character', remedy);
  }
  return undefined;
}

function toError(fault: ManifestFault, documentIndex: number, reading: Reading): ManifestError {
  const position = reading.lines.at(fault.offset);
  const message = fault.showsLine
    ? `error converting YAML to JSON: yaml: line ${position.line}: ${fault.text}`
    : fault.text;
  const related = fault.related === undefined ? '' : String(reading.lines.at(fault.related).line);
  return { ...position, code: fault.code, message, remedy: fault.remedy.replace('{line}', related), documentIndex };
}

function readDocument(parsed: ParsedDocument | ManifestFault, index: number, reading: Reading): void {
  if (parsed instanceof ManifestFault) throw parsed;
  const { chunk, source, base, events, from } = parsed;
  const { text, lines } = reading;
  if (chunk.misplaced !== undefined) {
    const rest = text.slice(chunk.misplaced).split('\n', 1)[0] ?? '';
    const message = `invalid Yaml document separator: ${rest.trim()}`;
    throw new ManifestFault('separator', chunk.misplaced, message, 'Start the document on the line below "---".');
  }
  const value = new Constructor(source, base, events, from + 1, reading.budget).node();
  if (value === null) return;
  let first = chunk.start;
  while (first < chunk.end && text.charCodeAt(first) <= 0x20) first += 1;
  let end = chunk.end;
  while (end > first && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  const object = asObject(value, first);
  if (isList(object)) {
    readItems(object, parsed, { index, end }, reading);
    return;
  }
  requireType(object, first);
  reading.documents.push({
    value: object,
    index,
    startLine: lines.at(first).line,
    endLine: lines.at(end).line,
    offset: chunk.start,
    length: chunk.end - chunk.start,
    basePath: [],
  });
}

function asObject(value: unknown, offset: number): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  const type =
    typeof value === 'string'
      ? 'string'
      : typeof value === 'number'
        ? 'number'
        : Array.isArray(value)
          ? 'array'
          : 'bool';
  const message =
    `couldn't get version/kind; json parse error: json: cannot unmarshal ${type} into Go value of type struct ` +
    '{ APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  const remedy =
    type === 'array'
      ? 'A document is one object, not a list: separate the objects with "---", or wrap them in a List.'
      : 'A document is an object that starts with "apiVersion:" and "kind:".';
  throw new ManifestFault('notAnObject', offset, message, remedy);
}

/** `v1 List` and every `…List` of a kind. */
function isList(object: Readonly<Record<string, unknown>>): boolean {
  return typeof object['kind'] === 'string' && object['kind'].endsWith('List') && Object.hasOwn(object, 'items');
}

/** Takes a list apart. Items of a typed list may leave out what the list says. @see UnstructuredJSONScheme */
function readItems(
  list: Readonly<Record<string, unknown>>,
  parsed: ParsedDocument,
  { index, end }: { readonly index: number; readonly end: number },
  reading: Reading,
): void {
  const { chunk, source, base, events, from } = parsed;
  const items = list['items'] ?? [];
  if (!Array.isArray(items)) {
    const { key } = findPath(reading.text.slice(chunk.start, chunk.end), ['items']);
    const message = 'json: cannot unmarshal object into Go struct field detector.items of type []json.RawMessage';
    throw new ManifestFault('itemsNotAList', chunk.start + key, message, 'Write each item with a dash.');
  }
  const offsets = itemOffsets(source, events, from);
  const itemKind = String(list['kind']).slice(0, -'List'.length);
  for (const [position, item] of items.entries()) {
    const offset = base + (offsets[position] ?? 0);
    const following = offsets[position + 1];
    const until = following === undefined ? end : base + following;
    try {
      let value = asObject(item, offset);
      if (itemKind !== '' && value['kind'] === undefined && value['apiVersion'] === undefined) {
        value = { apiVersion: list['apiVersion'], kind: itemKind, ...value };
      }
      requireType(value, offset);
      const startLine = reading.lines.at(offset).line;
      const last = reading.lines.at(until).line;
      reading.documents.push({
        value,
        index,
        startLine,
        endLine: following === undefined ? last : Math.max(startLine, last - 1),
        offset: chunk.start,
        length: chunk.end - chunk.start,
        basePath: ['items', position],
      });
    } catch (error) {
      if (!(error instanceof ManifestFault)) throw error;
      reading.errors.push(toError(error, index, reading));
    }
  }
}

/** The longest part of an object that an error shows. */
const SHOWN_LENGTH = 400;

function requireType(object: Readonly<Record<string, unknown>>, offset: number): void {
  const { kind, apiVersion } = object;
  const missing = typeof kind !== 'string' || kind === '' ? 'Kind' : '';
  if (missing === '' && typeof apiVersion === 'string' && apiVersion !== '') return;
  const body = JSON.stringify(object);
  const shown = body.length > SHOWN_LENGTH ? `${body.slice(0, SHOWN_LENGTH)}…` : body;
  if (missing !== '') {
    const remedy = 'Say what the object is: add a line like "kind: PersistentVolumeClaim".';
    throw new ManifestFault('noKind', offset, `Object 'Kind' is missing in '${shown}'`, remedy);
  }
  const remedy = `Add the line "apiVersion:" with the version that ${String(kind)} belongs to.`;
  throw new ManifestFault('noApiVersion', offset, `Object 'apiVersion' is missing in '${shown}'`, remedy);
}

/** Where a part of an object stands. */
export interface ManifestLocation {
  /** The member's key, or the list's item. */
  readonly key: TextPosition;
  readonly value: TextPosition;
  /** False where the part is missing, and the place is that of what would hold it. */
  readonly exact: boolean;
}

/**
 * Where a part of an object stands in the text that it was read from.
 *
 * @param text the very text that was given to {@link readManifests}
 */
export function locateInManifest(
  text: string,
  document: ManifestDocument,
  path: readonly (string | number)[],
): ManifestLocation {
  const whole = [...document.basePath, ...path];
  const found = findPath(text.slice(document.offset, document.offset + document.length), whole);
  const lines = linesOf(text);
  return {
    key: lines.at(document.offset + found.key),
    value: lines.at(document.offset + found.value),
    exact: found.depth === whole.length,
  };
}
