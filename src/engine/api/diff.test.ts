import { expect, it } from 'vitest';
import { changedPaths, deepEqual } from './diff.ts';

it('names the deepest paths that differ, and a list as a whole', () => {
  const shared = { deep: { a: 1 } };
  const before = {
    metadata: { name: 'a', resourceVersion: '1', managedFields: [1], annotations: { 'x/y': '1' } },
    spec: { a: 1, list: [1, 2], shared, gone: { x: 1 } },
    status: { phase: 'Pending' },
  };
  const after = {
    metadata: {
      name: 'a',
      resourceVersion: '2',
      annotations: { 'x/y': '1', 'pv.kubernetes.io/bind-completed': 'yes' },
    },
    spec: { a: 2, list: [1, 3], shared, claimRef: { name: 'c' } },
    status: { phase: 'Bound' },
  };
  expect(changedPaths(before, after)).toEqual([
    'metadata.annotations.pv.kubernetes.io/bind-completed',
    'spec.a',
    'spec.claimRef',
    'spec.gone',
    'spec.list',
    'status.phase',
  ]);
  expect(changedPaths(before, before)).toEqual([]);
  expect(changedPaths(undefined, { kind: 'X', spec: {} })).toEqual(['kind', 'spec']);
});

it('compares by value: the order of keys and absent members do not count', () => {
  expect(deepEqual({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toBe(true);
  expect(deepEqual({ a: 1, b: undefined }, { a: 1 })).toBe(true);
  expect(deepEqual({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(deepEqual({ a: 1, b: undefined }, { a: 1, c: 2 })).toBe(false);
  expect(deepEqual([1], { 0: 1 })).toBe(false);
  expect(deepEqual({}, [])).toBe(false);
});
