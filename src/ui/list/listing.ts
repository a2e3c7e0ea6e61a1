import { createStore } from 'zustand/vanilla';
import { EVERYTHING, type Filter, type Listing, readListing, writeListing } from '../model/filter.ts';
import type { Structure } from '../model/structure.ts';
import { currentStructure } from '../store/moment.ts';

/** From how many objects on the list is what opens first. */
export const LIST_FROM = 2001;

/** How the objects are shown, kept in the address. */
export const listing = createStore<Listing>(() => readListing(window.location.search));

listing.subscribe((state) => {
  const { pathname, search, hash } = window.location;
  const next = writeListing(search, state);
  if (next !== search) window.history.replaceState(window.history.state, '', `${pathname}${next}${hash}`);
});

export function showOnly(filter: Partial<Filter>): void {
  listing.setState(filter);
}

export function clearFilter(): void {
  listing.setState(EVERYTHING);
}

/** Whether the list is shown: as chosen, else where there is too much for a graph. */
export function isListed({ shownAs }: Listing, structure: Structure): boolean {
  return shownAs === 'auto' ? sizeOfStructure(structure) >= LIST_FROM : shownAs === 'list';
}

/** Objects of the recording that have a card of their own in the graph's lanes up to the persistent volumes. */
export function sizeOfStructure({ workloads, pods, claims, volumes }: Structure): number {
  return workloads.length + pods.length + claims.length + volumes.length;
}

/** Goes from the graph to the list and back. */
export function toggleList(): void {
  const shownAs = isListed(listing.getState(), currentStructure()) ? 'graph' : 'list';
  listing.setState({ shownAs });
}

/** Shows the objects of a namespace as a list. */
export function listNamespace(namespace: string): void {
  listing.setState({ namespace, shownAs: 'list' });
}

export function focusFilter(): void {
  document.querySelector<HTMLInputElement>('.name-filter')?.focus();
}
