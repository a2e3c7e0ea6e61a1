import {
  CALLS,
  type CallFault,
  type CallRecord,
  type CallResult,
  type CallSpec,
  FAULTS,
  faultApplies,
} from './calls.ts';
import type { ComponentType, ProcessRecord } from './component.ts';
import type { Context } from './context.ts';
import type { Store } from './store.ts';
import type { VirtualTime } from './types.ts';

/** Id and type of the process behind all calls in flight. */
export const CALL_RUNNER = 'calls';
export const PROCESSES = 'process';

const DEFAULT_LATENCY = 20;

/** What calls need of the simulation. */
export interface CallHost {
  readonly store: Store;
  readonly now: VirtualTime;
  enqueue(process: string, queue: string, item: string, at: VirtualTime): void;
}

/** Carries calls to the other side and answers back, with their latencies, deadlines and faults. */
export class CallRunner {
  readonly #host: CallHost;
  readonly #answer: (ctx: Context, call: CallRecord) => CallResult;
  readonly component: ComponentType = {
    type: CALL_RUNNER,
    watches: [],
    queues: {
      finish: { workers: Number.POSITIVE_INFINITY, sync: (ctx, id) => this.#finish(ctx, id) },
      expire: { workers: Number.POSITIVE_INFINITY, sync: (_ctx, id) => this.#expire(id) },
    },
  };

  constructor(host: CallHost, answer: (ctx: Context, call: CallRecord) => CallResult) {
    this.#host = host;
    this.#answer = answer;
  }

  begin(ctx: Context, spec: CallSpec, sequence: number): string {
    const { store, now } = this.#host;
    const id = String(sequence).padStart(17, '0');
    const fault = this.#takeFault(spec);
    const { driver: _1, method: _2, node: _3, times: _4, ...effect } = fault ?? {};
    const startedAt = this.#process(ctx.process)?.startedAt ?? 0;
    store.set(CALLS, id, { ...spec, id, process: ctx.process, startedAt, at: now, ...(fault && { fault: effect }) });
    const latency = fault?.latency ?? spec.latency ?? this.#latencyOf(spec);
    const { deadline } = spec;
    if (!fault?.hangs) this.#host.enqueue(CALL_RUNNER, 'finish', id, now + latency);
    if (deadline !== undefined && (fault?.hangs || deadline < latency)) {
      this.#host.enqueue(CALL_RUNNER, 'expire', id, now + deadline);
    }
    return id;
  }

  /** An answer reaches its caller, who is the last to need the record unless the other side still works. */
  receive(ctx: Context, component: ComponentType, id: string): void {
    const call = this.#call(id);
    if (!call) return;
    if (!call.expired) this.#host.store.set(CALLS, id, undefined);
    component.onCall?.(ctx, call);
  }

  /** The other side has worked for its latency: acts, and answers whoever still waits. */
  #finish(ctx: Context, id: string): void {
    const call = this.#call(id);
    if (!call) return;
    const { fault } = call;
    const failed = fault && (fault.code !== undefined || fault.message !== undefined);
    const result: CallResult = failed
      ? { code: fault.code ?? 'UNKNOWN', message: fault.message ?? '' }
      : this.#answer(ctx, call);
    if (call.expired) this.#host.store.set(CALLS, id, undefined);
    else this.#tell({ ...call, ...result, doneAt: this.#host.now });
  }

  #expire(id: string): void {
    const call = this.#call(id);
    if (!call || call.doneAt !== undefined) return;
    const message = 'context deadline exceeded';
    this.#tell({ ...call, expired: true, doneAt: this.#host.now, code: 'DEADLINE_EXCEEDED', message });
  }

  /** Nobody waits for an answer whose caller has died since, even if it is back. */
  #tell(call: CallRecord): void {
    const caller = this.#process(call.process);
    const waits = caller?.state === 'running' && caller.startedAt === call.startedAt;
    this.#host.store.set(CALLS, call.id, call);
    if (waits) this.#host.enqueue(call.process, '~answers', call.id, this.#host.now);
    else this.#host.store.set(CALLS, call.id, undefined);
  }

  #call(id: string): CallRecord | undefined {
    return this.#host.store.get(CALLS, id) as CallRecord | undefined;
  }

  #process(id: string): ProcessRecord | undefined {
    return this.#host.store.get(PROCESSES, id) as ProcessRecord | undefined;
  }

  #takeFault(spec: CallSpec): CallFault | undefined {
    const { store } = this.#host;
    for (const key of store.keys(FAULTS)) {
      const fault = store.get(FAULTS, key) as CallFault;
      if (fault.times === 0 || !faultApplies(fault, spec)) continue;
      if (fault.times !== undefined) store.set(FAULTS, key, { ...fault, times: fault.times - 1 });
      return fault;
    }
    return undefined;
  }

  #latencyOf({ target, method }: CallSpec): VirtualTime {
    const latencies = this.#host.store.get('settings', 'latencies') as Record<string, number> | undefined;
    return latencies?.[`${target}/${method}`] ?? latencies?.[method] ?? latencies?.['call'] ?? DEFAULT_LATENCY;
  }
}
