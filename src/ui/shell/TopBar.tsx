import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { FaultsButton } from '../faults/FaultsButton.tsx';
import { PresentButton } from '../presenter/PresentButton.tsx';
import { ScenarioMenu } from '../scenarios/ScenarioMenu.tsx';
import { ShareButtons } from '../share/ShareButtons.tsx';
import { player } from '../store/player.ts';
import { preferences } from '../store/preferences.ts';
import { run } from '../store/run.ts';
import { useMedia } from './hooks.ts';

/** The version of Kubernetes whose behaviour the engine follows. */
const KUBERNETES = '1.36';

export function TopBar(): ReactNode {
  const { t } = useTranslation();
  return (
    <header className="top">
      <h1 className="brand">
        <svg className="g" viewBox="0 0 18 18" aria-hidden="true">
          <ellipse cx="9" cy="4.2" rx="6" ry="2.3" />
          <path d="M3 4.2v9.6c0 1.3 2.7 2.3 6 2.3s6-1 6-2.3V4.2" />
          <path d="M7.4 8.4l4 2.3-4 2.3z" fill="currentColor" />
        </svg>
        {t('shell.brand')}
      </h1>
      <ClusterFacts />
      <ScenarioMenu />
      <FaultsButton />
      <ShareButtons />
      <PresentButton />
      <LanguageButton />
      <ThemeButton />
    </header>
  );
}

function ClusterFacts(): ReactNode {
  const { t } = useTranslation();
  const version = useStore(run, (state) => state.version);
  const step = useStore(player, (state) => state.step);
  const { replica } = run.getState();
  const nodes = replica.union().filter(({ id, kind }) => kind === 'Node' && replica.objectAt(id, step)).length;
  return (
    <span className="push where" data-version={version}>
      {t('shell.where', { version: KUBERNETES, count: nodes })}
    </span>
  );
}

function LanguageButton(): ReactNode {
  const { t } = useTranslation();
  const language = useStore(preferences, (state) => state.language);
  const other = language === 'en' ? 'zh-CN' : 'en';
  return (
    <button type="button" className="btn" lang={other} onClick={() => preferences.setState({ language: other })}>
      {t('shell.otherLanguage')}
    </button>
  );
}

function ThemeButton(): ReactNode {
  const { t } = useTranslation();
  const chosen = useStore(preferences, (state) => state.theme);
  const isSystemDark = useMedia('(prefers-color-scheme: dark)');
  const isDark = chosen === null ? isSystemDark : chosen === 'dark';
  return (
    <button type="button" className="btn" onClick={() => preferences.setState({ theme: isDark ? 'light' : 'dark' })}>
      {t(isDark ? 'shell.lightTheme' : 'shell.darkTheme')}
    </button>
  );
}
