import type { Node, NodeProps } from '@xyflow/react';
import { type CSSProperties, memo, type ReactNode } from 'react';
import { objectId } from '../model/ids.ts';
import { labelOf } from '../model/label.ts';
import type { Shape } from '../model/layout.ts';
import { say, type Translate } from '../model/message.ts';
import { type Measure, middleCut } from '../model/names.ts';
import { SEGMENTS } from '../model/path.ts';
import { FoldedLine } from './FoldedLine.tsx';
import { Glyph, glyphOfKind } from './Glyph.tsx';
import { type SlotView, useGraph, useSlot } from './sceneStore.ts';
import { SEGMENT_CLASS } from './segments.ts';
import { useTranslate } from './useTranslate.ts';
import { WaitRing } from './WaitRing.tsx';

/** A slot of the layout as a node of the flow; what it shows comes from the scene. */
export type SlotNode = Node<{ readonly slot: string; readonly width: number; readonly group: string }, 'slot'>;

const SHAPE_CLASS: Readonly<Record<Shape, string>> = {
  bracket: 'workload',
  pod: 'pod',
  compact: 'pod row',
  claim: 'pvc',
  pv: 'pv',
  row: 'row',
  inline: 'inline',
  cylinder: 'vol',
  pill: 'va',
  stub: 'stub',
  folded: 'folded-line',
};

/** Lower cards have no room for a third line, and a low cylinder none for a second. */
const LOW = 56;

export const CardNode = memo(function CardNode({ data, width, height = 0 }: NodeProps<SlotNode>): ReactNode {
  const view = useSlot(data.slot);
  const t = useTranslate();
  if (view === undefined) return null;
  const style = { '--w': width ?? data.width, '--h': height } as CSSProperties;
  if (view.card.shape === 'stub') return <Stub view={view} style={style} t={t} />;
  if (view.card.shape === 'folded') return <FoldedLine view={view} style={style} group={data.group} t={t} />;
  return <CardBox view={view} style={style} width={data.width} isLow={height < LOW} t={t} />;
});

interface BoxProps {
  readonly view: SlotView;
  readonly style: CSSProperties;
  readonly t: Translate;
}

function CardBox({
  view,
  style,
  width,
  isLow,
  t,
}: BoxProps & { readonly width: number; readonly isLow: boolean }): ReactNode {
  const { onSelect, onHover, onFocus, onMenu } = useGraph();
  const { card } = view;
  const classes = [
    'node',
    SHAPE_CLASS[card.shape],
    `is-${card.state.family}`,
    view.flash ? 'is-flash' : '',
    view.emphasis === 'plain' ? '' : `is-${view.emphasis}`,
    view.underlined ? 'is-changed' : '',
    isLow ? 'is-low' : '',
  ];
  const appearing = view.opacity < 1 ? { opacity: view.opacity, transform: `scale(${view.scale})` } : {};
  return (
    <button
      type="button"
      className={classes.filter(Boolean).join(' ')}
      style={{ ...style, ...appearing }}
      data-testid="graph-node"
      data-kind={card.kind}
      data-namespace={card.namespace}
      data-name={card.name}
      data-phase={card.state.phase}
      data-slot={card.slot}
      aria-current={view.selected}
      tabIndex={view.tabStop ? 0 : -1}
      onClick={() => onSelect(card.id)}
      onFocus={(event) => {
        onFocus(card.slot);
        if (event.currentTarget.matches(':focus-visible')) onHover(card.slot);
      }}
      onBlur={() => onHover(undefined)}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(card.id, event.currentTarget);
      }}
      onMouseEnter={() => onHover(card.slot)}
      onMouseLeave={() => onHover(undefined)}
    >
      {view.fill !== undefined && <i className="level" style={{ height: `${Math.round(view.fill * 100)}%` }} />}
      {/* What is seen has to be part of what is heard, and names are cut to fit: the sentence has them whole. */}
      <span className="only-spoken">{labelOf(card, t)}</span>
      <span className="lines">
        {isLow && card.shape === 'cylinder' ? (
          <LowCylinderLine view={view} width={width} t={t} />
        ) : (
          <Lines view={view} width={width} t={t} />
        )}
      </span>
    </button>
  );
}

function Lines({
  view,
  width,
  t,
}: {
  readonly view: SlotView;
  readonly width: number;
  readonly t: Translate;
}): ReactNode {
  const { card } = view;
  switch (card.shape) {
    case 'pill':
      return <PillLine view={view} width={width} t={t} />;
    case 'row':
      return <RowLine view={view} width={width} t={t} />;
    case 'bracket':
      return <WorkloadLines view={view} width={width} t={t} />;
    default:
      return <CardLines view={view} width={width} t={t} />;
  }
}

interface LinesProps {
  readonly view: SlotView;
  readonly width: number;
  readonly t: Translate;
}

function PillLine({ view, width, t }: LinesProps): ReactNode {
  const { measureSmall } = useGraph();
  const { card } = view;
  if (card.life === 'unborn') {
    return <span className="faint">{t('graph.stepShort', { step: stepOf(card.state.word) })}</span>;
  }
  return (
    <>
      {view.wait === undefined ? <Glyph name={`s-${card.state.glyph}`} size="s" /> : <WaitRing left={view.wait} />}
      <span>{middleCut(card.title, width - 26, measureSmall)}</span>
    </>
  );
}

