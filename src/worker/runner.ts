import { ADMISSION } from '../engine/api/admission/index.ts';
import { KINDS } from '../engine/api/kinds/index.ts';
import type { KubeObject, ObjectInput } from '../engine/api/object.ts';
import { Registry } from '../engine/api/registry.ts';
import { ApiServer } from '../engine/api/server.ts';
import { NODES, PERSISTENT_VOLUMES, STORAGE_CLASSES } from '../engine/api/tables.ts';
import { mergeClusterSpecs } from '../engine/clusterspec.ts';
import { componentTypes } from '../engine/components.ts';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import { hashLog } from '../engine/loghash.ts';
import { locateRefusal, readText, type SourceText } from '../engine/manifests.ts';
import { manifestSchema } from '../engine/manifestschema.ts';
import { findMissing, offerOf } from '../engine/missing.ts';
import { precheck } from '../engine/precheck.ts';
import { type CommandOutput, HORIZON, MAX_STEPS, Session } from '../engine/session.ts';
import { markUnsimulated, UnsimulatedFinder } from '../engine/unsimulated.ts';
import { Background } from './background.ts';
import { machineryAt } from './machinery.ts';
import type {
  Diagnostic,
  Json,
  Operation,
  OperationOutcome,
  Reading,
  RecordedOperation,
  Request,
  RunSource,
  Trial,
  WorkerMessage,
} from './protocol.ts';
import { Recorder } from './recorder.ts';
import { WhatIf } from './whatif.ts';

/** Engine steps between two looks at the message queue: some 20 ms of work. */
const SLICE = 400;
/** Steps in a message: the page takes one in within a few milliseconds. */
const CHUNK = 100;

const REGISTRY = new Registry(KINDS, ADMISSION);
const UNSIMULATED = new UnsimulatedFinder(componentTypes(new ApiServer(REGISTRY)).map(({ type }) => type));

/** One run and its operations, behind the worker's messages. Runs ahead in slices: call `pump` until it returns false. */
export class Runner {
  readonly #post: (message: WorkerMessage) => void;
  #run = 0;
  #session: Session | undefined;
  #recorder: Recorder | undefined;
  #source: RunSource = { cluster: '', operations: [] };
  /** Engine step at which each operation began. */
  #begins: number[] = [];
  #limit = 0;
  readonly #trials = new Background<readonly Trial[]>();
  readonly #beside = new Background<readonly Diagnostic[]>();
  #busy = false;

  constructor(post: (message: WorkerMessage) => void) {
    this.#post = post;
  }

