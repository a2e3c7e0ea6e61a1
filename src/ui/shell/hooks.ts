import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { useStore } from 'zustand';
import { preferences } from '../store/preferences.ts';
import type { Session } from '../store/session.ts';
import type { WindowSize } from './sizes.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

/** The session of this page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('outside of the page');
  return session;
}

const media = new Map<string, MediaQueryList>();

function mediaOf(query: string): MediaQueryList {
  const known = media.get(query) ?? window.matchMedia(query);
  media.set(query, known);
  return known;
}

/** Whether a media query holds, kept up to date. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const found = mediaOf(query);
      found.addEventListener('change', listener);
      return () => found.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => mediaOf(query).matches);
}

/** Whether nothing moves by itself: the system or the visitor wants it so. */
export function useReducedMotion(): boolean {
  const isChosen = useStore(preferences, (state) => state.reducedMotion);
  return useMedia('(prefers-reduced-motion: reduce)') || isChosen;
}

function onResize(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  return () => window.removeEventListener('resize', listener);
}

export function useWindowSize(): WindowSize {
  const width = useSyncExternalStore(onResize, () => window.innerWidth);
  const height = useSyncExternalStore(onResize, () => window.innerHeight);
  return { width, height };
}
