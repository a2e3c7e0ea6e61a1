import type { OperationOutcome, RecordedObject } from '../../worker/protocol.ts';
import { pause, player, seek } from '../store/player.ts';
import { run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { goDuration } from './duration.ts';

/** An Event as the headless runner reports it. */
export interface ReportedEvent {
  readonly type: string;
  readonly reason: string;
  readonly on: string;
  readonly message: string;
  readonly count: number;
  readonly at: string;
  readonly source: string;
}

/** The run as it stands at the playhead. */
export interface PlaygroundState {
  readonly step: number;
  /** Steps of the whole recording. */
  readonly steps: number;
  readonly now: string;
  /** The playhead is at the end of a run in which nothing is left to do. */
  readonly settled: boolean;
  /** Every API object, in order of creation. */
  readonly objects: readonly RecordedObject[];
  readonly events: readonly ReportedEvent[];
}

/**
 * What an embedding page can do; `window.playground`, and by `postMessage`.
 *
 * `apply` and `run` are operations at the playhead: later steps are dropped, they resolve when the run has settled or
 * reached its horizon, and the playhead stays at the operation's own step. A command that only reads is answered as of the
 * playhead and changes nothing. A text that is refused as a whole changes nothing; its outcome says why.
 */
export interface Playground {
  apply(yaml: string): Promise<OperationOutcome>;
  run(command: string): Promise<OperationOutcome>;
  seek(step: number): Promise<PlaygroundState>;
  step(n?: number): Promise<PlaygroundState>;
  state(): Promise<PlaygroundState>;
  /** Takes back everything but the cluster. */
  reset(): Promise<PlaygroundState>;
  /** Hash of the whole log of the engine. */
  hash(): Promise<string>;
}

declare global {
  interface Window {
    playground: Playground;
  }
}

export function createPlayground(session: Session): Playground {
  const goTo = async (step: number): Promise<PlaygroundState> => {
    await session.ready;
    pause();
    seek(Math.max(0, Math.min(Math.round(step), run.getState().replica.steps)));
    return stateNow();
  };
  return {
    apply: (yaml) => session.operate({ type: 'apply', text: String(yaml) }),
    run: (command) => session.operate({ type: 'run', command: String(command) }),
    seek: (step) => goTo(Number(step)),
    step: (n = 1) => goTo(player.getState().step + Number(n)),
    state: async () => {
      await session.ready;
      return stateNow();
    },
    reset: async () => {
      await session.reset();
      await session.whenAtRest();
      return stateNow();
    },
    hash: async () => {
      await session.ready;
      await session.whenAtRest();
      return session.hash();
    },
  };
}

function stateNow(): PlaygroundState {
  const { replica, phase, end } = run.getState();
  const { step } = player.getState();
  const isAtEnd = step === replica.steps;
  const all = replica.objectsAt(step);
  return {
    step,
    steps: replica.steps,
    now: goDuration(isAtEnd ? Math.max(end, replica.timeAt(step)) : replica.timeAt(step)),
    settled: isAtEnd && phase === 'settled',
    objects: all.filter(({ apiVersion }) => apiVersion !== 'playground/v1'),
    events: replica
      .union()
      .filter(({ kind, firstStep }) => kind === 'Event' && firstStep <= step)
      .flatMap(({ id, firstStep }) => {
        const event = replica.objectAt(id, step);
        return event === undefined ? [] : [reported(event, replica.timeAt(firstStep))];
      }),
  };
}

interface EventFields {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number };
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

function reported(event: RecordedObject, at: number): ReportedEvent {
  const { type, reason, message, note, count, series, source, reportingComponent, involvedObject } =
    event as EventFields;
  return {
    type: type ?? '',
    reason: reason ?? '',
    on: [involvedObject?.kind, involvedObject?.namespace, involvedObject?.name].filter(Boolean).join('/'),
    message: message ?? note ?? '',
    count: series?.count ?? count ?? 1,
    at: goDuration(at),
    source: source?.component ?? reportingComponent ?? '',
  };
}

const CALLS = ['apply', 'run', 'seek', 'step', 'state', 'reset'] as const;

/** `{playground: 'apply', args: [...], id}`; answered with `{playground: 'answer', id, result}` or `{…, error}`. */
interface Call {
  readonly playground: (typeof CALLS)[number];
  readonly args?: readonly unknown[];
  readonly id?: unknown;
}

function isCall(data: unknown): data is Call {
  if (data === null || typeof data !== 'object' || !('playground' in data)) return false;
  return CALLS.some((name) => name === data.playground);
}

/**
 * Lets a page that embeds this one use `window.playground` by messages. Heard are windows of this page's own origin and
 * of those that the address names by `origin` parameters.
 *
 * @returns ends it
 */
export function listenToEmbedder(playground: Playground, search: string): () => void {
  const origins = new Set([window.location.origin, ...new URLSearchParams(search).getAll('origin')]);
  const onMessage = async ({ data, origin, source }: MessageEvent<unknown>): Promise<void> => {
    if (!origins.has(origin) || source === null || !isCall(data)) return;
    const answer = (result: object): void =>
      source.postMessage({ playground: 'answer', id: data.id, ...result }, { targetOrigin: origin });
    const call = playground[data.playground] as (...args: readonly unknown[]) => Promise<unknown>;
    try {
      answer({ result: await call(...(data.args ?? [])) });
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) });
    }
  };
  const listener = (event: MessageEvent<unknown>): void => void onMessage(event);
  window.addEventListener('message', listener);
  return () => window.removeEventListener('message', listener);
}
