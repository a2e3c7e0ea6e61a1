import { clientSideApply } from './api/apply.ts';
import { decodeObject } from './api/decode.ts';
import { parseDuration } from './api/duration.ts';
import { badRequest, StatusError } from './api/errors.ts';
import type { DeleteOptions } from './api/kind.ts';
import type { KubeObject, ObjectInput } from './api/object.ts';
import type { Patch } from './api/patch.ts';
import { fieldText } from './api/schema/check.ts';
import { ApiServer, describeRef, type Ref } from './api/server.ts';
import { buildCluster, type Cluster, type ClusterOptions } from './cluster.ts';
import { componentTypes } from './components.ts';
import { injectFault } from './faults.ts';
import { type Completion, complete } from './kubectl/complete.ts';
import { interrupt, isOver, isReading, nextCommand, readShell, runShell } from './kubectl/shell.ts';
import type { Waiting } from './kubectl/waiting.ts';
import { readAt } from './reading.ts';
import type { Context } from './sim/context.ts';
import type { VirtualTime } from './sim/types.ts';
import { meaningOf, type Unsimulated, UnsimulatedFinder } from './unsimulated.ts';

/** Each request is followed by this much virtual time in which the components run. */
const REQUEST_TIME = 10;
/** A run that does not settle ends after this much virtual time, or so many steps. */
export const HORIZON = 3_600_000;
export const MAX_STEPS = 200_000;

type Plain = Readonly<Record<string, unknown>>;

/** An operation of the exchange format: one of its keys says which. */
export type SessionOperation = Plain;

export interface OperationError {
  readonly op: number;
  readonly reason: string;
  readonly code: number;
  readonly message: string;
  /** Which object of a list was refused. */
  readonly item?: number;
  readonly causes?: StatusError['causes'];
}

export interface CommandOutput {
  readonly op: number;
  readonly out: string;
  readonly err: string;
  readonly exit: number;
  /** Object that the command was about, for the page to select. */
  readonly selects?: string;
  /** Virtual time has passed until the command was over. */
  readonly waited?: true;
}

export interface Warning {
  readonly op: number;
  readonly message: string;
}

/** A field that an operation wrote, or with path `kind` an object, on which nothing acts. */
export interface NotSimulated {
  readonly op: number;
  /** `Kind/namespace/name`, or `Kind/name` for a cluster-scoped object. */
  readonly object: string;
  /** Dotted: `spec.containers[0].livenessProbe`. */
  readonly path: string;
  /** What happens instead. */
  readonly meaning: string;
}

/** A run with its operations: what the headless runner and the page's worker both drive. */
export class Session {
  readonly cluster: Cluster;
  readonly errors: OperationError[] = [];
  readonly outputs: CommandOutput[] = [];
  readonly warnings: Warning[] = [];
  readonly notSimulated: NotSimulated[] = [];
  readonly #unsimulated: UnsimulatedFinder;
  readonly #files: Readonly<Record<string, unknown>>;
  /** The API server as who does the operations talks to it. */
  readonly #api: ApiServer;
  #operations = 0;

  constructor(options: ClusterOptions & { readonly files?: Readonly<Record<string, unknown>> }) {
    this.cluster = buildCluster(options);
    this.#unsimulated = new UnsimulatedFinder(componentTypes(this.cluster.api).map(({ type }) => type));
    this.#files = options.files ?? {};
    this.#api = new ApiServer(this.cluster.api.registry, (message) => {
      this.warnings.push({ op: this.#operations - 1, message });
    });
  }

  get now(): VirtualTime {
    return this.cluster.sim.now;
  }

  /** Operations done so far. */
  get operations(): number {
    return this.#operations;
  }

  /** Goes on counting operations from here: after a fork. */
  restartAt(operations: number): void {
    this.#operations = operations;
    for (const list of [this.errors, this.outputs, this.warnings, this.notSimulated])
      list.splice(0, list.length, ...(list.filter(({ op }) => op < operations) as never[]));
  }

  /**
   * Does one operation; its requests are 10 ms of virtual time apart. What is refused is noted in `errors`.
   * With `requests`, an operation that a fork had cut: only so many of its requests, and no time after the last.
   */
  operate(operation: SessionOperation, requests = Number.POSITIVE_INFINITY): void {
    const op = this.#operations++;
    if (requests <= 0) return;
    const first = this.cluster.sim.log.steps;
    this.#perform(op, operation, requests);
    this.#noteUnsimulated(op, first);
  }

