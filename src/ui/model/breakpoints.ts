import type { ObjectId } from '../../worker/protocol.ts';
import { normalId, parseId, text } from './ids.ts';
import { componentName } from './names.ts';
import type { RecordedCall, Replica } from './replica.ts';
import { CALLS } from './timeline.ts';

/** What playing stops at. */
export type Condition =
  /** Any change of the object, its creation and its end included. */
  | { readonly type: 'object'; readonly id: ObjectId }
  /** A change of what lies at a dotted path of the object, such as `status.phase`; keys may hold dots themselves. */
  | { readonly type: 'field'; readonly id: ObjectId; readonly field: string }
  /** An Event with this reason, also where it is only counted up; about any object, or about one. */
  | { readonly type: 'event'; readonly reason: string; readonly on?: ObjectId }
  /** A call of the method to any driver, or to one: where it begins, or where it is answered with an error. */
  | { readonly type: 'call'; readonly method: string; readonly driver?: string; readonly when: 'begins' | 'fails' }
  /** Everything that a component does, by its id in the recording. */
  | { readonly type: 'component'; readonly process: string };

export interface Breakpoint {
  readonly condition: Condition;
  /** One that is off keeps its place in the list and stops nothing. */
  readonly isOn: boolean;
}

/** Equal for equal conditions. */
export function keyOf(condition: Condition): string {
  switch (condition.type) {
    case 'object':
      return `object ${condition.id}`;
    case 'field':
      return `field ${condition.id} ${condition.field}`;
    case 'event':
      return `event ${condition.reason} ${condition.on ?? ''}`;
    case 'call':
      return `call ${condition.method} ${condition.driver ?? ''} ${condition.when}`;
    case 'component':
      return `component ${condition.process}`;
  }
}

/** Steps of the recording at which the condition holds, ascending; what the cluster begins with, step 0, is none. */
export function hitsOf(replica: Replica, condition: Condition): readonly number[] {
  switch (condition.type) {
    case 'object':
      return replica.changesOf(condition.id).filter((step) => step > 0);
    case 'field':
      return replica.changesOf(condition.id).filter((step) => step > 0 && changes(replica, condition, step));
    case 'event':
      return eventSteps(replica, condition);
    case 'call':
      return callSteps(replica.calls, condition);
    case 'component':
      return componentSteps(replica, condition.process);
  }
}

function changes(
  replica: Replica,
  { id, field }: { readonly id: ObjectId; readonly field: string },
  step: number,
): boolean {
  const before = valueAt(replica.objectAt(id, step - 1), field);
  const after = valueAt(replica.objectAt(id, step), field);
  return before !== after && JSON.stringify(before) !== JSON.stringify(after);
}

/** The value at a dotted path; of the keys with dots in them the shortest that is there counts. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === '') return value;
  if (value === null || typeof value !== 'object') return undefined;
  for (let end = path.indexOf('.'); ; end = path.indexOf('.', end + 1)) {
    const key = end < 0 ? path : path.slice(0, end);
    if (Object.hasOwn(value, key)) {
      const found = valueAt((value as Readonly<Record<string, unknown>>)[key], end < 0 ? '' : path.slice(end + 1));
      if (found !== undefined) return found;
    }
    if (end < 0) return undefined;
  }
}

function eventSteps(replica: Replica, { reason, on }: Extract<Condition, { type: 'event' }>): number[] {
  const steps: number[] = [];
  for (const { id, kind } of replica.union()) {
    if (kind !== 'Event') continue;
    const event = replica.lastValue(id);
    if (text(event, 'reason') !== reason || (on !== undefined && involvedIn(event) !== on)) continue;
    // An Event that is gone has only been forgotten.
    steps.push(...replica.changesOf(id).filter((step) => step > 0 && replica.objectAt(id, step) !== undefined));
  }
  return ascending(steps);
}

function involvedIn(event: ReturnType<Replica['lastValue']>): ObjectId {
  const on = event?.involvedObject ?? event?.regarding;
  return normalId(`${text(on, 'kind')}/${text(on, 'namespace')}/${text(on, 'name')}`);
}

function callSteps(
  calls: readonly RecordedCall[],
  { method, driver, when }: Extract<Condition, { type: 'call' }>,
): number[] {
  const steps: number[] = [];
  for (const { began, ended, beganStep, endedStep } of calls) {
    if (began.method !== method || (driver !== undefined && began.driver !== driver)) continue;
    if (when === 'begins') steps.push(beganStep);
    else if (ended !== undefined && endedStep !== undefined && ended.code !== 'OK') steps.push(endedStep);
  }
  return ascending(steps);
}

function componentSteps(replica: Replica, process: string): number[] {
  const steps: number[] = [];
  for (let step = 1; step <= replica.steps; step += 1) {
    const message = replica.step(step);
    if (message !== undefined && message.process === process && message.operation === undefined) steps.push(step);
  }
  return steps;
}

function ascending(steps: readonly number[]): number[] {
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** A step at which playing stops, and the conditions that hold there. */
export interface Hit {
  readonly step: number;
  readonly conditions: readonly Condition[];
}

