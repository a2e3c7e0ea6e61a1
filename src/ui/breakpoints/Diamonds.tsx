import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Axis, xOf } from '../model/axis.ts';
import { conditionMessage, placedHits } from '../model/breakpoints.ts';
import type { Replica } from '../model/replica.ts';
import { useHits } from '../store/breakpoints.ts';
import { seek } from '../store/player.ts';

interface Props {
  readonly axis: Axis;
  readonly replica: Replica;
  readonly step: number;
}

/** Where breakpoints stop playing: filled once the playhead has been there. By keys, `[` and `]` go along them. */
export function Diamonds({ axis, replica, step }: Props): ReactNode {
  const { t } = useTranslation();
  const hits = useHits();
  const placed = useMemo(
    () => placedHits(hits, (hit) => xOf(axis, replica.timeAt(hit.step)), axis.width),
    [hits, axis, replica],
  );
  return placed.map(({ x, first, count }) => {
    const [condition] = first.conditions;
    if (condition === undefined) return null;
    const { key, values } = conditionMessage(condition);
    const what = t('timeline.hitTip', { what: t(key, { ...values }), step: first.step });
    const text = count > 1 ? t('timeline.stoppedAtMore', { what, count: count - 1 }) : what;
    return (
      <button
        key={first.step}
        type="button"
        tabIndex={-1}
        className={first.step <= step ? 'brk is-hit' : 'brk'}
        style={{ left: x }}
        title={text}
        aria-label={text}
        onClick={() => seek(first.step)}
      />
    );
  });
}
