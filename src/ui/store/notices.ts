import { createStore } from 'zustand/vanilla';
import type { ShareKey } from '../share/fault.ts';

/** What can be done about a notice. */
export interface NoticeAction {
  readonly key: 'common.undo' | 'compare.compare' | 'compare.goBack';
  readonly act: () => void;
}

/** Something the visitor is told for a while, with what to do about it. */
export interface Notice {
  readonly id: number;
  /** Key of its sentence. */
  readonly key: NoticeKey;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly actions?: readonly NoticeAction[];
}

export type NoticeKey =
  | ShareKey
  | 'compare.forked'
  | 'compare.returned'
  | 'scenarios.opened'
  | 'scenarios.unknown'
  | 'shell.storageUnavailable'
  | 'shell.workerRestarted'
  | 'shell.workerGaveUp'
  | 'shell.workerFailed'
  | 'shell.requestFailed'
  | 'shell.runReset'
  | 'shell.clusterChanged';

export const notices = createStore<{ readonly list: readonly Notice[] }>(() => ({ list: [] }));

let count = 0;

/** Shows a notice; one with the same sentence is replaced. */
export function notify(notice: Omit<Notice, 'id'>): void {
  count += 1;
  const shown = { ...notice, id: count };
  notices.setState(({ list }) => ({ list: [...list.filter((other) => other.key !== notice.key), shown] }));
}

export function dismiss(id: number): void {
  notices.setState(({ list }) => ({ list: list.filter((notice) => notice.id !== id) }));
}

export function dismissKey(key: NoticeKey): void {
  notices.setState(({ list }) => ({ list: list.filter((notice) => notice.key !== key) }));
}
