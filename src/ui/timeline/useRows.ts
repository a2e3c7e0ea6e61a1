import { useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import type { Replica } from '../model/replica.ts';
import { actingAt } from '../model/timeline.ts';
import { type Row, rowsOf } from '../model/trackRows.ts';
import { presenter } from '../presenter/presenter.ts';
import { useMedia } from '../shell/hooks.ts';
import { timelineData, timelineView } from './timelineView.ts';

/** In a low window there is room for this many tracks below the API server's, before an audience for one less. */
const LOW_ROOM = 4;
const LOW_WINDOW = '(max-height: 780px)';

/** The rows of the timeline at a step, and who acts there; the same objects as long as they are the same rows. */
export function useRows(
  replica: Replica,
  version: number,
  step: number,
): { readonly rows: readonly Row[]; readonly acting: ReadonlySet<string> } {
  const choices = useStore(timelineView, (state) => state.rows);
  const isPresenting = useStore(presenter, (state) => state.isOn);
  const isLow = useMedia(LOW_WINDOW);
  const room = isPresenting ? LOW_ROOM - 1 : isLow ? LOW_ROOM : undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the replica changes in place and tells so by its version
  const tracks = useMemo(() => timelineData(replica).tracks(), [replica, version]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const acting = useMemo(() => actingAt(replica, step, tracks), [replica, version, step, tracks]);
  const rows = useSame(rowsOf({ tracks, acting, step, choices, room }));
  return { rows, acting };
}

/** The rows of before while they are the same ones: what depends on them then stays, too. */
function useSame(rows: readonly Row[]): readonly Row[] {
  const before = useRef(rows);
  const isSame =
    before.current.length === rows.length && rows.every((row, index) => sameRow(row, before.current[index]));
  if (!isSame) before.current = rows;
  return before.current;
}

function sameRow(a: Row, b: Row | undefined): boolean {
  if (b === undefined || a.id !== b.id || a.kind !== b.kind) return false;
  if (a.kind === 'track') return b.kind === 'track' && a.track === b.track && a.isPinned === b.isPinned;
  if (a.kind === 'kubelets')
    return b.kind === 'kubelets' && a.track === b.track && a.count === b.count && a.isOpen === b.isOpen;
  return a.kind !== 'quiet' || (b.kind === 'quiet' && a.count === b.count && a.isOpen === b.isOpen);
}
