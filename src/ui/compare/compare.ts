import type { ObjectId, RecordedObject, StepMessage } from '../../worker/protocol.ts';
import { count, parseId, text } from '../model/ids.ts';
import { placeOf } from '../model/kindOrder.ts';
import type { Replica } from '../model/replica.ts';
import { isSame } from '../model/same.ts';
import { type Counterparts, subjectOf } from './counterparts.ts';
import { type FieldDifference, fieldDifferences } from './fields.ts';

/** A step of each run. */
export interface StepPair {
  readonly here: number;
  readonly there: number;
}

/** An object that both runs have and that is not the same in both. */
export interface ObjectDifference {
  /** Its id here. */
  readonly id: ObjectId;
  readonly fields: readonly FieldDifference[];
}

/** An Event that one run has more often than the other. */
export interface EventDifference {
  readonly about: ObjectId;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly here: number;
  readonly there: number;
}

/** How two runs differ at a pair of steps. Ids are those of this run; `onlyThere` has the other's. */
export interface Differences {
  readonly changed: readonly ObjectDifference[];
  readonly onlyHere: readonly ObjectId[];
  readonly onlyThere: readonly ObjectId[];
  readonly events: readonly EventDifference[];
}

/**
 * The first step that is not the same in both recordings; 0 where they begin with other objects. It may be the one after the
 * last of the shorter recording. Undefined where the recordings are equal.
 */
export function firstDifference(here: Replica, there: Replica): number | undefined {
  if (!isSame(here.objectsAt(0), there.objectsAt(0))) return 0;
  const steps = Math.min(here.steps, there.steps);
  for (let step = 1; step <= steps; step += 1) {
    if (!isSameStep(here.step(step), there.step(step))) return step;
  }
  return here.steps === there.steps ? undefined : steps + 1;
}

/** Which operation of its run a step belongs to says nothing about what it did. */
function isSameStep(a: StepMessage | undefined, b: StepMessage | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.at === b.at &&
    a.process === b.process &&
    a.label === b.label &&
    isSame(a.writes, b.writes) &&
    isSame(a.began, b.began) &&
    isSame(a.ended, b.ended) &&
    isSame(a.decisions, b.decisions)
  );
}

/**
 * The pairs of steps that both playheads stand at, from the start of both runs to the end of both: the same steps before the
 * runs differ, then by virtual time. Steps of one instant go along with each other.
 */
export function pairsOf(here: Replica, there: Replica, first: number | undefined): readonly StepPair[] {
  const alike = first === undefined ? here.steps : Math.max(first - 1, 0);
  const pairs: StepPair[] = Array.from({ length: alike + 1 }, (_, step) => ({ here: step, there: step }));
  let at: StepPair = { here: alike, there: alike };
  while (at.here < here.steps || at.there < there.steps) {
    const own = at.here < here.steps ? here.timeAt(at.here + 1) : Number.POSITIVE_INFINITY;
    const other = at.there < there.steps ? there.timeAt(at.there + 1) : Number.POSITIVE_INFINITY;
    at = { here: at.here + (own <= other ? 1 : 0), there: at.there + (other <= own ? 1 : 0) };
    pairs.push(at);
  }
  return pairs;
}

/** Index of the first pair that has a step of this run. */
export function pairAt(pairs: readonly StepPair[], step: number): number {
  let low = 0;
  let high = pairs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pairs[middle]?.here ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What differs between this run after one step and the other after another. */
export function differencesAt(
  here: Replica,
  there: Replica,
  { there: toThere, here: toHere, renamed }: Counterparts,
  at: StepPair,
): Differences {
  const changed: ObjectDifference[] = [];
  const onlyHere: ObjectId[] = [];
  for (const { id, kind } of here.union()) {
    if (UNLISTED.has(kind)) continue;
    const own = here.objectAt(id, at.here);
    if (own === undefined) continue;
    const counterpart = toThere.get(id);
    const other = counterpart === undefined ? undefined : there.objectAt(counterpart, at.there);
    if (other === undefined) onlyHere.push(id);
    else if (own !== other) {
      const fields = fieldDifferences(own, other, renamed);
      if (fields.length > 0) changed.push({ id, fields });
    }
  }
  const onlyThere = there
    .union()
    .filter(({ id, kind }) => {
      if (UNLISTED.has(kind) || there.objectAt(id, at.there) === undefined) return false;
      const counterpart = toHere.get(id);
      return counterpart === undefined || here.objectAt(counterpart, at.here) === undefined;
    })
    .map(({ id }) => id);
  return {
    changed: changed.sort((a, b) => placeOf(parseId(a.id).kind) - placeOf(parseId(b.id).kind)),
    onlyHere: byKind(onlyHere),
    onlyThere: byKind(onlyThere),
    events: eventDifferences(here, there, renamed, at),
  };
}

const UNLISTED = new Set(['Event', 'Lease', 'Mount']);

function byKind(ids: readonly ObjectId[]): readonly ObjectId[] {
  return [...ids].sort((a, b) => placeOf(parseId(a).kind) - placeOf(parseId(b).kind));
}

function eventDifferences(
  here: Replica,
  there: Replica,
  renamed: (text: string) => string,
  at: StepPair,
): readonly EventDifference[] {
  const found = new Map<string, { -readonly [K in keyof EventDifference]: EventDifference[K] }>();
  const add = (event: RecordedObject, side: 'here' | 'there', rename: (text: string) => string): void => {
    const about = rename(subjectOf(event));
    const type = text(event, 'type');
    const reason = text(event, 'reason');
    const message = rename(text(event, 'message') || text(event, 'note'));
    const key = [about, type, reason, message].join('\n');
    const known = found.get(key) ?? { about, type, reason, message, here: 0, there: 0 };
    known[side] += Math.max(1, count(event, 'count'), count(event, 'series', 'count'));
    found.set(key, known);
  };
  for (const event of eventsAt(here, at.here)) add(event, 'here', (text) => text);
  for (const event of eventsAt(there, at.there)) add(event, 'there', renamed);
  return [...found.values()].filter((event) => event.here !== event.there);
}

function eventsAt(replica: Replica, step: number): readonly RecordedObject[] {
  return replica
    .union()
    .filter(({ kind }) => kind === 'Event')
    .flatMap(({ id }) => replica.objectAt(id, step) ?? []);
}
