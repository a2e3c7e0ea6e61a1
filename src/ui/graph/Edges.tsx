import { type ReactFlowState, useStore } from '@xyflow/react';
import { createContext, memo, type ReactNode, useContext } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import type { Ball } from '../model/balls.ts';
import type { EdgeFrame } from '../model/frame.ts';
import { type Curve, partOf, pathOf, pointAt } from '../model/geometry.ts';
import type { DrawnEdge } from '../model/scene.ts';
import { useTranslate } from './useTranslate.ts';

export interface EdgesProps {
  readonly still: readonly DrawnEdge[];
  readonly moving: readonly EdgeFrame[];
  readonly balls: readonly Ball[];
  /** The chain that is looked at; the rest steps back. */
  readonly chain: ReadonlySet<ObjectId> | undefined;
  /** Calls say their names, whatever the zoom. */
  readonly labelled: boolean;
}

/**
 * All edges in one drawing above the cards, so that their ends sit on the borders. Readers hear them from the cards.
 * What is above or below the view is left out.
 */
export function Edges({ still, moving, balls, chain, labelled }: EdgesProps): ReactNode {
  const top = useStore(topOf);
  const bottom = useStore(bottomOf);
  const isNear = useStore(isNearOf);
  return (
    <svg className="edges" width={1} height={1} aria-hidden="true" focusable="false">
      <Markers />
      <StillEdges edges={still} chain={chain} top={top} bottom={bottom} />
      {moving.map((frame) => (
        <EdgeShape
          key={frame.drawn.key}
          drawn={frame.drawn}
          growth={frame.growth}
          origin={frame.origin}
          {...(frame.over !== undefined && { over: frame.over })}
          inChain={isInChain(frame.drawn, chain)}
        />
      ))}
      {balls.map((ball) => (
        <BallShape key={ball.id} ball={ball} labelled={labelled || isNear} />
      ))}
    </svg>
  );
}

/** The drawn part of the lanes goes in steps of this many pixels, so that panning seldom draws anew. */
const BLOCK = 400;
const LABEL_ZOOM = 1.25;

const topOf = ({ transform: [, y, zoom] }: ReactFlowState): number => (Math.floor(-y / zoom / BLOCK) - 1) * BLOCK;
const bottomOf = ({ transform: [, y, zoom], height }: ReactFlowState): number =>
  (Math.ceil((height - y) / zoom / BLOCK) + 1) * BLOCK;
const isNearOf = ({ transform: [, , zoom] }: ReactFlowState): boolean => zoom >= LABEL_ZOOM;

interface StillEdgesProps {
  readonly edges: readonly DrawnEdge[];
  readonly chain: ReadonlySet<ObjectId> | undefined;
  readonly top: number;
  readonly bottom: number;
}

/** Edges at rest: drawn anew with a step, not with a frame. */
const StillEdges = memo(function StillEdges({ edges, chain, top, bottom }: StillEdgesProps): ReactNode {
  return edges
    .filter(({ lines }) =>
      lines.some((line) => Math.max(line.y1, line.y2) >= top && Math.min(line.y1, line.y2) <= bottom),
    )
    .map((drawn) => (
      <EdgeShape key={drawn.key} drawn={drawn} growth={1} origin="from" inChain={isInChain(drawn, chain)} />
    ));
});

function isInChain({ edge }: DrawnEdge, chain: ReadonlySet<ObjectId> | undefined): boolean | undefined {
  return chain === undefined ? undefined : chain.has(edge.from) && chain.has(edge.to);
}

interface EdgeShapeProps extends EdgeFrame {
  readonly inChain: boolean | undefined;
}

const EdgeShape = memo(
  function EdgeShape({ inChain, ...frame }: EdgeShapeProps): ReactNode {
    const { edge, lines } = frame.drawn;
    const classes = ['edge', inChain === true ? 'is-chain' : inChain === false ? 'is-dim' : ''];
    if (edge.relation === 'unborn') {
      return <path className={[...classes, 'e-unborn'].filter(Boolean).join(' ')} d={lines.map(pathOf).join('')} />;
    }
    return (
      <g
        className={classes.filter(Boolean).join(' ')}
        data-testid="graph-edge"
        data-from={edge.from}
        data-to={edge.to}
        data-relation={edge.relation}
      >
        <EndContext value={inChain === true ? '-ink' : ''}>
          <Drawing frame={frame} />
        </EndContext>
      </g>
    );
  },
  (before, after) =>
    before.inChain === after.inChain &&
    before.growth === after.growth &&
    before.origin === after.origin &&
    before.over === after.over &&
    sameDrawing(before.drawn, after.drawn),
);

function sameDrawing(a: DrawnEdge, b: DrawnEdge): boolean {
  if (a === b) return true;
  return (
    a.key === b.key &&
    a.edge.family === b.edge.family &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, index) => sameCurve(line, b.lines[index]))
  );
}

