import type { ReactNode } from 'react';
import { Glyph, type GlyphName } from './Glyph.tsx';
import { useTranslate } from './useTranslate.ts';

const CHAIN = [
  ['k-pod', 'graph.lanePod'],
  ['k-pvc', 'graph.laneClaim'],
  ['k-pv', 'graph.lanePv'],
  ['k-vol', 'graph.laneVolume'],
] as const satisfies readonly (readonly [GlyphName, string])[];

/** Nothing is there yet: what to do, and the chain that will come of it, dotted as what is to come is. */
export function EmptyGraph(): ReactNode {
  const t = useTranslate();
  return (
    <div className="graph-empty">
      <b className="empty-title">{t('graph.emptyTitle')}</b>
      {t('graph.emptyHint')}
      <div className="empty-chain" aria-hidden="true">
        {CHAIN.map(([glyph, key]) => (
          <span key={key}>
            <Glyph name={glyph} />
            {t(key)}
          </span>
        ))}
      </div>
    </div>
  );
}