/** Every step that a breakpoint stops at, ascending; those that are off are left out. */
export function allHits(replica: Replica, breakpoints: readonly Breakpoint[]): readonly Hit[] {
  const found = new Map<number, Condition[]>();
  for (const { condition, isOn } of breakpoints) {
    if (!isOn) continue;
    for (const step of hitsOf(replica, condition)) {
      const known = found.get(step);
      if (known === undefined) found.set(step, [condition]);
      else known.push(condition);
    }
  }
  return [...found].sort(([a], [b]) => a - b).map(([step, conditions]) => ({ step, conditions }));
}

/** The first hit behind a step. */
export function nextHit(hits: readonly Hit[], step: number): Hit | undefined {
  return hits[firstBehind(hits, step)];
}

/** The last hit before a step. */
export function previousHit(hits: readonly Hit[], step: number): Hit | undefined {
  return hits[firstBehind(hits, step - 1) - 1];
}

function firstBehind(hits: readonly Hit[], step: number): number {
  let low = 0;
  let high = hits.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hits[middle]?.step ?? 0) <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Hits that are drawn as one. */
export interface PlacedHit {
  readonly x: number;
  readonly first: Hit;
  readonly count: number;
}

/** Pixels between two diamonds: nearer hits share one. */
const APART = 9;

/** Hits with their places on the axis, those out of view left out. */
export function placedHits(hits: readonly Hit[], xAt: (hit: Hit) => number, width: number): readonly PlacedHit[] {
  const placed: { -readonly [K in keyof PlacedHit]: PlacedHit[K] }[] = [];
  for (const hit of hits) {
    const x = xAt(hit);
    if (x < 0 || x > width) continue;
    const last = placed.at(-1);
    if (last !== undefined && x - last.x < APART) last.count += 1;
    else placed.push({ x, first: hit, count: 1 });
  }
  return placed;
}

/** Kinds whose changes nobody looks for by name. */
const BEHIND_THE_SCENES = new Set(['Event', 'Lease', 'Mount']);

/**
 * What of a step could be stopped at, the next time too: the fields that it changed, its objects, Events, calls and who
 * did it. What is about the selected object comes first.
 */
