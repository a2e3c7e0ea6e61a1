import { type StartingState, startingState } from './dump.ts';

/** What the worker answers to a text: `state` is missing where the text is no dump. */
export interface DumpAnswer {
  readonly state?: StartingState;
  /** Why the text cannot be read. */
  readonly error?: string;
}

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: DumpAnswer): void;
  addEventListener(type: 'message', listener: (event: { readonly data: string }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.addEventListener('message', ({ data }) => {
  try {
    const state = startingState(data);
    scope.postMessage(state === undefined ? {} : { state });
  } catch (error) {
    scope.postMessage({ error: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) });
  }
});
