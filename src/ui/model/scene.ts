import type { ObjectId } from '../../worker/protocol.ts';
import { type Card, cardOf, occupantAt } from './card.ts';
import { stateOf } from './family.ts';
import { type Curve, curve } from './geometry.ts';
import { type EdgesByEnd, edgesByEnd, partnersOf } from './label.ts';
import type { Layout, Slot } from './layout.ts';
import type { Moment } from './moment.ts';
import { Memory } from './reading.ts';
import { type Edge, EdgeMemory, edgesAt } from './relations.ts';
import { isSame } from './same.ts';
import type { Element } from './structure.ts';
import { summaryOf } from './summary.ts';

/** An edge with the places it runs between. */
export interface DrawnEdge {
  /** Another one when the relation of the two ends becomes another. */
  readonly key: string;
  readonly edge: Edge;
  /** Pieces of its way, in the order from `from` to `to`. */
  readonly lines: readonly Curve[];
}

/** The whole picture at one step, at rest. */
export interface Scene {
  readonly moment: Moment;
  readonly layout: Layout;
  /** By slot, in the order of the layout; each is found when it is asked for. */
  readonly cards: Cards;
  readonly edges: readonly DrawnEdge[];
  readonly ends: EdgesByEnd;
}

/**
 * What the scenes of one structure, layout and selection have in common: only what differs from the scene before is found
 * anew, and what says the same as there is the same object, so that nothing is drawn anew for it.
 */
export class SceneMemory {
  readonly occupants = new Memory<Slot, Element | undefined>();
  /** Cards without the names of what they hang together with, which the edges tell. */
  readonly cards = new Memory<Slot, Card | undefined>();
  readonly edges = new EdgeMemory();
  /** Whole cards, with what they were made of. */
  readonly finished = new Map<Slot, { readonly base: Card; readonly ends: EdgesByEnd; readonly card: Card }>();
  last: LastScene | undefined;
}

/** The cards of a scene by slot. What nobody looks at, such as what is out of view after a jump, is not found at all. */
class Cards {
  readonly #slots: ReadonlyMap<string, Slot>;
  readonly #find: (slot: Slot) => Card | undefined;
  readonly #found = new Map<string, Card>();

  constructor(slots: ReadonlyMap<string, Slot>, find: (slot: Slot) => Card | undefined) {
    this.#slots = slots;
    this.#find = find;
  }

  has(id: string): boolean {
    return this.#slots.has(id);
  }

  get(id: string): Card | undefined {
    const known = this.#found.get(id);
    const slot = this.#slots.get(id);
    if (known !== undefined || slot === undefined) return known;
    const card = this.#find(slot);
    if (card !== undefined) this.#found.set(id, card);
    return card;
  }

  keys(): IterableIterator<string> {
    return this.#slots.keys();
  }

  *values(): IterableIterator<Card> {
    for (const [, card] of this) yield card;
  }

  *[Symbol.iterator](): IterableIterator<[string, Card]> {
    for (const id of this.#slots.keys()) {
      const card = this.get(id);
      if (card !== undefined) yield [id, card];
    }
  }
}

interface LastScene {
  readonly scene: Scene;
  readonly elements: ReadonlyMap<Slot, Element>;
  readonly relations: readonly Edge[];
  readonly slots: ReadonlyMap<string, Slot>;
  readonly placed: ReadonlyMap<string, PlacedEdge>;
}

/** A drawn edge with the places it was drawn for. */
interface PlacedEdge {
  readonly from: Slot;
  readonly to: Slot;
  readonly port: number;
  readonly drawn: DrawnEdge;
}

