import type { ObjectId, RecordedObject, VirtualTime } from '../../worker/protocol.ts';
import { type OperationSpan, operationSpan } from './operations.ts';
import { type Finding, type Memory, Reading } from './reading.ts';
import type { CallAt, DecisionAt, RecordedCall, Replica } from './replica.ts';
import { type CallObjects, callObjects, type Stage, stageOf } from './stages.ts';
import type { Element, Structure } from './structure.ts';

/** A call in flight and what it is about. */
export interface FlyingCall {
  readonly call: RecordedCall;
  readonly stage: Stage | undefined;
  readonly objects: CallObjects;
}

export type Life = 'unborn' | 'alive' | 'gone';

const NONE: readonly FlyingCall[] = [];

/** Unborn objects are drawn at least so many steps ahead. */
const FORESIGHT = 50;

/**
 * The recording at one step, with what everything that draws it asks for.
 *
 * Whatever is found of it can be remembered together with the steps for which it holds: each question narrows them. What
 * tells of a step has to be asked here, then, and not of the replica, which does not depend on one.
 */
export class Moment {
  readonly replica: Replica;
  readonly structure: Structure;
  readonly #step: number;
  readonly #calls: readonly FlyingCall[];
  readonly #flying = new Map<ObjectId, FlyingCall[]>();
  #operation: OperationSpan | undefined;
  #reading: Reading | undefined;

