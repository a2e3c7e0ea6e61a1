import type {
  CallBegan,
  CallEnded,
  Decision,
  ObjectId,
  PathDelta,
  RecordedObject,
  StepMessage,
  VirtualTime,
} from '../../worker/protocol.ts';
import { count, normalId, objectId, parseId, text } from './ids.ts';
import { Lookups } from './lookups.ts';

/** One object of the recording's union, whether or not it is there at a given step. */
export interface UnionEntry {
  readonly id: ObjectId;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The step that created it first. */
  readonly firstStep: number;
  /** The step with which it left for good; null while the recording ends with it there. */
  readonly lastStep: number | null;
}

/** A call with its answer, as far as the recording has it. */
export interface RecordedCall {
  readonly began: CallBegan;
  /** Ids of the objects that it is for, as far as its caller or its request names them. */
  readonly about: readonly ObjectId[];
  readonly beganStep: number;
  readonly beganAt: VirtualTime;
  readonly ended?: CallEnded;
  readonly endedStep?: number;
  readonly endedAt?: VirtualTime;
}

/** A call as it stands at a step. */
export interface CallAt {
  readonly call: RecordedCall;
  readonly state: 'in flight' | 'done';
  readonly attempt: number;
  /** The answer's code once it is done, `OK` on success. */
  readonly code?: string;
}

/** A core Event as it stands at a step. */
export interface EventAt {
  readonly id: ObjectId;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly source: string;
  /** The step that wrote it last, at or before the one asked for. */
  readonly step: number;
  readonly firstStep: number;
}

export interface DecisionAt {
  readonly decision: Decision;
  readonly step: number;
  readonly at: VirtualTime;
  readonly process: string;
}

/** Steps for which something holds, from one up to but not with the other; questions narrow it. */
export interface Span {
  narrow(from: number, until: number): void;
}

interface Versions {
  readonly entry: { -readonly [K in keyof UnionEntry]: UnionEntry[K] };
  /** Steps that changed the object, ascending; `values[i]` holds from `steps[i]` on, undefined once it is gone. */
  readonly steps: number[];
  readonly values: (RecordedObject | undefined)[];
}

type MutableCall = { -readonly [K in keyof RecordedCall]: RecordedCall[K] };

/** Calls in flight are listed at every so many steps, so that a seek reads few. */
const CALL_CHECKPOINT = 256;

/**
 * The page's copy of a recording: a list of versions per object, whole values that share what did not change.
 * Seeking reads lists and changes nothing. `version` grows with every change of the recording itself.
 */
export class Replica {
  version = 0;
  /** Grows when steps are dropped: whoever follows by appending starts again. */
  generation = 0;
  #steps: StepMessage[] = [];
  #objects = new Map<ObjectId, Versions>();
  #order: Versions[] = [];
  #calls: MutableCall[] = [];
  #callByNumber = new Map<number, MutableCall>();
  #callsAbout = new Map<ObjectId, MutableCall[]>();
  #inFlight = new Set<MutableCall>();
  #checkpoints: { readonly flying: readonly MutableCall[]; readonly next: number }[] = [{ flying: [], next: 0 }];
  #events = new Map<ObjectId, Versions[]>();
  #decisions = new Map<ObjectId, DecisionAt[]>();
  #methods = new Map<string, Set<string>>();
  #operations: number[] = [];
  #lookups = new Lookups();

  /** Steps that the recording has so far; step 0 is before the first. */
  get steps(): number {
    return this.#steps.length;
  }

  /** How many objects the recording ever has. */
  get objects(): number {
    return this.#order.length;
  }

  /** Steps at which operations took effect, ascending, one for each request. */
  get operationSteps(): readonly number[] {
    return this.#operations;
  }

  /** All calls in the order in which they began. */
  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  step(n: number): StepMessage | undefined {
    return this.#steps[n - 1];
  }

  timeAt(step: number): VirtualTime {
    return this.#steps[Math.min(step, this.#steps.length) - 1]?.at ?? 0;
  }

