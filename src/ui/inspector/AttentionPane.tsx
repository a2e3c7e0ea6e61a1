import { memo, type ReactNode, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ObjectId } from '../../worker/protocol.ts';
import { Glyph, glyphOfKind } from '../graph/Glyph.tsx';
import { useTranslate } from '../graph/useTranslate.ts';
import { clockText } from '../model/axis.ts';
import { type ObjectState, stateOf } from '../model/family.ts';
import { say } from '../model/message.ts';
import { lifeOf, type Moment } from '../model/moment.ts';
import type { Element } from '../model/structure.ts';
import { Story } from '../scenarios/Story.tsx';
import { player } from '../store/player.ts';
import { isAtRest, run } from '../store/run.ts';
import { select } from '../store/view.ts';

const WATCHED = [
  'Pod',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'VolumeAttachment',
  'VolumeSnapshot',
  'Node',
] as const;
const COUNTED = [...WATCHED, 'StorageClass', 'Deployment', 'StatefulSet'] as const;

/** More objects than this are looked through only while the playhead rests. */
const MANY = 500;
const SHOWN = 50;

interface Waiting {
  readonly element: Element;
  readonly state: ObjectState;
  readonly since: number;
}

interface Overview {
  readonly waiting: readonly Waiting[];
  readonly counts: readonly { readonly kind: string; readonly count: number }[];
}

/** Objects that wait or have failed, oldest first, and how many there are of each kind. */
export function overviewOf(moment: Moment): Overview {
  const waiting: Waiting[] = [];
  const counts = new Map<string, number>();
  for (const element of moment.structure.elements.values()) {
    if (lifeOf(moment, element) !== 'alive') continue;
    counts.set(element.kind, (counts.get(element.kind) ?? 0) + 1);
    if (!WATCHED.some((kind) => kind === element.kind)) continue;
    const state = stateOf(moment, element);
    if (state.family !== 'waiting' && state.family !== 'failed') continue;
    waiting.push({ element, state, since: moment.replica.lastChange(element.id, moment.step) ?? element.firstStep });
  }
  return {
    waiting: waiting.sort((a, b) => a.since - b.since || (a.element.id < b.element.id ? -1 : 1)),
    counts: COUNTED.flatMap((kind) => (counts.has(kind) ? [{ kind, count: counts.get(kind) ?? 0 }] : [])),
  };
}

/** What the inspector shows while nothing is selected. */
export const AttentionPane = memo(function AttentionPane({ moment }: { readonly moment: Moment }): ReactNode {
  const { t } = useTranslation();
  const translate = useTranslate();
  const { waiting, counts } = useOverview(moment);
  const phase = useStore(run, (state) => state.phase);
  const isEnd = moment.step === moment.replica.steps && isAtRest(phase);
  return (
    <>
      <Story isEnd={isEnd} />
      {waiting.length > 0 ? (
        <>
          <h3>
            {t('inspector.needsAttention')} <span className="faint">{t('inspector.needsAttentionHint')}</span>
          </h3>
          <ul className="attention">
            {waiting.slice(0, SHOWN).map(({ element, state, since }) => (
              <WaitingLine
                key={element.id}
                id={element.id}
                kind={element.kind}
                name={element.name}
                family={state.family}
                glyph={state.glyph}
                word={say(translate, state.word)}
                since={moment.replica.timeAt(since)}
              />
            ))}
          </ul>
        </>
      ) : (
        <>
          <p className="verdict">
            {t(
              moment.step === 0 ? 'inspector.beforeFirst' : isEnd ? 'inspector.allSettled' : 'inspector.allSettledNow',
            )}
          </p>
          <p className="context">{t(moment.step === 0 ? 'inspector.beforeFirstHint' : 'inspector.selectHint')}</p>
        </>
      )}
      {counts.length > 0 && (
        <>
          <h3>{t('inspector.counts')}</h3>
          <dl className="totals">
            {counts.map(({ kind, count }) => (
              <div key={kind}>
                <dt>{kind}</dt>
                <dd>{count}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </>
  );
});

function useOverview(moment: Moment): Overview {
  const playing = useStore(player, (state) => state.playing);
  const shown = useRef<Overview>({ waiting: [], counts: [] });
  return useMemo(() => {
    if (!playing || moment.structure.elements.size <= MANY) shown.current = overviewOf(moment);
    return shown.current;
  }, [moment, playing]);
}

interface WaitingLineProps {
  readonly id: ObjectId;
  readonly kind: string;
  readonly name: string;
  readonly family: ObjectState['family'];
  readonly glyph: ObjectState['glyph'];
  readonly word: string;
  readonly since: number;
}

/** Takes words, not the moment: most lines say the same a step later. */
const WaitingLine = memo(function WaitingLine(props: WaitingLineProps): ReactNode {
  const { t } = useTranslation();
  const { id, kind, name, family, glyph, word, since } = props;
  const glyphOf = glyphOfKind(kind);
  return (
    <li>
      <button type="button" title={t('inspector.since', { clock: clockText(since) })} onClick={() => select(id)}>
        {glyphOf !== undefined && <Glyph name={glyphOf} />}
        <span className="only-spoken">{kind}</span>
        <b className="cut">{name}</b>
        <span className={`at st is-${family}`}>
          <Glyph name={`s-${glyph}`} size="s" />
          {word}
        </span>
      </button>
    </li>
  );
});
