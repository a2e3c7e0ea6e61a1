import { expect, it } from 'vitest';
import type { Operation } from '../../worker/protocol.ts';
import { summaryOf } from './summary.ts';

const manifest = (name: string): string => `apiVersion: v1\nkind: PersistentVolume\nmetadata:\n  name: ${name}\n`;
const apply: Operation = { type: 'apply', text: '' };

it.each<[string, readonly string[], readonly Operation[], string]>([
  ['nothing', [], [], ''],
  ['two objects', ['a', 'b'], [apply], 'PersistentVolume a, PersistentVolume b'],
  ['more objects', ['a', 'b', 'c', 'd'], [apply], 'PersistentVolume a, PersistentVolume b, +2'],
  [
    'a command',
    ['a'],
    [apply, { type: 'run', command: 'kubectl delete pv a\nx' }],
    'PersistentVolume a; kubectl delete pv a',
  ],
  ['a deletion', [], [{ type: 'delete', id: 'PersistentVolume//a' }], 'delete PersistentVolume/a'],
  ['a fault', [], [{ type: 'fault', fault: { node: 'n', is: 'down' } }], 'fault {"node":"n","is":"down"}'],
])('tells %s', (_, names, operations, expected) => {
  const source = { cluster: '', operations: operations.map((operation) => ({ operation, engineSteps: 0, at: 0 })) };
  const manifests = names.map(manifest).join('---\n');
  expect(summaryOf({ manifests, cluster: '', source, step: 0, selected: null })).toBe(expected);
});
