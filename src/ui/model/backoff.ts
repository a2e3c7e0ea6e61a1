import type { ObjectId, VirtualTime } from '../../worker/protocol.ts';
import type { Card } from './card.ts';
import { lastFailure, type Moment } from './moment.ts';
import type { Scene } from './scene.ts';
import type { Stage } from './stages.ts';

/** The wait between a failed try and the next one, in virtual time. */
export interface Retry {
  readonly from: VirtualTime;
  readonly to: VirtualTime;
}

/** What is tried again about each kind of object. */
const STAGES: Readonly<Record<string, readonly Stage[]>> = {
  Pod: ['stage', 'mount'],
  PersistentVolumeClaim: ['create'],
  PersistentVolume: ['delete'],
  VolumeAttachment: ['attach', 'detach'],
};

/** The wait that an object is in; undefined where nothing failed, or nothing is tried again in the recording. */
export function retryOf(moment: Moment, id: ObjectId, kind: string): Retry | undefined {
  const stages = STAGES[kind];
  const failure = stages === undefined ? undefined : lastFailure(moment, id, stages);
  const from = failure?.call.endedAt;
  if (failure === undefined || from === undefined) return undefined;
  const { replica, step } = moment;
  const next = replica
    .callsAbout(id, replica.steps)
    .find(({ call }) => call.beganStep > step && call.began.method === failure.call.began.method)?.call;
  return next === undefined || next.beganAt <= from ? undefined : { from, to: next.beganAt };
}

const known = new WeakMap<Scene, Map<string, Retry | undefined>>();

/** The wait that a card is in. */
export function retryIn(scene: Scene, { slot, id, kind, shape, state }: Card): Retry | undefined {
  if (shape === 'folded' || (state.family !== 'waiting' && state.family !== 'failed')) return undefined;
  const retries = known.get(scene) ?? new Map<string, Retry | undefined>();
  known.set(scene, retries);
  if (!retries.has(slot)) retries.set(slot, retryOf(scene.moment, id, kind));
  return retries.get(slot);
}

/** Virtual time on the way from one scene to the next. */
export function timeOf(before: Scene, after: Scene, fraction: number): VirtualTime {
  const { replica, step } = after.moment;
  const end = replica.timeAt(step);
  const start = before === after ? end : replica.timeAt(before.moment.step);
  return start + (end - start) * fraction;
}

/** Parts of a ring that can be told apart. */
const PARTS = 48;

/** What is left of a wait, 0 to 1, in steps that can be seen. */
export function waitLeft({ from, to }: Retry, time: VirtualTime): number {
  const left = (to - time) / (to - from);
  return Math.ceil(Math.min(1, Math.max(0, left)) * PARTS) / PARTS;
}