function sameCurve(a: Curve, b: Curve | undefined): boolean {
  return b !== undefined && a.x1 === b.x1 && a.y1 === b.y1 && a.x2 === b.x2 && a.y2 === b.y2 && a.bend === b.bend;
}

/** Which set of ends a line has: those of a chain that is looked at are in ink. */
const EndContext = createContext('');

function Drawing({ frame }: { readonly frame: EdgeFrame }): ReactNode {
  const ends = useContext(EndContext);
  const mark = (isShown: boolean, name: string): string | undefined =>
    isShown ? `url(#m-${name}${name === 'x' ? '' : ends})` : undefined;
  const { edge, lines } = frame.drawn;
  const d = lines.map((line) => grown(line, frame)).join('');
  const isWhole = frame.growth >= 1;
  const first = lines[0];
  const { over, ...alone } = frame;
  if (over !== undefined && frame.growth < 1) {
    if (edge.relation === 'bound') return <Completing frame={frame} half={over} />;
    if (edge.relation === 'attached') return <RailsOfTwo frame={frame} other={over} />;
    return (
      <>
        <Drawing frame={{ drawn: over, growth: 1, origin: 'from' }} />
        {frame.growth > 0 && <Drawing frame={alone} />}
      </>
    );
  }
  switch (edge.relation) {
    case 'half-bound':
      return first === undefined ? null : <HalfBound line={first} frame={frame} />;
    case 'attached':
      return <Rails d={d} tone="" />;
    case 'attaching':
    case 'detaching':
      return <Rails d={d} tone={edge.family === 'idle' ? '' : ` is-${edge.family}`} />;
    case 'clone-of':
    case 'snapshot-of':
      return first === undefined ? null : <path className="e-copy" d={bowOf(first)} />;
    case 'claims':
      return (
        <path
          className={`e-claims${edge.family === 'failed' ? ' is-failed' : ''}`}
          d={d}
          markerEnd={mark(isWhole, 'arrow')}
        />
      );
    case 'mounted':
      return (
        <path
          className="e-mounted"
          d={d}
          markerStart={mark(frame.growth >= 0.95, 'square')}
          markerEnd={mark(true, 'square')}
        />
      );
    case 'staged':
      return <path className="e-staged" d={d} markerEnd={mark(true, 'square')} />;
    case 'bound':
      return <path className="e-bound" d={d} markerStart={mark(true, 'dot')} markerEnd={mark(true, 'dot')} />;
    case 'rejected':
      return <path className="e-no" d={d} markerEnd={mark(isWhole, 'x')} />;
    case 'owns':
      return <path className="e-owns" d={d} />;
    default:
      return <path className="e-backs" d={d} />;
  }
}

function grown(line: Curve, { growth, origin }: EdgeFrame): string {
  if (growth >= 1) return pathOf(line);
  return origin === 'from' ? partOf(line, 0, growth) : partOf(line, 1 - growth, 1);
}

function Rails({ d, tone }: { readonly d: string; readonly tone: string }): ReactNode {
  return (
    <>
      <path className={`e-rails${tone}`} d={d} />
      <path className="e-gap" d={d} />
    </>
  );
}

/** The rail from the volume to the pill stays; the one from the persistent volume to the pill comes, or goes. */
function RailsOfTwo({ frame, other }: { readonly frame: EdgeFrame; readonly other: DrawnEdge }): ReactNode {
  const [toPill] = frame.drawn.lines;
  const tone = other.edge.family === 'idle' ? '' : ` is-${other.edge.family}`;
  return (
    <>
      <Rails d={other.lines.map(pathOf).join('')} tone={tone} />
      {toPill !== undefined && <Rails d={partOf(toPill, 1 - frame.growth, 1)} tone="" />}
    </>
  );
}

/** The other half of a bind grows towards the half that is there: the bar goes, the ring fills. */
function Completing({ frame, half }: { readonly frame: EdgeFrame; readonly half: DrawnEdge }): ReactNode {
  const [line] = frame.drawn.lines;
  if (line === undefined) return null;
  const fromVolume = half.edge.half?.side === 'to';
  const grown = 0.5 * frame.growth;
  const ring = fromVolume ? { x: line.x1, y: line.y1 } : { x: line.x2, y: line.y2 };
  const dot = fromVolume ? { x: line.x2, y: line.y2 } : { x: line.x1, y: line.y1 };
  const middle = pointAt(line, 0.5);
  return (
    <>
      <path className="e-rest" d={fromVolume ? partOf(line, 0, 0.5) : partOf(line, 0.5, 1)} />
      <path className="e-bound" d={fromVolume ? partOf(line, 0.5, 1) : partOf(line, 0, 0.5)} />
      <path className="e-bound" d={fromVolume ? partOf(line, 0, grown) : partOf(line, 1 - grown, 1)} />
      <path className="e-half is-working" opacity={1 - frame.growth} d={`M${middle.x} ${middle.y - 6}v12`} />
      <circle className="e-ring" cx={ring.x} cy={ring.y} r={2.6} />
      <circle className="e-dot" cx={ring.x} cy={ring.y} r={2.8 * frame.growth} />
      <circle className="e-dot" cx={dot.x} cy={dot.y} r={2.8} />
    </>
  );
}

