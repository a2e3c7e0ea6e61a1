import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useRefused } from '../editor/problems.ts';
import { StorageGraph } from '../graph/StorageGraph.tsx';
import { isListed, listing } from '../list/listing.ts';
import { NoMatch } from '../list/NoMatch.tsx';
import { ViewTools } from '../list/ViewTools.tsx';
import { showsBeats } from '../model/playback.ts';
import { currentStructure } from '../store/moment.ts';
import { player } from '../store/player.ts';
import { run } from '../store/run.ts';
import { select, view } from '../store/view.ts';
import { useReducedMotion } from './hooks.ts';

/** Brings the virtual table, which a first visit does not need. */
const ListView = lazy(async () => ({ default: (await import('../list/ListView.tsx')).ListView }));

/** A start that is quicker than this shows no sign of waiting. */
const SKELETON_AFTER_MS = 300;

/** The graph, and over it what there is to say about the run as a whole. */
export function GraphArea(): ReactNode {
  const { t } = useTranslation();
  const replica = useStore(run, (state) => state.replica);
  const version = useStore(run, (state) => state.version);
  const step = useStore(player, (state) => state.step);
  const frame = useStore(player, (state) => state.frame);
  const playing = useStore(player, (state) => state.playing);
  const speed = useStore(player, (state) => state.speed);
  const selected = useStore(view, (state) => state.selected);
  const isRefused = useRefused();
  const isWaiting = useIsWaiting();
  const reducedMotion = useReducedMotion();
  const arrangement = useStore(listing);
  const structure = currentStructure();
  const isTable = isListed(arrangement, structure);
  const tools = <ViewTools structure={structure} isList={isTable} />;
  const drawn = Math.min(frame.step, replica.steps);
  const graph = isTable ? (
    <Suspense fallback={<p className="only-spoken">{t('list.loading')}</p>}>
      <ListView tools={tools} />
    </Suspense>
  ) : (
    <StorageGraph
      replica={replica}
      version={version}
      step={drawn}
      fraction={showsBeats(speed) ? frame.fraction : 1}
      selected={selected}
      onSelect={select}
      playing={playing}
      reducedMotion={reducedMotion}
      filter={arrangement}
      groupBy={arrangement.groupBy}
      tools={tools}
      noMatch={<NoMatch />}
    />
  );
  return (
    <div id="graph" className="graph-area" data-refused={isRefused}>
      {graph}
      {isRefused && (
        <p className="over-graph" role="status">
          {t('shell.lastValid', { step })}
        </p>
      )}
      {isWaiting && (
        <div className="skeleton" role="status">
          <p className="only-spoken">{t('shell.starting')}</p>
          {[0, 1, 2, 3, 4].map((lane) => (
            <i key={lane} />
          ))}
        </div>
      )}
    </div>
  );
}

/** True when nothing is there yet after a while. */
function useIsWaiting(): boolean {
  const isStarting = useStore(run, ({ phase, version }) => phase === 'starting' && version === 0);
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    if (!isStarting) return;
    const timer = window.setTimeout(() => setIsLong(true), SKELETON_AFTER_MS);
    return () => window.clearTimeout(timer);
  }, [isStarting]);
  return isStarting && isLong;
}
