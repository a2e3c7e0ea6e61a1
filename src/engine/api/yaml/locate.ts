/** Where the parts of a manifest stand in its text. */
import { EVENT_ID, type Event, getScalarValue, parseEvents } from 'js-yaml';
import { offsetOf } from './construct.ts';

/** A place in a document: the offsets of a member's key (or of a list's item) and of its value. */
export interface FoundNode {
  readonly key: number;
  readonly value: number;
  /** How many parts of the path were found; the place is that of the last one. */
  readonly depth: number;
}

/** The index behind the node that starts at `index`. */
function skip(events: readonly Event[], index: number): number {
  let depth = 0;
  let at = index;
  do {
    const type = events[at]?.type;
    if (type === EVENT_ID.SEQUENCE || type === EVENT_ID.MAPPING) depth += 1;
    else if (type === EVENT_ID.POP) depth -= 1;
    at += 1;
  } while (depth > 0 && at < events.length);
  return at;
}

function placeOf(events: readonly Event[], index: number, otherwise: number): number {
  const event = events[index];
  const offset = event === undefined ? -1 : offsetOf(event);
  return offset < 0 ? otherwise : offset;
}

/** Follows a path as far as it goes, from the document event at the front. */
function follow(source: string, events: readonly Event[], path: readonly (string | number)[]): FoundNode {
  let index = 1;
  let found: FoundNode = { key: placeOf(events, index, 0), value: placeOf(events, index, 0), depth: 0 };
  for (const part of path) {
    const parent = events[index];
    const wanted = parent?.type === EVENT_ID.MAPPING ? 'mapping' : parent?.type === EVENT_ID.SEQUENCE ? 'sequence' : '';
    if (wanted === '') return found;
    let at = index + 1;
    let position = 0;
    let next = -1;
    let key = found.value;
    while (at < events.length && events[at]?.type !== EVENT_ID.POP) {
      if (wanted === 'sequence') {
        if (position === part) {
          next = at;
          key = placeOf(events, at, found.value);
          break;
        }
        at = skip(events, at);
      } else {
        const name = events[at];
        const value = skip(events, at);
        if (name?.type === EVENT_ID.SCALAR && getScalarValue(source, name) === String(part)) {
          next = value;
          key = placeOf(events, at, found.value);
          break;
        }
        at = skip(events, value);
      }
      position += 1;
    }
    if (next < 0) return found;
    index = next;
    found = { key, value: placeOf(events, index, key), depth: found.depth + 1 };
  }
  return found;
}

/**
 * Finds a path in the source of one good document. A part that is not there (a field that is missing, one that came
 * by a merge key or an alias) gives the place of what would hold it.
 */
export function findPath(source: string, path: readonly (string | number)[]): FoundNode {
  return follow(source, parseEvents(source, {}), path);
}

/** The offsets of the items of the top-level list `items`, of the document whose event is at `from`. */
export function itemOffsets(source: string, events: readonly Event[], from: number): number[] {
  const offsets: number[] = [];
  let at = from + 2;
  while (at < events.length && events[at]?.type !== EVENT_ID.POP) {
    const name = events[at];
    const value = skip(events, at);
    if (name?.type === EVENT_ID.SCALAR && getScalarValue(source, name) === 'items') {
      let item = value + 1;
      while (item < events.length && events[item]?.type !== EVENT_ID.POP) {
        offsets.push(placeOf(events, item, 0));
        item = skip(events, item);
      }
      return offsets;
    }
    at = skip(events, value);
  }
  return offsets;
}
