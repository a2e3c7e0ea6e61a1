import type { ObjectId, StepMessage } from '../../worker/protocol.ts';
import { type Curve, curve, reversed } from './geometry.ts';
import { parseId, text } from './ids.ts';
import type { Slot } from './layout.ts';
import { type FlyingCall, withPartners } from './moment.ts';
import type { Replica } from './replica.ts';
import type { DrawnEdge, Scene } from './scene.ts';
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
}

export interface CardFrame {
  /** Which of the two pictures the card shows. */
  readonly show: 'before' | 'after';
  /** Its border flashes: it is being written. */
  readonly flash: boolean;
  /** 0 to 1; the card's size goes from 0.96 to 1 with it when it appears. */
  readonly opacity: number;
  readonly scale: number;
}

export interface EdgeFrame {
  readonly drawn: DrawnEdge;
  /** How much of it is there, 0 to 1, from the end `origin`. */
  readonly growth: number;
  readonly origin: 'from' | 'to';
}

/** One picture between two steps; a function of the recording, the step and the fraction, whichever way time runs. */
export interface Frame {
  /** By slot; cards that are not in it are drawn as they are after the step. */
  readonly cards: ReadonlyMap<string, CardFrame>;
  /** Edges that are whole; the same list for all frames of a step. */
  readonly still: readonly DrawnEdge[];
  /** Edges that come or go. */
  readonly moving: readonly EdgeFrame[];
  readonly balls: readonly Ball[];
  /** Slots of the objects that the step changed: what reduced motion underlines. */
  readonly changed: ReadonlySet<string>;
}

interface Beat {
  readonly start: number;
  readonly end: number;
}

/** A flash lasts 120 ms of a step's 500. */
const FLASH = 0.24;
/** A failed call's ball gets this far, or to where it rested. */
const STOPPED_AT = 0.7;

/**
 * What is animated at a fraction of a step. 1 is the picture at rest after the step, 0 the one before it.
 * Beats of a step follow each other: answers, then writes in their order, then calls that begin.
 */
export function frameOf(replica: Replica, before: Scene, after: Scene, fraction: number, reduced: boolean): Frame {
  const step = replica.step(after.moment.step);
  const changed = step === undefined ? new Set<string>() : changedSlots(step, after);
  if (step === undefined || reduced || fraction >= 1) {
    return {
      cards: new Map(),
      still: after.edges,
      moving: [],
      balls: restingBalls(after, reduced, undefined),
      changed,
    };
  }
  const plan = planOf(replica, step, before, after);
  return {
    cards: cardFrames(before, after, plan, fraction),
    still: plan.still,
    moving: movingEdges(plan, fraction),
    balls: [...plan.resting, ...movingBalls(replica, step, plan.beats, after, fraction)],
    changed,
  };
}

/** What is the same in all frames between two scenes. */
interface Plan {
  readonly before: Scene;
  readonly beats: ReadonlyMap<string, Beat>;
  readonly objects: ReadonlyMap<ObjectId, Beat>;
  readonly slots: readonly { readonly id: string; readonly beat: Beat; readonly isWritten: boolean }[];
  readonly still: readonly DrawnEdge[];
  readonly coming: readonly MovingEdge[];
  readonly going: readonly MovingEdge[];
  readonly resting: readonly Ball[];
}

interface MovingEdge {
  readonly drawn: DrawnEdge;
  readonly beat: Beat;
  readonly origin: 'from' | 'to';
}

const plans = new WeakMap<Scene, Plan>();

function planOf(replica: Replica, step: StepMessage, before: Scene, after: Scene): Plan {
  const known = plans.get(after);
  if (known?.before === before) return known;
  const beats = beatsOf(step);
  const objects = beatsOfObjects(replica, step, beats, after);
  const was = new Set(before.edges.map((drawn) => drawn.key));
  const is = new Set(after.edges.map((drawn) => drawn.key));
  const still: DrawnEdge[] = [];
  const coming: MovingEdge[] = [];
  for (const drawn of after.edges) {
    const beat = was.has(drawn.key) ? undefined : beatOf(drawn, objects);
    if (beat === undefined) still.push(drawn);
    else coming.push({ drawn, beat, origin: originOf(drawn, objects) });
  }
  const going: MovingEdge[] = [];
  for (const drawn of before.edges) {
    const beat = is.has(drawn.key) ? undefined : beatOf(drawn, objects);
    if (beat === undefined) continue;
    going.push({ drawn, beat, origin: originOf(drawn, objects) === 'from' ? 'to' : 'from' });
  }
  const slots = slotsOf(before, after, objects);
  const plan: Plan = { before, beats, objects, slots, still, coming, going, resting: restingBalls(after, false, step) };
  plans.set(after, plan);
  return plan;
}

/** One key for each thing that the step did, in the order of its beats. */
function beatsOf(step: StepMessage): ReadonlyMap<string, Beat> {
  const keys = [
    ...step.ended.map((ended) => `ended/${ended.call}`),
    ...step.writes.filter((write) => parseId(write.id).kind !== 'Event').map((write) => `write/${write.id}`),
    ...step.began.map((began) => `began/${began.call}`),
  ];
  const unique = [...new Set(keys)];
  return new Map(unique.map((key, index) => [key, { start: index / unique.length, end: (index + 1) / unique.length }]));
}

