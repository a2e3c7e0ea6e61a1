import { createStore } from 'zustand/vanilla';

/** Panels that lie over the page, one at a time. */
export type Overlay = 'palette' | 'keys' | 'share' | 'export' | 'compare';

export const overlay = createStore<{ readonly open: Overlay | null }>(() => ({ open: null }));

export function openOverlay(open: Overlay): void {
  overlay.setState({ open });
}

/** Closes this panel; one that has taken its place meanwhile stays. */
export function closeOverlay(closed: Overlay): void {
  if (overlay.getState().open === closed) overlay.setState({ open: null });
}