export function conditionsAt(replica: Replica, step: number, selected: ObjectId | null): readonly Condition[] {
  const message = replica.step(step);
  const found = new Map<string, Condition>();
  const add = (condition: Condition): void => {
    found.set(keyOf(condition), condition);
  };
  if (selected !== null) add({ type: 'object', id: selected });
  for (const began of message?.began ?? [])
    add({ type: 'call', method: began.method, driver: began.driver, when: 'begins' });
  for (const ended of message?.ended ?? []) {
    const began = replica.callNumber(ended.call)?.began;
    if (began === undefined) continue;
    const when = ended.code === 'OK' ? 'begins' : 'fails';
    add({ type: 'call', method: began.method, driver: began.driver, when });
  }
  for (const { id, verb, changed } of message?.writes ?? []) {
    const { kind } = parseId(id);
    if (kind === 'Event') {
      const reason = text(replica.objectAt(id, step), 'reason');
      if (reason !== '') add({ type: 'event', reason });
    }
    if (BEHIND_THE_SCENES.has(kind)) continue;
    add({ type: 'object', id });
    if (verb === 'update') for (const field of changed.slice(0, FIELDS)) add({ type: 'field', id, field });
  }
  for (const { about } of message?.decisions ?? []) add({ type: 'object', id: normalId(about) });
  if (message !== undefined && message.operation === undefined && message.process !== CALLS)
    add({ type: 'component', process: message.process });
  return [...found.values()];
}

/** Fields of one write that are offered. */
const FIELDS = 3;

/** What a condition is called, as key and values of a sentence; names of Kubernetes stand in it as they are. */
export function conditionMessage(condition: Condition): {
  readonly key: ConditionKey;
  readonly values: Readonly<Record<string, string>>;
} {
  switch (condition.type) {
    case 'object':
      return { key: 'timeline.breakObject', values: nameOf(condition.id) };
    case 'field':
      return { key: 'timeline.breakField', values: { ...nameOf(condition.id), field: condition.field } };
    case 'event': {
      const { reason, on } = condition;
      if (on === undefined) return { key: 'timeline.breakEvent', values: { reason } };
      return { key: 'timeline.breakEventOn', values: { reason, ...nameOf(on) } };
    }
    case 'call': {
      const { method, driver, when } = condition;
      const isFailure = when === 'fails';
      if (driver === undefined)
        return { key: isFailure ? 'timeline.breakCallFails' : 'timeline.breakCall', values: { method } };
      return {
        key: isFailure ? 'timeline.breakCallFailsOf' : 'timeline.breakCallOf',
        values: { method, driver },
      };
    }
    case 'component':
      return { key: 'timeline.breakComponent', values: { name: componentName(condition.process) } };
  }
}

export type ConditionKey =
  | 'timeline.breakObject'
  | 'timeline.breakField'
  | 'timeline.breakEvent'
  | 'timeline.breakEventOn'
  | 'timeline.breakCall'
  | 'timeline.breakCallOf'
  | 'timeline.breakCallFails'
  | 'timeline.breakCallFailsOf'
  | 'timeline.breakComponent';

function nameOf(id: ObjectId): { readonly kind: string; readonly name: string } {
  const { kind, name } = parseId(id);
  return { kind, name };
}

/** Reads breakpoints that were written as plain data; undefined where they are anything else. */
export function readBreakpoints(value: unknown): readonly Breakpoint[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const found: Breakpoint[] = [];
  for (const entry of value) {
    if (!isPlain(entry)) return undefined;
    const condition = readCondition(entry.condition);
    if (condition === undefined || typeof entry.isOn !== 'boolean') return undefined;
    found.push({ condition, isOn: entry.isOn });
  }
  return found;
}

type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function readCondition(value: unknown): Condition | undefined {
  if (!isPlain(value)) return undefined;
  const { type, id, field, reason, on, method, driver, when, process } = value;
  if (type === 'object' && isName(id)) return { type, id };
  if (type === 'field' && isName(id) && isName(field)) return { type, id, field };
  if (type === 'event' && isName(reason) && isNameOrNone(on)) return { type, reason, ...(on !== undefined && { on }) };
  if (type === 'call' && isName(method) && isNameOrNone(driver) && (when === 'begins' || when === 'fails'))
    return { type, method, when, ...(driver !== undefined && { driver }) };
  if (type === 'component' && isName(process)) return { type, process };
  return undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isNameOrNone(value: unknown): value is string | undefined {
  return value === undefined || isName(value);
}
