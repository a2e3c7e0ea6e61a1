import { createStore } from 'zustand/vanilla';
import type { VirtualTime } from '../../worker/protocol.ts';
import { type Axis, axisOf } from '../model/axis.ts';
import type { Replica } from '../model/replica.ts';
import { TimelineData } from '../model/timeline.ts';
import { type Fold, moved, type RowChoices } from '../model/trackRows.ts';
import { readLocal, writeLocal } from '../store/storage.ts';

export interface TimelineView {
  /** The stretch of time in view; null while it is the whole recording. */
  readonly range: { readonly from: VirtualTime; readonly to: VirtualTime } | null;
  /** Idle times that are drawn at their length, by their start. */
  readonly opened: ReadonlySet<VirtualTime>;
  readonly rows: RowChoices;
}

const KEY = 'playground.tracks';

/** Pinned and moved tracks of the last visit: those that this run has not wait for one that has. */
function keptRows(): RowChoices {
  const kept = readLocal(KEY) as { readonly pinned?: unknown; readonly order?: unknown } | null | undefined;
  return { pinned: new Set(namesOf(kept?.pinned)), order: namesOf(kept?.order), opened: new Set() };
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((name): name is string => typeof name === 'string') : [];
}

/** The one time axis of transport and timeline, and what somebody has made of the rows. */
export const timelineView = createStore<TimelineView>(() => ({ range: null, opened: new Set(), rows: keptRows() }));

function setRows(change: Partial<RowChoices>): void {
  const rows = { ...timelineView.getState().rows, ...change };
  timelineView.setState({ rows });
  writeLocal(KEY, { pinned: [...rows.pinned], order: rows.order });
}

/** Pins a track to the top, or lets it go. */
export function togglePin(id: string): void {
  const pinned = new Set(timelineView.getState().rows.pinned);
  if (!pinned.delete(id)) pinned.add(id);
  setRows({ pinned });
}

/** Moves a track to the place of another one; `shown` are the tracks as they stand. */
export function moveTrack(shown: readonly string[], id: string, to: string): void {
  setRows({ order: moved(shown, id, to) });
}

export function toggleFold(fold: Fold): void {
  const opened = new Set(timelineView.getState().rows.opened);
  if (!opened.delete(fold)) opened.add(fold);
  setRows({ opened });
}

export function openPause(from: VirtualTime): void {
  timelineView.setState(({ opened }) => ({ opened: new Set([...opened, from]) }));
}

export function closePauses(): void {
  timelineView.setState({ opened: new Set() });
}

const SHORTEST: VirtualTime = 5;

/** Zooms about a time, factor over 1 coming closer; shows the whole again when there is no less to show. */
export function zoomAbout(time: VirtualTime, factor: number, end: VirtualTime): void {
  timelineView.setState(({ range }) => {
    const from = range?.from ?? 0;
    const to = range?.to ?? end;
    const length = Math.max(SHORTEST, (to - from) / factor);
    if (length >= end) return { range: null };
    const share = (time - from) / Math.max(to - from, 1);
    return { range: inside(time - share * length, length, end) };
  });
}

/** Moves the view by a share of its length. */
export function panBy(share: number, end: VirtualTime): void {
  timelineView.setState(({ range }) => {
    if (range === null) return {};
    const length = range.to - range.from;
    return { range: inside(range.from + share * length, length, end) };
  });
}

export function showRange(from: VirtualTime, to: VirtualTime, end: VirtualTime): void {
  timelineView.setState({ range: inside(from, Math.max(to - from, SHORTEST), end) });
}

export function showWhole(): void {
  timelineView.setState({ range: null });
}

function inside(from: VirtualTime, length: VirtualTime, end: VirtualTime): TimelineView['range'] {
  const start = Math.max(0, Math.min(from, end - length));
  return { from: start, to: start + length };
}

const dataOfReplica = new WeakMap<Replica, TimelineData>();

/** What the timeline draws of a recording, up to date with it. */
export function timelineData(replica: Replica): TimelineData {
  const known = dataOfReplica.get(replica);
  const data = known ?? new TimelineData();
  if (known === undefined) dataOfReplica.set(replica, data);
  data.update(replica);
  return data;
}

/** The end of the axis: a little after the last step, so that its marks are not cut. */
export function endOf(replica: Replica): VirtualTime {
  return Math.max(1, replica.timeAt(replica.steps));
}

export function viewAxis(replica: Replica, data: TimelineData, view: TimelineView, width: number): Axis {
  return axisOf(view.range?.from ?? 0, view.range?.to ?? endOf(replica), width, data.pauses, view.opened);
}
