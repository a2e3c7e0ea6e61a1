import { useMemo } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import { allHits, type Breakpoint, type Condition, type Hit, keyOf, nextHit } from '../model/breakpoints.ts';
import type { Recording } from './player.ts';
import { recording, run } from './run.ts';

/** What playing stops at, in the order in which it was added. */
export const breakpoints = createStore<{ readonly list: readonly Breakpoint[] }>(() => ({ list: [] }));

const NONE: readonly Hit[] = [];
let known:
  | { readonly version: number; readonly list: readonly Breakpoint[]; readonly hits: readonly Hit[] }
  | undefined;

/** Every step of the recording that a breakpoint stops at, worked out once for each version and list. */
export function currentHits(): readonly Hit[] {
  const { replica, version } = run.getState();
  const { list } = breakpoints.getState();
  if (list.length === 0) return NONE;
  if (known?.version !== version || known.list !== list) known = { version, list, hits: allHits(replica, list) };
  return known.hits;
}

/** The hits, up to date with recording and list. */
export function useHits(): readonly Hit[] {
  const version = useStore(run, (state) => state.version);
  const list = useStore(breakpoints, (state) => state.list);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the hits change with these two
  return useMemo(() => currentHits(), [version, list]);
}

/** The recording with the steps that playing stops at. */
export function stoppingRecording(): Recording {
  return { ...recording(), nextStop: (step) => nextHit(currentHits(), step)?.step };
}

export function setBreakpoints(list: readonly Breakpoint[]): void {
  breakpoints.setState({ list });
}

export function hasBreakpoint(list: readonly Breakpoint[], condition: Condition): boolean {
  const key = keyOf(condition);
  return list.some((breakpoint) => keyOf(breakpoint.condition) === key);
}

/** Adds a breakpoint; one with the same condition stays as it is, and is on again. */
export function addBreakpoint(condition: Condition): void {
  const key = keyOf(condition);
  breakpoints.setState(({ list }) => {
    if (!hasBreakpoint(list, condition)) return { list: [...list, { condition, isOn: true }] };
    return { list: list.map((one) => (keyOf(one.condition) === key ? { ...one, isOn: true } : one)) };
  });
}

export function removeBreakpoint(condition: Condition): void {
  const key = keyOf(condition);
  breakpoints.setState(({ list }) => ({ list: list.filter((one) => keyOf(one.condition) !== key) }));
}

/** Adds the breakpoint, or removes the one that has this condition. */
export function toggleBreakpoint(condition: Condition): void {
  if (hasBreakpoint(breakpoints.getState().list, condition)) removeBreakpoint(condition);
  else addBreakpoint(condition);
}

export function switchBreakpoint(condition: Condition, isOn: boolean): void {
  const key = keyOf(condition);
  breakpoints.setState(({ list }) => ({
    list: list.map((one) => (keyOf(one.condition) === key ? { ...one, isOn } : one)),
  }));
}

/** Puts another condition in the place of one; where there is a breakpoint with it already, that one stays alone. */
export function changeBreakpoint(from: Condition, to: Condition): void {
  const [old, young] = [keyOf(from), keyOf(to)];
  breakpoints.setState(({ list }) => ({
    list: list
      .filter((one) => keyOf(one.condition) !== young || young === old)
      .map((one) => (keyOf(one.condition) === old ? { ...one, condition: to } : one)),
  }));
}
