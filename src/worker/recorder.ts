import { changedPaths, deepEqual } from '../engine/api/diff.ts';
import { CALLS, type CallRecord } from '../engine/sim/calls.ts';
import type { RowAddress, StepHead } from '../engine/sim/log.ts';
import type { Simulation } from '../engine/sim/simulation.ts';
import { projectionOf } from './projections.ts';
import type { CallBegan, CallEnded, Json, PathDelta, RecordedObject, StepMessage, WriteMessage } from './protocol.ts';

/**
 * Turns the engine's log into the steps that the page plays. A step that nobody can see (a sync that found nothing to do)
 * gets no number. Keeps only positions in the log.
 */
export class Recorder {
  readonly #sim: Simulation;
  /** Steps of the engine before the first operation: what they left is step 0 of the page. */
  readonly #base: number;
  /** Steps of the engine read so far. */
  #read: number;
  /** Engine step of each page step; page steps count from 1. */
  readonly #engineSteps: number[] = [];
  readonly #callNumbers = new Map<string, number>();
  readonly #attempts = new Map<string, number>();
  /** Operation that a step of the engine belongs to. */
  readonly #operationAt: (engineStep: number) => number | undefined;

  constructor(sim: Simulation, operationAt: (engineStep: number) => number | undefined) {
    this.#sim = sim;
    this.#base = sim.log.steps;
    this.#read = this.#base;
    this.#operationAt = operationAt;
  }

  /** Step 0: the objects that the cluster begins with, as if created there. Only while the engine stands at its beginning. */
  first(): StepMessage {
    const { store, log } = this.#sim;
    const writes: WriteMessage[] = [];
    for (const table of store.tables('')) {
      const published = store.catalog.find(table).class === 'published';
      for (const key of store.keys(table)) {
        const object = store.get(table, key) as RecordedObject;
        if (published) pushWrite(idOf(object), undefined, object, writes);
        else
          for (const shown of projectionOf({ table, key })?.(log, log.rows) ?? [])
            pushWrite(idOf(shown), undefined, shown, writes);
      }
    }
    return { step: 0, at: 0, process: 'load', label: 'load', writes, began: [], ended: [], decisions: [] };
  }

  /** Page steps so far. */
  get steps(): number {
    return this.#engineSteps.length;
  }

  /** How many steps of the engine have run after a page step; 0 stands for the moment before the first. */
  engineSteps(pageStep: number): number {
    if (pageStep <= 0) return this.#base;
    const step = this.#engineSteps[pageStep - 1];
    return step === undefined ? this.#sim.log.steps : step + 1;
  }

  /** Page step that an engine step belongs to, or the one before it. */
  pageStep(engineStep: number): number {
    let low = 0;
    let high = this.#engineSteps.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#engineSteps[middle] ?? 0) <= engineStep) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Reads on, at most so many page steps. */
  read(limit: number): readonly StepMessage[] {
    const { log } = this.#sim;
    const messages: StepMessage[] = [];
    for (; this.#read < log.steps && messages.length < limit; this.#read++) {
      const message = this.#message(log.step(this.#read));
      if (message) messages.push(message);
    }
    return messages;
  }

  /** Forgets what lies behind a page step, before the engine's log is cut there. */
  truncate(pageSteps: number): void {
    this.#engineSteps.length = 0;
    this.#callNumbers.clear();
    this.#attempts.clear();
    this.#read = this.#base;
    while (this.steps < pageSteps) this.read(pageSteps - this.steps);
  }

  #message(head: StepHead): StepMessage | undefined {
    const { log, store, decisions } = this.#sim;
    const writes: WriteMessage[] = [];
    const began: CallBegan[] = [];
    const ended: CallEnded[] = [];
    for (let row = head.firstRow; row < head.endRow; row++) {
      const address = log.address(log.rowAddress[row] as number);
      const before = log.rowBefore[row];
      const after = log.rowAfter[row];
      if (address.table === CALLS)
        this.#call(before as CallRecord | undefined, after as CallRecord | undefined, began, ended);
      else if (store.catalog.find(address.table).class !== 'published') this.#project(address, row, writes);
      else
        pushWrite(idOf((after ?? before) as RecordedObject), before as RecordedObject, after as RecordedObject, writes);
    }
    const taken = decisions[head.step] ?? [];
    const operation = this.#operationAt(head.step);
    if (writes.length + began.length + ended.length + taken.length === 0 && operation === undefined) return undefined;
    return this.#number(head, writes, began, ended, taken, operation);
  }

