import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useTranslate } from '../graph/useTranslate.ts';
import { ROW } from '../model/marks.ts';
import type { Translate } from '../model/message.ts';
import type { Row } from '../model/trackRows.ts';
import { placeIn } from './pointer.ts';
import { moveTrack, toggleFold, togglePin } from './timelineView.ts';

/** Rows that are drawn, of all: the others are out of view. */
export interface Window {
  readonly first: number;
  readonly end: number;
}

interface TrackNamesProps {
  readonly rows: readonly Row[];
  readonly shown: Window;
  readonly acting: ReadonlySet<string>;
  /** The row that the tab key stops at. */
  readonly tabStop: string;
  /** Something of the row has the attention of the keys: Enter is for it. */
  readonly hasCursor: boolean;
  readonly onTabStop: (id: string) => void;
  readonly onKeyDown: (event: KeyboardEvent, row: Row) => void;
}

/** Less is a click. */
const LEAST_DRAG = 4;

/** The names of the rows: pins, folds, and what is dragged or moved by keys to another place. */
export function TrackNames(props: TrackNamesProps): ReactNode {
  const { rows, shown, acting, tabStop, hasCursor, onTabStop, onKeyDown } = props;
  const t = useTranslate();
  const list = useRef<HTMLUListElement>(null);
  const hint = useId();
  const [drag, setDrag] = useState<{ readonly id: string; readonly from: number; readonly to?: string }>();
  const focused = useRef<string>(undefined);
  const order = rows.filter((row) => row.kind === 'track').map(({ id }) => id);
  // A row that was moved, or comes into view as the keys go on, gets the focus back.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows may have changed their places
  useEffect(() => {
    if (focused.current === undefined) return;
    const button = list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(focused.current)}"]`);
    button?.focus();
    focused.current = undefined;
  }, [rows, tabStop]);

  const focusRow = (index: number): void => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    if (row === undefined) return;
    focused.current = row.id;
    onTabStop(row.id);
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`)?.focus();
  };
  const move = (id: string, direction: 1 | -1): void => {
    const to = neighbourOf(rows, id, direction);
    if (to === undefined) return;
    focused.current = id;
    moveTrack(order, id, to);
  };
  const keyDown = (event: KeyboardEvent, row: Row, index: number): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      if (event.altKey) move(row.id, step);
      else focusRow(index + step);
      return;
    }
    onKeyDown(event, row);
  };
  const rowUnder = (event: PointerEvent): Row | undefined =>
    list.current === null ? undefined : rows[Math.floor(placeIn(list.current, event).y / ROW)];
  const startDrag = (event: PointerEvent, row: Row): void => {
    if (event.button === 0 && row.kind === 'track') setDrag({ id: row.id, from: event.clientY });
  };
  const drop = (): void => {
    if (drag?.to !== undefined) moveTrack(order, drag.id, drag.to);
    // The click that follows is still to see that this was none.
    setTimeout(() => setDrag(undefined));
  };
  const dragOver = (event: PointerEvent): void => {
    if (drag === undefined) return;
    if (drag.to === undefined && Math.abs(event.clientY - drag.from) < LEAST_DRAG) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const under = rowUnder(event);
    const isPlace = under?.kind === 'track' && isPinned(under) === isPinned(rows.find(({ id }) => id === drag.id));
    setDrag({ ...drag, to: isPlace ? under.id : (drag.to ?? drag.id) });
  };
  return (
    <ul className="names" ref={list} aria-label={t('timeline.tracks')} style={{ height: rows.length * ROW }}>
      {rows.map((row, index) =>
        (index >= shown.first && index < shown.end) || row.id === tabStop ? (
          <li
            key={row.id}
            className={classOf(row, acting, drag)}
            style={{ top: index * ROW }}
            onPointerDown={(event) => startDrag(event, row)}
            onPointerMove={dragOver}
            onPointerUp={drop}
            onPointerCancel={() => setDrag(undefined)}
          >
            <Name
              row={row}
              isActing={acting.has(row.id)}
              isAmbiguous={isAmbiguous(rows, row)}
              isTabStop={row.id === tabStop}
              hint={hint}
              t={t}
              onFocus={() => onTabStop(row.id)}
              onKeyDown={(event) => keyDown(event, row, index)}
              onPress={() => {
                if (drag?.to === undefined && !(hasCursor && row.id === tabStop)) press(row);
              }}
            />
          </li>
        ) : null,
      )}
      <li hidden id={hint}>
        {t('timeline.trackHint')}
      </li>
    </ul>
  );
}

function press(row: Row): void {
  if (row.kind === 'track') togglePin(row.id);
  else if (row.kind === 'kubelets') toggleFold('kubelet');
  else if (row.kind === 'quiet') toggleFold('quiet');
}

function isPinned(row: Row | undefined): boolean {
  return row?.kind === 'track' && row.isPinned;
}

/** The next track above or below that is pinned as this one is, or not. */
function neighbourOf(rows: readonly Row[], id: string, direction: 1 | -1): string | undefined {
  const tracks = rows.filter((row) => row.kind === 'track');
  const index = tracks.findIndex((row) => row.id === id);
  const neighbour = tracks[index + direction];
  return index >= 0 && neighbour !== undefined && isPinned(neighbour) === isPinned(tracks[index])
    ? neighbour.id
    : undefined;
}

function classOf(
  row: Row,
  acting: ReadonlySet<string>,
  drag: { readonly id: string; readonly to?: string } | undefined,
): string {
  const isTarget = drag?.to === row.id && drag.to !== drag.id;
  return [
    'trow track',
    acting.has(row.id) && 'on',
    drag?.to !== undefined && drag.id === row.id && 'is-dragged',
    isTarget && 'is-target',
  ]
    .filter(Boolean)
    .join(' ');
}

/** Another track has the same name: whose it is is said, too. */
function isAmbiguous(rows: readonly Row[], row: Row): boolean {
  if (row.kind !== 'track') return false;
  return rows.some((other) => other !== row && other.kind === 'track' && other.track.name === row.track.name);
}

/** The name of a row as the page shows it. */
export function nameOfRow(row: Row, isShared: boolean, t: Translate): string {
  switch (row.kind) {
    case 'api':
      return t('timeline.apiServer');
    case 'kubelets':
      return t('timeline.kubelets', { count: row.count });
    case 'quiet':
      return row.isOpen ? t('timeline.hideQuietTracks') : t('timeline.quietTracks', { count: row.count });
    case 'track': {
      const { id, kind, name } = row.track;
      if (kind === 'driver') return t('timeline.driver', { name });
      return isShared ? `${name} ${id.slice(id.indexOf('/') + 1)}` : name;
    }
  }
}

interface NameProps {
  readonly row: Row;
  readonly isActing: boolean;
  readonly isAmbiguous: boolean;
  readonly isTabStop: boolean;
  readonly hint: string;
  readonly t: Translate;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onPress: () => void;
}

function Name({ row, isActing, isAmbiguous: isShared, isTabStop, hint, t, ...handlers }: NameProps): ReactNode {
  const { onFocus, onKeyDown, onPress } = handlers;
  const isFold = row.kind === 'kubelets' || row.kind === 'quiet';
  return (
    <button
      type="button"
      className={isFold ? 'name is-fold' : 'name'}
      data-row={row.id}
      tabIndex={isTabStop ? 0 : -1}
      aria-describedby={row.kind === 'track' ? hint : undefined}
      aria-expanded={isFold ? row.isOpen : undefined}
      aria-pressed={row.kind === 'track' ? row.isPinned : undefined}
      title={row.kind === 'track' ? t('timeline.trackTitle', { id: row.id }) : undefined}
      onFocus={onFocus}
      onKeyDown={onKeyDown}
      onClick={onPress}
    >
      {row.kind === 'track' && row.isPinned && <i className="pin" aria-hidden="true" />}
      {isFold && <i className={row.isOpen ? 'fold is-open' : 'fold'} aria-hidden="true" />}
      <span className="cut">{nameOfRow(row, isShared, t)}</span>
      {isActing && <span className="unseen">{t('timeline.acting')}</span>}
    </button>
  );
}
