import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import type { CallAt, RecordedCall, Replica } from './replica.ts';
import { type CallObjects, callObjects, type Stage, stageOf } from './stages.ts';
import type { Element, Structure } from './structure.ts';

/** A call in flight and what it is about. */
export interface FlyingCall {
  readonly call: RecordedCall;
  readonly stage: Stage | undefined;
  readonly objects: CallObjects;
}

export type Life = 'unborn' | 'alive' | 'gone';

/** The recording at one step, with what everything that draws it asks for. */
export interface Moment {
  readonly replica: Replica;
  readonly structure: Structure;
  readonly step: number;
  at(id: ObjectId): RecordedObject | undefined;
  /** Calls in flight that are about the object. */
  flying(id: ObjectId): readonly FlyingCall[];
  readonly calls: readonly FlyingCall[];
}

export function momentAt(replica: Replica, structure: Structure, step: number): Moment {
  const calls = replica
    .callsInFlight(step)
    .map((call) => ({ call, stage: stageOf(call.began.method), objects: withPartners(callObjects(call), structure) }));
  const byObject = new Map<ObjectId, FlyingCall[]>();
  for (const flying of calls) {
    for (const id of Object.values(flying.objects)) {
      const known = byObject.get(id);
      if (known === undefined) byObject.set(id, [flying]);
      else known.push(flying);
    }
  }
  return {
    replica,
    structure,
    step,
    at: (id) => replica.objectAt(id, step),
    flying: (id) => byObject.get(id) ?? [],
    calls,
  };
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
  if (moment.step < element.firstStep) return 'unborn';
  if (element.lastStep !== null && moment.step >= element.lastStep) return 'gone';
  if (moment.replica.entry(element.id) === undefined) return 'alive';
  return moment.at(element.id) === undefined ? 'gone' : 'alive';
}

/** The last finished call of a stage about the object; undefined when there was none or one is in flight. */
export function lastDone(moment: Moment, id: ObjectId, stages: readonly Stage[]): CallAt | undefined {
  const calls = moment.replica.callsAbout(id, moment.step);
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
