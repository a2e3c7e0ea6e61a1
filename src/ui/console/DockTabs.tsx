import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Tabs } from '../shell/Tabs.tsx';
import { foldPanel } from '../store/preferences.ts';
import { consoleStore, type DockTab, showDockTab } from './store.ts';

/** What lies below the transport: the timeline or the console. A tab of a folded panel opens it. */
export function DockTabs(): ReactNode {
  const { t } = useTranslation();
  const selected = useStore(consoleStore, (state) => state.tab);
  const select = (tab: DockTab): void => {
    showDockTab(tab);
    foldPanel('dock', false);
  };
  return (
    <Tabs
      label={t('console.tabs')}
      id="dock"
      tabs={[
        { name: 'timeline', text: t('console.timeline') },
        { name: 'console', text: t('console.console') },
      ]}
      selected={selected}
      onSelect={select}
    />
  );
}