  /** The last step whose time is at or before `at`. */
  stepAtTime(at: VirtualTime): number {
    return lastAtOrBefore(this.#steps.length, at, (index) => this.#steps[index]?.at ?? 0) + 1;
  }

  /** @param span is narrowed to the steps at which the object is the same */
  objectAt(id: ObjectId, step: number, span?: Span): RecordedObject | undefined {
    const versions = this.#objects.get(id);
    if (versions === undefined) return undefined;
    return versions.values[indexIn(versions.steps, step, span)];
  }

  /** Objects that are there at the step, in order of creation. */
  objectsAt(step: number): RecordedObject[] {
    const found: RecordedObject[] = [];
    for (const versions of this.#order) {
      if (versions.entry.firstStep > step) continue;
      const value = versions.values[indexAt(versions.steps, step)];
      if (value !== undefined) found.push(value);
    }
    return found;
  }

  /** Every object that the recording ever has, by creation. */
  union(): readonly UnionEntry[] {
    return this.#order.map((versions) => versions.entry);
  }

  entry(id: ObjectId): UnionEntry | undefined {
    return this.#objects.get(id)?.entry;
  }

  /** The last value that the recording has of the object, also when it is gone by then. */
  lastValue(id: ObjectId): RecordedObject | undefined {
    return this.#objects.get(id)?.values.findLast((value) => value !== undefined);
  }

  /** Every value the object ever had, oldest first. */
  valuesOf(id: ObjectId): readonly RecordedObject[] {
    return this.#objects.get(id)?.values.filter((value) => value !== undefined) ?? [];
  }

  /** Steps that changed the object, ascending. */
  changesOf(id: ObjectId): readonly number[] {
    return this.#objects.get(id)?.steps ?? [];
  }

  /** The last step at or before `step` that changed the object; undefined when there is none. */
  lastChange(id: ObjectId, step: number, span?: Span): number | undefined {
    const steps = this.#objects.get(id)?.steps;
    return steps?.[indexIn(steps, step, span)];
  }

  /** The first step after `step` that changes the object; undefined when there is none. */
  nextChange(id: ObjectId, step: number): number | undefined {
    const steps = this.#objects.get(id)?.steps;
    return steps?.[indexAt(steps, step) + 1];
  }

  /** Calls that have begun by the step, in flight or done, oldest first. */
  callsAt(step: number): CallAt[] {
    const found: CallAt[] = [];
    for (const call of this.#calls) {
      if (call.beganStep > step) break;
      found.push(callAt(call, step));
    }
    return found;
  }

  /** Calls that have begun and not ended by the step, oldest first. */
  callsInFlight(step: number): RecordedCall[] {
    const checkpoint = this.#checkpoints[Math.floor(Math.max(step, 0) / CALL_CHECKPOINT)] ?? this.#checkpoints.at(-1);
    if (checkpoint === undefined) return [];
    const found: RecordedCall[] = checkpoint.flying.filter((call) => isFlying(call, step));
    for (let index = checkpoint.next; index < this.#calls.length; index += 1) {
      const call = this.#calls[index];
      if (call === undefined || call.beganStep > step) break;
      if (isFlying(call, step)) found.push(call);
    }
    return found;
  }

  /** Calls about an object that have begun by the step, oldest first. */
  callsAbout(id: ObjectId, step: number, span?: Span): CallAt[] {
    const calls = this.#callsAbout.get(id) ?? [];
    if (span !== undefined) {
      for (const { beganStep, endedStep } of calls) {
        narrowAt(span, beganStep, step);
        if (endedStep !== undefined) narrowAt(span, endedStep, step);
      }
    }
    return calls.filter((call) => call.beganStep <= step).map((call) => callAt(call, step));
  }

  callNumber(call: number): RecordedCall | undefined {
    return this.#callByNumber.get(call);
  }

  /** Methods of a driver that the recording ever calls: what is never called need not be drawn as due. */
  methodsOf(driver: string): ReadonlySet<string> {
    return this.#methods.get(driver) ?? new Set();
  }

  /** Core Events about an object that are there at the step, the latest first. */
  eventsOn(id: ObjectId, step: number): EventAt[] {
    const found: EventAt[] = [];
    for (const versions of this.#events.get(id) ?? []) {
      const index = indexAt(versions.steps, step);
      const value = versions.values[index];
      const written = versions.steps[index];
      if (value === undefined || written === undefined) continue;
      found.push({
        id: versions.entry.id,
        type: text(value, 'type'),
        reason: text(value, 'reason'),
        message: text(value, 'message') || text(value, 'note'),
        count: Math.max(1, count(value, 'count'), count(value, 'series', 'count')),
        source: text(value, 'source', 'component') || text(value, 'reportingComponent'),
        step: written,
        firstStep: versions.entry.firstStep,
      });
    }
    return found.sort((a, b) => b.step - a.step || (a.id < b.id ? -1 : 1));
  }

  /** Decisions about an object up to the step, the latest first. */
  decisionsAbout(id: ObjectId, step: number, span?: Span): DecisionAt[] {
    const all = this.#decisions.get(id) ?? [];
    const last = lastAtOrBefore(all.length, step, (index) => all[index]?.step ?? 0);
    span?.narrow(all[last]?.step ?? 0, all[last + 1]?.step ?? Number.POSITIVE_INFINITY);
    return all.slice(0, last + 1).reverse();
  }

  /** Keeps the first steps and forgets the rest, as when the run forks there. */
  truncate(keptSteps: number): void {
    if (keptSteps >= this.#steps.length) return;
    this.#cut(Math.max(keptSteps, 0));
    this.version += 1;
  }

  /** Takes steps as they come; step 0, what the cluster begins with, starts a recording. */
  append(steps: readonly StepMessage[]): void {
    for (const step of steps) {
      if (step.step === 0) {
        this.#begin(step);
      } else {
        this.#take(step);
      }
    }
    this.version += 1;
  }

  #begin(first: StepMessage): void {
    this.generation += 1;
    this.#steps = [];
    this.#objects = new Map();
    this.#order = [];
    this.#calls = [];
    this.#callByNumber = new Map();
    this.#callsAbout = new Map();
    this.#inFlight = new Set();
    this.#checkpoints = [{ flying: [], next: 0 }];
    this.#events = new Map();
    this.#decisions = new Map();
    this.#methods = new Map();
    this.#operations = [];
    this.#lookups = new Lookups();
    for (const write of first.writes) this.#write(0, write.id, write.verb, write.value, write.deltas);
  }

  /** All lists are in the order of their steps: what is behind the last kept one is at their ends. */
  #cut(kept: number): void {
    this.generation += 1;
    this.#steps.length = kept;
    const isKept = ({ entry }: Versions): boolean => entry.firstStep <= kept;
    for (const { entry } of this.#order) if (entry.firstStep > kept) this.#objects.delete(entry.id);
    this.#order = this.#order.filter(isKept);
    for (const versions of this.#order) cutVersions(versions, kept);
    for (const list of this.#events.values()) dropEnd(list, isKept);
    for (const list of this.#decisions.values()) dropEnd(list, ({ step }) => step <= kept);
    dropEnd(this.#operations, (step) => step <= kept);
    this.#cutCalls(kept);
    this.#lookups = new Lookups();
    for (const { entry, value } of creationsOf(this.#order)) this.#lookups.note(entry.id, value);
  }

  #cutCalls(kept: number): void {
    const isKept = (call: MutableCall): boolean => call.beganStep <= kept;
    dropEnd(this.#calls, isKept);
    for (const list of this.#callsAbout.values()) dropEnd(list, isKept);
    this.#callByNumber = new Map();
    this.#inFlight = new Set();
    this.#methods = new Map();
    for (const call of this.#calls) {
      if (call.endedStep !== undefined && call.endedStep > kept) {
        delete call.ended;
        delete call.endedStep;
        delete call.endedAt;
      }
      if (call.ended === undefined) this.#inFlight.add(call);
      this.#callByNumber.set(call.began.call, call);
      this.#noteMethod(call.began);
    }
    this.#checkpoints.length = Math.floor(kept / CALL_CHECKPOINT) + 1;
  }

  #noteMethod({ driver, method }: CallBegan): void {
    const methods = this.#methods.get(driver) ?? new Set();
    this.#methods.set(driver, methods.add(method));
  }

  #take(step: StepMessage): void {
    this.#steps.push(step);
    const n = this.#steps.length;
    if (step.operation !== undefined) this.#operations.push(n);
    for (const write of step.writes) this.#write(n, write.id, write.verb, write.value, write.deltas);
    for (const began of step.began) {
      const about = this.#lookups.about(began);
      const call: MutableCall = { began, about, beganStep: n, beganAt: step.at };
      this.#calls.push(call);
      this.#callByNumber.set(began.call, call);
      this.#inFlight.add(call);
      for (const id of about) push(this.#callsAbout, id, call);
      this.#noteMethod(began);
    }
    for (const ended of step.ended) {
      const call = this.#callByNumber.get(ended.call);
      if (call === undefined) continue;
      call.ended = ended;
      call.endedStep = n;
      call.endedAt = step.at;
      this.#inFlight.delete(call);
    }
    for (const decision of step.decisions) {
      push(this.#decisions, normalId(decision.about), { decision, step: n, at: step.at, process: step.process });
    }
    if (n % CALL_CHECKPOINT === 0) this.#checkpoints.push({ flying: [...this.#inFlight], next: this.#calls.length });
  }

  #write(
    step: number,
    id: ObjectId,
    verb: string,
    value: RecordedObject | undefined,
    deltas: readonly PathDelta[] | undefined,
  ): void {
    const versions = this.#versionsOf(id, step);
    const before = versions.values.at(-1);
    const after =
      verb === 'gone' ? undefined : (value ?? (before === undefined ? undefined : applyDeltas(before, deltas ?? [])));
    versions.entry.lastStep = after === undefined ? step : null;
    if (before === undefined && after !== undefined) this.#lookups.note(id, after);
    if (versions.steps.at(-1) === step) {
      versions.values[versions.values.length - 1] = after;
    } else {
      versions.steps.push(step);
      versions.values.push(after);
    }
    if (versions.entry.kind === 'Event' && before === undefined && after !== undefined && versions.steps.length === 1) {
      const on = involved(after);
      push(this.#events, on, versions);
    }
  }

  #versionsOf(id: ObjectId, step: number): Versions {
    const known = this.#objects.get(id);
    if (known !== undefined) return known;
    const versions: Versions = {
      entry: { id, ...parseId(id), firstStep: step, lastStep: null },
      steps: [],
      values: [],
    };
    this.#objects.set(id, versions);
    this.#order.push(versions);
    return versions;
  }
}

function cutVersions({ entry, steps, values }: Versions, kept: number): void {
  steps.length = indexAt(steps, kept) + 1;
  values.length = steps.length;
  entry.lastStep = values.at(-1) === undefined ? (steps.at(-1) ?? null) : null;
}

/** Values with which objects came, in the order of their steps; one that took the place of another of its name is a new one. */
function creationsOf(all: readonly Versions[]): { readonly entry: UnionEntry; readonly value: RecordedObject }[] {
  const found: { readonly entry: UnionEntry; readonly step: number; readonly value: RecordedObject }[] = [];
  for (const { entry, steps, values } of all) {
    values.forEach((value, index) => {
      const before = values[index - 1];
      const isNew = value !== undefined && value.metadata.uid !== before?.metadata.uid;
      if (isNew || (value !== undefined && before === undefined)) found.push({ entry, step: steps[index] ?? 0, value });
    });
  }
  return found.sort((a, b) => a.step - b.step);
}

function dropEnd<T>(list: T[], isKept: (item: T) => boolean): void {
  let length = list.length;
  for (let last = list.at(-1); last !== undefined && !isKept(last); last = list[length - 1]) length -= 1;
  list.length = length;
}

function involved(event: RecordedObject): ObjectId {
  const on = event.involvedObject ?? event.regarding;
  return objectId(text(on, 'kind'), text(on, 'namespace'), text(on, 'name'));
}

function isFlying(call: RecordedCall, step: number): boolean {
  return call.beganStep <= step && (call.endedStep === undefined || call.endedStep > step);
}

function callAt(call: RecordedCall, step: number): CallAt {
  if (isFlying(call, step) || call.ended === undefined)
    return { call, state: 'in flight', attempt: call.began.attempt };
  return { call, state: 'done', attempt: call.began.attempt, code: call.ended.code };
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Index of the last of `steps` that is at or before `step`, or -1. */
function indexAt(steps: readonly number[], step: number): number {
  return lastAtOrBefore(steps.length, step, (index) => steps[index] ?? 0);
}

/** As `indexAt`; the span is narrowed to the steps for which the index is the same. */
function indexIn(steps: readonly number[], step: number, span: Span | undefined): number {
  const index = indexAt(steps, step);
  span?.narrow(steps[index] ?? 0, steps[index + 1] ?? Number.POSITIVE_INFINITY);
  return index;
}

/** Narrows to the steps that are on the same side of a boundary. */
function narrowAt(span: Span, boundary: number, step: number): void {
  if (boundary <= step) span.narrow(boundary, Number.POSITIVE_INFINITY);
  else span.narrow(0, boundary);
}

function lastAtOrBefore(length: number, limit: number, valueAt: (index: number) => number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (valueAt(middle) <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The object with its deltas applied; whatever they do not touch is shared with `before`. */
export function applyDeltas(before: RecordedObject, deltas: readonly PathDelta[]): RecordedObject {
  let after: RecordedObject = before;
  for (const delta of deltas) after = applied(after, delta.path, delta.value) as RecordedObject;
  return after;
}

function applied(value: unknown, path: readonly string[], to: unknown): unknown {
  const [head, ...rest] = path;
  if (head === undefined) return to;
  const here = value !== null && typeof value === 'object' ? value : {};
  if (Array.isArray(here)) {
    const copy = [...here];
    copy[Number(head)] = applied(copy[Number(head)], rest, to);
    return copy;
  }
  const copy: Record<string, unknown> = { ...here };
  const inner = applied(copy[head], rest, to);
  if (inner === undefined) delete copy[head];
  else copy[head] = inner;
  return copy;
}
