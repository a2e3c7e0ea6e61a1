import { createStore } from 'zustand/vanilla';
import type { Replica } from '../model/replica.ts';
import type { SharedScene } from '../share/scene.ts';
import { player } from '../store/player.ts';
import type { StepPair } from './compare.ts';

/** What the other run is, as a sentence of the page names it. */
export interface RunName {
  readonly key: 'compare.ofFork' | 'compare.ofState' | 'compare.ofFile';
  readonly values: Readonly<Record<string, string | number>>;
}

/** The run that stands beside the one that is shown. */
export interface OtherRun {
  readonly name: RunName;
  readonly scene: SharedScene;
  /** Its recording; the same object while it is being made. */
  readonly replica: Replica;
  /** Nothing will be added to the recording. */
  readonly isComplete: boolean;
}

export interface Compared {
  readonly other: OtherRun | null;
  /** Where both playheads were put together; holds as long as this run's is there. */
  readonly pair: StepPair | null;
}

export const compared = createStore<Compared>(() => ({ other: null, pair: null }));

player.subscribe(({ step }) => {
  const { pair } = compared.getState();
  if (pair !== null && pair.here !== step) compared.setState({ pair: null });
});

export function leaveComparison(): void {
  compared.setState({ other: null, pair: null });
}
