import type {
  Completion,
  Diagnostic,
  Machinery,
  ManifestSchema,
  ObjectId,
  Operation,
  OperationOutcome,
  Request,
  RunMessage,
  RunSource,
  Trial,
} from '../../worker/protocol.ts';
import {
  type AnswerTo,
  Refusal,
  type ToldMessage,
  WorkerClient,
  WorkerCrash,
  type WorkerLike,
} from '../client/workerClient.ts';
import { Sharing } from '../model/sharing.ts';
import { dismissKey, notify } from './notices.ts';
import { pause, play, player, seek } from './player.ts';
import { EMPTY_SOURCE, isAtRest, recording, run } from './run.ts';
import { countDocuments, hasErrors, setText, texts } from './texts.ts';
import { select, view } from './view.ts';

/** The last step of an operation, the one after which all that it asked for is there. */
function stepOf(operation: number): number | undefined {
  const { replica } = run.getState();
  return replica.operationSteps.findLast((step) => replica.step(step)?.operation === operation);
}

/** What kubectl says to a text without a document. */
function nothingToApply(operation: number): OperationOutcome {
  const message = 'error: no objects passed to apply';
  const place = { line: 1, column: 1, endLine: 1, endColumn: 2 };
  const diagnostics: readonly Diagnostic[] = [{ severity: 'error', message, remedy: { key: 'nothing' }, ...place }];
  return { operation, step: 0, accepted: false, warnings: [], diagnostics };
}

/** While steps arrive, the page takes note of them so often, and less often the more objects there are to look through. */
const NOTE_EVERY_MS = 50;
const NOTE_EVERY_MS_PER_OBJECT = 0.1;

/** Another try drops one more operation; after so many the page stops starting workers by itself. */
const MAX_RESTARTS = 3;

/**
 * The page's side of a run: keeps the recording in step with the worker, and does what the visitor asks. The texts and
 * the source of the run live here, so that a worker can be lost at any time.
 */
export class Session {
  readonly #client: WorkerClient;
  /** Where the playhead belongs as soon as the recording reaches so far. */
  #wantedStep: number | undefined;
  #restarts = 0;
  /** While a run is being started, the source that the worker has told of last: it grows as operations are repeated. */
  #starting: { source: RunSource } | undefined;
  #quiet: (() => void)[] = [];
  /** Who hears of the run beside this one; the number tells it from one that was dropped. */
  #beside: { readonly recording: number; readonly take: (message: RunMessage) => void } | undefined;
  #recordings = 0;
  /** Texts that steps of all runs have in common. */
  readonly #sharing = new Sharing();
  /** When the page took note of the recording last, and the timer of the next time while something new waits for it. */
  #noted = Number.NEGATIVE_INFINITY;
  #noting: ReturnType<typeof setTimeout> | undefined;
  /** The beginning of the visit: what the visitor asks for comes after it. */
  ready: Promise<unknown> = Promise.resolve();

