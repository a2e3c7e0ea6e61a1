import './timeline.css';
import {
  type KeyboardEvent,
  memo,
  type PointerEvent,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type WheelEvent,
} from 'react';
import { useStore } from 'zustand';
import type { ObjectId } from '../../worker/protocol.ts';
import { useSize } from '../graph/useSize.ts';
import { useTranslate } from '../graph/useTranslate.ts';
import { type Axis, roughSpanText, rulerTicks, spanText, timeOf, xOf } from '../model/axis.ts';
import type { Translate } from '../model/message.ts';
import type { Replica } from '../model/replica.ts';
import { actingAt, isQuiet, latestTracks, type Track } from '../model/timeline.ts';
import { presenter } from '../presenter/presenter.ts';
import { drawTracks, paletteOf, ROW } from './draw.ts';
import { type Hit, hitAt, tipOf } from './hits.ts';
import { placeIn } from './pointer.ts';
import {
  closePauses,
  endOf,
  openPause,
  panBy,
  showRange,
  showWhole,
  timelineData,
  timelineView,
  toggleQuiet,
  viewAxis,
  zoomAbout,
} from './timelineView.ts';

export interface TimelineProps {
  readonly replica: Replica;
  /** The replica's version: tells that the recording has grown or was cut. */
  readonly version: number;
  readonly step: number;
  readonly selected: ObjectId | null;
  readonly onSeek: (step: number) => void;
  readonly onSelect: (id: ObjectId | null) => void;
}