/** The picture at a moment. */
export function sceneAt(
  moment: Moment,
  layout: Layout,
  selected: ObjectId | undefined,
  memory: SceneMemory = new SceneMemory(),
): Scene {
  const { last } = memory;
  const occupant = (slot: Slot): Element | undefined =>
    moment.recall(memory.occupants, slot, () => occupantAt(moment, slot));
  const elements = new Map<Slot, Element>();
  for (const slot of layout.slots) {
    const element = slot.shape === 'folded' ? undefined : occupant(slot);
    if (element !== undefined) elements.set(slot, element);
  }
  const relations = edgesAt(moment, selected, memory.edges);
  const haveSameCards = last !== undefined && haveSame(elements, last.elements);
  const isAsBefore = haveSameCards && areSame(relations, last.relations);
  const placed = isAsBefore ? last.placed : placeEdges(moment, layout, relations, elements, last?.placed);
  const edges = isAsBefore ? last.scene.edges : [...placed.values()].map(({ drawn }) => drawn);
  const ends = isAsBefore ? last.scene.ends : edgesByEnd(edges);
  const slots = haveSameCards ? last.slots : slotsWith(layout, elements);
  const find = (slot: Slot): Card | undefined => {
    const base = moment.recall(memory.cards, slot, () => {
      if (slot.shape === 'folded') return foldedCard(moment, slot);
      const element = occupant(slot);
      return element === undefined ? undefined : cardOf(moment, layout, slot, element);
    });
    if (base === undefined || slot.shape === 'folded') return base;
    const known = memory.finished.get(slot);
    if (known?.base === base && known.ends === ends) return known.card;
    const whole = { ...base, ...partnersOf(base.id, ends) };
    const card = known !== undefined && isSame(known.card, whole) ? known.card : whole;
    memory.finished.set(slot, { base, ends, card });
    return card;
  };
  const scene: Scene = { moment, layout, cards: new Cards(slots, find), edges, ends };
  memory.last = { scene, elements, relations, slots, placed };
  return scene;
}

/** The slots that show something. */
function slotsWith(layout: Layout, elements: ReadonlyMap<Slot, Element>): ReadonlyMap<string, Slot> {
  const shown = layout.slots.filter((slot) => slot.shape === 'folded' || elements.has(slot));
  return new Map(shown.map((slot) => [slot.id, slot]));
}

function areSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}

function haveSame(a: ReadonlyMap<Slot, Element>, b: ReadonlyMap<Slot, Element>): boolean {
  if (a.size !== b.size) return false;
  for (const [slot, element] of a) if (b.get(slot) !== element) return false;
  return true;
}

function foldedCard(moment: Moment, slot: Slot): Card {
  const elements = slot.occupants
    .map((id) => moment.structure.elements.get(id))
    .filter((element) => element !== undefined);
  const head = elements[0];
  const base = {
    slot: slot.id,
    shape: 'folded' as const,
    life: 'alive' as const,
    summary: summaryOf(moment, elements),
  };
  if (head === undefined) return { ...base, ...NOBODY, id: slot.id, title: '' };
  const { id, kind, namespace, name } = head;
  const named = typeof slot.title === 'string' ? slot.title : name;
  return {
    ...base,
    id,
    // A line of many workloads is none of them.
    kind: slot.title === undefined ? kind : 'StorageClass',
    namespace,
    name: named,
    title: named,
    ...(typeof slot.title === 'object' && { titled: slot.title }),
    state: stateOf(moment, head),
  };
}

const NOBODY = {
  kind: '',
  namespace: '',
  name: '',
  state: { family: 'idle', glyph: 'idle', word: '', phase: '' },
} as const;

const ATTACHING = new Set(['attached', 'attaching', 'detaching']);

/** Edges whose lines lead around other cards than those at their ends. */
const BENT = new Set([...ATTACHING, 'backs']);

function placeEdges(
  moment: Moment,
  layout: Layout,
  edges: readonly Edge[],
  elements: ReadonlyMap<Slot, Element>,
  before: ReadonlyMap<string, PlacedEdge> | undefined,
): Map<string, PlacedEdge> {
  const shown = new Map<ObjectId, Slot>();
  for (const [slot, element] of elements) if (slot.shape !== 'stub') shown.set(element.id, slot);
  const isShown = (slot: Slot): boolean => elements.has(slot);
  const stubs = stubsOf(layout);
  const place = (edge: Edge, id: ObjectId): Slot | undefined =>
    shown.get(id) ?? (id === edge.to ? stubs.get(`${edge.from}>${id}`) : undefined);
  const ports = portsOf(edges, place);
  const placed = new Map<string, PlacedEdge>();
  for (const edge of edges) {
    const own = stubs.get(`${edge.from}>${edge.to}`);
    const from = place(edge, edge.from);
    const to = own ?? place(edge, edge.to);
    if (from === undefined || to === undefined) continue;
    const key = `${edge.id}|${edge.relation}|${edge.half?.side ?? ''}`;
    const port = ports.get(edge.id) ?? 0;
    const known = before?.get(key);
    const isInPlace = known?.drawn.edge === edge && known.from === from && known.to === to && known.port === port;
    if (isInPlace && !BENT.has(edge.relation)) {
      placed.set(key, known);
      continue;
    }
    const found: DrawnEdge = { key, edge, lines: linesOf(moment, layout, edge, from, to, port, shown, isShown) };
    const drawn = known !== undefined && isSame(known.drawn, found) ? known.drawn : found;
    placed.set(key, { from, to, port, drawn });
  }
  return placed;
}

