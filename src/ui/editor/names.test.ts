import { describe, expect, it } from 'vitest';
import type { RecordedObject, StepMessage } from '../../worker/protocol.ts';
import { type Moment, momentAt } from '../model/moment.ts';
import { Replica } from '../model/replica.ts';
import { structureOf } from '../model/structure.ts';
import { namesAt } from './names.ts';

const OBJECTS = [
  ['StorageClass', '', 'standard'],
  ['StorageClass', '', 'fast'],
  ['Node', '', 'node-1'],
  ['PersistentVolumeClaim', 'default', 'data'],
  ['PersistentVolumeClaim', 'shop', 'orders'],
] as const;

function moment(step: number): Moment {
  const writes = OBJECTS.map(([kind, namespace, name]) => {
    const value: RecordedObject = { apiVersion: 'v1', kind, metadata: { name, ...(namespace && { namespace }) } };
    return { id: `${kind}/${namespace}/${name}`, verb: 'create' as const, value, changed: [] };
  });
  const message: StepMessage = {
    step: 1,
    at: 0,
    process: 'p',
    label: '',
    began: [],
    ended: [],
    decisions: [],
    writes,
  };
  const replica = new Replica();
  replica.append([message]);
  return momentAt(replica, structureOf(replica), step);
}

const namesOf = (before: string, namespace = 'default', texts: readonly string[] = [], step = 1): readonly string[] =>
  namesAt(before, namespace, moment(step), texts).map(({ name }) => name);

describe('names that a field may take', () => {
  it.each([
    ['storageClassName: ', ['fast', 'standard']],
    ['  storageClassName: "', ['fast', 'standard']],
    ['spec: {nodeName: ', ['node-1']],
    ['      claimName: da', ['data']],
    ['  storageClassName:', []],
    ['  constructor: ', []],
    ['  storage: ', []],
  ])('%j', (before, names) => {
    expect(namesOf(before)).toEqual(names);
  });

  it('are those of the same namespace, where objects have one', () => {
    expect(namesOf('claimName: ', 'shop')).toEqual(['orders']);
    expect(namesOf('storageClassName: ', 'shop')).toEqual(['fast', 'standard']);
  });

  it('are what is there at the playhead, and what the texts describe', () => {
    const text =
      'kind: PersistentVolumeClaim\nmetadata: {name: cache}\n---\nkind: PersistentVolumeClaim\nmetadata: {name: far, namespace: shop}';
    expect(namesOf('claimName: ', 'default', [text], 0)).toEqual(['cache']);
    expect(namesOf('claimName: ', 'default', [text])).toEqual(['cache', 'data']);
  });

  it('replace what has been written of them', () => {
    expect(namesAt('claimName: da', 'default', moment(1), [])).toEqual([
      { name: 'data', kind: 'PersistentVolumeClaim', column: 12 },
    ]);
  });
});
