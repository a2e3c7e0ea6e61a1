import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { texts } from '../store/texts.ts';

/** What the text of the open tab is called. */
export function useLabel(): string {
  const { t } = useTranslation();
  return t(useStore(texts, (state) => state.tab) === 'manifests' ? 'editor.manifestsText' : 'editor.clusterText');
}