  /** Answers a request, with a promise where that takes calls of `pump`. @throws Error with a text for the user where it can't be done */
  handle(request: Request): unknown {
    switch (request.type) {
      case 'defaultCluster':
        return DEFAULT_CLUSTER;
      case 'schema':
        return manifestSchema(REGISTRY.kinds);
      case 'check':
        return this.#check(request.text, request.kind, request.cluster);
      case 'start':
        return this.#start(request.source);
      case 'operate':
        return this.#operate(request.afterStep, request.operation);
      case 'memory':
        return this.#memory(request.step, request.process);
      case 'read':
        return this.#read(request.step, request.command);
      case 'complete':
        return this.#required().complete(request.line, request.cursor, this.#engineSteps(request.step));
      case 'machinery':
        return machineryAt(this.#required().cluster.sim.log, this.#rows(request.step));
      case 'whatIf':
        return this.#tryOut(request);
      case 'record':
        return this.#record(request.recording, request.source);
      case 'hash':
        return hashLog(this.#required().cluster.sim.log);
    }
  }

  /** Runs on for a slice and sends what happened, then does what was asked for beside it. Returns whether there is more to do. */
  pump(): boolean {
    return this.#runOn() || this.#beside.goOn() || this.#trials.goOn();
  }

  #runOn(): boolean {
    if (!this.#busy || !this.#session) return false;
    const { sim } = this.#session.cluster;
    const settled = sim.log.steps >= MAX_STEPS ? false : sim.runUntilSettled(this.#limit, SLICE);
    if (settled === 'budget') {
      this.#send();
      return true;
    }
    this.#busy = false;
    this.#send();
    this.#state(settled ? 'settled' : 'horizon');
    return false;
  }

  #check(text: string, kind: 'manifests' | 'cluster', cluster: string | undefined): readonly Diagnostic[] {
    const source = readText(REGISTRY, text);
    if (kind === 'cluster') return source.diagnostics;
    const { objects } = source;
    return [
      ...source.diagnostics,
      ...precheck(REGISTRY, text, objects),
      ...this.#missing(text, source, cluster),
      ...markUnsimulated(UNSIMULATED, text, objects),
    ];
  }

  #missing(text: string, source: SourceText, cluster: string | undefined): readonly Diagnostic[] {
    const base = cluster === undefined ? this.#liveOffer() : offerOfText(cluster);
    const own = offerOf(
      [],
      source.objects.map(({ object }) => object),
    );
    return findMissing(text, source.objects, {
      drivers: base.drivers,
      classes: new Set([...base.classes, ...own.classes]),
      nodes: new Set([...base.nodes, ...own.nodes]),
    });
  }

  #liveOffer(): ReturnType<typeof offerOf> {
    if (!this.#session) return offerOf([], []);
    const { store } = this.#session.cluster.sim;
    const objects = [STORAGE_CLASSES, PERSISTENT_VOLUMES, NODES].flatMap((table) =>
      store.keys(table).map((key) => store.get(table, key) as KubeObject),
    );
    return offerOf(store.keys('drivers'), objects);
  }

  #start(source: RunSource): OperationOutcome | null {
    const text = readText(REGISTRY, source.cluster);
    const errors = text.diagnostics.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) return refused(0, errors);
    this.#trials.drop();
    const session = openSession(text, source.seed);
    this.#session = session;
    this.#source = { ...source, operations: [] };
    this.#begins = [];
    this.#recorder = new Recorder(session.cluster.sim, (step) => this.#operationOf(step));
    this.#run++;
    this.#post({ type: 'run', run: this.#run, keptSteps: 0, source: this.#source });
    this.#post({ type: 'steps', run: this.#run, steps: [this.#recorder.first()] });
    let outcome: OperationOutcome | null = null;
    for (const recorded of source.operations) outcome = this.#replay(session, recorded);
    // A cluster that nobody has asked for anything stays at 0 s, so that the first operation is made there.
    if (outcome) this.#goOn();
    else this.#state('settled');
    return outcome;
  }

  /** Does a recorded operation at the very place where it was done. */
  #replay(session: Session, { operation, engineSteps, at, requests }: RecordedOperation): OperationOutcome {
    const { sim } = session.cluster;
    sim.run(at, Math.max(0, engineSteps - sim.log.steps));
    if (sim.now < at) sim.run(at);
    return this.#perform(session, operation, requests);
  }

  #operate(afterStep: number, operation: Operation): OperationOutcome {
    const session = this.#required();
    const recorder = this.#recorder;
    if (!recorder) throw new Error('no run');
    // A text that can't be read must leave the run as it is.
    const refusal =
      operation.type === 'apply'
        ? readText(REGISTRY, operation.text).diagnostics.filter(({ severity }) => severity === 'error')
        : [];
    if (refusal.length > 0) return refused(this.#source.operations.length, refusal);
    this.#trials.drop();
    this.#send();
    if (afterStep < recorder.steps) this.#fork(session, recorder, afterStep);
    const outcome = this.#perform(session, operation);
    this.#goOn();
    return outcome;
  }

  #fork(session: Session, recorder: Recorder, afterStep: number): void {
    const { sim } = session.cluster;
    const engineSteps = recorder.engineSteps(afterStep);
    sim.seek(engineSteps);
    sim.resume();
    const operations = this.#operationsBefore(engineSteps);
    const kept = operations.length;
    this.#begins.length = kept;
    this.#source = { ...this.#source, operations };
    session.restartAt(kept);
    recorder.truncate(afterStep);
    this.#run++;
    this.#post({ type: 'run', run: this.#run, keptSteps: afterStep, source: this.#source });
  }

  /** What had been done when so many steps of the engine had run; of the last operation perhaps only some requests. */
  #operationsBefore(engineSteps: number): readonly RecordedOperation[] {
    const kept = this.#begins.filter((step) => step < engineSteps).length;
    const operations = this.#source.operations.slice(0, kept);
    const last = operations.at(-1);
    if (last) operations[kept - 1] = { ...last, requests: this.#requestsIn(this.#begins[kept - 1] ?? 0, engineSteps) };
    return operations;
  }

  /** Requests of the world outside among the steps of the engine from `from` up to `end`. */
  #requestsIn(from: number, end: number): number {
    const { log } = this.#required().cluster.sim;
    return log.stepProcess.slice(from, end).filter((process) => process === 'user').length;
  }

  #tryOut({ step, trials, until }: Extract<Request, { readonly type: 'whatIf' }>): Promise<readonly Trial[] | null> {
    this.#trials.drop();
    const { sim } = this.#required().cluster;
    const engineSteps = this.#engineSteps(step);
    const at = engineSteps === 0 ? 0 : sim.log.step(engineSteps - 1).at;
    const place = { operations: this.#operationsBefore(engineSteps), engineSteps, at };
    const session = openSession(readText(REGISTRY, this.#source.cluster), this.#source.seed);
    const work = new WhatIf(session, place, trials, until, SLICE, (operation, requests) => {
      const source = operation.type === 'apply' ? readText(REGISTRY, operation.text) : undefined;
      session.operate(sessionOperation(operation, source), requests);
    });
    return this.#trials.start({ goOn: () => work.goOn(), result: () => work.trials });
  }

  #record(recording: number, source: RunSource): Promise<readonly Diagnostic[] | null> {
    const runner = new Runner((message) => {
      if (message.type === 'run' || message.type === 'steps' || message.type === 'state') {
        this.#post({ type: 'beside', recording, message });
      }
    });
    const outcome = runner.#start(source);
    const diagnostics = outcome?.accepted === false ? outcome.diagnostics : [];
    return this.#beside.start({ goOn: () => runner.pump(), result: () => diagnostics });
  }

  #perform(session: Session, operation: Operation, requests?: number): OperationOutcome {
    const { sim } = session.cluster;
    const index = session.operations;
    const place = { engineSteps: sim.log.steps, at: sim.now };
    const recorded: RecordedOperation = { operation, ...place, ...(requests !== undefined && { requests }) };
    this.#begins.push(sim.log.steps);
    const source = operation.type === 'apply' ? readText(REGISTRY, operation.text) : undefined;
    const missing = operation.type === 'apply' && source ? this.#missing(operation.text, source, undefined) : [];
    session.operate(sessionOperation(operation, source), requests);
    this.#source = { ...this.#source, operations: [...this.#source.operations, recorded] };
    const refusals = session.errors.filter(({ op }) => op === index);
    const located = refusals.flatMap((error) => {
      const object = source?.objects[error.item ?? 0];
      return operation.type === 'apply' && object ? locateRefusal(operation.text, object, error) : [];
    });
    const output = session.outputs.find(({ op }) => op === index);
    // Its steps have a number in the page only when they have been read.
    this.#send();
    const hasWritten = sim.log.stepProcess[recorded.engineSteps] === 'user';
    return {
      operation: index,
      step: hasWritten ? (this.#recorder?.pageStep(recorded.engineSteps) ?? 0) : 0,
      accepted: true,
      warnings: session.warnings.filter(({ op }) => op === index).map(({ message }) => message),
      diagnostics: [...located, ...missing],
      ...(output && shown(output)),
      ...(output?.waited && { endStep: this.#recorder?.steps ?? 0 }),
      ...(!output && refusals.length > 0 && { err: refusals.map(({ message }) => message).join('\n'), exit: 1 }),
    };
  }

  #goOn(): void {
    const { sim } = this.#required().cluster;
    this.#limit = sim.now + HORIZON;
    this.#busy = true;
    this.#post({ type: 'run', run: this.#run, keptSteps: this.#recorder?.steps ?? 0, source: this.#source });
    this.#send();
    this.#state('running');
  }

  #send(): void {
    for (;;) {
      const steps = this.#recorder?.read(CHUNK) ?? [];
      if (steps.length === 0) return;
      this.#post({ type: 'steps', run: this.#run, steps });
    }
  }

  #state(state: 'running' | 'settled' | 'horizon'): void {
    const { sim } = this.#required().cluster;
    const startTime = String(sim.store.get('settings', 'startTime'));
    this.#post({ type: 'state', run: this.#run, state, now: sim.now, startTime });
  }

  /** Process memory and queues as they were after a page step. */
  #memory(step: number, process: string): Readonly<Record<string, Readonly<Record<string, Json>>>> {
    const { log } = this.#required().cluster.sim;
    const rows = this.#rows(step);
    const tables: Record<string, Record<string, Json>> = {};
    for (let id = 0; id < log.addresses; id++) {
      const { table, key } = log.address(id);
      if (!table.startsWith(`m/${process}/`) && !table.startsWith(`t/${process}/`)) continue;
      const value = log.valueAt(id, rows);
      if (value !== undefined) tables[table] = { ...tables[table], [key]: value as Json };
    }
    return tables;
  }

  #read(step: number, command: string): Reading | null {
    const output = this.#required().read(command, this.#engineSteps(step));
    return output ? shown(output) : null;
  }

  /** Steps of the engine after a page step; all of them where it is the last. */
  #engineSteps(step: number): number {
    const { log } = this.#required().cluster.sim;
    const recorder = this.#recorder;
    return recorder === undefined || step >= recorder.steps ? log.steps : recorder.engineSteps(step);
  }

  /** Rows of the log that hold after a page step. */
  #rows(step: number): number {
    const steps = this.#engineSteps(step);
    return steps === 0 ? 0 : this.#required().cluster.sim.log.step(steps - 1).endRow;
  }

  #operationOf(engineStep: number): number | undefined {
    const { log } = this.#required().cluster.sim;
    if (log.stepProcess[engineStep] !== 'user') return undefined;
    let index = this.#begins.length - 1;
    while (index >= 0 && (this.#begins[index] ?? 0) > engineStep) index--;
    return index < 0 ? undefined : index;
  }

  #required(): Session {
    if (!this.#session) throw new Error('no run has been started');
    return this.#session;
  }
}