  constructor(createWorker: () => WorkerLike) {
    this.#client = new WorkerClient(createWorker, {
      onMessage: (message) => this.#take(message),
      onCrash: (message) => void this.#recover(message),
    });
  }

  /** The cluster that a visit begins with, as text. */
  async defaultCluster(): Promise<string> {
    return (await this.#ask({ type: 'defaultCluster' })) ?? '';
  }

  /** Fields and values of everything that a text may hold; undefined when the worker was lost. */
  schema(): Promise<ManifestSchema | undefined> {
    return this.#ask({ type: 'schema' });
  }

  /** Starts a run from its source and goes to a step of it; the playhead stays at 0 where no step is given. */
  async start(source: RunSource, step = 0): Promise<OperationOutcome | undefined> {
    this.#wantedStep = step > 0 ? step : undefined;
    run.setState({ source, origin: null, phase: 'starting', applied: null });
    const starting = { source };
    this.#starting = starting;
    const outcome = await this.#ask({ type: 'start', source });
    if (this.#starting !== starting) return undefined;
    this.#starting = undefined;
    if (outcome === undefined) return undefined;
    this.#restarts = 0;
    const last = source.operations.at(-1)?.operation;
    const applied = outcome !== null && last?.type === 'apply' ? { text: last.text, outcome } : null;
    run.setState({ source: starting.source, applied });
    return outcome ?? undefined;
  }

  /**
   * Makes what the editor holds come true: the cluster where its text differs from the run's, which begins the run
   * anew, and the manifests as an operation at the playhead.
   * @returns undefined when the worker was lost on the way, or a text was refused as a whole
   */
  async applyTexts(): Promise<OperationOutcome | undefined> {
    await this.ready;
    const { manifests, cluster } = texts.getState();
    if (run.getState().phase === 'failed' || cluster !== run.getState().source.cluster) {
      if (hasErrors(await this.check('cluster', cluster))) {
        texts.setState({ tab: 'cluster' });
        return undefined;
      }
      const hadOperations = run.getState().source.operations.length > 0;
      await this.start({ ...EMPTY_SOURCE, cluster });
      if (hadOperations) notify({ key: 'shell.clusterChanged' });
      if (manifests.trim() === '') return undefined;
    }
    return this.applyManifests(manifests);
  }

  /** Applies a text at the playhead and plays what follows from there, or waits there to be played. */
  async applyManifests(text: string, then: 'play' | 'wait' = 'play'): Promise<OperationOutcome | undefined> {
    const { step } = player.getState();
    const outcome = await this.#operate({ type: 'apply', text });
    if (outcome === undefined) return undefined;
    run.setState({ applied: { text, outcome } });
    seek(step);
    if (outcome.accepted && then === 'play') play(recording());
    return outcome.accepted ? outcome : undefined;
  }

  /** An operation at the playhead, which stays at the operation's own step; resolves when the run is at rest. */
  async operate(operation: Operation): Promise<OperationOutcome> {
    await this.ready;
    pause();
    const { step: here } = player.getState();
    const outcome = await this.#operate(operation);
    if (outcome === undefined) throw new WorkerCrash('the worker was lost');
    await this.whenAtRest();
    if (operation.type === 'apply') run.setState({ applied: { text: operation.text, outcome } });
    const step = outcome.accepted ? (stepOf(outcome.operation) ?? here) : here;
    seek(Math.min(step, run.getState().replica.steps));
    return { ...outcome, step };
  }

  /** Resolves when nothing will be added to the recording. */
  whenAtRest(): Promise<void> {
    if (isAtRest(run.getState().phase)) return Promise.resolve();
    return new Promise((resolve) => this.#quiet.push(resolve));
  }

  /** Takes back everything but the cluster. What was typed stays. The notice that tells of it can undo it. */
  async reset(): Promise<void> {
    await this.ready;
    const { source } = run.getState();
    const { step } = player.getState();
    const { selected } = view.getState();
    seek(0);
    select(null);
    await this.start({ ...source, operations: [] });
    if (source.operations.length === 0) return;
    const undo = async (): Promise<void> => {
      dismissKey('shell.runReset');
      await this.start(source, step);
      select(selected);
    };
    notify({ key: 'shell.runReset', actions: [{ key: 'common.undo', act: () => void undo() }] });
  }

  /** Adds to the cluster what a diagnostic says is missing, and applies. */
  async addToCluster(text: string): Promise<void> {
    const { cluster } = texts.getState();
    const base = cluster.trimEnd();
    setText('cluster', base === '' ? text : `${base}\n---\n${text.replace(/^---\s*\n/, '')}`);
    await this.applyTexts();
  }

  /** What reading a text finds; remembered beside the texts, where it tells of the one that stands there. */
  async check(kind: 'manifests' | 'cluster', text: string): Promise<readonly Diagnostic[]> {
    const { cluster } = texts.getState();
    const found = await this.#ask({ type: 'check', text, kind, ...(kind === 'manifests' && { cluster }) });
    if (found === undefined) return [];
    texts.setState(({ checked }) => ({ checked: { ...checked, [kind]: { text, diagnostics: found } } }));
    return found;
  }

  /**
   * Runs a line of the console at the playhead: one that only reads is answered as of there and leaves the run as it is, any
   * other is an operation.
   */
  async run(command: string): Promise<OperationOutcome> {
    const { step } = player.getState();
    const reading = await this.#ask({ type: 'read', step, command });
    if (reading === undefined) throw new WorkerCrash('the worker was lost');
    if (reading === null) return this.operate({ type: 'run', command });
    const operation = run.getState().source.operations.length;
    return { ...reading, operation, step, accepted: true, warnings: [], diagnostics: [] };
  }

  /** What may stand where the cursor is in a line of the console. */
  complete(line: string, cursor: number): Promise<Completion | undefined> {
    return this.#ask({ type: 'complete', step: player.getState().step, line, cursor });
  }

  /** What runs in the cluster and what has been made to fail, at a step. */
  machinery(step: number): Promise<Machinery | undefined> {
    return this.#ask({ type: 'machinery', step });
  }

  /**
   * Tries operations at a step, each list in a run of its own that nobody sees, until the object has the phase.
   * Undefined when the run changed meanwhile, or other trials were asked for.
   */
  async whatIf(
    step: number,
    trials: readonly (readonly Operation[])[],
    until: { readonly id: ObjectId; readonly phase: string },
  ): Promise<readonly Trial[] | undefined> {
    return (await this.#ask({ type: 'whatIf', step, trials, until })) ?? undefined;
  }

  /**
   * Runs another source to its end beside this run, and tells of it as it goes.
   * @returns what refused its cluster, or nothing; undefined when another was asked for meanwhile or the worker was lost
   */
  async record(source: RunSource, take: (message: RunMessage) => void): Promise<readonly Diagnostic[] | undefined> {
    this.#recordings += 1;
    const recording = this.#recordings;
    this.#beside = { recording, take };
    const found = await this.#ask({ type: 'record', recording, source });
    if (this.#beside.recording === recording) this.#beside = undefined;
    return found ?? undefined;
  }

  /** Hash of the whole log of the engine: equal runs have equal ones. */
  async hash(): Promise<string> {
    return (await this.#ask({ type: 'hash' })) ?? '';
  }

  async remove(id: ObjectId): Promise<void> {
    await this.operate({ type: 'delete', id });
  }

  async #operate(operation: Operation): Promise<OperationOutcome | undefined> {
    if (operation.type === 'apply' && countDocuments(operation.text) === 0) {
      return nothingToApply(run.getState().source.operations.length);
    }
    return this.#ask({ type: 'operate', afterStep: player.getState().step, operation });
  }

  /** Undefined when the worker was lost or refused; the visitor has been told then. */
  async #ask<R extends Request>(body: R): Promise<AnswerTo<R> | undefined> {
    try {
      return await this.#client.request(body);
    } catch (error) {
      if (error instanceof WorkerCrash) return undefined;
      if (!(error instanceof Refusal)) throw error;
      notify({ key: 'shell.requestFailed', values: { message: error.message.split('\n')[0] ?? '' } });
      return undefined;
    }
  }

  #take(message: ToldMessage): void {
    if (message.type === 'beside') {
      if (message.recording === this.#beside?.recording) this.#beside.take(message.message);
      return;
    }
    const { replica, source } = run.getState();
    if (message.type === 'run') {
      const isFork = this.#starting === undefined && message.keptSteps < replica.steps;
      if (isFork) run.setState({ origin: { source, step: message.keptSteps } });
      replica.truncate(message.keptSteps);
      run.setState({ run: message.run, phase: 'running' });
      this.#note();
      // A run that is lost while it starts must not take its operations with it.
      if (this.#starting === undefined) run.setState({ source: message.source });
      else this.#starting.source = message.source;
      const { step } = player.getState();
      if (step > replica.steps) {
        seek(replica.steps);
      }
      return;
    }
    if (message.run !== run.getState().run) return;
    if (message.type === 'steps') {
      replica.append(this.#sharing.share(message.steps));
      this.#noteSoon();
      this.#goToWantedStep(false);
      return;
    }
    if (this.#noting !== undefined) this.#note();
    run.setState({ phase: message.state, end: message.now, startTime: message.startTime });
    if (!isAtRest(message.state)) return;
    this.#goToWantedStep(true);
    this.#tellQuiet();
  }

  /** Tells the page that the recording has changed. */
  #note(): void {
    clearTimeout(this.#noting);
    this.#noting = undefined;
    this.#noted = performance.now();
    run.setState(({ version }) => ({ version: version + 1 }));
  }

  /** Tells so now and then while many steps arrive: each time everything is looked through. */
  #noteSoon(): void {
    if (this.#noting !== undefined) return;
    const pause = NOTE_EVERY_MS + run.getState().replica.objects * NOTE_EVERY_MS_PER_OBJECT;
    const wait = this.#noted + pause - performance.now();
    if (wait <= 0) this.#note();
    else this.#noting = setTimeout(() => this.#note(), wait);
  }

  #goToWantedStep(isEnd: boolean): void {
    const wanted = this.#wantedStep;
    const { replica } = run.getState();
    if (wanted === undefined || (replica.steps < wanted && !isEnd)) return;
    this.#wantedStep = undefined;
    this.#note();
    seek(Math.min(wanted, replica.steps));
  }

  #tellQuiet(): void {
    const waiting = this.#quiet;
    this.#quiet = [];
    for (const resolve of waiting) resolve();
  }

  /** A new worker replays the run. When it is lost again, the operation that came last is left out. */
  async #recover(message: string): Promise<void> {
    const { source } = run.getState();
    const { step } = player.getState();
    this.#restarts += 1;
    if (this.#restarts > MAX_RESTARTS) {
      run.setState({ phase: 'failed' });
      notify({ key: 'shell.workerFailed', values: { message } });
      this.#restarts = 0;
      this.#tellQuiet();
      return;
    }
    const isFirst = this.#restarts === 1;
    const operations = isFirst ? source.operations : source.operations.slice(0, -1);
    notify({ key: isFirst ? 'shell.workerRestarted' : 'shell.workerGaveUp', values: { message } });
    await this.start({ ...source, operations }, step);
  }
}
