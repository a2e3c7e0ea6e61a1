// biome-ignore-all lint/a11y/useSemanticElements: the browser lays a table out itself, here only rows in view have a place

import './list.css';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ObjectId } from '../../worker/protocol.ts';
import { Glyph, glyphOfKind } from '../graph/Glyph.tsx';
import { useObjectMenu } from '../graph/useObjectMenu.tsx';
import { useTranslate } from '../graph/useTranslate.ts';
import { isFiltering } from '../model/filter.ts';
import { say } from '../model/message.ts';
import type { Moment } from '../model/moment.ts';
import { useMoment } from '../store/moment.ts';
import { player } from '../store/player.ts';
import { select, view } from '../store/view.ts';
import { listing } from './listing.ts';
import { NoMatch } from './NoMatch.tsx';
import { COLUMNS, type Column, listedRows, nextSorting, type Row, rowsAt, type Sorting, shownName } from './rows.ts';

const ROW_HEIGHT = 26;
const HEADER_HEIGHT = 28;
/** How many rows a key goes on; those at the ends stop there. */
const MOVES: Readonly<Record<string, number>> = {
  ArrowUp: -1,
  ArrowDown: 1,
  PageUp: -15,
  PageDown: 15,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};

const COLUMN_KEYS = {
  kind: 'list.kind',
  namespace: 'list.namespace',
  name: 'list.name',
  state: 'list.state',
  node: 'list.node',
  className: 'list.class',
  size: 'list.size',
  changed: 'list.changed',
} as const;