/** A run at its beginning, from the text of its cluster. */
function openSession(text: SourceText, seed: number | undefined): Session {
  const spec = mergeClusterSpecs([...text.clusters, ...(seed === undefined ? [] : [{ seed }])]);
  const objects = text.objects.map(({ object }) => object);
  return new Session({
    spec,
    given: objects.filter(isStored),
    objects: objects.filter((object) => !isStored(object)),
  });
}

/** An object of the cluster's text that has a uid is there as it stands, with its status; the others are created. */
function isStored({ metadata }: ObjectInput): boolean {
  return metadata.uid !== undefined;
}

/** A command's output as the page takes it: object ids have three parts. */
function shown({ out, err, exit, selects }: Omit<CommandOutput, 'op'>): Reading {
  const id = selects === undefined || selects.split('/').length > 2 ? selects : selects.replace('/', '//');
  return { out, err, exit, ...(id !== undefined && { selects: id }) };
}

function refused(operation: number, diagnostics: readonly Diagnostic[]): OperationOutcome {
  return { operation, step: 0, accepted: false, warnings: [], diagnostics };
}

function offerOfText(cluster: string): ReturnType<typeof offerOf> {
  const text = readText(REGISTRY, cluster);
  const spec = mergeClusterSpecs(text.clusters);
  const nodes = (spec.nodes ?? []).map(({ name }) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } }));
  return offerOf(
    (spec.drivers ?? []).map(({ name }) => name),
    [...text.objects.map(({ object }) => object), ...nodes],
  );
}

function sessionOperation(operation: Operation, source: SourceText | undefined): Readonly<Record<string, unknown>> {
  switch (operation.type) {
    case 'apply':
      return { apply: source?.objects.map(({ object }) => object) ?? [] };
    case 'run':
      return { run: operation.command };
    case 'delete': {
      const [kind, namespace, ...name] = operation.id.split('/');
      return { delete: { kind, name: name.join('/'), ...(namespace ? { namespace } : {}) } };
    }
    case 'fault':
      return { fault: operation.fault };
    case 'wait':
      return { wait: operation.duration };
    case 'settle':
      return { settle: true };
  }
}
