import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import type { Diagnostic, RunMessage, RunSource, StepMessage, WorkerMessage } from './protocol.ts';
import { Runner } from './runner.ts';

const VOLUME = (name: string): string => `apiVersion: v1
kind: PersistentVolume
metadata: {name: ${name}}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /data}
`;

const sourceOf = (name: string): RunSource => ({
  cluster: DEFAULT_CLUSTER,
  operations: [{ operation: { type: 'apply', text: VOLUME(name) }, engineSteps: 0, at: 0 }],
});

class Run {
  readonly messages: WorkerMessage[] = [];
  readonly runner = new Runner((message) => this.messages.push(message));

  constructor(name: string) {
    this.runner.handle({ type: 'start', source: sourceOf(name) });
    this.pump();
  }

  pump(): void {
    let more = true;
    while (more) more = this.runner.pump();
  }

  record(recording: number, source: RunSource): Promise<readonly Diagnostic[] | null> {
    return this.runner.handle({ type: 'record', recording, source }) as Promise<readonly Diagnostic[] | null>;
  }

  beside(recording: number): readonly RunMessage[] {
    return this.messages.flatMap((message) =>
      message.type === 'beside' && message.recording === recording ? [message.message] : [],
    );
  }
}

const stepsIn = (messages: readonly WorkerMessage[]): readonly StepMessage[] =>
  messages.flatMap((message) => (message.type === 'steps' ? message.steps : []));

describe('a run beside the one that is shown', () => {
  it('is told of as if it were shown, and leaves that one as it is', async () => {
    const shown = new Run('first');
    const hash = shown.runner.handle({ type: 'hash' });
    const answer = shown.record(1, sourceOf('second'));
    shown.pump();
    expect(await answer).toEqual([]);
    expect(stepsIn(shown.beside(1))).toEqual(stepsIn(new Run('second').messages));
    expect(shown.beside(1).at(-1)).toMatchObject({ type: 'state', state: 'settled' });
    expect(shown.runner.handle({ type: 'hash' })).toBe(hash);
  });

  it('ends where its cluster is refused, with what refused it', async () => {
    const shown = new Run('first');
    const answer = shown.record(1, { cluster: 'kind: Cluster\nspec: [', operations: [] });
    shown.pump();
    expect((await answer)?.map(({ severity }) => severity)).toContain('error');
    expect(stepsIn(shown.beside(1))).toEqual([]);
  });

  it('gives way to the next that is asked for', async () => {
    const shown = new Run('first');
    const dropped = shown.record(1, sourceOf('second'));
    const answer = shown.record(2, sourceOf('third'));
    shown.pump();
    expect(await dropped).toBeNull();
    expect(await answer).toEqual([]);
    expect(shown.beside(2).at(-1)).toMatchObject({ type: 'state', state: 'settled' });
  });
});
