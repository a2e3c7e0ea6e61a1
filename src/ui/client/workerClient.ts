import type {
  Completion,
  Diagnostic,
  Json,
  Machinery,
  ManifestSchema,
  OperationOutcome,
  Reading,
  Request,
  RequestMessage,
  Trial,
  WorkerMessage,
} from '../../worker/protocol.ts';

/** What a request is answered with, by its type. */
interface Answers {
  readonly start: OperationOutcome | null;
  readonly defaultCluster: string;
  readonly schema: ManifestSchema;
  readonly operate: OperationOutcome;
  readonly check: readonly Diagnostic[];
  readonly memory: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly read: Reading | null;
  readonly complete: Completion;
  readonly machinery: Machinery;
  readonly whatIf: readonly Trial[] | null;
  readonly record: readonly Diagnostic[] | null;
  readonly hash: string;
}

export type AnswerTo<R extends Request> = Answers[R['type']];

/** Messages that are no answers: what happens in the run, and in one beside it. */
export type ToldMessage = Exclude<WorkerMessage, { readonly type: 'answer' | 'refusal' }>;

/** The part of `Worker` that the client needs. */
export interface WorkerLike {
  postMessage(message: RequestMessage): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<WorkerMessage>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onmessageerror: ((event: MessageEvent) => void) | null;
}

/** The worker refused a request; its text says why. */
export class Refusal extends Error {}

/** The worker ended before it answered. */
export class WorkerCrash extends Error {}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Asks the worker and hands on what it tells. A worker that throws is thrown away: what it had not answered is
 * rejected with `WorkerCrash`, `onCrash` is told, and the next request starts a new one.
 */
export class WorkerClient {
  readonly #create: () => WorkerLike;
  readonly #onMessage: (message: ToldMessage) => void;
  readonly #onCrash: (message: string) => void;
  #worker: WorkerLike | undefined;
  #waiting = new Map<number, Waiting>();
  #requests = 0;

  constructor(
    create: () => WorkerLike,
    listener: { readonly onMessage: (message: ToldMessage) => void; readonly onCrash: (message: string) => void },
  ) {
    this.#create = create;
    this.#onMessage = listener.onMessage;
    this.#onCrash = listener.onCrash;
  }

  /** Sends a request. Rejects with `Refusal` or `WorkerCrash`. */
  request<R extends Request>(body: R): Promise<AnswerTo<R>> {
    this.#requests += 1;
    const request = this.#requests;
    return new Promise((resolve, reject) => {
      this.#waiting.set(request, { resolve: resolve as (result: unknown) => void, reject });
      this.#running().postMessage({ request, body });
    });
  }

  /** Ends the worker; what it had not answered is rejected. */
  stop(): void {
    this.#drop('stopped');
  }

  #running(): WorkerLike {
    if (this.#worker !== undefined) return this.#worker;
    const worker = this.#create();
    worker.onmessage = ({ data }) => this.#take(data);
    worker.onerror = (event) => {
      event.preventDefault();
      this.#crash(event.message || 'the worker could not be started');
    };
    worker.onmessageerror = () => this.#crash('a message could not be read');
    this.#worker = worker;
    return worker;
  }

  #take(message: WorkerMessage): void {
    if (message.type !== 'answer' && message.type !== 'refusal') {
      this.#onMessage(message);
      return;
    }
    const waiting = this.#waiting.get(message.request);
    this.#waiting.delete(message.request);
    if (message.type === 'answer') waiting?.resolve(message.result);
    else waiting?.reject(new Refusal(message.message));
  }

  #crash(message: string): void {
    this.#drop(message);
    this.#onCrash(message);
  }

  #drop(message: string): void {
    if (this.#worker !== undefined) {
      this.#worker.onmessage = null;
      this.#worker.onerror = null;
      this.#worker.onmessageerror = null;
      this.#worker.terminate();
      this.#worker = undefined;
    }
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new WorkerCrash(message));
  }
}
