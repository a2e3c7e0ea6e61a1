import type { ObjectId } from '../../worker/protocol.ts';
import { type Detail, detailFor, sizeOf } from './detail.ts';
import { roughSize, shortModes } from './facts.ts';
import type { Grouping } from './filter.ts';
import { lanePlans, membersOf, type SectionedPlan, sectioned } from './filterGroups.ts';
import { list, parseId, text } from './ids.ts';
import type { Phrase } from './message.ts';
import type { Replica } from './replica.ts';
import type { Element, PodElement, Structure } from './structure.ts';

export const LANES = ['workload', 'pod', 'claim', 'pv', 'volume'] as const;

export type Lane = (typeof LANES)[number];

export type Shape =
  | 'bracket'
  | 'pod'
  | 'compact'
  | 'claim'
  | 'pv'
  | 'row'
  | 'inline'
  | 'cylinder'
  | 'pill'
  | 'stub'
  | 'folded';

/** One place of the graph. Objects that follow each other may share it; at a step at most one of them is drawn. */
export interface Slot {
  readonly id: string;
  readonly shape: Shape;
  readonly lane: Lane;
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** By creation. A stub names the claim that is drawn elsewhere; a folded line all the objects of its group. */
  readonly occupants: readonly ObjectId[];
  /** What a folded line is called; by default as its first object. */
  readonly title?: Phrase;
}

export interface Group {
  readonly id: string;
  readonly namespace: string;
  /** The workload, or the first object of the group. */
  readonly head: ObjectId;
  readonly y: number;
  readonly h: number;
  readonly folded: boolean;
  /** A line under another line: nothing separates them. */
  readonly follows: boolean;
  /** Names what this group and those below it are grouped by; only the first of them has it, and only where it is drawn. */
  readonly heading?: string;
}

export interface Layout {
  readonly slots: readonly Slot[];
  readonly slotOf: ReadonlyMap<ObjectId, Slot>;
  /** VolumeAttachments that stand on the row of a persistent volume, by its slot. */
  readonly pillsOf: ReadonlyMap<string, readonly Slot[]>;
  readonly groups: readonly Group[];
  readonly laneX: Readonly<Record<Lane, number>>;
  readonly width: number;
  readonly height: number;
  /** Objects that are shown in the lanes. */
  readonly objects: number;
  readonly detail: Detail;
}

export interface LayoutOptions {
  /** Factor on the gaps between lanes, 1 to 1.3: how a wide canvas is used before it zooms. */
  readonly gap: number;
  /** Groups that are drawn whole where not all are. */
  readonly open: ReadonlySet<string>;
  /** What stands together; by default the owner's group, under its namespace. */
  readonly groupBy?: Grouping;
  /** Groups that a filter leaves; undefined for all. */
  readonly shown?: ReadonlySet<string> | undefined;
  /** The group that is presented: the others are folded, and the lane of the workloads is out of view on the left. */
  readonly presented?: string | undefined;
  /** Leaves the lane of the workloads out of view on the left: a narrow canvas. */
  readonly isNarrow?: boolean;
}

const WIDTH: Readonly<Record<Lane, number>> = { workload: 80, pod: 144, claim: 134, pv: 134, volume: 96 };
const GAP: Readonly<Record<Lane, number>> = { workload: 12, pod: 18, claim: 32, pv: 48, volume: 90 };
const CARD = 56;
const COMPACT = 36;
const ROW = 20;
const FOLDED = 28;
/** Room on the right for the buttons that fold open groups. */
const FOLD_MARGIN = 36;
const FOLDED_GAP = 4;
const PITCH_GAP = 6;
const COMPACT_GAP = 3;
const ROW_GAP = 2;
const GROUP_GAP = 12;
const NAMESPACE_HEADING = 20;
const PILL = { w: 66, h: 20, gap: 2 } as const;

/** The width of the lanes with gaps at rest, and what of it is gaps. */
export const BASE_WIDTH = 800;
export const BASE_GAPS = GAP.pod + GAP.claim + GAP.pv + GAP.volume;

/**
 * Places for every object that the recording ever has. Depends on who belongs to whom over the whole recording and on
 * nothing else: a step, a state or a selection never moves anything.
 */
