import { describe, expect, it } from 'vitest';
import type { RequestMessage, WorkerMessage } from '../../worker/protocol.ts';
import { Refusal, WorkerClient, WorkerCrash, type WorkerLike } from './workerClient.ts';

class FakeWorker implements WorkerLike {
  readonly sent: RequestMessage[] = [];
  isTerminated = false;
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  onmessageerror: WorkerLike['onmessageerror'] = null;

  postMessage(message: RequestMessage): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: WorkerMessage): void {
    this.onmessage?.({ data } as MessageEvent<WorkerMessage>);
  }

  fail(message: string): void {
    this.onerror?.({ message, preventDefault: () => undefined } as ErrorEvent);
  }
}

function setUp() {
  const workers: FakeWorker[] = [];
  const heard: string[] = [];
  const client = new WorkerClient(
    () => {
      const worker = new FakeWorker();
      workers.push(worker);
      return worker;
    },
    { onMessage: (message) => heard.push(message.type), onCrash: (message) => heard.push(`crash: ${message}`) },
  );
  return { client, workers, heard };
}

describe('the client of the worker', () => {
  it('starts the worker with the first request and gives each answer to its own', async () => {
    const { client, workers } = setUp();
    expect(workers).toHaveLength(0);
    const first = client.request({ type: 'hash' });
    const second = client.request({ type: 'defaultCluster' });
    expect(workers).toHaveLength(1);
    workers[0]?.say({ type: 'answer', request: 2, result: 'text' });
    workers[0]?.say({ type: 'answer', request: 1, result: 'abc' });
    await expect(first).resolves.toBe('abc');
    await expect(second).resolves.toBe('text');
  });

  it('hands on what happens in the run', () => {
    const { client, workers, heard } = setUp();
    void client.request({ type: 'hash' });
    workers[0]?.say({ type: 'state', run: 1, state: 'settled', now: 5, startTime: '' });
    expect(heard).toEqual(['state']);
  });

  it('rejects what is refused with the reason', async () => {
    const { client, workers } = setUp();
    const asked = client.request({ type: 'hash' });
    workers[0]?.say({ type: 'refusal', request: 1, message: 'no run has been started' });
    await expect(asked).rejects.toThrow(Refusal);
  });

  it('throws a worker away that fails, rejects what it owes, and starts another for the next request', async () => {
    const { client, workers, heard } = setUp();
    const owed = client.request({ type: 'hash' });
    workers[0]?.fail('out of memory');
    await expect(owed).rejects.toThrow(WorkerCrash);
    expect(workers[0]?.isTerminated).toBe(true);
    expect(heard).toEqual(['crash: out of memory']);
    const next = client.request({ type: 'hash' });
    workers[1]?.say({ type: 'answer', request: 2, result: 'abc' });
    await expect(next).resolves.toBe('abc');
  });
});
