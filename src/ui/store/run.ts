import { createStore } from 'zustand/vanilla';
import type { OperationOutcome, RunSource, VirtualTime } from '../../worker/protocol.ts';
import { Replica } from '../model/replica.ts';
import type { Recording } from './player.ts';

/** `starting`: no worker has told of a run yet; `failed`: none could be started. */
export type RunPhase = 'starting' | 'running' | 'settled' | 'horizon' | 'failed';

/** The run that a fork left, and after which of its steps. */
export interface Origin {
  readonly source: RunSource;
  readonly step: number;
}

export interface RunState {
  /** The recording; the same object for the whole visit, `version` grows with it. */
  readonly replica: Replica;
  readonly version: number;
  readonly phase: RunPhase;
  /** Number of the run in the worker; another one for each start and operation. */
  readonly run: number;
  readonly source: RunSource;
  /** What this run was forked from; null for one that was started as it is. */
  readonly origin: Origin | null;
  /** Virtual time at the end of the recording. */
  readonly end: VirtualTime;
  /** Wall clock of virtual time 0, ISO 8601. */
  readonly startTime: string;
  /** The last text that was applied, and what came of it. */
  readonly applied: { readonly text: string; readonly outcome: OperationOutcome } | null;
}

export const EMPTY_SOURCE: RunSource = { cluster: '', operations: [] };

export const run = createStore<RunState>(() => ({
  replica: new Replica(),
  version: 0,
  phase: 'starting',
  run: 0,
  source: EMPTY_SOURCE,
  origin: null,
  end: 0,
  startTime: '',
  applied: null,
}));

export function isAtRest(phase: RunPhase): boolean {
  return phase === 'settled' || phase === 'horizon' || phase === 'failed';
}

/** The visit has brought its texts: what is typed from now on stays. */
export function hasBegun({ phase, version }: RunState): boolean {
  return version > 0 || phase === 'failed';
}

/** What the player plays. */
export function recording(): Recording {
  const { replica, phase } = run.getState();
  return { replica, isComplete: isAtRest(phase) };
}
