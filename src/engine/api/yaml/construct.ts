/** Builds the value of one YAML document from the parser's events, as kubectl's YAML-to-JSON conversion does. */
import {
  EVENT_ID,
  type Event,
  getScalarValue,
  type MappingEvent,
  SCALAR_STYLE,
  type ScalarEvent,
  type SequenceEvent,
} from 'js-yaml';
import { ManifestFault } from './fault.ts';
import { type ResolvedScalar, resolveNumber, resolvePlain } from './scalars.ts';

/** How much was built so far, for the limits on aliases; one for a whole text. */
export interface Budget {
  /** Nodes built, each counted as often as aliases repeat it. */
  nodes: number;
  /** Those of them that stand behind an alias. */
  aliased: number;
}

/** However they come about, more nodes than this are refused. */
const MAX_NODES = 1_000_000;

/** Go's rule for bombs: the more there is, the smaller a share may come from aliases. @see goyaml.v2/decode.go */
function isExcessive(budget: Budget): boolean {
  if (budget.nodes > MAX_NODES) return budget.aliased > 0;
  if (budget.aliased <= 100 || budget.nodes <= 1000) return false;
  const low = 400_000;
  const high = 4_000_000;
  const allowed = budget.nodes <= low ? 0.99 : 0.99 - (0.89 * (budget.nodes - low)) / (high - low);
  return budget.aliased / budget.nodes > allowed;
}

interface Anchor {
  readonly value: unknown;
  readonly nodes: number;
  /** Still being built: an alias here would contain itself. */
  readonly open: boolean;
}

const LONG_TAG_PREFIX = 'tag:yaml.org,2002:';
/** Types of YAML that JSON has not; a tag that nobody knows is ignored, as Go ignores it. */
const REFUSED_TAGS: ReadonlySet<string> = new Set(['!!binary', '!!omap', '!!set', '!!pairs']);

