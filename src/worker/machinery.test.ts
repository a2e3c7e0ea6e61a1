import { expect, it } from 'vitest';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import type { Json, Machinery, OperationOutcome } from './protocol.ts';
import { Runner } from './runner.ts';

it('tells what runs and what fails, at any step', () => {
  const runner = new Runner(() => undefined);
  const pump = (): void => {
    let more = true;
    while (more) more = runner.pump();
  };
  runner.handle({ type: 'start', source: { cluster: DEFAULT_CLUSTER, operations: [] } });
  const inject = (fault: Json): number => {
    const outcome = runner.handle({
      type: 'operate',
      afterStep: Number.POSITIVE_INFINITY,
      operation: { type: 'fault', fault },
    }) as OperationOutcome;
    expect(outcome.err).toBeUndefined();
    pump();
    return outcome.step;
  };
  const at = (step: number): Machinery => runner.handle({ type: 'machinery', step }) as Machinery;
  const running = (step: number, id: string): boolean | undefined =>
    at(step).processes.find((process) => process.id === id)?.isRunning;

  const failing = { driver: 'disk.csi.example.com', method: 'CreateVolume', code: 'INTERNAL', message: 'no', times: 2 };
  const call = inject(failing);
  const down = inject({ node: 'node-1', is: 'down' });
  const stopped = inject({ component: 'csi-attacher', driver: 'disk.csi.example.com', is: 'stopped' });
  const unregistered = inject({ driver: 'disk.csi.example.com', node: 'node-2', is: 'unregistered' });
  const cleared = inject({ clear: true, ...failing });

  expect(at(call).calls).toEqual([failing]);
  expect(at(call).machines).toEqual([]);
  expect(at(down).machines).toEqual([{ node: 'node-1', power: 'off', network: 'up' }]);
  expect(running(call, 'kubelet/node-1')).toBe(true);
  expect(running(down, 'kubelet/node-1')).toBe(false);
  expect(running(down, 'csi-attacher/disk.csi.example.com')).toBe(true);
  expect(running(stopped, 'csi-attacher/disk.csi.example.com')).toBe(false);
  expect(at(unregistered).unregistered).toEqual([{ driver: 'disk.csi.example.com', node: 'node-2' }]);
  expect(at(cleared).calls).toEqual([]);
  expect(at(0).processes.length).toBeGreaterThan(10);
});
