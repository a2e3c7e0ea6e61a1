import type { ObjectId, StepMessage } from '../../worker/protocol.ts';
import { type Ball, movingBalls, restingBalls } from './balls.ts';
import { type Beat, inside } from './beats.ts';
import { count, parseId, text } from './ids.ts';
import { withPartners } from './moment.ts';
import type { Relation } from './relations.ts';
import type { Replica } from './replica.ts';
import type { DrawnEdge, Scene } from './scene.ts';
import { callObjects } from './stages.ts';

export interface CardFrame {
  /** Which of the two pictures the card shows. */
  readonly show: 'before' | 'after';
  /** Its border flashes: it is being written. */
  readonly flash: boolean;
  /** 0 to 1; the card's size goes from 0.96 to 1 with it when it appears. */
  readonly opacity: number;
  readonly scale: number;
  /** How full a backend's volume is while it is made, grows or goes, 0 to 1. */
  readonly fill?: number;
}

export interface EdgeFrame {
  readonly drawn: DrawnEdge;
  /** How much of it is there, 0 to 1, from the end `origin`. */
  readonly growth: number;
  readonly origin: 'from' | 'to';
  /** What the same two ends have while `drawn` is not yet, or no longer, whole: a half bind, dots under a mount. */
  readonly over?: DrawnEdge;
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

/** A flash lasts 120 ms of a step's 500. */
const FLASH = 0.24;
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
  readonly over?: DrawnEdge;
}

/** Relations of the same two ends that grow out of each other, each with how far it has come. */
const RANK: Readonly<Partial<Record<Relation, number>>> = {
  'half-bound': 1,
  bound: 2,
  attaching: 1,
  detaching: 1,
  attached: 2,
  claims: 1,
  staged: 2,
  mounted: 3,
};

/** Candidates are drawn to their crosses all at once, in 240 ms of a step's 500. */
const REFUSED: Beat = { start: 0, end: 0.48 };

const plans = new WeakMap<Scene, Plan>();

function planOf(replica: Replica, step: StepMessage, before: Scene, after: Scene): Plan {
  const known = plans.get(after);
  if (known?.before === before) return known;
  const beats = beatsOf(step);
  const objects = beatsOfObjects(replica, step, beats, after);
  const { still, coming, going } = edgePlan(before, after, objects);
  const slots = slotsOf(before, after, objects);
  const plan: Plan = { before, beats, objects, slots, still, coming, going, resting: restingBalls(after, false, step) };
  plans.set(after, plan);
  return plan;
}

/** Which edges stay, come and go. Two that grow out of each other move as one. */
function edgePlan(
  before: Scene,
  after: Scene,
  objects: ReadonlyMap<ObjectId, Beat>,
): Pick<Plan, 'still' | 'coming' | 'going'> {
  const was = new Map(before.edges.map((drawn) => [drawn.edge.id, drawn]));
  const is = new Map(after.edges.map((drawn) => [drawn.edge.id, drawn]));
  const rankOf = (drawn: DrawnEdge | undefined): number => (drawn === undefined ? 0 : (RANK[drawn.edge.relation] ?? 0));
  const still: DrawnEdge[] = [];
  const coming: MovingEdge[] = [];
  const going: MovingEdge[] = [];
  for (const drawn of after.edges) {
    const old = was.get(drawn.edge.id);
    const beat = old?.key === drawn.key ? undefined : beatOf(drawn, objects);
    if (beat === undefined) still.push(drawn);
    else if (rankOf(old) === 0 || rankOf(drawn) === 0) coming.push({ drawn, beat, origin: originOf(drawn, objects) });
    else if (old !== undefined && rankOf(drawn) > rankOf(old)) {
      coming.push({ drawn, beat, origin: originOf(drawn, objects), over: old });
    } else if (old !== undefined && rankOf(drawn) < rankOf(old)) {
      going.push({ drawn: old, beat, origin: originOf(old, objects), over: drawn });
    } else still.push(drawn);
  }
  for (const drawn of before.edges) {
    const next = is.get(drawn.edge.id);
    if (next !== undefined && (next.key === drawn.key || (rankOf(next) > 0 && rankOf(drawn) > 0))) continue;
    const beat = beatOf(drawn, objects);
    if (beat === undefined) continue;
    going.push({ drawn, beat, origin: originOf(drawn, objects) === 'from' ? 'to' : 'from' });
  }
  return { still, coming, going };
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
    const was = before.cards.get(id);
    const is = after.cards.get(id);
    const share = inside(beat, fraction);
    const flash = isWritten && fraction >= beat.start && fraction < Math.min(beat.end, beat.start + FLASH);
    const fill = fillOf(before, after, is?.id ?? was?.id, share);
    const filled = fill === undefined ? {} : { fill };
    if (is?.life === 'alive' && was?.life !== 'alive' && fraction >= beat.start) {
      // A backend's volume was outlined while it was being made: it only fills.
      const opacity = fill === undefined ? share : 1;
      frames.set(id, { show: 'after', flash, opacity, scale: 0.96 + 0.04 * opacity, ...filled });
    } else if (is?.life === 'gone' && was?.life === 'alive' && was.id === is.id) {
      const isLeaving = share < 0.5;
      const opacity = Math.abs(1 - 2 * share);
      frames.set(id, { show: isLeaving ? 'before' : 'after', flash, opacity, scale: 1, ...(isLeaving && filled) });
    } else {
      const isDone = fraction >= (beat.start + beat.end) / 2;
      frames.set(id, { show: isDone ? 'after' : 'before', flash, opacity: 1, scale: 1, ...filled });
    }
  }
  return frames;
}

/** A backend's volume fills as it is made or made larger, and drains as it goes. */
function fillOf(before: Scene, after: Scene, id: ObjectId | undefined, share: number): number | undefined {
  if (id === undefined || parseId(id).kind !== 'Volume') return undefined;
  const was = before.moment.at(id);
  const is = after.moment.at(id);
  if (was === undefined) return is === undefined ? undefined : share;
  if (is === undefined) return Math.max(0, 1 - 2 * share);
  const [from, to] = [was, is].map((volume) => count(volume, 'spec', 'capacityBytes'));
  return from === undefined || to === undefined || from <= 0 || to <= from
    ? undefined
    : from / to + (1 - from / to) * share;
}

function movingEdges({ coming, going }: Plan, fraction: number): EdgeFrame[] {
  const frames: EdgeFrame[] = [];
  for (const { beat, ...edge } of coming) frames.push({ ...edge, growth: inside(beat, fraction) });
  for (const { beat, ...edge } of going) {
    const growth = 1 - inside(beat, fraction);
    if (growth > 0 || edge.over !== undefined) frames.push({ ...edge, growth });
  }
  return frames;
}

function beatOf({ edge }: DrawnEdge, beats: ReadonlyMap<ObjectId, Beat>): Beat | undefined {
  return edge.relation === 'rejected' ? REFUSED : (beats.get(edge.from) ?? beats.get(edge.to));
}

/** A line grows from the side that was written; a mount grows from the claim to the pod. */
function originOf({ edge }: DrawnEdge, beats: ReadonlyMap<ObjectId, Beat>): 'from' | 'to' {
  if (edge.half !== undefined) return edge.half.side;
  if (edge.relation === 'mounted' || edge.relation === 'staged') return 'to';
  if (edge.relation === 'attached' || edge.relation === 'attaching') return 'to';
  return beats.has(edge.from) || !beats.has(edge.to) ? 'from' : 'to';
}
