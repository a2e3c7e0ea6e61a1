import './timeline.css';
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import type { ObjectId } from '../../worker/protocol.ts';
import { measureIn } from '../graph/measure.ts';
import { useSize } from '../graph/useSize.ts';
import { useTranslate } from '../graph/useTranslate.ts';
import { type Axis, rulerTicks, timeOf, xOf } from '../model/axis.ts';
import type { Lettering } from '../model/marks.ts';
import type { Replica } from '../model/replica.ts';
import type { Row } from '../model/trackRows.ts';
import { placeIn } from './pointer.ts';
import { Ruler } from './Ruler.tsx';
import { TrackCanvas } from './TrackCanvas.tsx';
import { nameOfRow, TrackNames } from './TrackNames.tsx';
import { endOf, panBy, showRange, timelineData, timelineView, viewAxis, zoomAbout } from './timelineView.ts';
import { spokenTip, tipOf } from './tips.ts';
import { useMarkKeys } from './useMarkKeys.ts';
import { useRows } from './useRows.ts';
import { useScroll } from './useScroll.ts';

export interface TimelineProps {
  readonly replica: Replica;
  /** The replica's version: tells that the recording has grown or was cut. */
  readonly version: number;
  readonly step: number;
  readonly selected: ObjectId | null;
  readonly onSeek: (step: number) => void;
  readonly onSelect: (id: ObjectId | null) => void;
}

/** Places of round times are so far apart. */
const TICK_ROOM = 56;

/** Virtual time and one row per component: what each wrote, decided, called and waited for. */
export const Timeline = memo(function Timeline(props: TimelineProps): ReactNode {
  const { replica, version, step, selected, onSeek, onSelect } = props;
  const t = useTranslate();
  const lane = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const region = useRef<HTMLElement>(null);
  const { width } = useSize(lane);
  const view = useStore(timelineView);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const data = useMemo(() => timelineData(replica), [replica, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const axis = useMemo(() => viewAxis(replica, data, view, width), [replica, version, data, view, width]);
  const { rows, acting } = useRows(replica, version, step);
  const ticks = useMemo(() => rulerTicks(axis, TICK_ROOM), [axis]);
  const lines = useMemo(() => ticks.map((tick) => tick.x), [ticks]);
  const lettering = useMemo<Lettering>(
    () => ({ measure: measureIn(MARK_FONT), tryOf: (attempt) => t('timeline.callTry', { attempt }) }),
    [t],
  );
  const scroll = useScroll(scroller, rows.length);
  const end = endOf(replica);
  const now = replica.timeAt(step);
  useFollow(axis, now, end);
  useWheel(region, lane, axis, end);
  const keys = useMarkKeys({ rows, replica, axis, lettering, onSeek, onSelect });
  const nameOf = (row: Row): string => nameOfRow(row, false, t);
  const spoken =
    keys.cursor === undefined
      ? ''
      : t('timeline.markOf', {
          index: keys.cursor.index + 1,
          count: keys.cursor.count,
          what: spokenTip(tipOf(keys.cursor.mark, nameOf(keys.cursor.row), replica, t)),
        });
  const x = xOf(axis, now);
  return (
    <section
      className="tl"
      ref={region}
      aria-label={t('timeline.region')}
      onKeyDown={(event) => zoomKey(event, now, end)}
    >
      <Ruler
        axis={axis}
        ticks={ticks}
        end={end}
        isChanged={view.range !== null || view.opened.size > 0}
        laneRef={lane}
        onFocusLost={() => scroller.current?.querySelector<HTMLElement>('.name[tabindex="0"]')?.focus()}
      />
      <div className="rows" ref={scroller}>
        {rows.length === 0 && <p className="no-steps">{t('timeline.noSteps')}</p>}
        <TrackNames
          rows={rows}
          shown={scroll.shown}
          acting={acting}
          tabStop={keys.tabStop}
          hasCursor={keys.cursor !== undefined}
          onTabStop={keys.onTabStop}
          onKeyDown={keys.onKeyDown}
        />
        <TrackCanvas
          replica={replica}
          version={version}
          axis={axis}
          rows={rows}
          {...scroll}
          ticks={lines}
          lettering={lettering}
          step={step}
          selected={selected}
          nameOf={nameOf}
          cursor={keys.cursor}
          onSeek={onSeek}
          onSelect={onSelect}
        />
      </div>
      <i
        className="head"
        style={{ '--x': x } as React.CSSProperties}
        hidden={rows.length === 0 || x < 0 || x > width + 1}
      />
      <span className="unseen" role="status">
        {spoken}
      </span>
    </section>
  );
});

/** The font of what is written on the canvas. */
const MARK_FONT = '10px';

const ZOOM = 1.5;
const PAN = 0.2;

function zoomKey(event: KeyboardEvent, now: number, end: number): void {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const actions: Readonly<Record<string, () => void>> = {
    w: () => zoomAbout(now, ZOOM, end),
    s: () => zoomAbout(now, 1 / ZOOM, end),
    a: () => panBy(-PAN, end),
    d: () => panBy(PAN, end),
  };
  const act = actions[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
}

const WHEEL_ZOOM = 1.25;

/** The wheel with Ctrl zooms about the pointer, sideways it pans. The browser is told that it is not to zoom the page. */
function useWheel(
  region: React.RefObject<HTMLElement | null>,
  lane: React.RefObject<HTMLElement | null>,
  axis: Axis,
  end: number,
): void {
  useEffect(() => {
    const element = region.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent): void => {
      if (lane.current === null || (!event.ctrlKey && event.deltaX === 0)) return;
      event.preventDefault();
      if (event.ctrlKey) {
        const factor = event.deltaY < 0 ? WHEEL_ZOOM : 1 / WHEEL_ZOOM;
        zoomAbout(timeOf(axis, placeIn(lane.current, event).x), factor, end);
      } else panBy(event.deltaX / Math.max(axis.width, 1), end);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [region, lane, axis, end]);
}

/** Keeps the playhead in view as it moves, without changing the zoom. */
function useFollow(axis: Axis, now: number, end: number): void {
  const seen = useRef(now);
  useEffect(() => {
    if (seen.current === now) return;
    seen.current = now;
    const length = axis.to - axis.from;
    if (length >= end || (now >= axis.from && now <= axis.to)) return;
    showRange(now - length * 0.2, now + length * 0.8, end);
  }, [axis, now, end]);
}
