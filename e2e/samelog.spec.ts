import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from '@playwright/test';
import { build } from 'esbuild';
import type { OperationOutcome, Request, RunSource, WorkerMessage } from '../src/worker/protocol.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

const MANIFESTS = `apiVersion: v1
kind: PersistentVolume
metadata: {name: task-pv-volume}
spec:
  storageClassName: manual
  capacity: {storage: 10Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: /mnt/data}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: task-pv-claim}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 3Gi}}
---
apiVersion: v1
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
  containers:
  - {name: web, image: nginx, volumeMounts: [{name: a, mountPath: /a}, {name: b, mountPath: /b}]}
  volumes:
  - {name: a, persistentVolumeClaim: {claimName: task-pv-claim}}
  - {name: b, persistentVolumeClaim: {claimName: data}}
`;

interface NodeRunner {
  handle(request: Request): unknown;
  pump(): boolean;
}

/** The hash of the log of the same run in this very process. */
async function hashInNode(): Promise<string> {
  const outfile = path.join(root, 'node_modules/.cache/playground/runner.mjs');
  await build({
    entryPoints: [path.join(root, 'src/worker/runner.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  const { Runner } = (await import(pathToFileURL(outfile).href)) as {
    Runner: new (post: (message: WorkerMessage) => void) => NodeRunner;
  };
  const runner = new Runner(() => undefined);
  const source: RunSource = { cluster: runner.handle({ type: 'defaultCluster' }) as string, operations: [] };
  const operate = (afterStep: number): void => {
    const outcome = runner.handle({
      type: 'operate',
      afterStep,
      operation: { type: 'apply', text: MANIFESTS },
    }) as OperationOutcome;
    expect(outcome.accepted).toBe(true);
    let more = true;
    while (more) more = runner.pump();
  };
  runner.handle({ type: 'start', source });
  operate(0);
  return runner.handle({ type: 'hash' }) as string;
}

test("the worker's run and Node's give the same log, byte for byte", async ({ page }) => {
  await page.goto('/');
  await page.waitForFunction(() => window.playground !== undefined);
  await page.evaluate(() => window.playground.reset());
  const outcome = await page.evaluate((text) => window.playground.apply(text), MANIFESTS);
  expect(outcome.accepted).toBe(true);
  const hash = await page.evaluate(() => window.playground.hash());
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(hash).toBe(await hashInNode());
});
