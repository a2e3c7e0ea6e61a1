import { beforeEach, describe, expect, it } from 'vitest';
import type { OperationOutcome, RequestMessage, RunSource, StepMessage, WorkerMessage } from '../../worker/protocol.ts';
import type { WorkerLike } from '../client/workerClient.ts';
import { Replica } from '../model/replica.ts';
import { notices } from './notices.ts';
import { player, seek } from './player.ts';
import { EMPTY_SOURCE, run } from './run.ts';
import { Session } from './session.ts';
import { texts } from './texts.ts';

const CLUSTER = 'kind: Cluster';
const TEXT = 'kind: Pod\n';

/** An engine whose every operation takes two steps; a text that holds "bad" is refused, one that holds "crash" kills it. */
class FakeEngine implements WorkerLike {
  onmessage: WorkerLike['onmessage'] = null;
  onerror: WorkerLike['onerror'] = null;
  onmessageerror: WorkerLike['onmessageerror'] = null;
  #source: RunSource = EMPTY_SOURCE;
  #steps = 0;
  #run = 0;

  terminate(): void {
    this.onmessage = null;
  }

  postMessage({ request, body }: RequestMessage): void {
    queueMicrotask(() => {
      const answer = (result: unknown): void => this.#say({ type: 'answer', request, result });
      if (body.type === 'check') answer(body.text.includes('bad') ? [problem] : []);
      if (body.type === 'start') {
        this.#source = { ...body.source, operations: [] };
        this.#steps = 0;
        this.#tellRun(0);
        this.#say({ type: 'steps', run: this.#run, steps: [step(0)] });
        let outcome: OperationOutcome | null = null;
        for (const { operation } of body.source.operations) {
          if (operation.type === 'apply' && operation.text.includes('crash')) {
            this.onerror?.({ message: 'boom', preventDefault: () => undefined } as ErrorEvent);
            return;
          }
          outcome = this.#operate(operation);
        }
        this.#settle();
        answer(outcome);
      }
      if (body.type === 'operate') {
        this.#steps = Math.min(this.#steps, body.afterStep);
        this.#tellRun(this.#steps);
        const outcome = this.#operate(body.operation);
        this.#settle();
        answer(outcome);
      }
    });
  }

  #operate(operation: RunSource['operations'][number]['operation']): OperationOutcome {
    const number = this.#source.operations.length;
    this.#source = { ...this.#source, operations: [...this.#source.operations, { operation, engineSteps: 0, at: 0 }] };
    const steps = [step(this.#steps + 1, number), step(this.#steps + 2)];
    this.#steps += 2;
    this.#tellRun(this.#steps - 2);
    this.#say({ type: 'steps', run: this.#run, steps });
    return { operation: number, step: this.#steps - 1, accepted: true, warnings: [], diagnostics: [] };
  }

  #tellRun(keptSteps: number): void {
    this.#run += 1;
    this.#say({ type: 'run', run: this.#run, keptSteps, source: this.#source });
  }

  #settle(): void {
    this.#say({ type: 'state', run: this.#run, state: 'settled', now: 0, startTime: '' });
  }

  #say(data: WorkerMessage): void {
    this.onmessage?.({ data } as MessageEvent<WorkerMessage>);
  }
}

const problem = { severity: 'error', message: 'bad', line: 1, column: 1, endLine: 1, endColumn: 2 } as const;

function step(number: number, operation?: number): StepMessage {
  const base = {
    step: number,
    at: number,
    process: 'user',
    label: '',
    writes: [],
    began: [],
    ended: [],
    decisions: [],
  };
  return operation === undefined ? base : { ...base, operation };
}

const keysOfNotices = (): readonly string[] => notices.getState().list.map(({ key }) => key);

describe('a session', () => {
  let session: Session;

  beforeEach(() => {
    run.setState({
      replica: new Replica(),
      version: 0,
      phase: 'starting',
      run: 0,
      source: EMPTY_SOURCE,
      applied: null,
    });
    texts.setState({ manifests: '', cluster: CLUSTER, checked: {} });
    notices.setState({ list: [] });
    seek(0);
    session = new Session(() => new FakeEngine());
  });

  it('applies the text of the editor and plays from there', async () => {
    await session.start({ cluster: CLUSTER, operations: [] });
    texts.setState({ manifests: TEXT });
    const outcome = await session.applyTexts();
    expect(outcome?.accepted).toBe(true);
    expect(run.getState().source.operations).toEqual([
      { operation: { type: 'apply', text: TEXT }, engineSteps: 0, at: 0 },
    ]);
    expect(run.getState().replica.steps).toBe(2);
    expect(player.getState()).toMatchObject({ step: 0, playing: true });
  });

  it('forks at the playhead and leaves it at the operation', async () => {
    await session.start({ cluster: CLUSTER, operations: [] });
    await session.operate({ type: 'apply', text: TEXT });
    await session.operate({ type: 'run', command: 'one' });
    seek(2);
    const outcome = await session.operate({ type: 'run', command: 'two' });
    expect(outcome.step).toBe(3);
    expect(player.getState()).toMatchObject({ step: 3, playing: false });
    expect(run.getState().replica.steps).toBe(4);
  });

  it('leaves run and playhead alone when there is nothing to apply', async () => {
    await session.start({ cluster: CLUSTER, operations: [] });
    await session.operate({ type: 'apply', text: TEXT });
    seek(1);
    const outcome = await session.operate({ type: 'apply', text: '# nothing\n' });
    expect(outcome).toMatchObject({ accepted: false, step: 1 });
    expect(run.getState().replica.steps).toBe(2);
  });

  it('begins the run anew when the text of the cluster changed, unless that text is wrong', async () => {
    await session.start({ cluster: CLUSTER, operations: [] });
    await session.operate({ type: 'apply', text: TEXT });
    texts.setState({ manifests: TEXT, cluster: 'bad' });
    await session.applyTexts();
    expect(run.getState().source.cluster).toBe(CLUSTER);
    expect(texts.getState().tab).toBe('cluster');
    texts.setState({ cluster: `${CLUSTER} # other` });
    await session.applyTexts();
    expect(run.getState().source).toMatchObject({ cluster: `${CLUSTER} # other`, operations: [{ at: 0 }] });
    expect(keysOfNotices()).toEqual(['shell.clusterChanged']);
  });

  it('takes back everything but the cluster and the text, and undoes that', async () => {
    await session.start({ cluster: CLUSTER, operations: [] });
    texts.setState({ manifests: TEXT });
    await session.operate({ type: 'apply', text: TEXT });
    seek(2);
    await session.reset();
    expect(run.getState()).toMatchObject({ source: { cluster: CLUSTER, operations: [] } });
    expect(run.getState().replica.steps).toBe(0);
    expect(texts.getState().manifests).toBe(TEXT);
    notices.getState().list[0]?.actions?.[0]?.act();
    await expect.poll(() => player.getState().step).toBe(2);
    expect(run.getState().replica.steps).toBe(2);
  });

  it('leaves out the last operation when repeating the run crashes the engine again', async () => {
    const kept = { operation: { type: 'apply', text: TEXT }, engineSteps: 0, at: 0 } as const;
    const deadly = { operation: { type: 'apply', text: 'crash' }, engineSteps: 1, at: 1 } as const;
    await session.start({ cluster: CLUSTER, operations: [kept, deadly] });
    await expect.poll(() => run.getState().source.operations).toEqual([{ ...kept }]);
    await expect.poll(() => run.getState().replica.steps).toBe(2);
    expect(keysOfNotices()).toEqual(['shell.workerRestarted', 'shell.workerGaveUp']);
  });
});
