import { type PointerEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { openBreakpoints } from '../breakpoints/menu.ts';
import { useTranslate } from '../graph/useTranslate.ts';
import { type Axis, timeOf, xOf } from '../model/axis.ts';
import { type Lettering, type Mark, markAt, ROW, stepOfMark, writesAt } from '../model/marks.ts';
import type { Replica } from '../model/replica.ts';
import type { Row } from '../model/trackRows.ts';
import { drawTracks, paletteOf } from './draw.ts';
import { contentOf, shownObject } from './marksOfRow.ts';
import { placeIn } from './pointer.ts';
import { endPreview, previewStep } from './preview.ts';
import { TipBox } from './TipBox.tsx';
import type { Window } from './TrackNames.tsx';
import { tipOf } from './tips.ts';
import { useTheme } from './useTheme.ts';

interface TrackCanvasProps {
  readonly replica: Replica;
  readonly version: number;
  readonly axis: Axis;
  readonly rows: readonly Row[];
  readonly shown: Window;
  /** How far the rows are scrolled, and the height of what is in view. */
  readonly top: number;
  readonly height: number;
  readonly ticks: readonly number[];
  readonly lettering: Lettering;
  readonly step: number;
  readonly selected: ObjectId | null;
  readonly nameOf: (row: Row) => string;
  /** The mark that the keys are at. */
  readonly cursor: { readonly row: Row; readonly mark: Mark } | undefined;
  readonly onSeek: (step: number) => void;
  readonly onSelect: (id: ObjectId | null) => void;
}

interface Hovered {
  readonly row: Row;
  readonly mark: Mark;
  /** Of the pointer, in the window. */
  readonly x: number;
  readonly y: number;
}

/** The playhead is taken hold of within so many pixels. */
const GRIP = 4;

/** The rows in view, on a canvas; what lies under the pointer is found from the same data. */
export function TrackCanvas(props: TrackCanvasProps): ReactNode {
  const { replica, version, axis, rows, shown, top, height, ticks, lettering, step, selected } = props;
  const { nameOf, cursor, onSeek, onSelect } = props;
  const t = useTranslate();
  const canvas = useRef<HTMLCanvasElement>(null);
  /** Pixels of the screen for each of the page's: asking for the zoom has the page laid out, and another zoom brings another width. */
  const measured = useRef<{ readonly width: number; readonly zoom: number }>(undefined);
  const [hovered, setHovered] = useState<Hovered>();
  const [isGripped, setIsGripped] = useState(false);
  const theme = useTheme();
  const drawn = useMemo(
    () =>
      rows.slice(shown.first, shown.end).map((row, index) => ({
        y: (shown.first + index) * ROW - top,
        content: contentOf(row, replica, axis, lettering),
      })),
    [rows, shown, top, replica, axis, lettering],
  );
  const split = hovered?.mark.kind === 'call' ? hovered.mark.bar : undefined;

  // biome-ignore lint/correctness/useExhaustiveDependencies: version tells of the replica's changes, theme of the colours'
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || axis.width === 0) return;
    if (measured.current?.width !== axis.width) {
      measured.current = { width: axis.width, zoom: element.currentCSSZoom ?? 1 };
    }
    const ratio = (window.devicePixelRatio || 1) * measured.current.zoom;
    resize(element, Math.round(axis.width * ratio), Math.round(height * ratio));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const palette = paletteOf(element, theme);
    drawTracks({ context, palette, axis, replica, rows: drawn, height, ticks, step, selected, split });
  }, [replica, version, axis, drawn, height, ticks, step, selected, split, theme]);

  const at = (event: React.MouseEvent): { readonly x: number; readonly y: number } =>
    canvas.current === null ? { x: 0, y: 0 } : placeIn(canvas.current, event);
  const markUnder = (event: React.MouseEvent): { readonly row: Row; readonly mark: Mark } | undefined => {
    const { x, y } = at(event);
    const row = rows[Math.floor((y + top) / ROW)];
    if (row === undefined) return undefined;
    const content = contentOf(row, replica, axis, lettering);
    if (content.kind === 'none') return undefined;
    const mark =
      content.kind === 'writes' ? writesAt(content.marks, x) : markAt(content.marks, axis, x, (y + top) % ROW);
    return mark === undefined ? undefined : { row, mark };
  };
  /** Of a call and a wait the moment under the pointer, of the others their own step. */
  const stepUnder = (event: React.MouseEvent, mark: Mark | undefined): number => {
    const under = replica.stepAtTime(timeOf(axis, at(event).x));
    if (mark === undefined) return under;
    const first = stepOfMark(mark);
    return mark.kind === 'call' || mark.kind === 'wait' ? Math.max(first, under) : first;
  };
  const hover = (event: PointerEvent): void => {
    if (isGripped) {
      const { x } = at(event);
      onSeek(x <= 0 ? 0 : replica.stepAtTime(timeOf(axis, x)));
      return;
    }
    const found = markUnder(event);
    setHovered(found === undefined ? undefined : { ...found, x: event.clientX, y: event.clientY });
    if (found === undefined) endPreview();
    else previewStep(stepUnder(event, found.mark));
  };
  const leave = (): void => {
    setHovered(undefined);
    endPreview();
  };
  const isOnPlayhead = (event: React.MouseEvent): boolean =>
    Math.abs(at(event).x - xOf(axis, replica.timeAt(step))) <= GRIP;
  const place = cursor === undefined ? undefined : placeOf(cursor.row, cursor.mark, rows, top);
  return (
    <div className="lanes-canvas" style={{ height: rows.length * ROW }}>
      <canvas
        ref={canvas}
        className={isGripped ? 'is-gripped' : undefined}
        style={{ width: axis.width, height }}
        role="img"
        aria-label={t('timeline.tracks')}
        onPointerDown={(event) => {
          if (event.button !== 0 || markUnder(event) !== undefined || !isOnPlayhead(event)) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          leave();
          setIsGripped(true);
        }}
        onPointerMove={hover}
        onPointerUp={() => setTimeout(() => setIsGripped(false))}
        onPointerCancel={() => setIsGripped(false)}
        onPointerLeave={leave}
        onClick={(event) => {
          if (isGripped) return;
          const found = markUnder(event);
          onSeek(found === undefined ? stepUnder(event, undefined) : stepOfMark(found.mark));
          const about = found === undefined ? undefined : shownObject(found.mark);
          if (about !== undefined) onSelect(about);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          leave();
          openBreakpoints(stepUnder(event, markUnder(event)?.mark));
        }}
      />
      {place !== undefined && <i className="cursor" style={{ left: place.x, top: place.y }} />}
      {hovered !== undefined && (
        <TipBox
          tip={tipOf(hovered.mark, nameOf(hovered.row), replica, t)}
          x={hovered.x}
          y={hovered.y}
          zoom={measured.current?.zoom ?? 1}
        />
      )}
    </div>
  );
}

/** Setting a size, also the one it has, gives a canvas new memory. */
function resize(canvas: HTMLCanvasElement, width: number, height: number): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}

/** Where the mark of the keys is, in the rows that are scrolled. */
function placeOf(
  row: Row,
  mark: Mark,
  rows: readonly Row[],
  top: number,
): { readonly x: number; readonly y: number } | undefined {
  const index = rows.findIndex(({ id }) => id === row.id);
  const y = index * ROW;
  return index < 0 || y + ROW <= top ? undefined : { x: mark.x, y };
}
