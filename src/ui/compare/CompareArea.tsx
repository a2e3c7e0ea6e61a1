import './compare.css';
import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ObjectId } from '../../worker/protocol.ts';
import { StorageGraph } from '../graph/StorageGraph.tsx';
import { useTranslate } from '../graph/useTranslate.ts';
import { listing } from '../list/listing.ts';
import { clockText } from '../model/axis.ts';
import { captionOf } from '../model/caption.ts';
import { say } from '../model/message.ts';
import { componentName } from '../model/names.ts';
import { showsBeats } from '../model/playback.ts';
import type { Replica } from '../model/replica.ts';
import { useReducedMotion, useSession } from '../shell/hooks.ts';
import { player } from '../store/player.ts';
import { isAtRest, run } from '../store/run.ts';
import { select, view } from '../store/view.ts';
import { firstDifference, pairAt, pairsOf, type StepPair } from './compare.ts';
import { compared, leaveComparison, type OtherRun } from './compared.ts';
import { type Counterparts, counterpartsOf } from './counterparts.ts';
import { DifferenceList } from './DifferenceList.tsx';
import { goBack } from './start.ts';
import { moveTogether } from './together.ts';

/** Two runs side by side: where they part, what each shows at the same time, and how they end. */
export function CompareArea({ other }: { readonly other: OtherRun }): ReactNode {
  const { t } = useTranslation();
  const version = useStore(run, (state) => state.version);
  const isResting = useStore(run, (state) => isAtRest(state.phase));
  const step = useStore(player, (state) => state.step);
  const together = useStore(compared, (state) => state.pair);
  const here = run.getState().replica;
  const isReady = other.isComplete && isResting;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replicas change in place; one tells so by its version, the other when it is complete
  const comparison = useMemo(
    () => (isReady ? comparisonOf(here, other.replica) : undefined),
    [isReady, here, version, other.replica],
  );
  const pair = useMemo(() => {
    if (comparison === undefined) return { here: step, there: 0 };
    if (together !== null && together.here === step) return together;
    return comparison.pairs[pairAt(comparison.pairs, step)] ?? { here: step, there: 0 };
  }, [comparison, together, step]);
  return (
    <section id="graph" className="graph-area compare" aria-label={t('compare.region')} tabIndex={-1}>
      <Bar other={other} comparison={comparison} pair={pair} />
      <div className="compare-graphs">
        <ThisRun version={version} />
        <TheOther other={other} step={pair.there} counterparts={comparison?.counterparts} />
      </div>
      {comparison === undefined ? (
        <p className="compare-busy" role="status">
          {t('compare.recording')}
        </p>
      ) : (
        <DifferenceList here={here} there={other.replica} comparison={comparison} pair={pair} />
      )}
    </section>
  );
}

/** What there is to say about two complete recordings, whatever the step. */
export interface Comparison {
  readonly first: number | undefined;
  readonly pairs: readonly StepPair[];
  readonly counterparts: Counterparts;
}

function comparisonOf(here: Replica, there: Replica): Comparison {
  const first = firstDifference(here, there);
  return { first, pairs: pairsOf(here, there, first), counterparts: counterpartsOf(here, there) };
}

function Bar({
  other,
  comparison,
  pair,
}: {
  readonly other: OtherRun;
  readonly comparison: Comparison | undefined;
  readonly pair: StepPair;
}): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const pairs = comparison?.pairs ?? [];
  const index = pairs.findIndex(({ here, there }) => here === pair.here && there === pair.there);
  const at = Math.max(run.getState().replica.timeAt(pair.here), other.replica.timeAt(pair.there));
  return (
    <div className="bar">
      <h2 className="tab">{t('compare.title')}</h2>
      <input
        type="range"
        className="both"
        aria-label={t('compare.both')}
        aria-valuetext={t('compare.bothAt', { ...pair, clock: clockText(at) })}
        min={0}
        max={Math.max(pairs.length - 1, 0)}
        value={Math.max(index, 0)}
        disabled={pairs.length === 0}
        onChange={(event) => {
          const to = pairs[Number(event.target.value)];
          if (to !== undefined) moveTogether(to);
        }}
      />
      <button
        type="button"
        className="btn box"
        onClick={() => void goBack(session, { ...other.scene, step: pair.there })}
      >
        {t('compare.goBack')}
      </button>
      <button type="button" className="btn box" onClick={leaveComparison}>
        {t('compare.close')}
      </button>
    </div>
  );
}

function ThisRun({ version }: { readonly version: number }): ReactNode {
  const { t } = useTranslation();
  const replica = useStore(run, (state) => state.replica);
  const step = useStore(player, (state) => state.step);
  const frame = useStore(player, (state) => state.frame);
  const playing = useStore(player, (state) => state.playing);
  const speed = useStore(player, (state) => state.speed);
  const selected = useStore(view, (state) => state.selected);
  const arrangement = useStore(listing);
  const reducedMotion = useReducedMotion();
  return (
    <div className="compare-side">
      <SideHead title={t('compare.thisRun')} replica={replica} step={step} />
      <StorageGraph
        label={t('compare.thisGraph')}
        replica={replica}
        version={version}
        step={Math.min(frame.step, replica.steps)}
        fraction={showsBeats(speed) ? frame.fraction : 1}
        selected={selected}
        onSelect={select}
        playing={playing}
        reducedMotion={reducedMotion}
        filter={arrangement}
        groupBy={arrangement.groupBy}
        isEmbedded
      />
    </div>
  );
}

interface TheOtherProps {
  readonly other: OtherRun;
  readonly step: number;
  readonly counterparts: Counterparts | undefined;
}

/** The other run's graph; what is selected in it is selected here, where it has a counterpart. */
function TheOther({ other: { replica, name, isComplete }, step, counterparts }: TheOtherProps): ReactNode {
  const { t } = useTranslation();
  const selected = useStore(view, (state) => state.selected);
  const arrangement = useStore(listing);
  const reducedMotion = useReducedMotion();
  const onSelect = (id: ObjectId | null): void => {
    const own = id === null ? null : counterparts?.here.get(id);
    if (own !== undefined) select(own);
  };
  return (
    <div className="compare-side">
      <SideHead title={t('compare.otherRun', { run: t(name.key, name.values) })} replica={replica} step={step} />
      <StorageGraph
        label={t('compare.otherGraph')}
        replica={replica}
        version={isComplete ? replica.version : 0}
        step={step}
        fraction={1}
        selected={selected === null ? null : (counterparts?.there.get(selected) ?? null)}
        onSelect={onSelect}
        playing={false}
        reducedMotion={reducedMotion}
        filter={arrangement}
        groupBy={arrangement.groupBy}
        isEmbedded
      />
    </div>
  );
}

interface SideHeadProps {
  readonly title: string;
  readonly replica: Replica;
  readonly step: number;
}

function SideHead({ title, replica, step }: SideHeadProps): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="compare-head">
      <p>
        <b className="cut" title={title}>
          {title}
        </b>
        <span className="push faint num">{t('timeline.stepOf', { step, steps: replica.steps })}</span>
        <span className="num">{clockText(replica.timeAt(step))}</span>
      </p>
      <CaptionOf replica={replica} step={step} />
    </div>
  );
}

/** What a step did and who did it. */
export function CaptionOf({ replica, step }: { readonly replica: Replica; readonly step: number }): ReactNode {
  const translate = useTranslate();
  const { process, message } = captionOf(replica, step);
  const sentence = say(translate, message);
  return (
    <p className="compare-caption">
      {process !== '' && <b>{componentName(process)}</b>} <span title={sentence}>{sentence}</span>
    </p>
  );
}
