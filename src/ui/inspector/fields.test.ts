import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldPath, originOf, valueAt } from '../model/fields.ts';
import { CLAIM, claim, PV, provisionedStory, Recording } from '../model/fixture.test-data.ts';
import { linePaths } from './linePaths.ts';
import { yamlLines } from './yaml.ts';

describe('the place of a field', () => {
  it.each<[readonly string[], string]>([
    [['spec', 'volumeName'], 'spec.volumeName'],
    [['metadata', 'annotations', 'pv.kubernetes.io/x'], 'metadata.annotations[pv.kubernetes.io/x]'],
    [['status', 'conditions', '[Ready]', 'status'], 'status.conditions[Ready].status'],
  ])('%j is written %s', (path, text) => {
    expect(fieldPath(path)).toBe(text);
  });

  const object = {
    list: [
      { name: 'a', value: 1 },
      { name: 'b', value: 2 },
    ],
    plain: ['x', 'y'],
    map: { key: null },
  };
  it.each<[readonly string[], unknown]>([
    [['list', '[b]', 'value'], 2],
    [['list', '[c]', 'value'], undefined],
    [['plain', '[1]'], 'y'],
    [['map', 'key'], null],
    [['map', 'toString'], undefined],
    [['plain', 'length'], undefined],
  ])('%j holds its value', (path, value) => {
    expect(valueAt(object, path)).toBe(value);
  });
});

describe('the step that made a field what it is', () => {
  const story = provisionedStory().replica();
  it.each<[string, string, readonly string[], number, number | undefined, string | undefined]>([
    ['the one that set it last', CLAIM, ['status', 'phase'], 18, 8, 'persistentvolume-binder-controller'],
    ['the one that created it, before that', CLAIM, ['status', 'phase'], 7, 1, 'user'],
    ['not one that wrote other fields', CLAIM, ['spec', 'storageClassName'], 18, 1, 'user'],
    ['the last of those that a map was written by', CLAIM, ['spec'], 18, 7, 'persistentvolume-binder-controller'],
    ['none for a field that is not there yet', CLAIM, ['spec', 'volumeName'], 6, undefined, undefined],
    ['none before the object', PV, ['status', 'phase'], 4, undefined, undefined],
  ])('is %s', (_, id, path, step, expected, process) => {
    const origin = originOf(story, id, path, step);
    expect(origin?.step).toBe(expected);
    expect(origin?.process).toBe(process);
  });

  it('is the one that took the field away', () => {
    const replica = new Recording()
      .step(0, 'user', { create: [claim('data', { spec: { selector: {} } })] })
      .step(5, 'other', { set: [[CLAIM, 'spec.selector', undefined]] })
      .step(9, 'third', { set: [[CLAIM, 'status.phase', 'Bound']] })
      .replica();
    expect(originOf(replica, CLAIM, ['spec', 'selector'], 3)).toEqual({ step: 2, at: 5, process: 'other' });
  });

  it('is not one that wrote the same value again', () => {
    const replica = new Recording()
      .step(0, 'user', { create: [claim('data')] })
      .step(5, 'other', { set: [[CLAIM, 'spec.accessModes', ['ReadWriteOnce']]] })
      .replica();
    expect(originOf(replica, CLAIM, ['spec', 'accessModes'], 2)?.step).toBe(1);
  });

  it('finds items of a list by their names, wherever they stand', () => {
    const ready = { type: 'Ready', status: 'True' };
    const replica = new Recording()
      .step(0, 'user', { create: [claim('data', { status: { conditions: [ready] } })] })
      .step(5, 'other', { set: [[CLAIM, 'status.conditions', [{ type: 'First', status: 'True' }, ready]]] })
      .replica();
    expect(originOf(replica, CLAIM, ['status', 'conditions', '[Ready]', 'status'], 2)?.step).toBe(1);
    expect(originOf(replica, CLAIM, ['status', 'conditions', '[First]', 'status'], 2)?.step).toBe(2);
  });
});

describe('the field of a line', () => {
  it('is told for maps, lists, texts of several lines and keys in quotes', () => {
    const value = {
      metadata: { annotations: { 'a.b/c': 'one\ntwo\n', 'x: y': 'z', 'f:name': {} } },
      spec: {
        items: [
          { name: 'first', deep: { list: ['p', 'q'] } },
          { name: 'second', nested: [[1, 2], [3]] },
        ],
        empty: [],
      },
    };
    const lines = yamlLines(value);
    expect(linePaths(lines, value).map((path, index) => `${lines[index]}  # ${path.join(' ')}`)).toEqual([
      'metadata:  # metadata',
      '  annotations:  # metadata annotations',
      '    a.b/c: |  # metadata annotations a.b/c',
      '      one  # metadata annotations a.b/c',
      '      two  # metadata annotations a.b/c',
      '    f:name: {}  # metadata annotations f:name',
      "    'x: y': z  # metadata annotations x: y",
      'spec:  # spec',
      '  empty: []  # spec empty',
      '  items:  # spec items',
      '    - deep:  # spec items [first] deep',
      '        list:  # spec items [first] deep list',
      '          - p  # spec items [first] deep list [0]',
      '          - q  # spec items [first] deep list [1]',
      '      name: first  # spec items [first] name',
      '    - name: second  # spec items [second] name',
      '      nested:  # spec items [second] nested',
      '        - - 1  # spec items [second] nested [0] [0]',
      '          - 2  # spec items [second] nested [0] [1]',
      '        - - 3  # spec items [second] nested [1] [0]',
    ]);
  });

  it('leads to a value that the object has, whatever its keys and values', () => {
    const key = fc
      .string({ minLength: 1, maxLength: 8 })
      .filter((text) => text !== '__proto__' && !/^\[.*\]$/.test(text));
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ maxLength: 12 }),
        fc.constantFrom('a: b\nc', '- x\n\n  y\n', '  k: v\n- w', '|', '? x'),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true }), (object) => {
        for (const path of linePaths(yamlLines(object), object)) expect(valueAt(object, path)).not.toBeUndefined();
      }),
    );
  });
});