/** Hints at claims that are drawn in another group, by `pod>claim`. */
function stubsOf(layout: Layout): Map<string, Slot> {
  const found = new Map<string, Slot>();
  for (const slot of layout.slots) if (slot.shape === 'stub') found.set(slot.id, slot);
  return found;
}

/** Several edges into one side of a card are spread over it, in the order of their other ends. */
function portsOf(edges: readonly Edge[], place: (edge: Edge, id: ObjectId) => Slot | undefined): Map<string, number> {
  const sides = new Map<string, { readonly id: string; readonly y: number; readonly h: number }[]>();
  for (const edge of edges) {
    if (!['claims', 'mounted', 'staged', 'unborn'].includes(edge.relation)) continue;
    const from = place(edge, edge.from);
    const to = place(edge, edge.to);
    if (from === undefined || to === undefined || from.lane !== 'pod') continue;
    const known = sides.get(to.id) ?? [];
    known.push({ id: edge.id, y: from.y + from.h / 2, h: to.h });
    sides.set(to.id, known);
  }
  const ports = new Map<string, number>();
  for (const ends of sides.values()) {
    ends.sort((a, b) => a.y - b.y);
    const gap = Math.min(9, ((ends[0]?.h ?? 0) - 16) / Math.max(1, ends.length - 1));
    ends.forEach((end, index) => {
      ports.set(end.id, (index - (ends.length - 1) / 2) * gap);
    });
  }
  return ports;
}

function linesOf(
  moment: Moment,
  layout: Layout,
  edge: Edge,
  from: Slot,
  to: Slot,
  port: number,
  shown: ReadonlyMap<ObjectId, Slot>,
  isShown: (slot: Slot) => boolean,
): Curve[] {
  const y1 = from.y + from.h / 2;
  const y2 = to.y + to.h / 2 + port;
  if (edge.relation === 'owns') return [curve(from.x + from.w, y2, to.x, y2)];
  if (edge.relation === 'clone-of' || edge.relation === 'snapshot-of') return [curve(from.x, y1, to.x, y2)];
  if (ATTACHING.has(edge.relation)) return attachmentLines(moment, edge, from, to, shown);
  if (edge.relation === 'backs') return backLines(layout, from, to, isShown);
  if (to.shape === 'inline') return [curve(from.x + from.w, y1, to.x, y2, from.x + from.w + 32)];
  return [curve(from.x + from.w, y1, to.x, y2)];
}

/** From the persistent volume to the pill and on to the backend; only the last part while it is not attached. */
function attachmentLines(
  moment: Moment,
  edge: Edge,
  pill: Slot,
  volume: Slot,
  shown: ReadonlyMap<ObjectId, Slot>,
): Curve[] {
  const y = pill.y + pill.h / 2;
  const toVolume = curve(pill.x + pill.w, y, volume.x, volume.y + volume.h / 2);
  if (edge.relation !== 'attached') return [toVolume];
  const pvId = moment.structure.volumeOfBackend.get(edge.to);
  const pv = pvId === undefined ? undefined : shown.get(pvId);
  return pv === undefined ? [toVolume] : [curve(pv.x + pv.w, pv.y + pv.h / 2, pill.x, y), toVolume];
}

/** The line to the backend leaves out the pill that stands on it. */
function backLines(layout: Layout, pv: Slot, volume: Slot, isShown: (slot: Slot) => boolean): Curve[] {
  const y = pv.y + pv.h / 2;
  const whole = curve(pv.x + pv.w, y, volume.x, volume.y + volume.h / 2);
  if (y !== volume.y + volume.h / 2) return [whole];
  for (const pill of layout.pillsOf.get(pv.id) ?? []) {
    if (isShown(pill) && pill.y <= y && pill.y + pill.h >= y) {
      return [curve(pv.x + pv.w, y, pill.x, y), curve(pill.x + pill.w, y, volume.x, y)];
    }
  }
  return [whole];
}
