import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { foldPanel, type Panel } from '../store/preferences.ts';

const FOLD = { editor: 'shell.foldEditor', inspector: 'shell.foldInspector', dock: 'shell.foldTimeline' } as const;
const OPEN = { editor: 'shell.openEditor', inspector: 'shell.openInspector', dock: 'shell.openTimeline' } as const;

/** Which way the sign points, in degrees from down. */
const TURNED: Readonly<Record<Panel, number>> = { editor: 90, inspector: -90, dock: 0 };

/** Folds a panel to its rail and opens it again. */
export function FoldButton({ panel, isFolded }: { readonly panel: Panel; readonly isFolded: boolean }): ReactNode {
  const { t } = useTranslation();
  const label = t(isFolded ? OPEN[panel] : FOLD[panel]);
  const turned = TURNED[panel] + (isFolded ? 180 : 0);
  return (
    <button
      type="button"
      className="btn icon"
      aria-label={label}
      title={label}
      aria-expanded={!isFolded}
      onClick={() => foldPanel(panel, !isFolded)}
    >
      <svg className="g" viewBox="0 0 16 16" aria-hidden="true" style={{ transform: `rotate(${turned}deg)` }}>
        <path d="M4.5 6.5L8 10l3.5-3.5" />
      </svg>
    </button>
  );
}
