import type { ObjectId } from '../../worker/protocol.ts';
import { type Family, stateOf } from './family.ts';
import { membersOf } from './filterGroups.ts';
import type { GroupPlan } from './layout.ts';
import { momentAt } from './moment.ts';
import { operationSpan } from './operations.ts';
import type { Replica } from './replica.ts';
import type { Structure } from './structure.ts';

/**
 * How much of each object is drawn: whole cards; compact cards, with groups in which nothing goes on as lines; all groups
 * as lines, of which a few can be opened; or one line for each namespace and class.
 */
export type Detail = 'full' | 'compact' | 'folded' | 'lanes';

/** The most objects that are drawn in each way. */
const MOST: readonly (readonly [Detail, number])[] = [
  ['full', 60],
  ['compact', 300],
  ['folded', 2000],
];

export function detailFor(objects: number): Detail {
  return MOST.find(([, most]) => objects <= most)?.[0] ?? 'lanes';
}

/** Groups that are open side by side where all are folded. */
export const OPEN_AT_MOST = 3;

export interface OpenInput {
  readonly replica: Replica;
  readonly structure: Structure;
  /** The groups that are shown. */
  readonly plans: readonly GroupPlan[];
  readonly detail: Detail;
  readonly step: number;
  readonly selected: ObjectId | undefined;
  /** Groups that the user opened (true) or folded, the latest last. */
  readonly toggled: ReadonlyMap<string, boolean>;
}

/**
 * Ids of the groups that are open. It follows the operation at the step and not the step itself, so that playing through
 * an operation never moves anything: open are the groups that the operation leaves waiting, working or failed, and those
 * that it writes to, as long as these together are no more than a picture of whole cards holds.
 */
export function openGroups(input: OpenInput): ReadonlySet<string> {
  const { plans, detail, toggled, selected, structure } = input;
  if (detail === 'full') return new Set(plans.map(({ id }) => id));
  if (detail === 'lanes') return new Set();
  const groupOf = new Map<ObjectId, string>();
  for (const plan of plans) for (const { id } of membersOf(structure, plan)) groupOf.set(id, plan.id);
  const chosen = selected === undefined ? undefined : groupOf.get(selected);
  const opened = [...toggled].filter(([, isOpen]) => isOpen).map(([id]) => id);
  if (detail === 'folded') {
    const latest = [...opened.filter((id) => id !== chosen), ...(chosen === undefined ? [] : [chosen])];
    return new Set(latest.filter((id) => toggled.get(id) !== false).slice(-OPEN_AT_MOST));
  }
  const open = plans.length === 1 ? new Set(plans.map(({ id }) => id)) : busyGroups(input, groupOf);
  for (const id of opened) open.add(id);
  if (chosen !== undefined) open.add(chosen);
  for (const [id, isOpen] of toggled) if (!isOpen) open.delete(id);
  return open;
}

const BUSY: ReadonlySet<Family> = new Set(['waiting', 'working', 'failed']);

function busyGroups(
  { replica, structure, plans, step }: OpenInput,
  groupOf: ReadonlyMap<ObjectId, string>,
): Set<string> {
  const { from, to } = operationSpan(replica, step);
  const end = momentAt(replica, structure, to);
  const busy = new Set<string>();
  const written = new Set<string>();
  for (const plan of plans) {
    const members = membersOf(structure, plan);
    if (members.some((member) => BUSY.has(stateOf(end, member).family))) busy.add(plan.id);
  }
  for (let at = Math.max(from, 1); at <= to; at += 1) {
    for (const { id } of replica.step(at)?.writes ?? []) {
      const group = groupOf.get(id);
      if (group !== undefined) written.add(group);
    }
  }
  const objects = plans.filter(({ id }) => written.has(id)).reduce((sum, plan) => sum + sizeOf(structure, plan), 0);
  if (detailFor(objects) === 'full') for (const id of written) busy.add(id);
  return busy;
}

/** Objects of a group that count: those with a card of their own in the lanes up to the persistent volumes. */
export function sizeOf(structure: Structure, plan: GroupPlan): number {
  const bound = plan.claims.reduce((sum, { id }) => sum + (structure.volumesOfClaim.get(id)?.length ?? 0), 0);
  const workloads = plan.workload === undefined ? (plan.workloads?.length ?? 0) : 1;
  return workloads + plan.pods.length + plan.claims.length + bound + plan.volumes.length;
}
