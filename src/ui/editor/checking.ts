import type { Session } from '../store/session.ts';
import { TEXT_TABS, type TextTab, texts } from '../store/texts.ts';

const PAUSE_MS = 250;
/** A long text is read less often: half a second later for each megabyte. */
const PAUSE_PER_CHARACTER_MS = 0.0005;

/**
 * Reads a text some time after it changed; never two at a time.
 * @returns ends it
 */
export function keepChecking(session: Session): () => void {
  const timers = new Map<TextTab, number>();
  const busy = new Set<TextTab>();

  const later = (tab: TextTab): void => {
    window.clearTimeout(timers.get(tab));
    const pause = PAUSE_MS + texts.getState()[tab].length * PAUSE_PER_CHARACTER_MS;
    timers.set(
      tab,
      window.setTimeout(() => void check(tab), pause),
    );
  };
  const check = async (tab: TextTab): Promise<void> => {
    if (busy.has(tab)) return;
    busy.add(tab);
    const text = texts.getState()[tab];
    await session.check(tab, text);
    busy.delete(tab);
    if (texts.getState()[tab] !== text) later(tab);
  };

  const unsubscribe = texts.subscribe((state, before) => {
    // What a manifest may refer to depends on the cluster, too.
    if (state.cluster !== before.cluster) for (const tab of TEXT_TABS) later(tab);
    else if (state.manifests !== before.manifests) later('manifests');
  });
  return () => {
    unsubscribe();
    for (const timer of timers.values()) window.clearTimeout(timer);
  };
}
