import type { ObjectId } from '../../worker/protocol.ts';
import { nodeFacts } from './card.ts';
import { type Family, type StateGlyph, stateOf } from './family.ts';
import { count, field, list, objectId, text } from './ids.ts';
import type { Phrase } from './message.ts';
import { lifeOf, type Moment } from './moment.ts';
import type { Element, Structure } from './structure.ts';

/** One chip of the rail. */
export interface Chip {
  readonly id: ObjectId;
  readonly kind: string;
  readonly name: string;
  readonly family: Family;
  readonly glyph: StateGlyph;
  readonly phase: string;
  /** The state is told in place of the kind. */
  readonly showsState: boolean;
  readonly facts: readonly Phrase[];
  /** Facts that there is not always room for. */
  readonly details: readonly Phrase[];
}

/** Nodes, then classes; drivers and what they tell of nodes and capacity on demand. */
export interface RailContent {
  readonly nodes: readonly Chip[];
  readonly classes: readonly Chip[];
  readonly more: readonly Chip[];
}

const ALWAYS: readonly string[] = ['StorageClass', 'VolumeAttributesClass'];
const ON_DEMAND: readonly string[] = ['CSIDriver', 'CSINode', 'CSIStorageCapacity'];

const byKind = new WeakMap<Structure, ReadonlyMap<string, readonly Element[]>>();

function elementsOf(structure: Structure, kinds: readonly string[]): Element[] {
  let known = byKind.get(structure);
  if (known === undefined) {
    const wanted = new Set([...ALWAYS, ...ON_DEMAND]);
    const found = new Map<string, Element[]>();
    for (const element of structure.elements.values()) {
      if (wanted.has(element.kind)) found.set(element.kind, [...(found.get(element.kind) ?? []), element]);
    }
    known = found;
    byKind.set(structure, known);
  }
  return kinds.flatMap((kind) => known.get(kind) ?? []);
}

/** What stands on the rail at a moment. What is gone is not there any more. */
export function railContent(moment: Moment): RailContent {
  const chips = (elements: readonly Element[]): Chip[] =>
    elements.filter((element) => lifeOf(moment, element) !== 'gone').map((element) => chipOf(moment, element));
  return {
    nodes: chips(moment.structure.nodes),
    classes: chips(elementsOf(moment.structure, ALWAYS)),
    more: chips(elementsOf(moment.structure, ON_DEMAND)),
  };
}

function chipOf(moment: Moment, element: Element): Chip {
  const { id, kind, name } = element;
  const { family, glyph, phase } = stateOf(moment, element);
  const showsState = glyph === 'barred' || family === 'failed' || family === 'unborn' || family === 'waiting';
  const base = { id, kind, name, family, glyph, phase, showsState };
  if (lifeOf(moment, element) !== 'alive') return { ...base, facts: [], details: [] };
  const facts = FACTS[kind]?.(moment, element) ?? {};
  return { ...base, facts: facts.facts ?? [], details: (facts.details ?? []).filter((detail) => detail !== '') };
}

type FactsOf = (moment: Moment, element: Element) => { readonly facts?: Phrase[]; readonly details?: Phrase[] };

const FACTS: Readonly<Record<string, FactsOf>> = {
  Node: (moment, element) => ({ facts: nodeChipFacts(moment, element) }),
  StorageClass: (moment, { id }) => {
    const value = moment.at(id);
    const isDefault = value?.metadata.annotations?.['storageclass.kubernetes.io/is-default-class'] === 'true';
    const details = [text(value, 'volumeBindingMode'), text(value, 'reclaimPolicy')];
    return isDefault ? { facts: [{ key: 'graph.defaultClass' }], details } : { details };
  },
  VolumeAttributesClass: (moment, { id }) => ({ details: [text(moment.at(id), 'driverName')] }),
  CSIDriver: (moment, { id }) => {
    const attaches = field(moment.at(id), 'spec', 'attachRequired') !== false;
    return { facts: attaches ? [] : [{ key: 'graph.noAttachStep' }] };
  },
  CSINode: (moment, { id }) => ({
    facts: [{ key: 'graph.drivers', values: { count: list(moment.at(id), 'spec', 'drivers').length } }],
  }),
  CSIStorageCapacity: (moment, { id }) => {
    const value = moment.at(id);
    return { facts: [text(value, 'capacity')], details: [text(value, 'storageClassName')] };
  },
};

function nodeChipFacts(moment: Moment, element: Element): Phrase[] {
  const { zone, disks, attaching } = nodeFacts(moment, element.id);
  const { family, glyph } = stateOf(moment, element);
  const facts: Phrase[] = zone === '' ? [] : [zone];
  const missing = missingDriver(moment, element);
  if (family === 'failed') facts.push('NotReady');
  else if (glyph === 'barred') facts.push({ key: 'graph.cordoned' });
  else if (isTainted(moment, element)) facts.push({ key: 'graph.tainted' });
  if (missing !== undefined) facts.push({ key: 'graph.driverMissing', values: { driver: missing } });
  const tight = fullestDriver(moment, element);
  if (tight !== undefined) facts.push({ key: 'graph.disksOf', values: { ...tight } });
  else if (attaching > 0) facts.push({ key: 'graph.attachingCount', values: { count: attaching } });
  else if (disks > 0 && facts.length < 2) facts.push({ key: 'graph.disks', values: { count: disks } });
  return facts;
}

/** Taints that somebody set; those of cordoned and not ready nodes are told by their state. */
function isTainted(moment: Moment, { id }: Element): boolean {
  return list(moment.at(id), 'spec', 'taints').some((taint) => !text(taint, 'key').startsWith('node.kubernetes.io/'));
}

/** The driver with the most of its volumes in use on a node, from half of them on. */
export function fullestDriver(
  moment: Moment,
  { id, name }: Element,
): { readonly used: number; readonly limit: number } | undefined {
  const attached = list(moment.at(id), 'status', 'volumesAttached').map((volume) => text(volume, 'name'));
  let fullest: { readonly used: number; readonly limit: number } | undefined;
  for (const driver of list(moment.at(objectId('CSINode', '', name)), 'spec', 'drivers')) {
    const limit = count(driver, 'allocatable', 'count');
    const used = attached.filter((volume) => volume.startsWith(`kubernetes.io/csi/${text(driver, 'name')}^`)).length;
    if (limit === 0 || used * 2 < limit) continue;
    if (fullest === undefined || used / limit > fullest.used / fullest.limit) fullest = { used, limit };
  }
  return fullest;
}

/** A driver that other nodes have registered and this one has not. */
export function missingDriver(moment: Moment, { name }: Element): string | undefined {
  const driversOf = (node: string): string[] =>
    list(moment.at(objectId('CSINode', '', node)), 'spec', 'drivers').map((driver) => text(driver, 'name'));
  const own = new Set(driversOf(name));
  const others = moment.structure.nodes.filter((node) => node.name !== name).flatMap((node) => driversOf(node.name));
  return others.find((driver) => !own.has(driver));
}