/** Every object at the playhead as a row: the full twin of the graph, with its filters and its selection. */
export function ListView({ tools }: { readonly tools: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const translate = useTranslate();
  const moment = useListedMoment();
  const filter = useStore(listing);
  const [sorting, setSorting] = useState<Sorting>();
  const menu = useObjectMenu(moment);
  const all = useMemo(() => rowsAt(moment), [moment]);
  const rows = useMemo(
    () => listedRows(all, filter, sorting, (phrase) => say(translate, phrase)),
    [all, filter, sorting, translate],
  );
  return (
    <section className="graph list-view" aria-label={t('graph.region')} tabIndex={-1}>
      <div className="bar">
        {tools}
        <span className="push faint object-count">
          {rows.length === all.length
            ? t('graph.objects', { count: all.length })
            : t('list.shownOf', { shown: rows.length, count: all.length })}
        </span>
      </div>
      <Grid
        rows={rows}
        sorting={sorting}
        onSort={(column) => setSorting(nextSorting(sorting, column))}
        onMenu={menu.open}
      />
      {menu.element}
      {rows.length === 0 && isFiltering(filter) && <NoMatch />}
    </section>
  );
}

/** A list of more objects than this waits while it plays, so that the transport need not. */
const MANY = 2000;

/** The moment that is listed: the playhead's; of many objects, the last one at which it rested. */
function useListedMoment(): Moment {
  const now = useMoment();
  const isPlaying = useStore(player, (state) => state.playing);
  const [kept, setKept] = useState(now);
  const moment = isPlaying && now.structure.elements.size > MANY ? kept : now;
  useEffect(() => setKept(moment), [moment]);
  return useDeferredValue(moment);
}

interface GridProps {
  readonly rows: readonly Row[];
  readonly sorting: Sorting | undefined;
  readonly onSort: (column: Column) => void;
  readonly onMenu: (id: ObjectId, beside: HTMLElement) => void;
}

/** One tab stop: arrows go along the rows, Enter selects, the Menu key opens the actions. Only rows in view, and the current one, are in the document. */
function Grid({ rows, sorting, onSort, onMenu }: GridProps): ReactNode {
  const { t } = useTranslation();
  const selected = useStore(view, (state) => state.selected);
  const scroller = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string | null>(selected);
  const found = rows.findIndex(({ id }) => id === current);
  const active = Math.max(0, found);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 8,
    scrollPaddingStart: HEADER_HEIGHT,
    rangeExtractor: ({ startIndex, endIndex, overscan, count }) => {
      const first = Math.max(0, startIndex - overscan);
      const last = Math.min(count - 1, endIndex + overscan);
      const shown = Array.from({ length: last - first + 1 }, (_, index) => first + index);
      if (active < count && (active < first || active > last)) shown.push(active);
      return shown.sort((a, b) => a - b);
    },
  });

  // A selection from elsewhere is scrolled to; the row that was chosen here is in view already.
  const isKnown = useRef<string | null>(null);
  useEffect(() => {
    if (selected === null || selected === isKnown.current) return;
    isKnown.current = selected;
    const index = rows.findIndex(({ id }) => id === selected);
    if (index < 0) return;
    setCurrent(selected);
    virtual.scrollToIndex(index);
  }, [selected, rows, virtual]);

  const go = (index: number): void => {
    const to = Math.max(0, Math.min(index, rows.length - 1));
    setCurrent(rows[to]?.id ?? null);
    virtual.scrollToIndex(to);
  };
  const openMenu = (): void => {
    const row = rows[active];
    if (row !== undefined && scroller.current !== null) onMenu(row.id, scroller.current);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target !== event.currentTarget) return;
    const by = MOVES[event.key];
    if (by !== undefined) go(active + by);
    else if (event.key === 'Enter' || event.key === ' ') select(rows[active]?.id ?? null);
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) openMenu();
    else return;
    // The page's own keys are not meant here.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={scroller}
      className="grid"
      role="grid"
      aria-label={t('list.objects')}
      aria-rowcount={rows.length + 1}
      aria-colcount={COLUMNS.length}
      aria-activedescendant={rows.length === 0 ? undefined : `list-row-${active}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div role="rowgroup" className="grid-head">
        <div role="row" className="grid-row" aria-rowindex={1} tabIndex={-1}>
          {COLUMNS.map((column) => (
            <Heading
              key={column}
              column={column}
              sorting={sorting}
              onSort={(by) => {
                onSort(by);
                virtual.scrollToOffset(0);
              }}
            />
          ))}
        </div>
      </div>
      <div role="rowgroup" className="grid-body" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index];
          return row === undefined ? null : (
            <RowLine
              key={row.id}
              row={row}
              index={index}
              top={start}
              isActive={index === active}
              isSelected={row.id === selected}
              onChoose={() => {
                setCurrent(row.id);
                isKnown.current = row.id;
                select(row.id);
              }}
              onMenu={(beside) => {
                setCurrent(row.id);
                onMenu(row.id, beside);
              }}
            />
          );
        })}
      </div>
    </div>
  );
}

interface HeadingProps {
  readonly column: Column;
  readonly sorting: Sorting | undefined;
  readonly onSort: (column: Column) => void;
}

function Heading({ column, sorting, onSort }: HeadingProps): ReactNode {
  const { t } = useTranslation();
  const isSorted = sorting?.by === column;
  const direction = sorting?.descending === true ? 'descending' : 'ascending';
  return (
    <span role="columnheader" className={`col-${column}`} aria-sort={isSorted ? direction : 'none'} tabIndex={-1}>
      <button type="button" className="sort" onClick={() => onSort(column)}>
        {t(COLUMN_KEYS[column])}
        <i className="sort-mark" aria-hidden="true">
          {isSorted && (sorting.descending ? '↓' : '↑')}
        </i>
      </button>
    </span>
  );
}

interface RowLineProps {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly isActive: boolean;
  readonly isSelected: boolean;
  readonly onChoose: () => void;
  readonly onMenu: (beside: HTMLElement) => void;
}

function RowLine({ row, index, top, isActive, isSelected, onChoose, onMenu }: RowLineProps): ReactNode {
  const translate = useTranslate();
  const word = say(translate, row.word);
  const glyph = glyphOfKind(row.kind);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid, which has the focus, hears the keys
    <div
      role="row"
      id={`list-row-${index}`}
      className={isActive ? 'grid-row is-active' : 'grid-row'}
      data-testid="list-row"
      data-kind={row.kind}
      data-namespace={row.namespace}
      data-name={row.name}
      data-phase={row.state.phase}
      aria-rowindex={index + 2}
      aria-selected={isSelected}
      tabIndex={-1}
      style={{ top }}
      onClick={onChoose}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu(event.currentTarget);
      }}
    >
      <Cell>
        <span className="kind-glyph">{glyph !== undefined && <Glyph name={glyph} />}</span>
        <span className="cut">{row.kind}</span>
      </Cell>
      <Cell>
        <span className="cut">{row.namespace}</span>
      </Cell>
      <Cell>
        <b className="cut" title={row.name}>
          {shownName(row)}
        </b>
      </Cell>
      <Cell>
        {word !== '' && (
          <span className={`st state is-${row.state.family}`}>
            <Glyph name={`s-${row.state.glyph}`} size="s" />
            <span className="cut">{word}</span>
          </span>
        )}
      </Cell>
      <Cell>
        <span className="cut">{row.node}</span>
      </Cell>
      <Cell>
        <span className="cut">{row.className}</span>
      </Cell>
      <Cell isNumber>{row.size}</Cell>
      <Cell isNumber>{row.changed}</Cell>
    </div>
  );
}

function Cell({
  children,
  isNumber = false,
}: {
  readonly children: ReactNode;
  readonly isNumber?: boolean;
}): ReactNode {
  return (
    <span role="gridcell" className={isNumber ? 'cell is-number' : 'cell'} tabIndex={-1}>
      {children}
    </span>
  );
}