export function layoutOf(replica: Replica, structure: Structure, options: LayoutOptions): Layout {
  const { groupBy = 'owner', presented } = options;
  const laneX = lanes(options.gap, presented !== undefined || options.isNarrow === true);
  const kept = plansOf(replica, structure, groupBy).filter(({ id }) => options.shown?.has(id) ?? true);
  const objects = kept.reduce((sum, plan) => sum + sizeOf(structure, plan), 0);
  const detail = detailFor(objects);
  const plans = detail === 'lanes' && presented === undefined ? lanePlans(replica, kept) : kept;
  const compact = detail !== 'full';
  const slots: Slot[] = [];
  const groups: Group[] = [];
  const pillsOf = new Map<string, Slot[]>();
  const sections = new Set(plans.map(({ section }) => section).filter((section) => section !== ''));
  const hasHeadings = groupBy === 'owner' ? sections.size > 1 : sections.size > 0;

  let y = PITCH_GAP;
  let section: string | undefined;
  for (const group of plans) {
    const isNew = hasHeadings && group.section !== section;
    const folded = presented === undefined ? detail !== 'full' && !options.open.has(group.id) : group.id !== presented;
    const above = groups.at(-1);
    const follows = above?.folded === true && folded && !isNew;
    if (above !== undefined) y += follows ? FOLDED_GAP : GROUP_GAP;
    if (isNew) y += NAMESPACE_HEADING;
    section = group.section;
    const height = folded
      ? placeFolded(structure, group, y, laneX, slots)
      : new Placing(structure, laneX, compact, slots, pillsOf, group).place(y);
    const { id, namespace, head } = group;
    groups.push({ id, namespace, head, y, h: height, folded, follows, ...(isNew && { heading: section }) });
    y += height;
  }
  const slotOf = new Map<ObjectId, Slot>();
  for (const slot of slots) {
    if (slot.shape === 'stub' || slot.shape === 'folded') continue;
    for (const id of slot.occupants) slotOf.set(id, slot);
  }
  const width =
    laneX.volume + WIDTH.volume + (detail === 'full' || presented !== undefined ? GAP.workload : FOLD_MARGIN);
  return { slots, slotOf, pillsOf, groups, laneX, width, height: y + PITCH_GAP, objects, detail };
}

function lanes(gap: number, isNarrow: boolean): Record<Lane, number> {
  const start = isNarrow ? -WIDTH.workload - Math.round(GAP.pod * gap) : 0;
  const found: Record<Lane, number> = { workload: start + GAP.workload, pod: 0, claim: 0, pv: 0, volume: 0 };
  let x = start + GAP.workload + WIDTH.workload;
  for (const lane of ['pod', 'claim', 'pv', 'volume'] as const) {
    x += Math.round(GAP[lane] * gap);
    found[lane] = x;
    x += WIDTH[lane];
  }
  return found;
}

/** What a group holds, before anything has a place. */
export interface GroupPlan {
  readonly id: string;
  readonly namespace: string;
  readonly rank: number;
  readonly head: ObjectId;
  readonly bornAt: number;
  readonly workload?: Element;
  /** Several workloads, of a group that is only ever a line. */
  readonly workloads?: readonly Element[];
  /** What the group's line is called; by default as its head. */
  readonly title?: Phrase;
  readonly pods: readonly PodElement[];
  /** Claims drawn in this group. */
  readonly claims: readonly Element[];
  /** Volumes that no claim ever takes, and backend volumes that no persistent volume names. */
  readonly volumes: readonly Element[];
  readonly orphans: readonly Element[];
}

const plansKnown = new WeakMap<Structure, Map<Grouping, readonly SectionedPlan[]>>();

/** The groups in the order in which they are drawn, each with the name of what it is grouped by. */
export function plansOf(replica: Replica, structure: Structure, groupBy: Grouping): readonly SectionedPlan[] {
  const known = plansKnown.get(structure) ?? new Map<Grouping, readonly SectionedPlan[]>();
  plansKnown.set(structure, known);
  const plans = known.get(groupBy) ?? sectioned(replica, structure, plan(replica, structure), groupBy);
  known.set(groupBy, plans);
  return plans;
}

