import { type CSSProperties, lazy, type ReactNode, Suspense, useEffect } from 'react';
import { useStore } from 'zustand';
import { compared } from './compare/compared.ts';
import { announceForks } from './compare/forks.ts';
import { keepChecking } from './editor/checking.ts';
import { ManifestEditor } from './editor/ManifestEditor.tsx';
import { Inspector } from './inspector/Inspector.tsx';
import { Overlays } from './palette/Overlays.tsx';
import { presenter } from './presenter/presenter.ts';
import { Dock } from './shell/Dock.tsx';
import { GraphArea } from './shell/GraphArea.tsx';
import { SessionContext, useWindowSize } from './shell/hooks.ts';
import { Notices } from './shell/Notices.tsx';
import { RegionSwitch } from './shell/RegionSwitch.tsx';
import { SkipLinks } from './shell/SkipLinks.tsx';
import { Splitter } from './shell/Splitter.tsx';
import { StateSymbols } from './shell/StateSymbols.tsx';
import { listenToKeys } from './shell/shortcuts.ts';
import { limitsOf, panelSizes, RAIL } from './shell/sizes.ts';
import { TopBar } from './shell/TopBar.tsx';
import { stoppingRecording } from './store/breakpoints.ts';
import { startPlayer } from './store/player.ts';
import { type Panel, preferences } from './store/preferences.ts';
import type { Session } from './store/session.ts';
import { view } from './store/view.ts';

/** Brings what only an audience sees. */
const CaptionStrip = lazy(async () => ({ default: (await import('./presenter/CaptionStrip.tsx')).CaptionStrip }));

/** Brings what compares two runs. */
const CompareArea = lazy(async () => ({ default: (await import('./compare/CompareArea.tsx')).CompareArea }));

const PANELS: readonly Panel[] = ['editor', 'inspector', 'dock'];

/** The whole page around one session. */
export function App({ session }: { readonly session: Session }): ReactNode {
  const window = useWindowSize();
  const dragged = useStore(preferences, (state) => state.sizes);
  const folded = useStore(preferences, (state) => state.folded);
  const region = useStore(view, (state) => state.region);
  const isPresenting = useStore(presenter, (state) => state.isOn);
  const other = useStore(compared, (state) => state.other);
  const mode = isPresenting ? 'present' : other === null ? undefined : 'compare';
  const sizes = panelSizes(window, dragged);
  const drawn = (panel: Panel): string => `${folded[panel] === true ? RAIL : sizes[panel]}px`;

  useEffect(() => startPlayer(stoppingRecording), []);
  useEffect(() => listenToKeys(session), [session]);
  useEffect(() => keepChecking(session), [session]);
  useEffect(() => announceForks(session), [session]);

  const style = {
    '--edit-w': drawn('editor'),
    '--insp-w': drawn('inspector'),
    '--dock-h': drawn('dock'),
  } as CSSProperties;
  return (
    <SessionContext value={session}>
      <StateSymbols />
      <SkipLinks />
      <div className="app" style={style} data-shown={region} data-mode={mode}>
        <TopBar />
        <main className="work">
          <ManifestEditor isFolded={folded.editor === true} />
          {mode === 'compare' && other !== null ? (
            <Suspense>
              <CompareArea other={other} />
            </Suspense>
          ) : (
            <GraphArea />
          )}
          {isPresenting && (
            <Suspense>
              <CaptionStrip />
            </Suspense>
          )}
          <Dock isFolded={folded.dock === true && !isPresenting} />
          <Inspector isFolded={folded.inspector === true && !isPresenting} />
          {PANELS.filter((panel) => folded[panel] !== true).map((panel) => (
            <Splitter key={panel} panel={panel} size={sizes[panel]} {...limitsOf(panel, sizes, window)} />
          ))}
        </main>
        <RegionSwitch />
      </div>
      <Notices />
      <Overlays />
    </SessionContext>
  );
}
