import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { conditionMessage } from '../model/breakpoints.ts';
import { useHits } from '../store/breakpoints.ts';
import { player } from '../store/player.ts';

/** What a breakpoint stopped at, while the playhead still is where it did. */
export function useStopped(): string | undefined {
  const { t } = useTranslation();
  const hits = useHits();
  const stopped = useStore(player, ({ hit, step, playing }) => (hit === step && !playing ? hit : null));
  if (stopped === null) return undefined;
  const [first, ...others] = hits.find(({ step }) => step === stopped)?.conditions ?? [];
  if (first === undefined) return undefined;
  const { key, values } = conditionMessage(first);
  const what = t(key, { ...values });
  const all = others.length === 0 ? what : t('timeline.stoppedAtMore', { what, count: others.length });
  return t('timeline.stoppedAt', { what: all });
}
