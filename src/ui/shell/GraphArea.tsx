import { lazy, type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useRefused } from '../editor/problems.ts';
import { embedding } from '../embed/embedding.ts';
import { StorageGraph } from '../graph/StorageGraph.tsx';
import { isListed, listing, listNamespace } from '../list/listing.ts';
import { NoMatch } from '../list/NoMatch.tsx';
import { ViewTools } from '../list/ViewTools.tsx';
import { clockText } from '../model/axis.ts';
import { showsBeats } from '../model/playback.ts';
import { presentedGroup, presenter, presentGroup } from '../presenter/presenter.ts';
import { currentStructure } from '../store/moment.ts';
import { player } from '../store/player.ts';
import { run } from '../store/run.ts';
import { select, view } from '../store/view.ts';
import { preview } from '../timeline/preview.ts';
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
  const isPresenting = useStore(presenter, (state) => state.isOn);
  const isTable = isListed(arrangement, structure) && !isPresenting && !embedding.isOn;
  const presented = usePresented(version);
  const tools = useMemo(() => <ViewTools structure={structure} isList={isTable} />, [structure, isTable]);
  const previewed = useStore(preview, (state) => state.step);
  const drawn = Math.min(previewed ?? frame.step, replica.steps);
  const graph = isTable ? (
    <Suspense fallback={<p className="only-spoken">{t('list.loading')}</p>}>
      <ListView tools={tools} />
    </Suspense>
  ) : (
    <StorageGraph
      replica={replica}
      version={version}
      step={drawn}
      fraction={showsBeats(speed) && previewed === null ? frame.fraction : 1}
      selected={selected}
      onSelect={select}
      playing={playing}
      reducedMotion={reducedMotion}
      filter={arrangement}
      groupBy={arrangement.groupBy}
      tools={tools}
      noMatch={<NoMatch />}
      presented={presented}
      presentedZoom={isPresenting ? PRESENTED_ZOOM : undefined}
      onPresent={presentGroup}
      onList={listNamespace}
      isEmbedded={embedding.isOn}
    />
  );
  return (
    <div id="graph" className="graph-area" data-refused={isRefused} data-preview={previewed !== null}>
      {graph}
      {previewed !== null && (
        <p className="preview-note" aria-hidden="true">
          {t('timeline.previewOf', { step: previewed, clock: clockText(replica.timeAt(previewed)) })}
        </p>
      )}
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

/** An audience sees everything twice as large. */
const PRESENTED_ZOOM = 2;

/** The group that a presenter, or the page around this one, wants to be seen; undefined for all. */
function usePresented(version: number): string | undefined {
  const isOn = useStore(presenter, (state) => state.isOn);
  const group = useStore(presenter, (state) => state.group);
  const asked = isOn || embedding.group !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the groups change with the recording, which tells so by its version
  return useMemo(() => (asked ? presentedGroup(group ?? embedding.group ?? null) : undefined), [asked, group, version]);
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
