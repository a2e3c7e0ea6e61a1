import { createContext, useContext, useSyncExternalStore } from 'react';
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

/** Whether a media query holds, kept up to date. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = window.matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => window.matchMedia(query).matches,
  );
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
