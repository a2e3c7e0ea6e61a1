import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Console } from '../console/Console.tsx';
import { DockTabs } from '../console/DockTabs.tsx';
import { consoleStore } from '../console/store.ts';
import { pause, play, player, seek, setSpeed } from '../store/player.ts';
import { recording, run } from '../store/run.ts';
import { select, view } from '../store/view.ts';
import { Timeline } from '../timeline/Timeline.tsx';
import { Transport } from '../timeline/Transport.tsx';
import { FoldButton } from './FoldButton.tsx';
import { stepOnce } from './shortcuts.ts';

/** One step on or back is shown as it happens, every other place at once. */
function goTo(step: number): void {
  const here = player.getState().step;
  if (step === here + 1) stepOnce(1);
  else if (step === here - 1) stepOnce(-1);
  else seek(step);
}

function setPlaying(playing: boolean): void {
  if (playing) play(recording());
  else pause();
}

const TABS = <DockTabs />;

/** The way through the run: transport and slider, and below them the timeline or the console. */
export function Dock({ isFolded }: { readonly isFolded: boolean }): ReactNode {
  const { t } = useTranslation();
  const replica = useStore(run, (state) => state.replica);
  const version = useStore(run, (state) => state.version);
  const step = useStore(player, (state) => state.step);
  const playing = useStore(player, (state) => state.playing);
  const speed = useStore(player, (state) => state.speed);
  const selected = useStore(view, (state) => state.selected);
  const tab = useStore(consoleStore, (state) => state.tab);
  return (
    <section id="dock" className="dock" aria-label={t('shell.dock')} tabIndex={-1}>
      <div className="dock-fold">
        <FoldButton panel="dock" isFolded={isFolded} />
      </div>
      <Transport
        lead={TABS}
        replica={replica}
        version={version}
        step={step}
        playing={playing}
        speed={speed}
        onSeek={goTo}
        onPlayingChange={setPlaying}
        onSpeedChange={setSpeed}
      />
      {!isFolded && (
        <div className="dock-panel" id="dock-panel" role="tabpanel" aria-labelledby={`dock-tab-${tab}`}>
          {tab === 'console' ? (
            <Console />
          ) : (
            <Timeline
              replica={replica}
              version={version}
              step={step}
              selected={selected}
              onSeek={goTo}
              onSelect={select}
            />
          )}
        </div>
      )}
    </section>
  );
}
