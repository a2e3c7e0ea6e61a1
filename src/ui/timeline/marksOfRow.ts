import type { ObjectId } from '../../worker/protocol.ts';
import type { Axis } from '../model/axis.ts';
import { parseId } from '../model/ids.ts';
import {
  type Lettering,
  type Mark,
  type Marks,
  marksInTurn,
  marksOf,
  objectsOfMark,
  type WriteMark,
  writeMarksOf,
} from '../model/marks.ts';
import type { Replica } from '../model/replica.ts';
import type { Row } from '../model/trackRows.ts';
import type { DrawnRow } from './draw.ts';
import { timelineData } from './timelineView.ts';

type Content = DrawnRow['content'];

/** There is another axis for each change of the recording, of the view and of the width; lettering changes with the language. */
const known = new WeakMap<Axis, WeakMap<Lettering, Map<string, { readonly of: object; readonly content: Content }>>>();

const NONE: Content = { kind: 'none' };

/** What a row draws: found once for each axis, so that a step only draws. */
export function contentOf(row: Row, replica: Replica, axis: Axis, lettering: Lettering): Content {
  if (row.kind === 'quiet') return NONE;
  const data = timelineData(replica);
  const of = row.kind === 'api' ? data : row.track;
  const ofAxis = known.get(axis) ?? new WeakMap();
  known.set(axis, ofAxis);
  const ofLettering = ofAxis.get(lettering) ?? new Map();
  ofAxis.set(lettering, ofLettering);
  const before = ofLettering.get(row.id);
  if (before?.of === of) return before.content;
  const content: Content =
    row.kind === 'api'
      ? { kind: 'writes', marks: writeMarksOf(data, axis) }
      : { kind: 'track', marks: marksOf(row.track, axis, lettering) };
  ofLettering.set(row.id, { of, content });
  return content;
}

/** The marks of a row in the order in which keys go along them. */
export function inTurn(content: Content): readonly Mark[] {
  if (content.kind === 'none') return [];
  return content.kind === 'track' ? turnsOf(content.marks) : content.marks.map(writesMark);
}

const turns = new WeakMap<Marks, readonly Mark[]>();

function turnsOf(marks: Marks): readonly Mark[] {
  const before = turns.get(marks);
  if (before !== undefined) return before;
  const found = marksInTurn(marks);
  turns.set(marks, found);
  return found;
}

function writesMark(writes: WriteMark): Mark {
  return { kind: 'writes', writes, x: writes.x };
}

/** Kinds that the graph draws, what people made before what came of it. */
const DRAWN = ['Pod', 'PersistentVolumeClaim', 'VolumeAttachment', 'PersistentVolume', 'Volume'];

/** The object that a mark selects: of a call the one nearest to what people made, else the first that the graph draws. */
export function shownObject(mark: Mark): ObjectId | undefined {
  const ids = objectsOfMark(mark);
  const drawn = ids.filter((id) => DRAWN.includes(parseId(id).kind));
  if (mark.kind !== 'call') return drawn[0] ?? ids[0];
  const place = (id: ObjectId): number => DRAWN.indexOf(parseId(id).kind);
  return [...drawn].sort((one, other) => place(one) - place(other))[0] ?? ids[0];
}
