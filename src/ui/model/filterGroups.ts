import type { ObjectId } from '../../worker/protocol.ts';
import { stateOf } from './family.ts';
import { type Filter, type Grouping, matches } from './filter.ts';
import { text } from './ids.ts';
import type { GroupPlan } from './layout.ts';
import type { Phrase } from './message.ts';
import type { Moment } from './moment.ts';
import type { Replica } from './replica.ts';
import type { Element, PodElement, Structure } from './structure.ts';

/** A group under the name of what it is grouped by; the name is empty where it has none, such as no node. */
export interface SectionedPlan extends GroupPlan {
  readonly section: string;
}

/**
 * The groups, each under what it is grouped by. One that lies in several sections is split: each part holds the pods and
 * claims of its section, and the workload, which belongs to no single one, is left out.
 */
export function sectioned(
  replica: Replica,
  structure: Structure,
  plans: readonly GroupPlan[],
  groupBy: Grouping,
): SectionedPlan[] {
  if (groupBy === 'owner' || groupBy === 'namespace') {
    return plans.map((plan) => ({ ...plan, section: plan.namespace }));
  }
  const sections = groupBy === 'class' ? byClass(replica) : byNode(replica, structure);
  return plans
    .flatMap((plan) => split(plan, sections))
    .sort((a, b) => order(a.section, b.section) || order(a.namespace, b.namespace) || a.rank - b.rank);
}

/** Things without the name come last. */
function order(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return 1;
  if (b === '') return -1;
  return a < b ? -1 : 1;
}

type SectionOf = (element: Element) => string;

/** A pod stands with the class of its first claim, a volume with its own. */
function byClass(replica: Replica): SectionOf {
  const classOf = (id: ObjectId): string => {
    // A claim without a class may get the default one later.
    const values = replica.valuesOf(id);
    return text(
      values.findLast((value) => text(value, 'spec', 'storageClassName') !== ''),
      'spec',
      'storageClassName',
    );
  };
  return (element) => {
    if (!isPod(element)) return classOf(element.id);
    const claim = element.volumes.find((volume) => volume.claim !== undefined)?.claim;
    return claim === undefined ? '' : classOf(claim);
  };
}

/** A claim stands with the node of the oldest pod that uses it. */
function byNode(replica: Replica, structure: Structure): SectionOf {
  const nodeOf = (id: ObjectId): string => text(replica.lastValue(id), 'spec', 'nodeName');
  return (element) => {
    if (isPod(element)) return nodeOf(element.id);
    const claim = structure.claimOfVolume.get(element.id) ?? element.id;
    const pod = structure.podsOf.get(claim)?.[0];
    return pod === undefined ? '' : nodeOf(pod);
  };
}

function isPod(element: Element): element is PodElement {
  return element.kind === 'Pod' && 'volumes' in element;
}

function split(plan: GroupPlan, sectionOf: SectionOf): SectionedPlan[] {
  const members = [...plan.pods, ...plan.claims, ...plan.volumes, ...plan.orphans];
  const names = [...new Set(members.map(sectionOf))];
  const [only = ''] = names;
  if (names.length <= 1) return [{ ...plan, section: only }];
  return names.map((section) => {
    const isIn = (element: Element): boolean => sectionOf(element) === section;
    const pods = plan.pods.filter(isIn);
    const claims = plan.claims.filter(isIn);
    const volumes = plan.volumes.filter(isIn);
    const orphans = plan.orphans.filter(isIn);
    const { workload: _, ...rest } = plan;
    const head = [...pods, ...claims, ...volumes, ...orphans][0]?.id ?? plan.head;
    return { ...rest, id: `${plan.id}@${section}`, head, pods, claims, volumes, orphans, section };
  });
}

/** The groups' objects anew, by namespace and then by class: what is drawn where there are too many groups. */
export function lanePlans(replica: Replica, plans: readonly GroupPlan[]): SectionedPlan[] {
  const classOf = byClass(replica);
  const found = new Map<string, MutableLanes>();
  const at = (namespace: string, name: string, head: ObjectId): MutableLanes => {
    const id = `lanes/${namespace}/${name}`;
    const known = found.get(id);
    if (known !== undefined) return known;
    const title: Phrase = name === '' ? { key: 'graph.noClass' } : name;
    const lanes = { id, namespace, title, head, workloads: [], pods: [], claims: [], volumes: [], orphans: [] };
    found.set(id, lanes);
    return lanes;
  };
  for (const plan of plans) {
    const { workload, pods, claims } = plan;
    const first = pods[0] ?? claims[0];
    if (workload !== undefined) {
      const name = first === undefined ? '' : classOf(first);
      at(plan.namespace, name, workload.id).workloads.push(workload);
    }
    for (const pod of pods) at(pod.namespace, classOf(pod), pod.id).pods.push(pod);
    for (const claim of claims) at(claim.namespace, classOf(claim), claim.id).claims.push(claim);
    for (const volume of plan.volumes) at('', classOf(volume), volume.id).volumes.push(volume);
    for (const orphan of plan.orphans) at('', '', orphan.id).orphans.push(orphan);
  }
  return [...found.values()]
    .map((lanes) => ({ ...lanes, rank: 0, bornAt: 0, section: lanes.namespace }))
    .sort((a, b) => order(a.namespace, b.namespace) || order(nameOf(a.title), nameOf(b.title)));
}

interface MutableLanes {
  readonly id: string;
  readonly namespace: string;
  readonly title: Phrase;
  readonly head: ObjectId;
  readonly workloads: Element[];
  readonly pods: PodElement[];
  readonly claims: Element[];
  readonly volumes: Element[];
  readonly orphans: Element[];
}

const nameOf = (title: Phrase): string => (typeof title === 'string' ? title : '');

/** Ids of the groups in which something matches at the moment; what hangs together with it is shown, too. */
export function shownGroups(moment: Moment, plans: readonly GroupPlan[], filter: Filter): ReadonlySet<string> {
  const isShown = (element: Element): boolean =>
    matches(filter, { ...element, family: stateOf(moment, element).family });
  return new Set(plans.filter((plan) => membersOf(moment.structure, plan).some(isShown)).map(({ id }) => id));
}

/** Everything that is drawn in a group. */
export function membersOf(structure: Structure, plan: GroupPlan): Element[] {
  const { workload, workloads = [], pods, claims, volumes, orphans } = plan;
  const owned = [...claims.flatMap(({ id }) => structure.volumesOfClaim.get(id) ?? []), ...volumes];
  const behind = owned.flatMap(({ id }) => [
    ...(structure.attachmentsOfVolume.get(id) ?? []),
    ...[structure.backendOfVolume.get(id)].filter((backend) => backend !== undefined),
  ]);
  const owners = workload === undefined ? workloads : [workload];
  return [...owners, ...pods, ...claims, ...owned, ...behind, ...orphans];
}