function beatsOfObjects(
  replica: Replica,
  step: StepMessage,
  beats: ReadonlyMap<string, Beat>,
  after: Scene,
): ReadonlyMap<ObjectId, Beat> {
  const found = new Map<ObjectId, Beat>();
  const calls = [
    ...step.ended.map((ended) => ({ key: `ended/${ended.call}`, call: ended.call })),
    ...step.began.map((began) => ({ key: `began/${began.call}`, call: began.call })),
  ];
  for (const { key, call } of calls) {
    const beat = beats.get(key);
    const recorded = replica.callNumber(call);
    if (beat === undefined || recorded === undefined) continue;
    for (const id of Object.values(withPartners(callObjects(recorded), after.moment.structure))) found.set(id, beat);
  }
  for (const write of step.writes) {
    const beat = beats.get(`write/${write.id}`);
    if (beat === undefined) continue;
    found.set(write.id, beat);
    for (const id of drawnFor(replica, write.id)) found.set(id, beat);
  }
  return found;
}

/** A kubelet's record of a mount is drawn at the pod and its volume. */
function drawnFor(replica: Replica, id: ObjectId): ObjectId[] {
  if (parseId(id).kind !== 'Mount') return [];
  const spec = replica.lastValue(id)?.spec;
  return [`Pod/${text(spec, 'podNamespace')}/${text(spec, 'podName')}`];
}

function changedSlots(step: StepMessage, scene: Scene): Set<string> {
  const found = new Set<string>();
  for (const write of step.writes) {
    const slot = scene.layout.slotOf.get(write.id);
    if (slot !== undefined) found.add(slot.id);
  }
  return found;
}

const LAST: Beat = { start: 0.5, end: 1 };

/** Slots whose card becomes another one, or whose object is written. */
function slotsOf(before: Scene, after: Scene, objects: ReadonlyMap<ObjectId, Beat>): Plan['slots'] {
  const found: { readonly id: string; readonly beat: Beat; readonly isWritten: boolean }[] = [];
  for (const { id } of after.layout.slots) {
    const was = before.cards.get(id);
    const is = after.cards.get(id);
    const object = is?.id ?? was?.id;
    const written = object === undefined ? undefined : objects.get(object);
    if (written === undefined && was === is) continue;
    found.push({ id, beat: written ?? LAST, isWritten: written !== undefined });
  }
  return found;
}

function cardFrames(before: Scene, after: Scene, plan: Plan, fraction: number): Map<string, CardFrame> {
  const frames = new Map<string, CardFrame>();
  for (const { id, beat, isWritten } of plan.slots) {
    const isBorn = after.cards.get(id)?.life === 'alive' && before.cards.get(id)?.life !== 'alive';
    const share = inside(beat, fraction);
    const flash = isWritten && fraction >= beat.start && fraction < Math.min(beat.end, beat.start + FLASH);
    if (isBorn && fraction >= beat.start) {
      frames.set(id, { show: 'after', flash, opacity: share, scale: 0.96 + 0.04 * share });
    } else {
      const isDone = fraction >= (beat.start + beat.end) / 2;
      frames.set(id, { show: isDone ? 'after' : 'before', flash, opacity: 1, scale: 1 });
    }
  }
  return frames;
}

function movingEdges({ coming, going }: Plan, fraction: number): EdgeFrame[] {
  const frames: EdgeFrame[] = [];
  for (const { drawn, beat, origin } of coming) frames.push({ drawn, growth: inside(beat, fraction), origin });
  for (const { drawn, beat, origin } of going) {
    const left = 1 - inside(beat, fraction);
    if (left > 0) frames.push({ drawn, growth: left, origin });
  }
  return frames;
}

function inside(beat: Beat, fraction: number): number {
  return Math.min(1, Math.max(0, (fraction - beat.start) / (beat.end - beat.start)));
}

function beatOf({ edge }: DrawnEdge, beats: ReadonlyMap<ObjectId, Beat>): Beat | undefined {
  return beats.get(edge.from) ?? beats.get(edge.to);
}

/** A line grows from the side that was written; a mount grows from the claim to the pod. */
function originOf({ edge }: DrawnEdge, beats: ReadonlyMap<ObjectId, Beat>): 'from' | 'to' {
  if (edge.half !== undefined) return edge.half.side;
  if (edge.relation === 'mounted' || edge.relation === 'staged') return 'to';
  if (edge.relation === 'attached' || edge.relation === 'attaching') return 'to';
  return beats.has(edge.from) || !beats.has(edge.to) ? 'from' : 'to';
}

/** Balls of calls in flight that this step neither begins nor ends. */
function restingBalls(scene: Scene, reduced: boolean, step: StepMessage | undefined): Ball[] {
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

function movingBalls(
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
    const end = failed ? Math.max(STOPPED_AT, ball.rest) : 1;
    const at = ball.rest + easeInOut(inside(beat, fraction)) * (end - ball.rest);
    balls.push({ ...ball, at, flying: false, failed });
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

const BESIDE_VOLUME = 8;
const BESIDE_CLAIM = 24;

/** Where the ball of a call in flight rests: between two cards, not upon one. */
function restOf(stage: Stage | undefined, line: Curve): number {
  const length = Math.max(1, Math.abs(line.x2 - line.x1));
  if (stage === 'create' || stage === 'delete') return 1 - BESIDE_VOLUME / length;
  if (stage === 'stage') return 1 - BESIDE_CLAIM / length;
  if (stage === 'unstage') return BESIDE_CLAIM / length;
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