function stepOf(word: SlotView['card']['state']['word']): number | string {
  return typeof word === 'string' ? '' : (word.values?.step ?? '');
}

function LowCylinderLine({ view, width }: LinesProps): ReactNode {
  const { measureSmall } = useGraph();
  const { card } = view;
  return (
    <span className={`ln name is-${card.state.family}`}>
      <span className="st">
        <Glyph name={`s-${card.state.glyph}`} size="s" />
      </span>
      {middleCut(card.title, width - 36, measureSmall)}
    </span>
  );
}

function RowLine({ view, width, t }: LinesProps): ReactNode {
  const { measureSmall } = useGraph();
  const { card } = view;
  const right = card.state.family === 'ending' ? say(t, card.state.word) : (card.size ?? '');
  const room = width - 16 - 17 - (right === '' ? 0 : measureSmall(right) + 6);
  return (
    <>
      <Glyph name={`s-${card.state.glyph}`} size="s" />
      <span>{middleCut(card.title, room, measureSmall)}</span>
      {right !== '' && <span className="faint at">{right}</span>}
    </>
  );
}

function WorkloadLines({ view, width, t }: LinesProps): ReactNode {
  const { measureName } = useGraph();
  const { card } = view;
  const glyph = glyphOfKind(card.kind);
  return (
    <>
      <b className="ln name">
        {glyph !== undefined && <Glyph name={glyph} />}
        {middleCut(card.title, width - 16 - 19, measureName)}
      </b>
      <span className="ln cut">{card.kind}</span>
      <span className="ln">
        {card.life === 'alive' ? card.ready !== undefined && say(t, card.ready) : say(t, card.state.word)}
      </span>
      {card.template !== undefined && (
        <>
          <span className="ln faint foot-note">{t('graph.eachPod')}</span>
          <span className="ln cut">{card.template}</span>
        </>
      )}
    </>
  );
}

/** Three lines, always in this order: what it is called, how it stands, facts. */
function CardLines({ view, width, t }: LinesProps): ReactNode {
  const { measureName, measureSmall } = useGraph();
  const { card } = view;
  const glyph = card.shape === 'cylinder' ? undefined : glyphOfKind(card.kind);
  const place = card.place === undefined ? '' : say(t, card.place);
  const room = width - 18 - (glyph === undefined ? 0 : 18) - (place === '' ? 0 : Math.min(measureSmall(place), 48) + 6);
  const coloured = ['working', 'waiting', 'failed', 'ending'].includes(card.state.family);
  const isPod = card.kind === 'Pod';
  const detail = card.state.detail === undefined ? (card.size ?? '') : say(t, card.state.detail);
  return (
    <>
      <b className="ln name">
        {glyph !== undefined && <Glyph name={glyph} />}
        {middleCut(card.title, room, measureName)}
        {place !== '' && <span className="at cut">{place}</span>}
        {card.copy !== undefined && (
          <span className="at">
            <Glyph name={card.copy === 'clone' ? 'k-clone' : 'k-snapshot'} />
          </span>
        )}
      </b>
      <span className={coloured || isPod ? 'ln st' : 'ln'}>
        <span className="st">
          {view.wait === undefined ? <Glyph name={`s-${card.state.glyph}`} size="s" /> : <WaitRing left={view.wait} />}
        </span>
        <span className="cut">{wordThatFits(view, width - 36, measureSmall, t)}</span>
        {detail !== '' && <span className="at">{detail}</span>}
      </span>
      {card.shape === 'compact' || card.shape === 'inline' ? null : <ThirdLine view={view} t={t} />}
    </>
  );
}

/** `created at step 231`, or the step alone where there is no room for it. */
function wordThatFits({ card }: SlotView, room: number, measure: Measure, t: Translate): string {
  const word = say(t, card.state.word);
  if (card.life === 'alive' || measure(word) <= room) return word;
  return t('graph.stepShort', { step: stepOf(card.state.word) });
}

function ThirdLine({ view, t }: { readonly view: SlotView; readonly t: Translate }): ReactNode {
  const { path, facts, modes } = view.card;
  if (path !== undefined) {
    return (
      <span className="ln path line-3">
        {SEGMENTS.map((segment) => (
          <i key={segment} className={SEGMENT_CLASS[path.segments[segment]]} />
        ))}
        <span className="cut">
          {say(t, path.word)}
          {path.more > 0 && ` ${t('graph.pathMore', { count: path.more })}`}
        </span>
      </span>
    );
  }
  if (facts === undefined) return null;
  return (
    <span className="ln faint line-3">
      <span className="cut">{say(t, facts)}</span>
      {modes !== undefined && <span className="at">{modes}</span>}
    </span>
  );
}

/** The claim is drawn in the group of its oldest pod; here is the way to it. */
function Stub({ view, style, t }: BoxProps): ReactNode {
  const { onSelect, onFocus } = useGraph();
  const { card } = view;
  return (
    <button
      type="button"
      className="stub"
      style={style}
      data-slot={card.slot}
      data-testid="graph-stub"
      tabIndex={view.tabStop ? 0 : -1}
      onFocus={() => onFocus(card.slot)}
      onClick={() => onSelect(objectId(card.kind, card.namespace, card.name))}
    >
      {t('graph.elsewhere', { name: card.name })}
    </button>
  );
}
