import type { Family } from './family.ts';
import type { Structure } from './structure.ts';

export const GROUPINGS = ['owner', 'namespace', 'class', 'node'] as const;
/** What stands together in the graph, above its chains. */
export type Grouping = (typeof GROUPINGS)[number];

export const STATUSES = ['any', 'attention', 'working', 'waiting', 'failed', 'ending', 'ok', 'idle'] as const;
/** A state family, or those that want a person: waiting and failed. */
export type Status = (typeof STATUSES)[number];

/** Which objects are shown. */
export interface Filter {
  /** Empty for all. Objects without a namespace are in each. */
  readonly namespace: string;
  readonly status: Status;
  /** Part of a name, in whatever case. */
  readonly text: string;
}

/** How the objects are shown; all of it stands in the address. */
export interface Listing extends Filter {
  readonly groupBy: Grouping;
  /** `auto`: the graph, and the list where there is too much for a graph. */
  readonly shownAs: 'auto' | 'graph' | 'list';
}

export const EVERYTHING: Filter = { namespace: '', status: 'any', text: '' };

/** The query's names for the parts of a listing. */
const NAMES = {
  shownAs: 'view',
  namespace: 'namespace',
  status: 'status',
  text: 'filter',
  groupBy: 'groupBy',
} as const;

/** The listing of an address; what is missing or not understood is as it is at first. */
export function readListing(search: string): Listing {
  const query = new URLSearchParams(search);
  const read = (part: keyof typeof NAMES): string => query.get(NAMES[part]) ?? '';
  const shownAs = read('shownAs');
  return {
    namespace: read('namespace'),
    status: STATUSES.find((status) => status === read('status')) ?? 'any',
    text: read('text'),
    groupBy: GROUPINGS.find((grouping) => grouping === read('groupBy')) ?? 'owner',
    shownAs: shownAs === 'list' || shownAs === 'graph' ? shownAs : 'auto',
  };
}

/** The query with the listing in it; what is as at first is left out, what else it holds stays. */
export function writeListing(search: string, listing: Listing): string {
  const query = new URLSearchParams(search);
  const first: Listing = { ...EVERYTHING, groupBy: 'owner', shownAs: 'auto' };
  for (const part of ['shownAs', 'namespace', 'status', 'text', 'groupBy'] as const) {
    if (listing[part] === first[part]) query.delete(NAMES[part]);
    else query.set(NAMES[part], listing[part]);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export function isFiltering({ namespace, status, text }: Filter): boolean {
  return namespace !== '' || status !== 'any' || text !== '';
}

export function isStatus(status: Status, family: Family): boolean {
  if (status === 'any') return true;
  if (status === 'attention') return family === 'waiting' || family === 'failed';
  return family === status;
}

/** Whether an object is shown. */
export function matches(
  filter: Filter,
  object: { readonly namespace: string; readonly name: string; readonly family: Family },
): boolean {
  if (filter.namespace !== '' && object.namespace !== '' && object.namespace !== filter.namespace) return false;
  if (!isStatus(filter.status, object.family)) return false;
  return object.name.toLowerCase().includes(filter.text.trim().toLowerCase());
}

/** The namespaces of what the graph draws, in order. */
export function namespacesOf(structure: Pick<Structure, 'workloads' | 'pods' | 'claims'>): readonly string[] {
  const all = [structure.workloads, structure.pods, structure.claims].flat().map(({ namespace }) => namespace);
  return [...new Set(all)].sort();
}

/** What belongs to a namespace: its pods and claims with their volumes, and the volumes that nobody claims. */
export function structureIn(structure: Structure, namespace: string): Structure {
  if (namespace === '') return structure;
  const isIn = (element: { readonly namespace: string }): boolean => element.namespace === namespace;
  const isOfClaim = (claim: string | undefined): boolean =>
    claim === undefined || structure.elements.get(claim)?.namespace === namespace;
  return {
    ...structure,
    workloads: structure.workloads.filter(isIn),
    pods: structure.pods.filter(isIn),
    claims: structure.claims.filter(isIn),
    volumes: structure.volumes.filter(({ id }) => isOfClaim(structure.claimOfVolume.get(id))),
  };
}
