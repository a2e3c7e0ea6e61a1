import { createStore } from 'zustand/vanilla';
import { player } from '../store/player.ts';

/** The step that the graph shows for a while, because the pointer rests on it in the timeline; null while it shows the playhead's. */
export const preview = createStore<{ readonly step: number | null }>(() => ({ step: null }));

const AFTER_MS = 150;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The pointer is at a step: the graph shows it when the pointer stays there. */
export function previewStep(step: number): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const { playing, step: here } = player.getState();
    preview.setState({ step: playing || step === here ? null : step });
  }, AFTER_MS);
}

/** The graph shows the playhead's step again, at once. */
export function endPreview(): void {
  clearTimeout(timer);
  if (preview.getState().step !== null) preview.setState({ step: null });
}

// Whatever moves the playhead wants to see it.
player.subscribe((state, before) => {
  if (state.step !== before.step || state.playing !== before.playing) endPreview();
});