/** Groups in their order: namespace, then workloads, bare pods, claims without pods, what nobody claims; each by creation. */
function plan(replica: Replica, structure: Structure): GroupPlan[] {
  const homes = homesOf(structure);
  const claimsOfHome = new Map<string, Element[]>();
  const lonely: Element[] = [];
  for (const claim of structure.claims) {
    const home = homes.get(claim.id);
    if (home === undefined) lonely.push(claim);
    else push(claimsOfHome, home, claim);
  }
  const podsOfHome = new Map<string, PodElement[]>();
  for (const pod of structure.pods) push(podsOfHome, homes.get(pod.id) ?? pod.id, pod);

  const plans: GroupPlan[] = [];
  const none = { pods: [], claims: [], volumes: [], orphans: [] } as const;
  for (const workload of structure.workloads) {
    const pods = podsOfHome.get(workload.id) ?? [];
    podsOfHome.delete(workload.id);
    plans.push({
      ...none,
      id: workload.id,
      namespace: workload.namespace,
      rank: 0,
      head: workload.id,
      bornAt: workload.firstStep,
      workload,
      pods,
      claims: claimsOfHome.get(workload.id) ?? [],
    });
  }
  for (const [home, pods] of podsOfHome) {
    const first = pods[0];
    if (first === undefined) continue;
    plans.push({
      ...none,
      id: home,
      namespace: first.namespace,
      rank: 1,
      head: first.id,
      bornAt: first.firstStep,
      pods,
      claims: claimsOfHome.get(home) ?? [],
    });
  }
  const open: Element[] = [];
  for (const claim of lonely) {
    if (structure.volumesOfClaim.has(claim.id)) {
      plans.push({
        ...none,
        id: claim.id,
        namespace: claim.namespace,
        rank: 2,
        head: claim.id,
        bornAt: claim.firstStep,
        claims: [claim],
      });
    } else {
      open.push(claim);
    }
  }
  const free = structure.volumes
    .filter((volume) => !structure.claimOfVolume.has(volume.id))
    .sort(byClassAndSize(replica));
  plans.push(...openPlans(open, free, structure));
  return plans.sort(
    (a, b) => order(a.namespace, b.namespace) || a.rank - b.rank || a.bornAt - b.bornAt || (a.id < b.id ? -1 : 1),
  );
}

/** Claims that nothing answers stand beside the volumes that nobody claims: the candidates. */
function openPlans(open: readonly Element[], free: readonly Element[], structure: Structure): GroupPlan[] {
  const byNamespace = new Map<string, Element[]>();
  for (const claim of open) push(byNamespace, claim.namespace, claim);
  const plans: GroupPlan[] = [];
  const last = [...byNamespace.keys()].sort(order).at(-1);
  for (const [namespace, claims] of byNamespace) {
    const head = claims[0];
    if (head === undefined) continue;
    const beside = namespace === last ? free : [];
    const orphans = namespace === last ? structure.orphans : [];
    plans.push({
      id: `open/${namespace}`,
      namespace,
      rank: 3,
      head: head.id,
      bornAt: 0,
      pods: [],
      claims,
      volumes: beside,
      orphans,
    });
  }
  const head = free[0] ?? structure.orphans[0];
  if (last === undefined && head !== undefined) {
    plans.push({
      id: 'open/',
      namespace: '',
      rank: 3,
      head: head.id,
      bornAt: 0,
      pods: [],
      claims: [],
      volumes: free,
      orphans: structure.orphans,
    });
  }
  return plans;
}

/** Cluster-scoped things, with the empty namespace, come last. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  return a < b ? -1 : 1;
}

/**
 * The group of each pod and claim: the pod's workload; bare pods that share a claim are one group, named by its oldest pod;
 * a claim is at home with its oldest pod.
 */
function homesOf(structure: Structure): Map<ObjectId, string> {
  const homes = new Map<ObjectId, string>();
  for (const pod of structure.pods) {
    const claims = pod.volumes.map((volume) => volume.claim).filter((claim) => claim !== undefined);
    const shared = claims
      .map((claim) => homes.get(claim))
      .find((home) => home !== undefined && parseId(home).kind === 'Pod');
    const home = pod.owner ?? shared ?? pod.id;
    homes.set(pod.id, home);
    for (const claim of claims) {
      if (!homes.has(claim)) homes.set(claim, home);
    }
  }
  return homes;
}

