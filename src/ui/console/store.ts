import { createStore } from 'zustand/vanilla';
import { WorkerCrash } from '../client/workerClient.ts';
import { player, seek } from '../store/player.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { readLocal, writeLocal } from '../store/storage.ts';
import { select } from '../store/view.ts';
import { remember } from './lines.ts';

/** A line that was run, and what it printed. */
export interface Entry {
  readonly id: number;
  readonly line: string;
  /** Step at which it was run: the one that it made, or the one that it read. */
  readonly step: number;
  /** Missing while it runs. */
  readonly printed?: { readonly out: string; readonly err: string; readonly exit: number };
}

export type DockTab = 'timeline' | 'console';

export interface ConsoleState {
  readonly tab: DockTab;
  readonly entries: readonly Entry[];
  readonly history: readonly string[];
  /** What stands in the line that is not run yet; it stays when the panel is closed. */
  readonly draft: string;
}

const KEY = 'playground.console';
/** The log keeps so many entries. */
const MAX_ENTRIES = 200;

function keptHistory(): readonly string[] {
  const kept = readLocal(KEY);
  return Array.isArray(kept) ? kept.filter((line) => typeof line === 'string') : [];
}

export const consoleStore = createStore<ConsoleState>(() => ({
  tab: 'timeline',
  entries: [],
  history: keptHistory(),
  draft: '',
}));

consoleStore.subscribe(({ history }, before) => {
  if (history !== before.history) writeLocal(KEY, history);
});

export function showDockTab(tab: DockTab): void {
  consoleStore.setState({ tab });
}

export function setDraft(draft: string): void {
  consoleStore.setState({ draft });
}

export function clearLog(): void {
  consoleStore.setState({ entries: [] });
}

let entries = 0;

/**
 * Runs a line at the playhead. One that only reads is answered there; any other is an operation, which leaves the playhead
 * at its own step, or where the command was over that let time pass.
 */
export async function runLine(session: Session, line: string): Promise<void> {
  const command = line.trim();
  consoleStore.setState(({ history }) => ({ draft: '', history: remember(history, command) }));
  if (command === 'clear') {
    clearLog();
    return;
  }
  entries += 1;
  const entry: Entry = { id: entries, line: command, step: player.getState().step };
  consoleStore.setState((state) => ({ entries: [...state.entries, entry].slice(-MAX_ENTRIES) }));
  finish(entry, await answer(session, command, entry.step));
}

interface Answer {
  readonly step: number;
  readonly out?: string;
  readonly err?: string;
  readonly exit?: number;
}

async function answer(session: Session, command: string, step: number): Promise<Answer> {
  try {
    const outcome = await session.run(command);
    if (outcome.selects !== undefined) select(outcome.selects);
    if (outcome.endStep !== undefined) seek(Math.min(outcome.endStep, run.getState().replica.steps));
    return { ...outcome, step: outcome.step > 0 ? outcome.step : step };
  } catch (error) {
    // The visitor has been told why there is no answer.
    if (error instanceof WorkerCrash) return { step, exit: 1 };
    throw error;
  }
}

function finish({ id }: Entry, { step, out = '', err = '', exit = 0 }: Answer): void {
  consoleStore.setState((state) => ({
    entries: state.entries.map((entry) => (entry.id === id ? { ...entry, step, printed: { out, err, exit } } : entry)),
  }));
}
