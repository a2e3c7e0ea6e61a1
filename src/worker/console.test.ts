import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import type { Completion, OperationOutcome, Reading, RunSource, StepMessage, WorkerMessage } from './protocol.ts';
import { Runner } from './runner.ts';

const POD = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: nginx}]
`;

class Page {
  readonly messages: WorkerMessage[] = [];
  readonly runner = new Runner((message) => this.messages.push(structuredClone(message)));

  constructor(source: RunSource = { cluster: DEFAULT_CLUSTER, operations: [] }) {
    this.runner.handle({ type: 'start', source });
    this.finish();
  }

  finish(): void {
    let more = true;
    while (more) more = this.runner.pump();
  }

  run(command: string, afterStep = Number.POSITIVE_INFINITY): OperationOutcome {
    const operation = { type: 'run', command } as const;
    const outcome = this.runner.handle({ type: 'operate', afterStep, operation }) as OperationOutcome;
    this.finish();
    return outcome;
  }

  read(command: string, step: number): Reading | null {
    return this.runner.handle({ type: 'read', step, command }) as Reading | null;
  }

  get hash(): unknown {
    return this.runner.handle({ type: 'hash' });
  }

  get source(): RunSource {
    const source = this.messages.filter((message) => message.type === 'run').at(-1)?.source;
    if (!source) throw new Error('no run was announced');
    return source;
  }

  get steps(): readonly StepMessage[] {
    const kept: StepMessage[] = [];
    for (const message of this.messages) {
      if (message.type === 'run') kept.length = Math.min(kept.length, message.keptSteps + 1);
      if (message.type === 'steps') kept.push(...message.steps);
    }
    return kept;
  }
}

const apply = `kubectl apply -f - <<'EOF'\n${POD}EOF`;

describe('the console of the page', () => {
  it('reads the past without changing the run', () => {
    const page = new Page();
    const { step } = page.run(apply);
    const { hash } = page;
    expect(page.read('kubectl get pods', step - 1)?.err).toBe('No resources found in default namespace.\n');
    expect(page.read('kubectl get pods', step)?.out).toMatch(/web +0\/1 +Pending +0 +0s\n$/);
    expect(page.read('kubectl get pods', page.steps.length)?.out).toMatch(/web +1\/1 +Running +0 +\d+s\n$/);
    expect(page.read('kubectl get pods | grep -c web', step)?.out).toBe('1\n');
    expect(page.hash).toBe(hash);
  });

  it('leaves to an operation what changes something, which begins a fork in the past', () => {
    const page = new Page();
    const { step } = page.run(apply);
    expect(page.read('kubectl delete pod web', step)).toBeNull();
    const outcome = page.run('kubectl label pod web tier=gold', step);
    expect(outcome).toMatchObject({ out: 'pod/web labeled\n', exit: 0, step: step + 1 });
    expect(page.steps[step + 1]).toMatchObject({ process: 'user', label: 'kubectl label pod web tier=gold' });
  });

  it('does a command that waited again to the same log, also one that a fork has cut', () => {
    const page = new Page();
    page.run(apply);
    const { step } = page.run('kubectl delete pod web; kubectl create cm after');
    expect(new Page(page.source).hash).toBe(page.hash);
    page.run('kubectl create cm fork', step + 2);
    expect(page.read('kubectl get cm after', page.steps.length)?.exit).toBe(1);
    expect(new Page(page.source).hash).toBe(page.hash);
  });

  it('names the object that an edit is about', () => {
    const page = new Page();
    expect(page.read('kubectl edit node node-1', 0)?.selects).toBe('Node//node-1');
  });

  it('completes from what is there at the playhead', () => {
    const page = new Page();
    const { step } = page.run(apply);
    const line = 'kubectl get pods w';
    const at = (moment: number): Completion =>
      page.runner.handle({ type: 'complete', step: moment, line, cursor: line.length }) as Completion;
    expect(at(step)).toEqual({ start: line.length - 1, candidates: ['web '] });
    expect(at(step - 1).candidates).toEqual([]);
  });
});
