import type { StepMessage } from '../../worker/protocol.ts';
import { type Beat, inside } from './beats.ts';
import { type Curve, curve, reversed } from './geometry.ts';
import type { Slot } from './layout.ts';
import { type FlyingCall, withPartners } from './moment.ts';
import type { Replica } from './replica.ts';
import type { Scene } from './scene.ts';
import { type CallObjects, callObjects, type Stage, stageOf } from './stages.ts';

/** A ball that stands for a call. */
export interface Ball {
  readonly id: string;
  readonly line: Curve;
  /** Share of the way, 0 to 1. */
  readonly at: number;
  /** Rests and rides on the spot: the call is in flight and nothing else happens to it in this step. */
  readonly flying: boolean;
  /** Stopped on its way: drawn as a cross. */
  readonly failed: boolean;
  readonly method: string;
  /** Of a failed one: what the answer was, and to which try. */
  readonly failure?: { readonly code: string; readonly attempt: number };
}

/** Balls of calls in flight that this step neither begins nor ends. */
export function restingBalls(scene: Scene, reduced: boolean, step: StepMessage | undefined): Ball[] {
  if (reduced) return [];
  const begun = new Set(step?.began.map((began) => began.call));
  const balls: Ball[] = [];
  for (const flying of scene.moment.calls) {
    if (begun.has(flying.call.began.call)) continue;
    const line = lineOf(scene, flying);
    if (line === undefined) continue;
    const { call, method } = flying.call.began;
    balls.push({ id: `call/${call}`, line, at: restOf(flying.stage, line), flying: true, failed: false, method });
  }
  return balls;
}

export function movingBalls(
  replica: Replica,
  step: StepMessage,
  beats: ReadonlyMap<string, Beat>,
  scene: Scene,
  fraction: number,
): Ball[] {
  const balls: Ball[] = [];
  for (const began of step.began) {
    const beat = beats.get(`began/${began.call}`);
    const ball = beat === undefined ? undefined : ballOf(replica, scene, began.call);
    if (beat === undefined || ball === undefined || fraction < beat.start) continue;
    balls.push({ ...ball, at: easeInOut(inside(beat, fraction)) * ball.rest, flying: false, failed: false });
  }
  for (const ended of step.ended) {
    const beat = beats.get(`ended/${ended.call}`);
    const ball = beat === undefined ? undefined : ballOf(replica, scene, ended.call);
    if (beat === undefined || ball === undefined || fraction >= beat.end) continue;
    const failed = ended.code !== 'OK';
    const share = inside(beat, fraction);
    if (failed) {
      const way = Math.min(1, share / ARRIVED);
      const at = ball.rest + easeInOut(way) * (STOPPED_AT - ball.rest);
      const attempt = replica.callNumber(ended.call)?.began.attempt ?? 1;
      balls.push({ ...ball, at, flying: false, failed: way >= 1, failure: { code: ended.code, attempt } });
    } else {
      balls.push({ ...ball, at: ball.rest + easeInOut(share) * (1 - ball.rest), flying: false, failed });
    }
  }
  return balls;
}

interface TravellingBall extends Pick<Ball, 'id' | 'line' | 'method'> {
  readonly rest: number;
}

function ballOf(replica: Replica, scene: Scene, number: number): TravellingBall | undefined {
  const call = replica.callNumber(number);
  if (call === undefined) return undefined;
  const objects = withPartners(callObjects(call), scene.moment.structure);
  const stage = stageOf(call.began.method);
  const line = lineOf(scene, { call, stage, objects });
  if (line === undefined) return undefined;
  return { id: `call/${number}`, line, method: call.began.method, rest: restOf(stage, line) };
}

/** A failed call's ball gets this far, in this share of its beat, and is a cross for the rest of it. */
const STOPPED_AT = 0.7;
const ARRIVED = 0.6;

const BESIDE_CARD = 10;

/**
 * Where the ball of a call in flight rests: between two cards and not upon one, and before the place where a failed one
 * stops. On a way over the card of the persistent volume that is beside it.
 */
function restOf(stage: Stage | undefined, line: Curve): number {
  const length = Math.max(1, Math.abs(line.x2 - line.x1));
  if (stage === 'create') return Math.max(0.5, STOPPED_AT - BESIDE_CARD / length);
  if (stage === 'stage') return Math.min(0.5, BESIDE_CARD / length);
  if (stage === 'unstage') return Math.min(0.5, (2.4 * BESIDE_CARD) / length);
  return 0.5;
}

type End = keyof CallObjects;

/** Where the ball of each stage starts and where it goes; the first place that is drawn counts. */
const WAYS: Readonly<Record<Stage, { readonly from: readonly End[]; readonly to: readonly End[] }>> = {
  create: { from: ['claim'], to: ['volume', 'pv'] },
  delete: { from: ['pv', 'claim'], to: ['volume'] },
  attach: { from: ['volume'], to: ['attachment', 'pv'] },
  detach: { from: ['attachment', 'pv'], to: ['volume'] },
  stage: { from: ['volume', 'pv'], to: ['claim'] },
  unstage: { from: ['claim'], to: ['volume', 'pv'] },
  mount: { from: ['claim', 'volume'], to: ['pod'] },
  unmount: { from: ['pod'], to: ['claim', 'volume'] },
};

function lineOf(scene: Scene, flying: FlyingCall): Curve | undefined {
  if (flying.stage === undefined) return undefined;
  const way = WAYS[flying.stage];
  const from = slotOf(scene, flying.objects, way.from);
  const to = slotOf(scene, flying.objects, way.to);
  return from === undefined || to === undefined ? undefined : between(from, to);
}

function slotOf(scene: Scene, objects: CallObjects, ends: readonly End[]): Slot | undefined {
  for (const end of ends) {
    const id = objects[end];
    const slot = id === undefined ? undefined : scene.layout.slotOf.get(id);
    if (slot !== undefined) return slot;
  }
  return undefined;
}

function between(from: Slot, to: Slot): Curve {
  const leftToRight = from.x < to.x;
  const left = leftToRight ? from : to;
  const right = leftToRight ? to : from;
  const line = curve(left.x + left.w, left.y + left.h / 2, right.x, right.y + right.h / 2);
  return leftToRight ? line : reversed(line);
}

/** The ease of travelling balls, `cubic-bezier(.45, 0, .25, 1)`, near enough for the eye. */
function easeInOut(share: number): number {
  return share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
}
