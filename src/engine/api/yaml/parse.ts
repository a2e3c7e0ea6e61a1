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

/**
 * Parsing has a price for each call and an error ends it, so documents are parsed in groups of about this many
 * characters, and one by one only in a group that fails.
 */
const GROUP_LENGTH = 256 * 1024;

/** The documents in order; for one that cannot be parsed its fault. */
export function* parseDocuments(text: string, chunks: readonly Chunk[]): Generator<ParsedDocument | ManifestFault> {
  let first = 0;
  while (first < chunks.length) {
    const start = chunks[first]?.start ?? 0;
    let next = first + 1;
    while ((chunks[next]?.end ?? Number.POSITIVE_INFINITY) - start <= GROUP_LENGTH) next += 1;
    const group = chunks.slice(first, next);
    const together = parseGroup(text, group);
    if (together !== undefined) yield* together;
    else for (const chunk of group) yield parseOne(text, chunk);
    first = next;
  }
}

/** Parses adjoining documents together; `undefined` where that does not give exactly these documents. */
function parseGroup(text: string, group: readonly Chunk[]): ParsedDocument[] | undefined {
  const base = group[0]?.start ?? 0;
  if (group.length < 2 || group.some((chunk) => chunk.misplaced !== undefined)) return undefined;
  const source = text.slice(base, group.at(-1)?.end);
  let events: Event[];
  try {
    events = parseEvents(source, {});
  } catch (error) {
    if (error instanceof YAMLException) return undefined;
    throw error;
  }
  const documents: ParsedDocument[] = [];
  for (const [from, event] of events.entries()) {
    const content = events[from + 1];
    if (event.type !== EVENT_ID.DOCUMENT || content === undefined) continue;
    const offset = offsetOf(content);
    if (offset < 0) continue;
    const chunk = group[documents.length];
    if (chunk === undefined || base + offset < chunk.start || base + offset >= chunk.end) return undefined;
    documents.push({ chunk, source, base, events, from });
  }
  return documents.length === group.length ? documents : undefined;
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
