import { type KeyboardEvent, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { openBreakpoints } from '../breakpoints/menu.ts';
import type { Axis } from '../model/axis.ts';
import { type Lettering, type Mark, stepOfMark } from '../model/marks.ts';
import type { Replica } from '../model/replica.ts';
import type { Row } from '../model/trackRows.ts';
import { contentOf, inTurn, shownObject } from './marksOfRow.ts';

interface MarkCursor {
  readonly row: Row;
  readonly mark: Mark;
  readonly index: number;
  readonly count: number;
}

interface MarkKeysProps {
  readonly rows: readonly Row[];
  readonly replica: Replica;
  readonly axis: Axis;
  readonly lettering: Lettering;
  readonly onSeek: (step: number) => void;
  readonly onSelect: (id: ObjectId | null) => void;
}

/** The keys of a row: along its marks, to the mark, and what to stop at there. */
export function useMarkKeys({ rows, replica, axis, lettering, onSeek, onSelect }: MarkKeysProps): {
  readonly tabStop: string;
  readonly cursor: MarkCursor | undefined;
  readonly onTabStop: (id: string) => void;
  readonly onKeyDown: (event: KeyboardEvent, row: Row) => void;
} {
  const [asked, setAsked] = useState('api');
  const [at, setAt] = useState<{ readonly row: string; readonly index: number }>();
  const tabStop = rows.some(({ id }) => id === asked) ? asked : (rows[0]?.id ?? '');
  const marksIn = (row: Row): readonly Mark[] => inTurn(contentOf(row, replica, axis, lettering));
  const row = rows.find(({ id }) => id === at?.row);
  const marks = row === undefined ? [] : marksIn(row);
  const index = Math.min(at?.index ?? 0, marks.length - 1);
  const mark = marks[index];
  const cursor = row === undefined || mark === undefined ? undefined : { row, mark, index, count: marks.length };
  const onTabStop = (id: string): void => {
    setAsked(id);
    if (at !== undefined && at.row !== id) setAt(undefined);
  };
  const goAlong = (along: Row, direction: 1 | -1): void => {
    const count = marksIn(along).length;
    if (count === 0) return;
    const next = cursor === undefined ? (direction === 1 ? 0 : count - 1) : cursor.index + direction;
    setAt({ row: along.id, index: Math.max(0, Math.min(next, count - 1)) });
  };
  const goTo = (to: Mark): void => {
    onSeek(stepOfMark(to));
    const about = shownObject(to);
    if (about !== undefined) onSelect(about);
  };
  const onKeyDown = (event: KeyboardEvent, here: Row): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'ArrowRight') goAlong(here, 1);
    else if (event.key === 'ArrowLeft') goAlong(here, -1);
    else if (cursor === undefined) return;
    else if (event.key === 'Enter') goTo(cursor.mark);
    else if (event.key === 'b') openBreakpoints(stepOfMark(cursor.mark));
    else if (event.key === 'Escape') setAt(undefined);
    else return;
    event.preventDefault();
  };
  return { tabStop, cursor, onTabStop, onKeyDown };
}
