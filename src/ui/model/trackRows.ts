import { isQuiet, latestTracks, type Track } from './timeline.ts';

/** What can be folded into one row. */
export type Fold = 'kubelet' | 'quiet';

/** A row of the timeline. */
export type Row =
  | { readonly kind: 'api'; readonly id: 'api' }
  | { readonly kind: 'track'; readonly id: string; readonly track: Track; readonly isPinned: boolean }
  /** All kubelets in one; those that act at the playhead follow it, or all of them while it is open. */
  | {
      readonly kind: 'kubelets';
      readonly id: 'kubelet';
      readonly track: Track;
      readonly count: number;
      readonly isOpen: boolean;
    }
  /** Tracks that say little about storage; they stand in their places while it is open. */
  | { readonly kind: 'quiet'; readonly id: 'quiet'; readonly count: number; readonly isOpen: boolean };

/** What somebody has made of the rows. */
export interface RowChoices {
  /** Tracks that stand on top and are never folded. */
  readonly pinned: ReadonlySet<string>;
  /** Tracks that were moved, with their neighbours then; empty for the causal order. */
  readonly order: readonly string[];
  readonly opened: ReadonlySet<Fold>;
}

export interface RowsAt {
  /** In causal order. */
  readonly tracks: readonly Track[];
  readonly acting: ReadonlySet<string>;
  readonly step: number;
  readonly choices: RowChoices;
  /** Where only so many tracks fit, those that act or did so last are shown; undefined where all are. */
  readonly room?: number | undefined;
}

/** From more kubelets on they share a row. */
export const MOST_KUBELETS = 6;

const isKubelet = ({ id }: Track): boolean => id.startsWith('kubelet/');

/** The rows from top to bottom: the API server, what is pinned, the others. No rows where nothing has happened. */
export function rowsOf({ tracks, acting, step, choices, room }: RowsAt): readonly Row[] {
  if (tracks.length === 0) return [];
  const { pinned, opened } = choices;
  const all = ordered(tracks, choices.order);
  const top = all.filter(({ id }) => pinned.has(id));
  const others = all.filter(({ id }) => !pinned.has(id));
  const row = (track: Track): Row => ({ kind: 'track', id: track.id, track, isPinned: pinned.has(track.id) });
  const api: Row = { kind: 'api', id: 'api' };
  const quiet = others.filter(isQuiet);
  if (room !== undefined) {
    const loud = others.filter((track) => !isQuiet(track));
    const shown = latestTracks(loud, acting, step, Math.max(0, room - top.length));
    return [api, ...top.map(row), ...shown.map(row)];
  }
  const shown = opened.has('quiet') ? others : others.filter((track) => !isQuiet(track));
  const rows: Row[] = [api, ...top.map(row), ...withKubeletsFolded(shown, acting, opened.has('kubelet'), row)];
  if (quiet.length > 0) rows.push({ kind: 'quiet', id: 'quiet', count: quiet.length, isOpen: opened.has('quiet') });
  return rows;
}

/** Many kubelets stand behind a row of all of them, where the first one stands. */
function withKubeletsFolded(
  tracks: readonly Track[],
  acting: ReadonlySet<string>,
  isOpen: boolean,
  row: (track: Track) => Row,
): Row[] {
  const kubelets = tracks.filter(isKubelet);
  if (kubelets.length <= MOST_KUBELETS) return tracks.map(row);
  const folded: Row = { kind: 'kubelets', id: 'kubelet', track: joined(kubelets), count: kubelets.length, isOpen };
  const shown = isOpen ? kubelets : kubelets.filter(({ id }) => acting.has(id));
  const first = kubelets[0];
  return tracks.flatMap((track) => {
    if (track === first) return [folded, ...shown.map(row)];
    return isKubelet(track) ? [] : [row(track)];
  });
}

const joins = new WeakMap<Track, { readonly of: string; readonly track: Track }>();

/** The marks of several tracks on one, in the order of time; the same track as long as they are the same. */
function joined(tracks: readonly Track[]): Track {
  const [first] = tracks;
  const of = tracks
    .map(({ id, ticks, calls, waits }) => `${id} ${ticks.length} ${calls.length} ${waits.length}`)
    .join();
  const known = first === undefined ? undefined : joins.get(first);
  if (known?.of === of) return known.track;
  const track: Track = {
    id: 'kubelet',
    kind: 'component',
    name: 'kubelet',
    rank: first?.rank ?? 0,
    ticks: tracks.flatMap(({ ticks }) => ticks).sort((a, b) => a.step - b.step),
    calls: tracks.flatMap(({ calls }) => calls).sort((a, b) => a.beganStep - b.beganStep),
    waits: [],
    retries: tracks.flatMap(({ retries }) => retries).sort((a, b) => a.call.beganStep - b.call.beganStep),
  };
  if (first !== undefined) joins.set(first, { of, track });
  return track;
}

/** Tracks in an order that somebody has made; those that came later stand behind their causal predecessors. */
export function ordered(tracks: readonly Track[], order: readonly string[]): readonly Track[] {
  if (order.length === 0) return tracks;
  const byId = new Map(tracks.map((track) => [track.id, track]));
  const placed = order.flatMap((id) => byId.get(id) ?? []);
  tracks.forEach((track, index) => {
    if (placed.includes(track)) return;
    const before = tracks.slice(0, index).findLast((other) => placed.includes(other));
    placed.splice(before === undefined ? 0 : placed.indexOf(before) + 1, 0, track);
  });
  return placed;
}

/**
 * The order after a track was moved to the place of another one: behind it where it came from above, else before it.
 * `shown` are the tracks as they stand, top to bottom.
 */
export function moved(shown: readonly string[], id: string, to: string): readonly string[] {
  const from = shown.indexOf(id);
  const target = shown.indexOf(to);
  if (from < 0 || target < 0 || from === target) return shown;
  const others = shown.filter((other) => other !== id);
  others.splice(target, 0, id);
  return others;
}
