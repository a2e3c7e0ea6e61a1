import type { ObjectId, Operation, RecordedOperation, RunSource } from '../../worker/protocol.ts';
import { type Breakpoint, readBreakpoints } from '../model/breakpoints.ts';
import { ShareFault } from './fault.ts';

/** All that brings a run back at a step: what links carry and what is inside of pictures and files. */
export interface SharedScene {
  /** What the editor holds; it may differ from what was applied. */
  readonly manifests: string;
  readonly cluster: string;
  readonly source: RunSource;
  readonly step: number;
  readonly selected: ObjectId | null;
  /** What playing stops at; left out where it stops at nothing. */
  readonly breakpoints?: readonly Breakpoint[];
}

/** The scene as plain data. The cluster's text is there once where the run has the one of the editor. */
export function packScene({ manifests, cluster, source, step, selected, breakpoints = [] }: SharedScene): object {
  const { cluster: run, operations, seed } = source;
  return {
    manifests,
    cluster,
    ...(run !== cluster && { run }),
    operations,
    ...(seed !== undefined && { seed }),
    step,
    ...(selected !== null && { selected }),
    ...(breakpoints.length > 0 && { breakpoints }),
  };
}

/** Reads what `packScene` has written. @throws ShareFault where it is anything else */
export function unpackScene(value: unknown): SharedScene {
  if (!isPlain(value)) throw unreadable('');
  const { manifests, cluster, run = cluster, operations, seed, step, selected = null } = value;
  if (typeof manifests !== 'string') throw unreadable('manifests');
  if (typeof cluster !== 'string') throw unreadable('cluster');
  if (typeof run !== 'string') throw unreadable('run');
  if (!isCount(step)) throw unreadable('step');
  if (selected !== null && typeof selected !== 'string') throw unreadable('selected');
  if (seed !== undefined && !isNumber(seed)) throw unreadable('seed');
  if (!Array.isArray(operations)) throw unreadable('operations');
  const breakpoints = value.breakpoints === undefined ? [] : readBreakpoints(value.breakpoints);
  if (breakpoints === undefined) throw unreadable('breakpoints');
  const source: RunSource = {
    cluster: run,
    operations: operations.map((operation, index) => recorded(operation, `operations[${index}]`)),
    ...(seed !== undefined && { seed }),
  };
  return { manifests, cluster, source, step, selected, ...(breakpoints.length > 0 && { breakpoints }) };
}

function recorded(value: unknown, place: string): RecordedOperation {
  if (!isPlain(value)) throw unreadable(place);
  const { operation, engineSteps, at, requests } = value;
  if (!isCount(engineSteps)) throw unreadable(`${place}.engineSteps`);
  if (!isNumber(at) || at < 0) throw unreadable(`${place}.at`);
  if (requests !== undefined && !isCount(requests)) throw unreadable(`${place}.requests`);
  if (!isOperation(operation)) throw unreadable(`${place}.operation`);
  return { operation, engineSteps, at, ...(requests !== undefined && { requests }) };
}

type Plain = Readonly<Record<string, unknown>>;

/** Whether the other fields of an operation are what its type wants. */
const OPERATIONS: Readonly<Record<Operation['type'], (operation: Plain) => boolean>> = {
  apply: ({ text }) => typeof text === 'string',
  run: ({ command }) => typeof command === 'string',
  delete: ({ id }) => typeof id === 'string',
  fault: ({ fault }) => isPlain(fault),
  wait: ({ duration }) => isNumber(duration) && duration >= 0,
  settle: () => true,
};

function isOperation(value: unknown): value is Operation {
  if (!isPlain(value) || typeof value.type !== 'string' || !Object.hasOwn(OPERATIONS, value.type)) return false;
  return OPERATIONS[value.type as Operation['type']](value);
}

function unreadable(field: string): ShareFault {
  return new ShareFault('share.sceneUnreadable', { field: field === '' ? '–' : field });
}

function isPlain(value: unknown): value is Plain {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