/** Virtual time and one row per component: what each wrote, decided, called and waited for. */
export const Timeline = memo(function Timeline(props: TimelineProps): ReactNode {
  const { replica, version, step, selected, onSeek, onSelect } = props;
  const t = useTranslate();
  const lane = useRef<HTMLDivElement>(null);
  const { width } = useSize(lane);
  const view = useStore(timelineView);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const data = useMemo(() => timelineData(replica), [replica, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const axis = useMemo(() => viewAxis(replica, data, view, width), [replica, version, data, view, width]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const tracks = useMemo(() => data.tracks(), [data, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const acting = useMemo(() => actingAt(replica, step), [replica, version, step]);
  const isPresenting = useStore(presenter, (state) => state.isOn);
  const isLow = useIsLow() || isPresenting;
  const quiet = tracks.filter(isQuiet);
  const rows = useMemo(() => {
    const loud = view.showsQuiet ? tracks : tracks.filter((track) => !isQuiet(track));
    const shown = isLow ? latestTracks(loud, acting, step, isPresenting ? LOW_ROOM - 1 : LOW_ROOM) : loud;
    return tracks.length === 0 ? [] : [undefined, ...shown];
  }, [tracks, view.showsQuiet, isLow, isPresenting, acting, step]);
  const ticks = useMemo(() => rulerTicks(axis, 56), [axis]);
  const lines = useMemo(() => ticks.map((tick) => tick.x), [ticks]);
  const end = endOf(replica);
  const now = replica.timeAt(step);
  useFollow(axis, now, end);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      w: () => zoomAbout(now, 1.5, end),
      s: () => zoomAbout(now, 1 / 1.5, end),
      a: () => panBy(-0.2, end),
      d: () => panBy(0.2, end),
    };
    actions[event.key]?.();
  };
  const onWheel = (event: WheelEvent): void => {
    if (lane.current === null) return;
    if (event.ctrlKey) zoomAbout(timeOf(axis, placeIn(lane.current, event).x), event.deltaY < 0 ? 1.25 : 0.8, end);
    else if (event.deltaX !== 0) panBy(event.deltaX / Math.max(width, 1), end);
  };
  const x = xOf(axis, now);
  return (
    <section className="tl" aria-label={t('timeline.region')} onWheel={onWheel}>
      <Ruler axis={axis} ticks={ticks} end={end} laneRef={lane} t={t} />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls and zooms by keys */}
      {/* biome-ignore lint/a11y/useSemanticElements: no form */}
      <div className="rows" tabIndex={0} role="group" aria-label={t('timeline.tracks')} onKeyDown={onKeyDown}>
        {rows.length === 0 && <p className="no-steps">{t('timeline.noSteps')}</p>}
        <ul className="names">
          {rows.map((track) => (
            <TrackName
              key={track?.id ?? 'api'}
              track={track}
              isAmbiguous={rows.some((other) => other !== track && other?.name === track?.name)}
              isActing={acting.has(track?.id ?? 'api')}
              t={t}
            />
          ))}
          {quiet.length > 0 && !isLow && (
            <li className="trow track">
              <button type="button" className="link" aria-expanded={view.showsQuiet} onClick={toggleQuiet}>
                {view.showsQuiet ? t('timeline.hideQuietTracks') : t('timeline.quietTracks', { count: quiet.length })}
              </button>
            </li>
          )}
        </ul>
        <Tracks
          replica={replica}
          version={version}
          axis={axis}
          rows={rows}
          ticks={lines}
          step={step}
          selected={selected}
          onSeek={onSeek}
          onSelect={onSelect}
        />
      </div>
      <i
        className="head"
        style={{ '--x': x } as React.CSSProperties}
        hidden={rows.length === 0 || x < 0 || x > width + 1}
      />
    </section>
  );
});

function nameOf(track: Track | undefined, isAmbiguous: boolean, t: Translate): string {
  if (track === undefined) return t('timeline.apiServer');
  if (track.kind === 'driver') return t('timeline.driver', { name: track.name });
  return isAmbiguous ? `${track.name} ${track.id.slice(track.id.indexOf('/') + 1)}` : track.name;
}

interface TrackNameProps {
  readonly track: Track | undefined;
  /** Another track has the same name: whose it is is said, too. */
  readonly isAmbiguous: boolean;
  readonly isActing: boolean;
  readonly t: Translate;
}

function TrackName({ track, isAmbiguous, isActing, t }: TrackNameProps): ReactNode {
  const name = nameOf(track, isAmbiguous, t);
  return (
    <li className={isActing ? 'trow track on' : 'trow track'} title={track?.id}>
      <span className="cut">
        {name}
        {isActing && <span className="unseen">{t('timeline.acting')}</span>}
      </span>
    </li>
  );
}

/** A narrower band says its length in its tooltip only. */
const BAND_WITH_TEXT = 18;

interface RulerProps {
  readonly axis: Axis;
  readonly ticks: readonly { readonly time: number; readonly x: number }[];
  readonly end: number;
  readonly laneRef: React.RefObject<HTMLDivElement | null>;
  readonly t: Translate;
}

/** Round times; dragging over a stretch of them zooms there, a double click shows the whole again. */
function Ruler({ axis, ticks, end, laneRef, t }: RulerProps): ReactNode {
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number }>();
  const xIn = (event: PointerEvent): number => (laneRef.current === null ? 0 : placeIn(laneRef.current, event).x);
  const finish = (): void => {
    if (drag !== undefined && Math.abs(drag.to - drag.from) > 6) {
      const [left, right] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
      showRange(timeOf(axis, left), timeOf(axis, right), end);
    }
    setDrag(undefined);
  };
  return (
    <div className="trow ruler">
      <span>{t('timeline.virtualTime')}</span>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the same is done by the keys w, s, a and d */}
      <div
        ref={laneRef}
        onDoubleClick={() => {
          showWhole();
          closePauses();
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: xIn(event), to: xIn(event) });
        }}
        onPointerMove={(event) => {
          if (drag !== undefined) setDrag({ ...drag, to: xIn(event) });
        }}
        onPointerUp={finish}
      >
        {ticks.map((tick) => (
          <time key={tick.time} style={{ left: tick.x }} className={edgeClass(tick.x, axis.width)}>
            {tick.time === 0 ? '0 s' : spanText(tick.time)}
          </time>
        ))}
        {axis.stretches
          .filter((stretch) => stretch.collapsed)
          .map((stretch) => (
            <button
              key={stretch.from}
              type="button"
              className="gap"
              style={{ left: stretch.x1, width: stretch.x2 - stretch.x1 }}
              title={t('timeline.openPause', { span: spanText(stretch.to - stretch.from) })}
              onPointerDown={(event) => event.stopPropagation()}
              onClick={() => openPause(stretch.from)}
            >
              {stretch.x2 - stretch.x1 >= BAND_WITH_TEXT && <span>{roughSpanText(stretch.to - stretch.from)}</span>}
            </button>
          ))}
        {drag !== undefined && (
          <i className="drag" style={{ left: Math.min(drag.from, drag.to), width: Math.abs(drag.to - drag.from) }} />
        )}
      </div>
    </div>
  );
}

