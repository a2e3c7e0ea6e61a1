import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';
import { roughSize, volumeName } from '../model/facts.ts';
import { type ObjectState, replicasOf, stateOf } from '../model/family.ts';
import { type Filter, matches } from '../model/filter.ts';
import { text } from '../model/ids.ts';
import type { Phrase } from '../model/message.ts';
import { lifeOf, type Moment } from '../model/moment.ts';
import { sentenceName } from '../model/names.ts';
import { Memory } from '../model/reading.ts';
import type { Element, Structure } from '../model/structure.ts';

/** An object at the playhead, as the list has it. */
export interface Row {
  readonly id: ObjectId;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: ObjectState;
  /** Kubernetes' own word for the state; empty where a kind has none. */
  readonly word: Phrase;
  readonly node: string;
  readonly className: string;
  readonly size: string;
  /** The step that changed it last. */
  readonly changed: number;
}

/** Told elsewhere: by the inspector, or as a part of the pod. */
const HIDDEN = new Set(['Event', 'Lease', 'Mount']);

/** Kinds in the order of the graph's lanes; others follow by name. */
const ORDER = [
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
  'ReplicaSet',
  'Pod',
  'PersistentVolumeClaim',
  'PersistentVolume',
  'VolumeAttachment',
  'Volume',
  'InlineVolume',
  'VolumeSnapshot',
  'VolumeSnapshotContent',
  'StorageClass',
  'Node',
];

const rankOf = (kind: string): number => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);

const memories = new WeakMap<Structure, Memory<Element, Row | undefined>>();

/** What is remembered of rows in a recording of this structure: a step works out anew only those that it changed. */
export function rowMemory(structure: Structure): Memory<Element, Row | undefined> {
  const known = memories.get(structure) ?? new Memory();
  memories.set(structure, known);
  return known;
}

/** All objects that are there, in the order of the lanes. Rows that say the same are the same. */
export function rowsAt(moment: Moment): Row[] {
  const memory = rowMemory(moment.structure);
  const rows: Row[] = [];
  for (const element of listedElements(moment.structure)) {
    const row = moment.recall(memory, element, () =>
      lifeOf(moment, element) === 'alive' ? rowOf(moment, element) : undefined,
    );
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

const listed = new WeakMap<Structure, readonly Element[]>();

/** What the recording ever has for the list, sorted once for all steps. */
function listedElements(structure: Structure): readonly Element[] {
  const known = listed.get(structure);
  if (known !== undefined) return known;
  const elements = [...structure.elements.values()]
    .filter(({ kind }) => !HIDDEN.has(kind))
    .sort(
      (a, b) =>
        rankOf(a.kind) - rankOf(b.kind) ||
        compareText(a.kind, b.kind) ||
        compareText(a.namespace, b.namespace) ||
        compareText(a.name, b.name),
    );
  listed.set(structure, elements);
  return elements;
}

function rowOf(moment: Moment, element: Element): Row {
  const object = moment.at(element.id);
  const state = stateOf(moment, element);
  const { id, kind, namespace, name } = element;
  return {
    id,
    kind,
    namespace,
    name,
    state,
    word: wordOf(kind, state, object),
    node: text(object, 'spec', 'nodeName'),
    className: text(object, 'spec', 'storageClassName'),
    size: sizeOf(moment, element, object),
    changed: moment.lastChange(id) ?? element.firstStep,
  };
}

/** A pill of the graph and a workload's bracket say their state in other places of the picture. */
function wordOf(kind: string, state: ObjectState, object: RecordedObject | undefined): Phrase {
  if (kind === 'VolumeAttachment') return state.phase;
  if (state.word !== '') return state.word;
  if (object === undefined) return '';
  if (state.phase === 'Ready' || state.phase === 'Progressing') {
    return { key: 'graph.readyOf', values: { ...replicasOf(object) } };
  }
  return text(object, 'status', 'phase');
}

function sizeOf(moment: Moment, { id, kind }: Element, object: RecordedObject | undefined): string {
  if (kind === 'PersistentVolumeClaim') {
    return text(object, 'status', 'capacity', 'storage') || text(object, 'spec', 'resources', 'requests', 'storage');
  }
  if (kind === 'Volume') {
    const volume = moment.structure.volumeOfBackend.get(id);
    return volume === undefined ? '' : text(moment.at(volume), 'spec', 'capacity', 'storage');
  }
  return text(object, 'spec', 'capacity', 'storage');
}

/** What the cell of a name shows: a backend's volume by its handle alone, generated names cut in their middle. */
export function shownName({ kind, name }: Row): string {
  return sentenceName(kind === 'Volume' ? volumeName(name).handle : name);
}

export const COLUMNS = ['kind', 'namespace', 'name', 'state', 'node', 'className', 'size', 'changed'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sorting {
  readonly by: Column;
  readonly descending: boolean;
}

/** Upwards, then downwards, then in the order of the lanes again. */
export function nextSorting(sorting: Sorting | undefined, by: Column): Sorting | undefined {
  if (sorting?.by !== by) return { by, descending: false };
  return sorting.descending ? undefined : { by, descending: true };
}

/** The rows that a filter lets through, sorted; equal ones stay in their order, and what is empty comes last. */
export function listedRows(
  rows: readonly Row[],
  filter: Filter,
  sorting: Sorting | undefined,
  say: (phrase: Phrase) => string,
): Row[] {
  const found = rows.filter((row) => matches(filter, { ...row, family: row.state.family }));
  if (sorting === undefined) return found;
  const keyed = found.map((row) => ({ row, key: keyOf(row, sorting.by, say) }));
  const sign = sorting.descending ? -1 : 1;
  keyed.sort((a, b) => Number(a.key === '') - Number(b.key === '') || sign * compareKeys(a.key, b.key));
  return keyed.map(({ row }) => row);
}

/** What a column is sorted by, worked out once for each row; the empty string where a row has nothing there. */
function keyOf(row: Row, by: Column, say: (phrase: Phrase) => string): string | number {
  if (by === 'state') return say(row.word);
  if (by === 'size') return row.size === '' ? '' : roughSize(row.size);
  return row[by];
}

function compareKeys(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareText(String(a), String(b));
}

const collator = new Intl.Collator('en', { numeric: true });

function compareText(a: string, b: string): number {
  return collator.compare(a, b);
}
