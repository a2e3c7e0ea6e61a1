import type { RequestMessage, WorkerMessage } from './protocol.ts';
import { Runner } from './runner.ts';

/** The part of a worker's global scope that is used here. */
interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const post = (message: WorkerMessage): void => scope.postMessage(message);
const runner = new Runner(post);

/** A message to itself ends a slice: requests of the page that have come meanwhile are served first. */
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => {
  if (runner.pump()) port2.postMessage(undefined);
};

scope.addEventListener('message', ({ data }) => {
  const { request, body } = data as RequestMessage;
  const answer = (result: unknown): void => post({ type: 'answer', request, result });
  const refuse = (error: unknown): void =>
    post({
      type: 'refusal',
      request,
      message: error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error),
    });
  try {
    const result = runner.handle(body);
    if (result instanceof Promise) void result.then(answer, refuse);
    else answer(result);
  } catch (error) {
    refuse(error);
  }
  port2.postMessage(undefined);
});
