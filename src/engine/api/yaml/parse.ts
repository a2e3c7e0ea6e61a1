/** Parses the documents of a text, many at once where they are all good. */
import { EVENT_ID, type Event, parseEvents, YAMLException } from 'js-yaml';
import { offsetOf } from './construct.ts';
import { faultOfParser, type ManifestFault } from './fault.ts';
import type { Chunk } from './split.ts';

/** One parsed document. */
export interface ParsedDocument {
  readonly chunk: Chunk;
  /** The part of the text that the events refer to; it may hold other documents as well. */
  readonly source: string;
  /** Where `source` starts in the text. */
  readonly base: number;
  readonly events: readonly Event[];
  /** The index of the document's own event, in front of its content. */
  readonly from: number;
}

/** Behind a document that cannot be parsed so many characters are tried together, and ever more while all goes well. */
const CAUTIOUS_LENGTH = 16 * 1024;
const GROWTH = 8;

/** The documents in order; for one that cannot be parsed its fault. */
export function parseDocuments(
  text: string,
  chunks: readonly Chunk[],
): Generator<ParsedDocument | ManifestFault, void, undefined> {
  return parseRange(text, chunks, 0, chunks.length);
}

/**
 * Parsing has a price for each call and an error ends it, so many documents are parsed together, and after an error
 * those in front of it again.
 */
function* parseRange(
  text: string,
  chunks: readonly Chunk[],
  from: number,
  to: number,
): Generator<ParsedDocument | ManifestFault, void, undefined> {
  let at = from;
  let length = Number.POSITIVE_INFINITY;
  while (at < to) {
    const until = reach(chunks, at, to, length);
    const result = parseTogether(text, chunks.slice(at, until));
    if (result.documents !== undefined) {
      yield* result.documents;
      at = until;
      length *= GROWTH;
    } else {
      const failing = at + result.failing;
      yield* parseRange(text, chunks, at, failing);
      const chunk = chunks[failing];
      if (chunk !== undefined) yield parseOne(text, chunk);
      at = failing + 1;
      length = CAUTIOUS_LENGTH;
    }
  }
}

/** The end of the documents from `at` on that are not longer than `length` together, one at least. */
function reach(chunks: readonly Chunk[], at: number, to: number, length: number): number {
  const limit = (chunks[at]?.start ?? 0) + length;
  let until = at + 1;
  while (until < to && (chunks[until]?.end ?? 0) <= limit) until += 1;
  return until;
}

type Together =
  | { readonly documents: readonly ParsedDocument[] }
  /** The position of the document that seems to be at fault. */
  | { readonly documents: undefined; readonly failing: number };

function parseTogether(text: string, chunks: readonly Chunk[]): Together {
  const base = chunks[0]?.start ?? 0;
  const misplaced = chunks.findIndex((chunk) => chunk.misplaced !== undefined);
  if (misplaced >= 0) return { documents: undefined, failing: misplaced };
  const source = text.slice(base, chunks.at(-1)?.end);
  let events: Event[];
  try {
    events = parseEvents(source, {});
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const offset = base + (error.mark?.position ?? 0);
    const behind = chunks.findIndex((chunk) => chunk.start > offset);
    return { documents: undefined, failing: (behind < 0 ? chunks.length : behind) - 1 };
  }
  const documents: ParsedDocument[] = [];
  for (let from = 0; from < events.length; from += 1) {
    if (events[from]?.type !== EVENT_ID.DOCUMENT) continue;
    const content = events[from + 1];
    const offset = content === undefined ? -1 : offsetOf(content);
    // Nothing between two markers: no document for kubectl either.
    if (offset < 0) continue;
    const chunk = chunks[documents.length];
    // A document that is not where the text was cut, such as an empty one with a tag: that part is parsed alone.
    if (chunk === undefined || base + offset < chunk.start || base + offset >= chunk.end) {
      return { documents: undefined, failing: Math.min(documents.length, chunks.length - 1) };
    }
    documents.push({ chunk, source, base, events, from });
  }
  return documents.length === chunks.length ? { documents } : { documents: undefined, failing: documents.length };
}

function parseOne(text: string, chunk: Chunk): ParsedDocument | ManifestFault {
  const source = text.slice(chunk.start, chunk.end);
  try {
    return { chunk, source, base: chunk.start, events: parseEvents(source, {}), from: 0 };
  } catch (error) {
    if (error instanceof YAMLException) return faultOfParser(error, text, chunk.start);
    throw error;
  }
}
