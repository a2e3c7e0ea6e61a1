import type { MouseEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { focusOn, type RegionName } from './shortcuts.ts';

const LINKS = [
  { region: 'editor', key: 'shell.skipToEditor' },
  { region: 'graph', key: 'shell.skipToGraph' },
  { region: 'inspector', key: 'shell.skipToInspector' },
  { region: 'dock', key: 'shell.skipToTimeline' },
] as const satisfies readonly { readonly region: RegionName; readonly key: string }[];

/** Seen when the tab key reaches them. */
export function SkipLinks(): ReactNode {
  const { t } = useTranslation();
  const go = (event: MouseEvent, region: RegionName): void => {
    event.preventDefault();
    focusOn(region);
  };
  return (
    <nav className="skip" aria-label={t('shell.panels')}>
      {LINKS.map(({ region, key }) => (
        <a key={region} href={`#${region}`} onClick={(event) => go(event, region)}>
          {t(key)}
        </a>
      ))}
    </nav>
  );
}