/** Solid from the side that has written to a stop bar in the middle, dotted from there to a hollow ring. */
function HalfBound({ line, frame }: { readonly line: Curve; readonly frame: EdgeFrame }): ReactNode {
  const { half, family } = frame.drawn.edge;
  const reach = 0.5 * frame.growth;
  const fromVolume = half?.side === 'to';
  const tone = family === 'idle' ? '' : ` is-${family}`;
  const solid = fromVolume ? partOf(line, 1 - reach, 1) : partOf(line, 0, reach);
  const rest = fromVolume ? partOf(line, 0, 0.5) : partOf(line, 0.5, 1);
  const stop = pointAt(line, fromVolume ? 1 - reach : reach);
  const dot = fromVolume ? { x: line.x2, y: line.y2 } : { x: line.x1, y: line.y1 };
  const ring = fromVolume ? { x: line.x1, y: line.y1 } : { x: line.x2, y: line.y2 };
  const middle = pointAt(line, 0.5);
  return (
    <>
      <path className="e-rest" d={rest} />
      <circle className="e-ring" cx={ring.x} cy={ring.y} r={2.6} />
      <path className={`e-half${tone}`} d={solid} />
      <path className={`e-half${tone}`} d={`M${stop.x} ${stop.y - 6}v12`} />
      <circle className={`e-dot${tone}`} cx={dot.x} cy={dot.y} r={2.8} />
      <text className={`e-label${tone}`} x={middle.x} y={middle.y - 11}>
        {half?.field}
      </text>
    </>
  );
}

/** Copy and source stand in the same lane: the line bows out to the left. */
function bowOf({ x1, y1, x2, y2 }: Curve): string {
  return `M${x1} ${y1}C${x1 - 24} ${y1} ${x2 - 24} ${y2} ${x2} ${y2}`;
}

function BallShape({ ball, labelled }: { readonly ball: Ball; readonly labelled: boolean }): ReactNode {
  const at = pointAt(ball.line, ball.at);
  const back = ball.line.x2 < ball.line.x1;
  return (
    <g transform={`translate(${at.x} ${at.y})`}>
      {ball.failed ? (
        <path className="ball-x" d="M-4 -4l8 8M4 -4l-8 8" />
      ) : (
        <circle className={`ball${ball.flying ? ' is-flying' : ''}${back ? ' is-back' : ''}`} r={4.2} />
      )}
      <BallLabel ball={ball} labelled={labelled} />
    </g>
  );
}

/** A failed call says so whatever the zoom; one in flight says its name where there is room. */
function BallLabel({ ball, labelled }: { readonly ball: Ball; readonly labelled: boolean }): ReactNode {
  const t = useTranslate();
  if (ball.failed && ball.failure !== undefined) {
    const { code, attempt } = ball.failure;
    return (
      <text className="e-label is-failed" y={-9}>
        {attempt > 1 ? t('graph.codeTry', { code, attempt }) : code}
      </text>
    );
  }
  return labelled ? (
    <text className="e-label is-working" y={-9}>
      {ball.method}
    </text>
  ) : null;
}

/** Ends of lines. `context-stroke` would do for one set, but not every browser has it. */
function Markers(): ReactNode {
  return (
    <defs>
      <Ends suffix="" />
      <Ends suffix="-ink" />
      <marker id="m-x" viewBox="0 0 8 8" refX="5" refY="4" {...SIZE}>
        <path className="m-x" d="M1.5 1.5l5 5M6.5 1.5l-5 5" />
      </marker>
    </defs>
  );
}

const SIZE = { markerWidth: 8, markerHeight: 8, markerUnits: 'userSpaceOnUse' } as const;

function Ends({ suffix }: { readonly suffix: '' | '-ink' }): ReactNode {
  const look = suffix === '' ? undefined : 'is-ink';
  const middle = { viewBox: '0 0 8 8', refX: 4, refY: 4, ...SIZE, className: look };
  return (
    <>
      <marker id={`m-arrow${suffix}`} {...middle} refX={6.5} markerWidth={7} markerHeight={7} orient="auto">
        <path className="m-line" d="M1.5 1.2L6.5 4 1.5 6.8" />
      </marker>
      <marker id={`m-dot${suffix}`} {...middle}>
        <circle className="m-fill" cx="4" cy="4" r="2.8" />
      </marker>
      <marker id={`m-square${suffix}`} {...middle}>
        <rect className="m-fill" x="1" y="1" width="6" height="6" />
      </marker>
    </>
  );
}
