import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import type { Operation, Request, Trial, WorkerMessage } from './protocol.ts';
import { Runner } from './runner.ts';

const CLAIM = (size: string): string => `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: default}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: ${size}}}
`;
const VOLUME = `apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  storageClassName: manual
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /data}
`;
const replace = (size: string): readonly Operation[] => [
  { type: 'run', command: `kubectl replace --force -f - <<'EOF'\n${CLAIM(size)}EOF` },
];
const UNTIL = { id: 'PersistentVolumeClaim/default/data', phase: 'Bound' };

class Run {
  readonly messages: WorkerMessage[] = [];
  readonly runner = new Runner((message) => this.messages.push(message));

  constructor() {
    this.runner.handle({ type: 'start', source: { cluster: DEFAULT_CLUSTER, operations: [] } });
    this.apply(`${VOLUME}---\n${CLAIM('10Gi')}`);
  }

  pump(): void {
    let more = true;
    while (more) more = this.runner.pump();
  }

  apply(text: string): void {
    this.runner.handle({ type: 'operate', afterStep: Number.POSITIVE_INFINITY, operation: { type: 'apply', text } });
    this.pump();
  }

  whatIf(request: Partial<Extract<Request, { readonly type: 'whatIf' }>>): Promise<readonly Trial[] | null> {
    const step = Number.POSITIVE_INFINITY;
    const answer = this.runner.handle({ type: 'whatIf', step, trials: [], until: UNTIL, ...request });
    return answer as Promise<readonly Trial[] | null>;
  }
}

describe('operations that are only tried', () => {
  it('show which of them bind the claim, each from the same place, and leave the run as it is', async () => {
    const run = new Run();
    const { length } = run.messages;
    const hash = run.runner.handle({ type: 'hash' });
    const trials = [replace('8Gi'), replace('4Gi'), replace('6Gi'), replace('5Gi')];
    const answer = run.whatIf({ trials });
    run.pump();
    const found = await answer;
    expect(found?.map(({ isReached }) => isReached)).toEqual([false, true, false, true]);
    expect(found?.[1]?.object).toMatchObject({ spec: { volumeName: 'disk' } });
    expect(run.messages).toHaveLength(length);
    expect(run.runner.handle({ type: 'hash' })).toBe(hash);
  });

  it('begin at the step that they are asked for', async () => {
    const run = new Run();
    const deleted = run.messages.flatMap((message) => (message.type === 'steps' ? message.steps : [])).length;
    run.runner.handle({
      type: 'operate',
      afterStep: Number.POSITIVE_INFINITY,
      operation: { type: 'delete', id: 'PersistentVolume//disk' },
    });
    run.pump();
    const before = run.whatIf({ step: deleted - 1, trials: [replace('4Gi')] });
    run.pump();
    expect((await before)?.[0]?.isReached).toBe(true);
    const after = run.whatIf({ trials: [replace('4Gi')] });
    run.pump();
    expect((await after)?.[0]?.isReached).toBe(false);
  });

  it('tell what refused them', async () => {
    const run = new Run();
    const trials: readonly (readonly Operation[])[] = [
      [{ type: 'run', command: 'kubectl delete pv nowhere' }],
      replace('4Gi'),
    ];
    const answer = run.whatIf({ trials });
    run.pump();
    const found = await answer;
    expect(found?.[0]).toMatchObject({ isReached: false, refusal: expect.stringContaining('not found') });
    expect(found?.[1]?.isReached).toBe(true);
  });

  it('are dropped when the run goes on in another way', async () => {
    const run = new Run();
    const answer = run.whatIf({ trials: [replace('4Gi')] });
    run.apply(VOLUME.replace('disk', 'other'));
    expect(await answer).toBeNull();
  });
});
