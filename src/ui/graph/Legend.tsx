import type { ReactNode } from 'react';
import { useTranslate } from './useTranslate.ts';

/** What the lines and the path mean. */
export function Legend(): ReactNode {
  const t = useTranslate();
  return (
    <ul className="legend" aria-label={t('graph.legend')}>
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
      <li className="push path-key">
        <span className="path" aria-hidden="true">
          <i className="d" />
          <i className="d" />
          <i className="w" />
          <i />
        </span>
        {t('graph.legendPath')}
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