  #perform(op: number, operation: SessionOperation, requests: number): void {
    const { sim } = this.cluster;
    if (operation['wait'] !== undefined) sim.run(sim.now + duration(operation['wait']));
    else if (operation['settle'] !== undefined) sim.runUntilSettled(sim.now + HORIZON, MAX_STEPS);
    else if (operation['fault'] !== undefined)
      this.#request(op, 'fault', (ctx) => injectFault(sim, ctx, operation['fault'] as Plain), 0);
    else if (operation['run'] !== undefined) this.command(String(operation['run']), op, requests);
    else {
      for (const [item, { label, act }] of this.#requestsOf(operation).entries()) {
        if (item < requests) this.#request(op, label, act, item === requests - 1 ? undefined : REQUEST_TIME, item);
      }
    }
  }

  /**
   * Runs a line of the console, now; what waits lets virtual time pass. With `op` its output is noted as that operation's,
   * and of its requests only the first `requests` are made.
   */
  command(command: string, op?: number, requests = Number.POSITIVE_INFINITY): Omit<CommandOutput, 'op'> {
    const { api, sim } = this.cluster;
    const end = sim.now + HORIZON;
    let run = readShell(command);
    let made = 0;
    let looked = -1;
    let waited = false;
    while (!isOver(run) && made < requests) {
      const { steps } = sim.log;
      const before = run;
      run = sim.operate(nextCommand(run, command), (ctx) => runShell(api, ctx, before, this.#files));
      made += sim.log.steps - steps;
      if (made >= requests) break;
      if (run.waits !== undefined) {
        waited = true;
        const isEndless = (run.waits.deadline ?? Number.POSITIVE_INFINITY) > end;
        const isQuiet = looked === sim.log.rows && sim.settled();
        looked = sim.log.rows;
        if (isEndless && (isQuiet || sim.now >= end || sim.log.steps >= MAX_STEPS)) run = interrupt(run);
        else this.#await(run.waits, end);
      } else if (op !== undefined) sim.run(sim.now + REQUEST_TIME);
    }
    const { out, err, exit, selects } = run;
    const output = {
      out: out + run.piped,
      err,
      exit,
      ...(selects !== undefined && { selects }),
      ...(waited && { waited: true as const }),
    };
    if (op !== undefined) this.outputs.push({ op, ...output });
    return output;
  }

  /**
   * Answers a line that only reads the cluster, as it was after so many steps (left out: as it is). The run stays as it is.
   * @returns undefined for a line that changes something or takes time
   */
  read(command: string, steps = this.cluster.sim.position): Omit<CommandOutput, 'op'> | undefined {
    if (!isReading(command)) return undefined;
    const { api, sim } = this.cluster;
    return readAt(sim, steps, (ctx) => {
      let run = readShell(command);
      while (!isOver(run)) run = runShell(api, ctx, run, this.#files);
      const { out, err, exit, selects } = run;
      return { out, err, exit, ...(selects !== undefined && { selects }) };
    });
  }

  /** What may stand where the cursor is in a line of the console, at a moment as in `read`. */
  complete(line: string, cursor: number, steps = this.cluster.sim.position): Completion {
    const { api, sim } = this.cluster;
    return readAt(sim, steps, (ctx) => complete(line, cursor, api, ctx));
  }

  /** Lets virtual time pass until something is written or it is time to look again, but not beyond `end`. */
  #await({ deadline = Number.POSITIVE_INFINITY, again = Number.POSITIVE_INFINITY }: Waiting, end: VirtualTime): void {
    const { sim } = this.cluster;
    const until = Math.min(deadline, again, end);
    if (until < end || deadline <= end) sim.run(until, 1);
    else sim.runUntilSettled(until, 1);
  }

  /** A request, and the time that follows it: left out, nothing else is done before the next one. */
  #request(op: number, label: string, act: (ctx: Context) => void, time: VirtualTime | undefined, item?: number): void {
    const { sim } = this.cluster;
    sim.operate(label, (ctx) => {
      ctx.write('operations', String(op).padStart(6, '0'), { label });
      try {
        act(ctx);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        const { reason, code, message, causes } = error;
        this.errors.push({
          op,
          reason,
          code,
          message,
          ...(item !== undefined && { item }),
          ...(causes.length > 0 && { causes }),
        });
      }
    });
    if (time !== undefined) sim.run(sim.now + time);
  }

  #requestsOf(operation: Plain): readonly { readonly label: string; readonly act: (ctx: Context) => void }[] {
    const api = this.#api;
    for (const verb of ['apply', 'create', 'replace'] as const) {
      if (operation[verb] === undefined) continue;
      const inputs = flatten(operation[verb]);
      return inputs.map((input) => ({
        label: `${verb} ${String(input['kind'])}/${String((input['metadata'] as Plain | undefined)?.['name'] ?? '')}`,
        act: (ctx) => {
          const object = decodeObject(api.registry, input);
          if (verb === 'apply') clientSideApply(api, ctx, object);
          else if (verb === 'create') api.create(ctx, object);
          else replace(api, ctx, object);
        },
      }));
    }
    if (operation['delete'] !== undefined)
      return [
        {
          label: `delete ${nameOf(operation['delete'])}`,
          act: (ctx) => this.#remove(ctx, operation['delete'] as Plain),
        },
      ];
    if (operation['patch'] !== undefined)
      return [
        { label: `patch ${nameOf(operation['patch'])}`, act: (ctx) => this.#patch(ctx, operation['patch'] as Plain) },
      ];
    if (operation['status'] !== undefined)
      return [
        {
          label: `status ${nameOf(operation['status'])}`,
          act: (ctx) => this.#status(ctx, operation['status'] as Plain),
        },
      ];
    throw badRequest(`operation ${JSON.stringify(operation).slice(0, 200)} is not understood`);
  }

  /** Looks at what was written from the outside since a step: also by a command, and only what was not refused. */
  #noteUnsimulated(op: number, first: number): void {
    const { log, store } = this.cluster.sim;
    for (let step = first; step < log.steps; step++) {
      if (log.stepProcess[step] !== 'user') continue;
      const { firstRow, endRow } = log.step(step);
      for (let row = firstRow; row < endRow; row++) {
        const { table } = log.address(log.rowAddress[row] as number);
        if (store.catalog.find(table).class !== 'published') continue;
        this.#noteObject(op, log.rowBefore[row] as KubeObject | undefined, log.rowAfter[row] as KubeObject | undefined);
      }
    }
  }

  #noteObject(op: number, before: KubeObject | undefined, after: KubeObject | undefined): void {
    if (after === undefined) return;
    const fieldsOf = (object: KubeObject): readonly Unsimulated[] =>
      this.#unsimulated.find(object as unknown as ObjectInput);
    const known = new Set(before && fieldsOf(before).map(({ path }) => fieldText(path)));
    for (const { path, reason } of fieldsOf(after)) {
      const text = fieldText(path);
      if (known.has(text)) continue;
      this.notSimulated.push({ op, object: describeRef(after), path: text, meaning: meaningOf(reason) });
    }
  }

  #remove(ctx: Context, target: Plain): void {
    const { gracePeriodSeconds, propagationPolicy, force } = target;
    const options: DeleteOptions = {
      ...(typeof gracePeriodSeconds === 'number'
        ? { gracePeriodSeconds }
        : force === true
          ? { gracePeriodSeconds: 0 }
          : {}),
      propagationPolicy: (propagationPolicy as DeleteOptions['propagationPolicy']) ?? 'Background',
    };
    this.cluster.api.remove(ctx, refOf(target), options);
  }

  #patch(ctx: Context, target: Plain): void {
    const type = (target['type'] as Patch['type'] | undefined) ?? 'merge';
    this.#api.patch(ctx, refOf(target), { type, patch: target['patch'] } as Patch);
  }

  #status(ctx: Context, target: Plain): void {
    const patch = { type: 'merge', patch: target['patch'] } as Patch;
    this.cluster.api.patch(ctx, refOf(target), patch, 'status');
  }
}

function replace(api: Cluster['api'], ctx: Context, object: ObjectInput): KubeObject {
  return api.update(ctx, object as unknown as KubeObject);
}

function flatten(value: unknown): readonly ObjectInput[] {
  const list = Array.isArray(value) ? value : [value];
  return list.flatMap((entry: Plain) =>
    entry['kind'] === 'List' && Array.isArray(entry['items']) ? flatten(entry['items']) : [entry as ObjectInput],
  );
}

function refOf({ apiVersion, kind, namespace, name }: Plain): Ref {
  return {
    kind: String(kind),
    name: String(name),
    ...(typeof apiVersion === 'string' && { apiVersion }),
    ...(typeof namespace === 'string' && { namespace }),
  };
}

const nameOf = (target: unknown): string => `${String((target as Plain)['kind'])}/${String((target as Plain)['name'])}`;

function duration(value: unknown): VirtualTime {
  const parsed = typeof value === 'number' ? value : parseDuration(String(value), { days: true });
  if (typeof parsed !== 'number')
    throw badRequest(`${JSON.stringify(value)} is not a duration; write it as 500ms, 2s or 1m30s`);
  return Math.round(parsed);
}
