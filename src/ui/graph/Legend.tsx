import { type ReactNode, useState } from 'react';
import { Glyph } from './Glyph.tsx';
import { useTranslate } from './useTranslate.ts';

const STATES = [
  ['ok', 'graph.stateOk'],
  ['working', 'graph.stateWorking'],
  ['waiting', 'graph.stateWaiting'],
  ['failed', 'graph.stateFailed'],
  ['ending', 'graph.stateEnding'],
  ['idle', 'graph.stateIdle'],
  ['unborn', 'graph.stateUnborn'],
] as const;

/** What the lines and the path mean; with all of them, the rarer lines and the states, too. */
export function Legend(): ReactNode {
  const t = useTranslate();
  const [showsAll, setShowsAll] = useState(false);
  return (
    <ul className="legend" aria-label={t('graph.legend')} data-all={showsAll}>
      <Entry text={t('graph.legendClaims')}>
        <path className="e-claims" d="M1 6H26" markerEnd="url(#m-arrow)" />
      </Entry>
      <Entry text={t('graph.legendMounted')}>
        <path className="e-mounted" d="M4 6H26" markerStart="url(#m-square)" markerEnd="url(#m-square)" />
      </Entry>
      <Entry text={t('graph.legendBound')}>
        <path className="e-bound" d="M3 6H27" markerStart="url(#m-dot)" markerEnd="url(#m-dot)" />
      </Entry>
      <Entry text={t('graph.legendHalfBound')}>
        <path className="e-rest" d="M16 6H4" />
        <circle className="e-ring" cx={4} cy={6} r={2.6} />
        <path className="e-half is-working" d="M28 6H16M16 0v12" />
        <circle className="e-dot is-working" cx={27} cy={6} r={2.8} />
      </Entry>
      <Entry text={t('graph.legendAttached')}>
        <path className="e-rails" d="M0 6H30" />
        <path className="e-gap" d="M0 6H30" />
      </Entry>
      <Entry text={t('graph.legendRejected')}>
        <path className="e-no" d="M1 6H26" markerEnd="url(#m-x)" />
      </Entry>
      {showsAll && (
        <>
          <Entry text={t('graph.legendStaged')}>
            <path className="e-staged" d="M1 6H26" markerEnd="url(#m-square)" />
          </Entry>
          <Entry text={t('graph.legendAttaching')}>
            <path className="e-rails is-working" d="M12 6H30" />
            <path className="e-gap" d="M12 6H30" />
            <circle className="ball" cx={12} cy={6} r={4.2} />
          </Entry>
          <Entry text={t('graph.legendFailed')}>
            <path className="e-claims is-failed" d="M1 6H26" />
            <path className="ball-x" d="M12 2l8 8M20 2l-8 8" />
          </Entry>
          <Entry text={t('graph.legendCopy')}>
            <path className="e-copy" d="M1 6H29" />
          </Entry>
          <Entry text={t('graph.legendUnborn')}>
            <path className="e-unborn" d="M1 6H29" />
          </Entry>
          {STATES.map(([family, key]) => (
            <li key={family} className={`legend-state is-${family}`}>
              <Glyph name={`s-${family}`} size="s" />
              {t(key)}
            </li>
          ))}
        </>
      )}
      <li className="push path-key">
        <span className="path" aria-hidden="true">
          <i className="d" />
          <i className="d" />
          <i className="w" />
          <i />
        </span>
        {t('graph.legendPath')}
      </li>
      <li>
        <button
          type="button"
          className="btn legend-all"
          aria-expanded={showsAll}
          onClick={() => setShowsAll(!showsAll)}
        >
          {showsAll ? t('graph.railLess') : t('graph.legendAll')}
        </button>
      </li>
    </ul>
  );
}

function Entry({ text, children }: { readonly text: string; readonly children: ReactNode }): ReactNode {
  return (
    <li>
      <svg viewBox="0 0 30 12" aria-hidden="true" focusable="false">
        {children}
      </svg>
      {text}
    </li>
  );
}
