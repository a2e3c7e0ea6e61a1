import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import type { ManifestSchema, OperationOutcome, StepMessage, WorkerMessage } from './protocol.ts';
import { Runner } from './runner.ts';

const CLAIM_AND_POD = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  automountServiceAccountToken: false
  containers:
  - {name: web, image: nginx, volumeMounts: [{name: data, mountPath: /data}]}
  volumes:
  - {name: data, persistentVolumeClaim: {claimName: data}}
`;

const OTHERS = CLAIM_AND_POD.replaceAll(/\b(data|web)\b/g, 'other-$1');

function start(): { readonly runner: Runner; readonly messages: WorkerMessage[]; readonly steps: () => StepMessage[] } {
  const messages: WorkerMessage[] = [];
  const runner = new Runner((message) => messages.push(structuredClone(message)));
  runner.handle({ type: 'start', source: { cluster: DEFAULT_CLUSTER, operations: [] } });
  finish(runner);
  const steps = (): StepMessage[] => {
    const kept: StepMessage[] = [];
    for (const message of messages) {
      if (message.type === 'run') kept.length = Math.min(kept.length, message.keptSteps + 1);
      if (message.type === 'steps') kept.push(...message.steps);
    }
    return kept;
  };
  return { runner, messages, steps };
}

function finish(runner: Runner): void {
  let more = true;
  while (more) more = runner.pump();
}

const apply = (runner: Runner, text: string, afterStep = Number.POSITIVE_INFINITY): OperationOutcome => {
  const outcome = runner.handle({ type: 'operate', afterStep, operation: { type: 'apply', text } }) as OperationOutcome;
  finish(runner);
  return outcome;
};

describe('Runner', () => {
  it('says of a text what the API server would refuse, in its words and once, and on what nothing acts', () => {
    const { runner } = start();
    const text = CLAIM_AND_POD.replace('ReadWriteOnce', 'ReadWriteEver').replace(
      'spec:\n  auto',
      'spec:\n  hostPID: true\n  auto',
    );
    const check = { type: 'check', text, kind: 'manifests', cluster: DEFAULT_CLUSTER } as const;
    const refusal =
      'spec.accessModes: Unsupported value: "ReadWriteEver": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"';
    expect(runner.handle(check)).toMatchObject([
      { severity: 'error', line: 5, message: refusal },
      { severity: 'info', line: 12, path: 'spec.hostPID', remedy: { key: 'unsimulated.isolation' } },
    ]);
    expect(apply(runner, text).diagnostics).toMatchObject([{ severity: 'error', line: 5, message: refusal }]);
  });

  it('has a schema of every kind for the editor', () => {
    const { kinds, definitions } = start().runner.handle({ type: 'schema' }) as ManifestSchema;
    expect(kinds).toEqual(expect.arrayContaining(['v1.PersistentVolumeClaim', 'playground.v1.Cluster']));
    expect(kinds.filter((kind) => definitions[kind] === undefined)).toEqual([]);
  });

  it("begins with the cluster's objects as step 0", () => {
    const { steps } = start();
    const [first] = steps();
    expect(first?.step).toBe(0);
    expect(first?.writes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['Node//node-1', 'StorageClass//standard']),
    );
  });

  it('numbers the steps from 1 without gaps', () => {
    const { runner, steps } = start();
    expect(apply(runner, CLAIM_AND_POD)).toMatchObject({ accepted: true, diagnostics: [], step: 1 });
    expect(steps().map(({ step }) => step)).toEqual(steps().map((_, i) => i));
  });

  it('tells how far the kubelet is with a volume of the pod', () => {
    const { runner, steps } = start();
    apply(runner, CLAIM_AND_POD);
    const mounts = steps().flatMap(({ writes }) => writes.filter(({ id }) => id.startsWith('Mount/')));
    expect(mounts[0]).toMatchObject({
      verb: 'create',
      value: { spec: { podName: 'web', volume: 'data', staged: false, published: false } },
    });
    expect(
      mounts.flatMap(({ deltas = [] }) => deltas.map(({ path, value }) => `${path.at(-1)}: ${String(value)}`)),
    ).toEqual(expect.arrayContaining(['staged: true', 'published: true']));
  });

  it('pairs the beginning and the end of each call', () => {
    const { runner, steps } = start();
    apply(runner, CLAIM_AND_POD);
    const began = steps().flatMap(({ began: calls }) => calls.map(({ call, method }) => `${call} ${method}`));
    const ended = steps().flatMap(({ ended: calls }) => calls.map(({ call }) => call));
    expect(began.map((text) => text.split(' ')[1])).toEqual([
      'CreateVolume',
      'ControllerPublishVolume',
      'NodeStageVolume',
      'NodePublishVolume',
    ]);
    expect(ended).toEqual(began.map((text) => Number(text.split(' ')[0])));
  });

  it('refuses a broken text as a whole, with its line, and leaves the run', () => {
    const { runner, steps } = start();
    apply(runner, CLAIM_AND_POD);
    const before = steps().length;
    const outcome = apply(runner, 'apiVersion: v1\nkind: Pod\nmetadata: {name: x\n');
    expect(outcome.accepted).toBe(false);
    expect(outcome.diagnostics[0]).toMatchObject({ severity: 'error', line: expect.any(Number) });
    expect(steps()).toHaveLength(before);
  });

  it("puts the API server's refusal at its field", () => {
    const { runner } = start();
    const outcome = apply(runner, CLAIM_AND_POD.replace('[ReadWriteOnce]', '[ReadWriteTwice]'));
    expect(outcome.diagnostics[0]).toMatchObject({ line: 5, path: 'spec.accessModes' });
  });

  it('offers to add a driver that a class needs', () => {
    const { runner } = start();
    const text =
      'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: gp3}\nprovisioner: ebs.csi.aws.com\n';
    const outcome = apply(runner, text);
    expect(outcome.diagnostics[0]?.addToCluster?.text).toContain('ebs.csi.aws.com');
  });

  it('forks at a step of the past and keeps what came before it', () => {
    const { runner, steps } = start();
    apply(runner, CLAIM_AND_POD);
    const whole = steps();
    const fork = Math.floor(whole.length / 2);
    apply(runner, OTHERS, fork);
    expect(steps().slice(0, fork + 1)).toEqual(whole.slice(0, fork + 1));
    expect(steps()[fork + 1]).toMatchObject({ process: 'user', operation: 1 });
  });

  it('does the recorded operations of a source again to the same log', () => {
    const { runner, messages } = start();
    apply(runner, CLAIM_AND_POD);
    apply(runner, OTHERS, 9);
    const hash = runner.handle({ type: 'hash' });
    const source = messages.filter((message) => message.type === 'run').at(-1)?.source;
    if (!source) throw new Error('no run was announced');
    const again = new Runner(() => undefined);
    again.handle({ type: 'start', source });
    finish(again);
    expect(again.handle({ type: 'hash' })).toBe(hash);
  });

  it.each(Array.from({ length: 12 }, (_, index) => 2 * index + 1))(
    'does a run that was forked at step %i again to the same log',
    (step) => {
      const { runner, messages } = start();
      apply(runner, CLAIM_AND_POD);
      const fault = { driver: 'disk.csi.example.com', method: 'CreateVolume', code: 'INTERNAL', times: 1 };
      runner.handle({ type: 'operate', afterStep: step, operation: { type: 'fault', fault } });
      finish(runner);
      const hash = runner.handle({ type: 'hash' });
      const source = messages.filter((message) => message.type === 'run').at(-1)?.source;
      expect(source?.operations.map(({ operation }) => operation.type)).toEqual(['apply', 'fault']);
      if (source !== undefined) runner.handle({ type: 'start', source });
      finish(runner);
      expect(runner.handle({ type: 'hash' })).toBe(hash);
    },
  );
});