/** Sets a key also where it has a meaning for JavaScript. */
function setKey(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

/** The node that starts at the cursor, and all within it. */
export class Constructor {
  readonly #source: string;
  readonly #base: number;
  readonly #events: readonly Event[];
  readonly #budget: Budget;
  readonly #anchors = new Map<string, Anchor>();
  #cursor: number;

  /** `source` is the part that the events refer to, `base` where it starts in the whole text. */
  constructor(source: string, base: number, events: readonly Event[], cursor: number, budget: Budget) {
    this.#source = source;
    this.#base = base;
    this.#events = events;
    this.#cursor = cursor;
    this.#budget = budget;
  }

  /** Builds the node at the cursor. @throws ManifestFault */
  node(): unknown {
    const event = this.#next();
    if (event.type === EVENT_ID.ALIAS) return this.#alias(event.anchorStart, event.anchorEnd);
    if (event.type === EVENT_ID.DOCUMENT || event.type === EVENT_ID.POP) return null;
    this.#budget.nodes += 1;
    if (event.anchorStart < 0) return this.#build(event);
    const name = this.#source.slice(event.anchorStart, event.anchorEnd);
    const before = this.#budget.nodes;
    this.#anchors.set(name, { value: undefined, nodes: 0, open: true });
    const value = this.#build(event);
    this.#anchors.set(name, { value, nodes: this.#budget.nodes - before + 1, open: false });
    return value;
  }

  #build(event: ScalarEvent | SequenceEvent | MappingEvent): unknown {
    switch (event.type) {
      case EVENT_ID.SCALAR:
        return this.#scalar(event);
      case EVENT_ID.SEQUENCE:
        return this.#sequence(event);
      case EVENT_ID.MAPPING:
        return this.#mapping(event);
    }
  }

  #next(): Event {
    const event = this.#events[this.#cursor] ?? { type: EVENT_ID.POP };
    this.#cursor += 1;
    return event;
  }

  #fault(...[code, offset, text, remedy, showsLine]: ConstructorParameters<typeof ManifestFault>): ManifestFault {
    return new ManifestFault(code, this.#base + offset, text, remedy, showsLine);
  }

  #alias(start: number, end: number): unknown {
    const name = this.#source.slice(start, end);
    const anchor = this.#anchors.get(name);
    if (anchor === undefined) {
      const remedy = `Define it earlier in the same document with "&${name}", or put a text that starts with "*" in quotes.`;
      throw this.#fault('unknownAnchor', start, `unknown anchor '${name}' referenced`, remedy);
    }
    if (anchor.open) {
      const remedy = 'An object cannot contain itself. Write out the part that is needed.';
      throw this.#fault('selfReference', start, `anchor '${name}' value contains itself`, remedy);
    }
    this.#budget.nodes += anchor.nodes;
    this.#budget.aliased += anchor.nodes;
    if (isExcessive(this.#budget)) {
      const remedy = 'Aliases multiply into too large a document. Write out what is needed.';
      throw this.#fault('aliases', start, 'document contains excessive aliasing', remedy);
    }
    return anchor.value;
  }

  #tag(event: ScalarEvent | SequenceEvent | MappingEvent): string {
    if (event.tagStart < 0) return '';
    const written = this.#source.slice(event.tagStart, event.tagEnd);
    const verbatim = written.startsWith('!<') ? written.slice(2, -1) : written;
    const tag = verbatim.startsWith(LONG_TAG_PREFIX) ? `!!${verbatim.slice(LONG_TAG_PREFIX.length)}` : verbatim;
    if (REFUSED_TAGS.has(tag)) {
      const remedy = 'The API is JSON and has no such type. Leave out the tag; binary data is written as base64 text.';
      throw this.#fault('tag', event.tagStart, `the tag ${tag} is not supported`, remedy);
    }
    return tag;
  }

  #scalar(event: ScalarEvent): ResolvedScalar {
    const tag = this.#tag(event);
    const text =
      event.fast && event.valueStart >= 0
        ? this.#source.slice(event.valueStart, event.valueEnd)
        : getScalarValue(this.#source, event);
    if (tag !== '') return this.#keepable(this.#tagged(event, tag, text), event, text);
    if (event.style !== SCALAR_STYLE.PLAIN) return text;
    return this.#keepable(resolvePlain(text), event, text);
  }

  /** A scalar with one of YAML's own tags must be what the tag says. */
  #tagged(event: ScalarEvent, tag: string, text: string): ResolvedScalar {
    if (!['!!int', '!!float', '!!bool', '!!null'].includes(tag)) return text;
    const resolved = resolvePlain(text);
    const isNumber = typeof resolved === 'number' || (typeof resolved === 'object' && resolved !== null);
    const fits =
      tag === '!!bool'
        ? typeof resolved === 'boolean'
        : tag === '!!null'
          ? resolved === null
          : isNumber && (tag === '!!float' || Number.isInteger(resolveNumber(text)));
    if (fits) return resolved;
    const remedy = 'Leave out the tag, or write a value of its type.';
    throw this.#fault('tag', event.tagStart, `cannot decode !!str \`${text}\` as a ${tag}`, remedy);
  }

  #keepable(value: ResolvedScalar, event: ScalarEvent, text: string): ResolvedScalar {
    if (typeof value !== 'object' || value === null) return value;
    const offset = Math.max(event.valueStart, 0);
    if (value.unkeepable === 'notFinite') {
      const number = text.startsWith('-') ? '-Inf' : /nan/i.test(text) ? 'NaN' : '+Inf';
      throw this.#fault(
        'notFinite',
        offset,
        `json: unsupported value: ${number}`,
        'Put it in quotes to mean the text.',
      );
    }
    const remedy = 'Put it in quotes. A quantity may be quoted as well.';
    throw this.#fault('tooManyDigits', offset, `the number ${text} has more digits than can be kept exactly`, remedy);
  }

  #sequence(event: SequenceEvent): unknown[] {
    this.#tag(event);
    const items: unknown[] = [];
    while (!this.#atEnd()) items.push(this.node());
    this.#cursor += 1;
    return items;
  }

  #atEnd(): boolean {
    const event = this.#events[this.#cursor];
    return event === undefined || event.type === EVENT_ID.POP;
  }

  #mapping(event: MappingEvent): Record<string, unknown> {
    this.#tag(event);
    const object: Record<string, unknown> = {};
    /** Where each key was set in this mapping; keys that came by a merge may be set again. */
    const seen = new Map<string, number>();
    while (!this.#atEnd()) {
      const keyEvent = this.#events[this.#cursor];
      if (keyEvent?.type === EVENT_ID.SCALAR && this.#isMerge(keyEvent)) {
        this.#cursor += 1;
        this.#merge(object, keyEvent.valueStart);
        continue;
      }
      const [key, offset] = this.#key();
      const first = seen.get(key);
      if (first !== undefined) {
        const text = `key ${JSON.stringify(key)} already set in map`;
        const remedy = 'It is set in line {line} as well; keep one of them.';
        throw new ManifestFault('duplicateKey', this.#base + offset, text, remedy, true, this.#base + first);
      }
      seen.set(key, offset);
      setKey(object, key, this.node());
    }
    this.#cursor += 1;
    return object;
  }

  #isMerge(event: ScalarEvent): boolean {
    return (
      event.style === SCALAR_STYLE.PLAIN &&
      event.tagStart < 0 &&
      event.valueEnd - event.valueStart === 2 &&
      this.#source.startsWith('<<', event.valueStart)
    );
  }

  /** Takes over the keys of another mapping, or of several of which the earlier ones win. @see goyaml.v2 merge */
  #merge(object: Record<string, unknown>, offset: number): void {
    const value = this.node();
    const sources = Array.isArray(value) ? [...value].reverse() : [value];
    for (const source of sources) {
      if (typeof source !== 'object' || source === null || Array.isArray(source)) {
        const text = 'map merge requires map or sequence of maps as the value';
        throw this.#fault('mergeKey', offset, text, 'Write an alias of a mapping behind "<<:".', true);
      }
      for (const [key, member] of Object.entries(source)) setKey(object, key, member);
    }
  }

  /** A key as JSON has it, and where it stands. */
  #key(): readonly [string, number] {
    const event = this.#events[this.#cursor];
    const offset = event === undefined ? 0 : Math.max(offsetOf(event), 0);
    const key = this.node();
    if (typeof key === 'string') return [key, offset];
    if (typeof key === 'number') return [keyOfNumber(key), offset];
    if (typeof key === 'boolean') return [String(key), offset];
    const text =
      key === null ? 'unsupported map key of type: %!s(<nil>), key: <nil>' : `invalid map key: ${JSON.stringify(key)}`;
    const remedy = 'A key is a text: put it in quotes. A template with "{{" must be rendered first.';
    throw this.#fault('mapKey', offset, text, remedy);
  }
}

/** Keys are written with the digits that a 32-bit float needs. @see convertToJSONableObject */
function keyOfNumber(key: number): string {
  return Number.isInteger(key) ? String(key) : String(Number(Math.fround(key).toPrecision(7)));
}

/** Where a node starts in its source, -1 for an empty one. */
export function offsetOf(event: Event): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    default:
      return -1;
  }
}
