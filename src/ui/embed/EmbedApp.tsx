import './embed.css';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { keepChecking } from '../editor/checking.ts';
import { ManifestEditor } from '../editor/ManifestEditor.tsx';
import { Inspector } from '../inspector/Inspector.tsx';
import { Dock } from '../shell/Dock.tsx';
import { GraphArea } from '../shell/GraphArea.tsx';
import { SessionContext } from '../shell/hooks.ts';
import { Notices } from '../shell/Notices.tsx';
import { StateSymbols } from '../shell/StateSymbols.tsx';
import { listenToKeys } from '../shell/shortcuts.ts';
import { startPlayer } from '../store/player.ts';
import { recording } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { view } from '../store/view.ts';
import { playgroundAddress } from './address.ts';
import { embedding } from './embedding.ts';

type OpenPanel = 'editor' | 'inspector' | null;

/** From this width on a selection opens its explanation by itself: there is room beside it. */
const ROOMY = 640;

/** The page inside of another one: the graph, what happens, and the way through the run. */
export function EmbedApp({ session }: { readonly session: Session }): ReactNode {
  const { t } = useTranslation();
  const [panel, setPanel] = useState<OpenPanel>(null);
  useEffect(() => startPlayer(recording), []);
  useEffect(() => listenToKeys(session), [session]);
  useEffect(() => keepChecking(session), [session]);
  const selected = useStore(view, (state) => state.selected);
  useEffect(() => {
    if (selected !== null && window.innerWidth >= ROOMY) setPanel('inspector');
  }, [selected]);
  const toggle = (name: Exclude<OpenPanel, null>) => () => setPanel(panel === name ? null : name);
  return (
    <SessionContext value={session}>
      <StateSymbols />
      <main className="embed" data-controls={embedding.hasControls}>
        <h1 className="only-spoken">{t('shell.title')}</h1>
        <div className="embed-stage">
          <GraphArea />
          {panel !== null && (
            <div className="embed-panel">
              {panel === 'editor' ? <ManifestEditor isFolded={false} /> : <Inspector isFolded={false} />}
              <button type="button" className="btn box embed-close" onClick={() => setPanel(null)}>
                {t('presenter.closePanel')}
              </button>
            </div>
          )}
          {/* biome-ignore lint/a11y/useSemanticElements: no form */}
          <div className="embed-links" role="group" aria-label={t('presenter.embedControls')}>
            {embedding.hasEditor && (
              <button type="button" className="btn box" aria-expanded={panel === 'editor'} onClick={toggle('editor')}>
                {t('presenter.editor')}
              </button>
            )}
            <button
              type="button"
              className="btn box"
              aria-expanded={panel === 'inspector'}
              onClick={toggle('inspector')}
            >
              {t('presenter.inspector')}
            </button>
            <button type="button" className="btn box" onClick={() => void openInPlayground()}>
              {t('presenter.openInPlayground')}
            </button>
          </div>
        </div>
        <Dock isFolded />
      </main>
      <Notices />
    </SessionContext>
  );
}

/** Opens the whole page with what is here: the same run at the same step. */
async function openInPlayground(): Promise<void> {
  const [{ encodeScene }, { currentScene }] = await Promise.all([
    import('../share/code.ts'),
    import('../share/current.ts'),
  ]);
  window.open(playgroundAddress(window.location.href, encodeScene(currentScene())), '_blank', 'noopener');
}
