import { useDeferredValue, useMemo } from 'react';
import { useStore } from 'zustand';
import { type Moment, momentAt } from '../model/moment.ts';
import { type Structure, structureOf } from '../model/structure.ts';
import { player } from './player.ts';
import { run } from './run.ts';

/** Who belongs to whom in the recording, as far as the page has taken note of it. */
let known: { readonly version: number; readonly structure: Structure } | undefined;

export function currentStructure(): Structure {
  const { replica, version } = run.getState();
  if (known?.version !== version) known = { version, structure: structureOf(replica) };
  return known.structure;
}

/**
 * The recording at the playhead, for what stands beside the picture: it follows as soon as the picture is drawn, and leaves out
 * the places that a dragged playhead only passes.
 */
export function useMoment(): Moment {
  const version = useDeferredValue(useStore(run, (state) => state.version));
  const step = useDeferredValue(useStore(player, (state) => state.step));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  return useMemo(() => momentAt(run.getState().replica, currentStructure(), step), [version, step]);
}
