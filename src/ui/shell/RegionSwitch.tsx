import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type View, view } from '../store/view.ts';

const SHOW = [
  { region: 'editor', key: 'shell.showEditor' },
  { region: 'graph', key: 'shell.showGraph' },
  { region: 'dock', key: 'shell.showTimeline' },
  { region: 'inspector', key: 'shell.showInspector' },
] as const satisfies readonly { readonly region: View['region']; readonly key: string }[];

/** In a narrow window, which panel is seen. */
export function RegionSwitch(): ReactNode {
  const { t } = useTranslation();
  const shown = useStore(view, (state) => state.region);
  return (
    <nav className="switch" aria-label={t('shell.panels')}>
      {SHOW.map(({ region, key }) => (
        <button
          key={region}
          type="button"
          className="btn"
          aria-pressed={shown === region}
          onClick={() => view.setState({ region })}
        >
          {t(key)}
        </button>
      ))}
    </nav>
  );
}