function byClassAndSize(replica: Replica): (a: Element, b: Element) => number {
  const keys = new Map<ObjectId, { readonly name: string; readonly size: number }>();
  const keyOf = (element: Element) => {
    const known = keys.get(element.id);
    if (known !== undefined) return known;
    const value = replica.lastValue(element.id);
    const key = {
      name: text(value, 'spec', 'storageClassName'),
      size: roughSize(text(value, 'spec', 'capacity', 'storage')),
    };
    keys.set(element.id, key);
    return key;
  };
  return (a, b) => {
    const left = keyOf(a);
    const right = keyOf(b);
    return left.name.localeCompare(right.name) || left.size - right.size || a.firstStep - b.firstStep;
  };
}

/** A run of objects that share a place one after the other. */
interface Stack {
  readonly occupants: Element[];
}

/** Successive objects share a place: one that is gone for good leaves it to the next. */
export function shareSlots(elements: readonly Element[]): Stack[] {
  const stacks: Stack[] = [];
  for (const element of [...elements].sort((a, b) => a.firstStep - b.firstStep)) {
    const free = stacks.find((stack) => {
      const last = stack.occupants.at(-1);
      return last !== undefined && last.lastStep !== null && last.lastStep <= element.firstStep;
    });
    if (free === undefined) stacks.push({ occupants: [element] });
    else free.occupants.push(element);
  }
  return stacks;
}

const ordinal = (name: string): number => Number(/-(\d+)$/.exec(name)?.[1] ?? Number.NaN);

/** Something on the right of the pods: a claim with its volumes, a volume that a pod brings, or a hint at a claim elsewhere. */
interface RightItem {
  readonly h: number;
  /** Mean place of the pods that use it, counted from the top. */
  readonly order: number;
  readonly place: (y: number) => void;
}

/** Places one group, from its top downwards. */
class Placing {
  readonly #structure: Structure;
  readonly #laneX: Readonly<Record<Lane, number>>;
  readonly #compact: boolean;
  readonly #slots: Slot[];
  readonly #pillsOf: Map<string, Slot[]>;
  readonly #group: GroupPlan;

  constructor(
    structure: Structure,
    laneX: Readonly<Record<Lane, number>>,
    compact: boolean,
    slots: Slot[],
    pillsOf: Map<string, Slot[]>,
    group: GroupPlan,
  ) {
    this.#structure = structure;
    this.#laneX = laneX;
    this.#compact = compact;
    this.#slots = slots;
    this.#pillsOf = pillsOf;
    this.#group = group;
  }

