import './folded.css';
import type { CSSProperties, ReactNode } from 'react';
import { LANES, type Lane } from '../model/layout.ts';
import { say, type Translate } from '../model/message.ts';
import { barParts, type LaneSummary, type SummaryPart } from '../model/summary.ts';
import { Glyph, glyphOfKind } from './Glyph.tsx';
import { type SlotView, useGraph } from './sceneStore.ts';

export const LANE_KEYS = {
  workload: 'graph.laneWorkload',
  pod: 'graph.lanePod',
  claim: 'graph.laneClaim',
  pv: 'graph.lanePv',
  volume: 'graph.laneVolume',
} as const satisfies Readonly<Record<Lane, string>>;

const FAMILY_KEYS = {
  failed: 'graph.familyFailed',
  waiting: 'graph.familyWaiting',
  working: 'graph.familyWorking',
  ending: 'graph.familyEnding',
  ok: 'graph.familyOk',
  idle: 'graph.familyIdle',
  unborn: 'graph.familyUnborn',
  gone: 'graph.familyGone',
} as const;

export interface FoldedLineProps {
  readonly view: SlotView;
  readonly style: CSSProperties;
  readonly group: string;
  readonly t: Translate;
}

/** A whole group in one line: how many of its objects stand how, lane by lane. */
export function FoldedLine({ view, style, group, t }: FoldedLineProps): ReactNode {
  const { onOpen, onFocus, lines, laneX, isFlowing } = useGraph();
  const { card } = view;
  const glyph = glyphOfKind(card.kind);
  const name = card.titled === undefined ? card.title : say(t, card.titled);
  // A lane without objects keeps its place, so that lanes stand below each other.
  const lanes = LANES.filter((lane) => lane !== 'workload').map(
    (lane): LaneSummary => card.summary?.find((found) => found.lane === lane) ?? { lane, parts: [] },
  );
  const left = Math.max(laneX.workload, 12);
  const spoken = (card.summary ?? []).map((lane) => `${t(LANE_KEYS[lane.lane])}: ${wordsOf(lane.parts, t)}`);
  return (
    <button
      type="button"
      className={view.emphasis === 'dim' ? 'folded-line is-dim' : 'folded-line'}
      data-flowing={isFlowing}
      style={style}
      data-testid="graph-group"
      data-name={name}
      data-slot={card.slot}
      tabIndex={view.tabStop ? 0 : -1}
      aria-label={[t('graph.openGroup', { name }), ...spoken].join('. ')}
      onClick={() => onOpen(group)}
      onFocus={() => onFocus(card.slot)}
    >
      <span className="folded-name" style={{ width: isFlowing ? 130 : laneX.pod - left - 18 }}>
        {glyph !== undefined && <Glyph name={glyph} />}
        <b className="cut" title={name}>
          {name}
        </b>
      </span>
      {lanes.map((lane) => (
        <span
          key={lane.lane}
          className="folded-lane"
          style={isFlowing ? undefined : { left: laneX[lane.lane] - left, width: roomOf(lane.lane, laneX) }}
        >
          {lines === 'words' ? (
            <Words parts={lane.parts} t={t} />
          ) : (
            <Bar lane={lane} width={roomOf(lane.lane, laneX)} t={t} />
          )}
        </span>
      ))}
    </button>
  );
}

/** Where there are no lanes beside each other a bar is as long as this. */
const LANE_ROOM: Readonly<Record<Lane, number>> = { workload: 80, pod: 150, claim: 160, pv: 150, volume: 96 };

function roomOf(lane: Lane, laneX: Readonly<Record<Lane, number>>): number {
  const next = LANES[LANES.indexOf(lane) + 1];
  return next === undefined ? LANE_ROOM[lane] : Math.min(LANE_ROOM[lane], laneX[next] - laneX[lane] - 8);
}

function wordsOf(parts: readonly SummaryPart[], t: Translate): string {
  return parts.map(({ count, word }) => `${count} ${say(t, word)}`).join(', ');
}

function Words({ parts, t }: { readonly parts: readonly SummaryPart[]; readonly t: Translate }): ReactNode {
  const [worst] = parts;
  if (worst === undefined) return null;
  return (
    <>
      <span className={`is-${worst.family} st`}>
        <Glyph name={`s-${worst.family}`} size="s" />
      </span>
      <span className="cut">{wordsOf(parts, t)}</span>
    </>
  );
}

interface BarProps {
  readonly lane: LaneSummary;
  readonly width: number;
  readonly t: Translate;
}

/** A lane's counts as a bar: each part has its number, its pattern and, with room for it, its glyph. */
function Bar({ lane, width, t }: BarProps): ReactNode {
  return barParts(lane, width).map(({ family, count, x, w }) => (
    <span
      key={family}
      className={`bar-part is-${family}`}
      style={{ left: x, width: w }}
      title={t(FAMILY_KEYS[family], { count })}
    >
      <span className="bar-number">
        {w >= 40 && <Glyph name={`s-${family}`} size="s" />}
        {count}
      </span>
      <i className="bar-fill" />
    </span>
  ));
}
