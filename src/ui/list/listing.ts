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
export function isListed({ shownAs }: Listing, { workloads, pods, claims, volumes }: Structure): boolean {
  if (shownAs !== 'auto') return shownAs === 'list';
  return workloads.length + pods.length + claims.length + volumes.length >= LIST_FROM;
}

/** Goes from the graph to the list and back. */
export function toggleList(): void {
  const shownAs = isListed(listing.getState(), currentStructure()) ? 'graph' : 'list';
  listing.setState({ shownAs });
}

export function focusFilter(): void {
  document.querySelector<HTMLInputElement>('.name-filter')?.focus();
}
