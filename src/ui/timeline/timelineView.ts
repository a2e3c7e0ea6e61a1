import { createStore } from 'zustand/vanilla';
import type { VirtualTime } from '../../worker/protocol.ts';
import { type Axis, axisOf } from '../model/axis.ts';
import type { Replica } from '../model/replica.ts';
import { TimelineData } from '../model/timeline.ts';

export interface TimelineView {
  /** The stretch of time in view; null while it is the whole recording. */
  readonly range: { readonly from: VirtualTime; readonly to: VirtualTime } | null;
  /** Idle times that are drawn at their length, by their start. */
  readonly opened: ReadonlySet<VirtualTime>;
  readonly showsQuiet: boolean;
}

/** The one time axis of transport and timeline. */
export const timelineView = createStore<TimelineView>(() => ({ range: null, opened: new Set(), showsQuiet: false }));

export function openPause(from: VirtualTime): void {
  timelineView.setState(({ opened }) => ({ opened: new Set([...opened, from]) }));
}

export function closePauses(): void {
  timelineView.setState({ opened: new Set() });
}

export function toggleQuiet(): void {
  timelineView.setState(({ showsQuiet }) => ({ showsQuiet: !showsQuiet }));
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