  #number(
    { step, at, process, label }: StepHead,
    writes: readonly WriteMessage[],
    began: readonly CallBegan[],
    ended: readonly CallEnded[],
    decisions: StepMessage['decisions'],
    operation: number | undefined,
  ): StepMessage {
    this.#engineSteps.push(step);
    return {
      step: this.steps,
      at,
      process,
      label,
      writes,
      began,
      ended,
      decisions,
      ...(operation !== undefined && { operation }),
    };
  }

  #project(address: RowAddress, row: number, writes: WriteMessage[]): void {
    const project = projectionOf(address);
    if (!project) return;
    const { log } = this.#sim;
    const old = new Map(project(log, row).map((object) => [idOf(object), object]));
    const young = new Map(project(log, row + 1).map((object) => [idOf(object), object]));
    for (const id of new Set([...old.keys(), ...young.keys()])) pushWrite(id, old.get(id), young.get(id), writes);
  }

  #call(before: CallRecord | undefined, after: CallRecord | undefined, began: CallBegan[], ended: CallEnded[]): void {
    if (after && before === undefined) {
      const number = this.#callNumbers.size + 1;
      this.#callNumbers.set(after.id, number);
      const about = volumeOf(after);
      const key = `${after.process} ${after.target} ${after.method} ${after.node ?? ''} ${about}`;
      const attempt = (this.#attempts.get(key) ?? 0) + 1;
      this.#attempts.set(key, attempt);
      began.push({
        call: number,
        process: after.process,
        driver: after.target,
        method: after.method,
        request: after.request as Json,
        about: about === '' ? [] : [`Volume//${after.target}^${about}`],
        attempt,
        ...(after.node !== undefined && { node: after.node }),
        ...(after.fault && { faulty: true }),
      });
    } else if (after?.doneAt !== undefined && before?.doneAt === undefined) {
      const { code = 'OK', response, message } = after;
      if (code === 'OK')
        this.#attempts.delete(
          `${after.process} ${after.target} ${after.method} ${after.node ?? ''} ${volumeOf(after)}`,
        );
      ended.push({
        call: this.#callNumbers.get(after.id) ?? 0,
        code,
        ...(response !== undefined && { response: response as Json }),
        ...(message !== undefined && { message }),
      });
    }
  }
}

const idOf = ({ kind, metadata }: RecordedObject): string => `${kind}/${metadata.namespace ?? ''}/${metadata.name}`;

function pushWrite(
  id: string,
  old: RecordedObject | undefined,
  young: RecordedObject | undefined,
  writes: WriteMessage[],
): void {
  if (old === undefined && young !== undefined) writes.push({ id, verb: 'create', value: young, changed: [] });
  else if (old !== undefined && young === undefined) writes.push({ id, verb: 'gone', changed: [] });
  else if (old !== undefined && young !== undefined) {
    const deltas: PathDelta[] = [];
    collectDeltas(old, young, [], deltas);
    if (deltas.length === 0) return;
    const deleted = old.metadata.deletionTimestamp === undefined && young.metadata.deletionTimestamp !== undefined;
    writes.push({ id, verb: deleted ? 'delete' : 'update', deltas, changed: changedPaths(old, young) });
  }
}

/** The volume that a call is about: its id, or the name it is to get. */
function volumeOf({ request }: CallRecord): string {
  const fields = (request ?? {}) as Readonly<Record<string, unknown>>;
  return String(fields['volume_id'] ?? fields['source_volume_id'] ?? fields['name'] ?? '');
}

function collectDeltas(before: unknown, after: unknown, path: readonly string[], deltas: PathDelta[]): void {
  if (before === after || deepEqual(before, after)) return;
  if (!isMap(before) || !isMap(after)) {
    deltas.push(after === undefined ? { path } : { path, value: after as Json });
    return;
  }
  for (const key of Object.keys(after)) collectDeltas(before[key], after[key], [...path, key], deltas);
  for (const key of Object.keys(before)) if (!(key in after)) deltas.push({ path: [...path, key] });
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
