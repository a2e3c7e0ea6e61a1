import { createStore } from 'zustand/vanilla';
import { nextHit, previousHit } from '../model/breakpoints.ts';
import { currentHits } from '../store/breakpoints.ts';
import { player, seek } from '../store/player.ts';

/** Whether the breakpoints are shown, and from which step others are offered. */
export const breakpointMenu = createStore<{ readonly isOpen: boolean; readonly step: number }>(() => ({
  isOpen: false,
  step: 0,
}));

/** Shows the breakpoints and offers what happens at a step, by default the playhead's. */
export function openBreakpoints(step = player.getState().step): void {
  breakpointMenu.setState({ isOpen: true, step });
}

export function closeBreakpoints(): void {
  breakpointMenu.setState({ isOpen: false });
}

/** Goes to the stop that comes next, or that came before. */
export function goToHit(direction: 1 | -1): void {
  const { step } = player.getState();
  const hit = direction === 1 ? nextHit(currentHits(), step) : previousHit(currentHits(), step);
  if (hit !== undefined) seek(hit.step);
}