  /** Places the group at `top` and returns its height. */
  place(top: number): number {
    const drawn = new Set(this.#group.claims.map((claim) => claim.id));
    const placed = new Set<ObjectId>();
    let y = top;
    for (const component of this.#components()) {
      if (y > top) y += component.compact ? COMPACT_GAP : PITCH_GAP;
      const rights = this.#rights(component.stacks, drawn, placed);
      const podH = component.compact ? COMPACT : CARD;
      const gap = component.compact ? COMPACT_GAP : PITCH_GAP;
      const left = component.stacks.length * (podH + gap) - gap;
      const right = rights.reduce((sum, item) => sum + item.h + PITCH_GAP, -PITCH_GAP);
      const height = Math.max(left, right, 0);
      let podY = y + Math.max(0, (height - left) / 2);
      for (const stack of component.stacks) {
        this.#slot(component.compact ? 'compact' : 'pod', 'pod', podY, podH, stack.occupants);
        podY += podH + gap;
      }
      let rightY = y + Math.max(0, (height - right) / 2);
      for (const item of rights) {
        item.place(rightY);
        rightY += item.h + PITCH_GAP;
      }
      y += height;
    }
    const rest = this.#group.claims.filter((claim) => !placed.has(claim.id));
    y = this.#placeOpen(rest, y, y > top);
    const height = Math.max(y - top, this.#group.workload === undefined ? 0 : CARD);
    if (this.#group.workload !== undefined) this.#slot('bracket', 'workload', top, height, [this.#group.workload]);
    return height;
  }

  /** Pods that belong together because they share claims, in order; each with the places that its pods share. */
  #components(): { readonly stacks: Stack[]; readonly compact: boolean }[] {
    const owned = this.#group.workload !== undefined;
    const isSet = this.#group.workload?.kind === 'StatefulSet';
    const stacks =
      owned && !isSet ? shareSlots(this.#group.pods) : this.#group.pods.map((pod) => ({ occupants: [pod] }) as Stack);
    if (isSet) {
      stacks.sort((a, b) => ordinal(a.occupants[0]?.name ?? '') - ordinal(b.occupants[0]?.name ?? ''));
    }
    const parent = new Map<string, Stack[]>();
    const components: Stack[][] = [];
    for (const stack of stacks) {
      const keys = this.#targets(stack);
      const joined = [...new Set(keys.map((key) => parent.get(key)).filter((component) => component !== undefined))];
      const component = joined[0] ?? [];
      if (joined.length === 0) components.push(component);
      for (const other of joined.slice(1)) {
        component.push(...other);
        components.splice(components.indexOf(other), 1);
        for (const [key, value] of parent) if (value === other) parent.set(key, component);
      }
      component.push(stack);
      for (const key of keys) parent.set(key, component);
    }
    return components.map((component) => ({ stacks: component, compact: this.#compact || component.length > 1 }));
  }

  #targets(stack: Stack): ObjectId[] {
    const targets = new Set<ObjectId>();
    for (const pod of stack.occupants) {
      for (const volume of this.#volumesOf(pod)) if (volume.claim !== undefined) targets.add(volume.claim);
    }
    return [...targets];
  }

  #volumesOf(pod: Element): PodElement['volumes'] {
    const found = this.#structure.elements.get(pod.id);
    return found !== undefined && 'volumes' in found ? (found as PodElement).volumes : [];
  }

  #rights(stacks: readonly Stack[], drawn: ReadonlySet<ObjectId>, placed: Set<ObjectId>): RightItem[] {
    const items: RightItem[] = [];
    const seen = new Set<ObjectId>();
    const order = this.#meanPlaces(stacks);
    for (const [place, stack] of stacks.entries()) {
      const inlines: Element[][] = [];
      for (const pod of stack.occupants) {
        let index = 0;
        for (const volume of this.#volumesOf(pod)) {
          const element = this.#structure.elements.get(volume.target);
          if (element === undefined || seen.has(volume.target)) continue;
          seen.add(volume.target);
          if (volume.claim === undefined) {
            // The same volume of each pod in a shared place: one place for them, too.
            const shared = inlines[index];
            if (shared === undefined) inlines.push([element]);
            else shared.push(element);
            index += 1;
          } else if (drawn.has(volume.claim)) {
            placed.add(volume.claim);
            items.push(this.#claimItem(element, order.get(element.id) ?? place));
          } else {
            items.push({
              h: ROW,
              order: place,
              place: (y) => void this.#slot('stub', 'claim', y, ROW, [element], stack.occupants[0]?.id),
            });
          }
        }
      }
      for (const elements of inlines) {
        items.push({ h: COMPACT, order: place, place: (y) => void this.#slot('inline', 'pv', y, COMPACT, elements) });
      }
    }
    return items.sort((a, b) => a.order - b.order);
  }

  /** A claim stands at the middle of its pods. */
  #meanPlaces(stacks: readonly Stack[]): ReadonlyMap<ObjectId, number> {
    const places = new Map<ObjectId, number[]>();
    for (const [place, stack] of stacks.entries()) {
      for (const claim of this.#targets(stack)) push(places, claim, place);
    }
    return new Map([...places].map(([claim, all]) => [claim, all.reduce((sum, place) => sum + place, 0) / all.length]));
  }

  #claimItem(claim: Element, order: number): RightItem {
    const rows = shareSlots(this.#structure.volumesOfClaim.get(claim.id) ?? []).map((stack) => this.#volumeRow(stack));
    const cardH = this.#compact ? COMPACT : CARD;
    const h = Math.max(
      cardH,
      rows.reduce((sum, row) => sum + row.h + PITCH_GAP, -PITCH_GAP),
    );
    return {
      h,
      order,
      place: (y) => {
        const first = rows[0]?.h ?? cardH;
        this.#slot('claim', 'claim', y + Math.max(0, (first - cardH) / 2), cardH, [claim]);
        let rowY = y;
        for (const row of rows) {
          row.place(rowY);
          rowY += row.h + PITCH_GAP;
        }
      },
    };
  }

  /** A persistent volume, its attachments and what is behind it, on one row. */
  #volumeRow(stack: Stack): RightItem {
    const cardH = this.#compact ? COMPACT : CARD;
    const attachments = shareSlots(
      stack.occupants.flatMap((volume) => this.#structure.attachmentsOfVolume.get(volume.id) ?? []),
    );
    const pills = attachments.length * (PILL.h + PILL.gap) - PILL.gap;
    const h = Math.max(cardH, pills);
    return {
      h,
      order: 0,
      place: (y) => {
        const middle = y + h / 2;
        this.#slot('pv', 'pv', middle - cardH / 2, cardH, stack.occupants);
        const backends = stack.occupants
          .map((volume) => this.#structure.backendOfVolume.get(volume.id))
          .filter((backend) => backend !== undefined);
        this.#slot('cylinder', 'volume', middle - cardH / 2, cardH, backends);
        let pillY = middle - pills / 2;
        const row = stack.occupants[0]?.id;
        for (const attachment of attachments) {
          const pill = this.#slot('pill', 'volume', pillY, PILL.h, attachment.occupants);
          if (pill !== undefined && row !== undefined) push(this.#pillsOf, row, pill);
          pillY += PILL.h + PILL.gap;
        }
      },
    };
  }

  /** Claims that no pod of the group uses, and volumes that nobody claims, side by side. */
  #placeOpen(claims: readonly Element[], from: number, follows: boolean): number {
    const { volumes, orphans } = this.#group;
    if (claims.length === 0 && volumes.length === 0 && orphans.length === 0) return from;
    const top = follows ? from + PITCH_GAP : from;
    const items = claims.map((claim, index) => this.#claimItem(claim, index));
    const left = items.reduce((sum, item) => sum + item.h + PITCH_GAP, -PITCH_GAP);
    const rows = Math.max(volumes.length, orphans.length);
    const right = rows * (ROW + ROW_GAP) - ROW_GAP;
    const height = Math.max(left, right);
    let y = top + Math.max(0, (height - left) / 2);
    for (const item of items) {
      item.place(y);
      y += item.h + PITCH_GAP;
    }
    const rowsTop = top + Math.max(0, (height - right) / 2);
    volumes.forEach((volume, index) => {
      this.#slot('row', 'pv', rowsTop + index * (ROW + ROW_GAP), ROW, [volume]);
      const backend = this.#structure.backendOfVolume.get(volume.id);
      if (backend !== undefined) this.#slot('row', 'volume', rowsTop + index * (ROW + ROW_GAP), ROW, [backend]);
    });
    const orphansTop = rowsTop + (volumes.length > 0 ? volumes.length * (ROW + ROW_GAP) : 0);
    orphans.forEach((orphan, index) => {
      this.#slot('row', 'volume', orphansTop + index * (ROW + ROW_GAP), ROW, [orphan]);
    });
    return Math.max(top + height, orphansTop + orphans.length * (ROW + ROW_GAP) - ROW_GAP);
  }

  #slot(shape: Shape, lane: Lane, y: number, h: number, occupants: readonly Element[], of?: string): Slot | undefined {
    const first = occupants[0];
    if (first === undefined) return undefined;
    const isPill = shape === 'pill';
    const w = isPill ? PILL.w : WIDTH[lane];
    // The pill stands nearer to the persistent volume, so that its way to the backend is seen.
    const x = isPill ? this.#laneX.volume - 16 - PILL.w : this.#laneX[lane];
    const id = of === undefined ? first.id : `${of}>${first.id}`;
    const ids = occupants.map((item) => item.id);
    const slot: Slot = { id, shape, lane, group: this.#group.id, x, y: Math.round(y), w, h, occupants: ids };
    this.#slots.push(slot);
    return slot;
  }
}

function placeFolded(
  structure: Structure,
  group: GroupPlan,
  y: number,
  laneX: Readonly<Record<Lane, number>>,
  slots: Slot[],
): number {
  const left = Math.max(GAP.workload, laneX.workload);
  slots.push({
    id: `folded/${group.id}`,
    shape: 'folded',
    lane: 'workload',
    group: group.id,
    x: left,
    y,
    w: laneX.volume + WIDTH.volume - left,
    h: FOLDED,
    occupants: membersOf(structure, group).map((member) => member.id),
    ...(group.title !== undefined && { title: group.title }),
  });
  return FOLDED;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** Access modes and capacity of a volume, for its row. */
export function rowFacts(value: unknown): string {
  return [text(value, 'spec', 'capacity', 'storage'), shortModes(list(value, 'spec', 'accessModes'))]
    .filter(Boolean)
    .join(' ');
}