  constructor(replica: Replica, structure: Structure, step: number) {
    this.replica = replica;
    this.structure = structure;
    this.#step = step;
    this.#calls = replica.callsInFlight(step).map((call) => ({
      call,
      stage: stageOf(call.began.method),
      objects: withPartners(callObjects(call), structure),
    }));
    for (const flying of this.#calls) {
      for (const id of Object.values(flying.objects)) {
        const known = this.#flying.get(id);
        if (known === undefined) this.#flying.set(id, [flying]);
        else known.push(flying);
      }
    }
  }

  /** The step itself: what depends on it holds for no other. */
  get step(): number {
    this.#reading?.narrow(this.#step, this.#step + 1);
    return this.#step;
  }

  get now(): VirtualTime {
    return this.replica.timeAt(this.step);
  }

  /** Every call in flight. */
  get calls(): readonly FlyingCall[] {
    this.#reading?.narrow(this.#step, this.#step + 1);
    return this.#calls;
  }

  at(id: ObjectId): RecordedObject | undefined {
    return this.replica.objectAt(id, this.#step, this.#reading);
  }

  /** The last step that changed the object; undefined when there was none. */
  lastChange(id: ObjectId): number | undefined {
    return this.replica.lastChange(id, this.#step, this.#reading);
  }

  /** Calls in flight that are about the object. */
  flying(id: ObjectId): readonly FlyingCall[] {
    const calls = this.#flying.get(id) ?? NONE;
    this.#reading?.noteFlying(id, calls);
    return calls;
  }

  /** Calls about the object that have begun, oldest first. */
  callsAbout(id: ObjectId): CallAt[] {
    return this.replica.callsAbout(id, this.#step, this.#reading);
  }

  /** Decisions about the object so far, the latest first. */
  decisionsAbout(id: ObjectId): DecisionAt[] {
    return this.replica.decisionsAbout(id, this.#step, this.#reading);
  }

  isBefore(step: number): boolean {
    const isBefore = this.#step < step;
    if (isBefore) this.#reading?.narrow(0, step);
    else this.#reading?.narrow(step, Number.POSITIVE_INFINITY);
    return isBefore;
  }

  isAt(step: number): boolean {
    return !this.isBefore(step) && this.isBefore(step + 1);
  }

  /** Whether what comes with a later step is drawn already: up to the next operation, and at least fifty steps ahead. */
  foresees(step: number): boolean {
    this.#operation ??= operationSpan(this.replica, this.#step);
    const { from, to } = this.#operation;
    if (step <= to) {
      this.#reading?.narrow(Math.min(from, this.#step), Number.POSITIVE_INFINITY);
      return true;
    }
    const isNear = step <= this.#step + FORESIGHT;
    if (isNear) this.#reading?.narrow(step - FORESIGHT, Number.POSITIVE_INFINITY);
    else this.#reading?.narrow(0, Math.min(step - FORESIGHT, to + 1));
    return isNear;
  }

  /** What is found by `find`, from memory where that holds here. */
  recall<Key, Value>(memory: Memory<Key, Value>, key: Key, find: () => Value): Value {
    const known = memory.get(key);
    const finding = known !== undefined && this.#holds(known.reading) ? known : this.#find(find);
    this.#reading?.include(finding.reading);
    return finding === known ? known.value : memory.put(key, finding);
  }

  #find<Value>(find: () => Value): Finding<Value> {
    const outer = this.#reading;
    const reading = new Reading();
    this.#reading = reading;
    try {
      const value = find();
      // Nothing is known of what will yet be recorded.
      reading.narrow(0, Math.max(this.replica.steps, this.#step) + 1);
      return { value, reading };
    } finally {
      this.#reading = outer;
    }
  }

  #holds({ from, until, flying, busy }: Reading): boolean {
    if (this.#step < from || this.#step >= until) return false;
    if (flying === undefined) return true;
    if (flying.size <= this.#flying.size) {
      for (const [id, calls] of flying) if (!areSameCalls(calls, this.#flying.get(id) ?? NONE)) return false;
      return true;
    }
    let found = 0;
    for (const [id, calls] of this.#flying) {
      const known = flying.get(id);
      if (known === undefined) continue;
      if (!areSameCalls(known, calls)) return false;
      found += 1;
    }
    return found === busy;
  }
}

function areSameCalls(a: readonly FlyingCall[], b: readonly FlyingCall[]): boolean {
  return a === b || (a.length === b.length && a.every(({ call }, index) => call === b[index]?.call));
}

export function momentAt(replica: Replica, structure: Structure, step: number): Moment {
  return new Moment(replica, structure, step);
}

/** A call names some of its objects; the recording knows the others that belong with them. */
export function withPartners(objects: CallObjects, structure: Structure): CallObjects {
  const found: { -readonly [K in keyof CallObjects]: CallObjects[K] } = { ...objects };
  if (found.pv === undefined && found.volume !== undefined) {
    const pv = structure.volumeOfBackend.get(found.volume);
    if (pv !== undefined) found.pv = pv;
  }
  if (found.pv === undefined && found.claim !== undefined) {
    const pv = structure.volumesOfClaim.get(found.claim)?.at(-1)?.id;
    if (pv !== undefined) found.pv = pv;
  }
  if (found.pv !== undefined) {
    const volume = structure.backendOfVolume.get(found.pv)?.id;
    if (found.volume === undefined && volume !== undefined) found.volume = volume;
    const claim = structure.claimOfVolume.get(found.pv);
    if (found.claim === undefined && claim !== undefined) found.claim = claim;
  }
  return found;
}

/** Whether an element is not yet, now, or no longer there at a step. */
export function lifeOf(moment: Moment, element: Element): Life {
  if (moment.isBefore(element.firstStep)) return 'unborn';
  if (element.lastStep !== null && !moment.isBefore(element.lastStep)) return 'gone';
  if (moment.replica.entry(element.id) === undefined) return 'alive';
  return moment.at(element.id) === undefined ? 'gone' : 'alive';
}

/** The last finished call of a stage about the object; undefined when there was none or one is in flight. */
export function lastDone(moment: Moment, id: ObjectId, stages: readonly Stage[]): CallAt | undefined {
  const calls = moment.callsAbout(id);
  for (let index = calls.length - 1; index >= 0; index -= 1) {
    const call = calls[index];
    const stage = call === undefined ? undefined : stageOf(call.call.began.method);
    if (call === undefined || stage === undefined || !stages.includes(stage)) continue;
    return call.state === 'done' ? call : undefined;
  }
  return undefined;
}

/** The last finished call of a stage about the object, when it failed and no newer one is in flight. */
export function lastFailure(moment: Moment, id: ObjectId, stages: readonly Stage[]): CallAt | undefined {
  const call = lastDone(moment, id, stages);
  return call !== undefined && call.code !== 'OK' ? call : undefined;
}