/** Labels at the ends stay inside. */
function edgeClass(x: number, width: number): string | undefined {
  if (x < 16) return 'is-first';
  return x > width - 16 ? 'is-last' : undefined;
}

interface TracksProps {
  readonly replica: Replica;
  readonly version: number;
  readonly axis: Axis;
  readonly rows: readonly (Track | undefined)[];
  readonly ticks: readonly number[];
  readonly step: number;
  readonly selected: ObjectId | null;
  readonly onSeek: (step: number) => void;
  readonly onSelect: (id: ObjectId | null) => void;
}

/** The rows themselves, on a canvas; what lies under the pointer is found from the same data. */
function Tracks({ replica, version, axis, rows, ticks, step, selected, onSeek, onSelect }: TracksProps): ReactNode {
  const t = useTranslate();
  const canvas = useRef<HTMLCanvasElement>(null);
  /** Pixels of the screen for each of the page's: asking for the zoom has the page laid out, and another zoom brings another width. */
  const measured = useRef<{ readonly width: number; readonly ratio: number }>(undefined);
  const [hit, setHit] = useState<{ readonly hit: Hit; readonly x: number; readonly y: number }>();
  const theme = useTheme();

  // biome-ignore lint/correctness/useExhaustiveDependencies: version tells of the replica's changes, theme of the colours'
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || axis.width === 0) return;
    if (measured.current?.width !== axis.width) {
      const zoom = element.currentCSSZoom ?? 1;
      measured.current = { width: axis.width, ratio: (window.devicePixelRatio || 1) * zoom };
    }
    const { ratio } = measured.current;
    const height = Math.max(1, rows.length * ROW);
    resize(element, Math.round(axis.width * ratio), Math.round(height * ratio));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const data = timelineData(replica);
    drawTracks({ context, palette: paletteOf(element, theme), axis, replica, data, rows, ticks, step, selected });
  }, [replica, version, axis, rows, ticks, step, selected, theme]);

  const at = (event: PointerEvent | React.MouseEvent): { readonly x: number; readonly y: number } =>
    canvas.current === null ? { x: 0, y: 0 } : placeIn(canvas.current, event);
  const onClick = (event: React.MouseEvent): void => {
    const { x, y } = at(event);
    const found = hitAt(axis, rows, x, y);
    if (found === undefined) {
      onSeek(replica.stepAtTime(timeOf(axis, x)));
      return;
    }
    onSeek(found.step);
    if (found.about !== undefined) onSelect(found.about);
  };
  return (
    <div className="lanes-canvas">
      <canvas
        ref={canvas}
        style={{ width: axis.width, height: rows.length * ROW }}
        role="img"
        aria-label={t('timeline.tracks')}
        onClick={onClick}
        onPointerMove={(event) => {
          const place = at(event);
          const found = hitAt(axis, rows, place.x, place.y);
          setHit(found === undefined ? undefined : { hit: found, ...place });
        }}
        onPointerLeave={() => setHit(undefined)}
      />
      {hit !== undefined && (
        <div className="tip" style={{ left: Math.min(hit.x + 10, Math.max(0, axis.width - 220)), top: hit.y + 12 }}>
          {tipOf(hit.hit, replica, t).map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
      )}
    </div>
  );
}

/** Setting a size, also the one it has, gives a canvas new memory. */
function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** In a low window there is room for this many tracks below the API server's. */
const LOW_ROOM = 4;
const LOW_WINDOW = '(max-height: 780px)';

function useIsLow(): boolean {
  const [isLow, setIsLow] = useState(() => window.matchMedia(LOW_WINDOW).matches);
  useEffect(() => {
    const query = window.matchMedia(LOW_WINDOW);
    const read = (): void => setIsLow(query.matches);
    query.addEventListener('change', read);
    return () => query.removeEventListener('change', read);
  }, []);
  return isLow;
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

/** The theme that is set: a canvas has to be drawn anew with its colours. */
function useTheme(): string {
  const [theme, setTheme] = useState(() => document.documentElement.dataset.theme ?? '');
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(document.documentElement.dataset.theme ?? ''));
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
