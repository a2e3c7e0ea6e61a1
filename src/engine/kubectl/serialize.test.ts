import { describe, expect, it } from 'vitest';
import { readManifests } from '../api/yaml.ts';
import { toJson, toYaml, withoutManagedFields } from './serialize.ts';

describe('an object as YAML', () => {
  it('has sorted keys and list items under their key', () => {
    const object = {
      kind: 'Pod',
      apiVersion: 'v1',
      spec: { containers: [{ name: 'c', args: [] }], volumes: [{ name: 'v', emptyDir: {} }] },
      metadata: { name: 'p', annotations: undefined },
    };
    expect(toYaml(object)).toBe(
      [
        'apiVersion: v1',
        'kind: Pod',
        'metadata:',
        '  name: p',
        'spec:',
        '  containers:',
        '  - args: []',
        '    name: c',
        '  volumes:',
        '  - emptyDir: {}',
        '    name: v',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['true', '"true"'],
    ['1', '"1"'],
    ['0644', '"0644"'],
    ['2026-09-01T08:00:00Z', '"2026-09-01T08:00:00Z"'],
    ['', '""'],
    ['no', '"no"'],
    ['1Gi', '1Gi'],
    ['a: b', "'a: b'"],
    ['#x', "'#x'"],
    ["it's", "it's"],
    ['a/b', 'a/b'],
  ])('writes the text %s as %s', (text, written) => {
    expect(toYaml({ a: text })).toBe(`a: ${written}\n`);
  });

  it('writes several lines as a literal block', () => {
    expect(toYaml({ a: { b: 'x\ny\n', c: 'x\ny' } })).toBe('a:\n  b: |\n    x\n    y\n  c: |-\n    x\n    y\n');
  });

  it('is read back as it was', () => {
    const object = {
      apiVersion: 'v1',
      kind: 'X',
      data: {
        a: 'y\n  z\n\n',
        b: ' lead',
        c: 'on',
        d: '1e3',
        e: '- x',
        f: 'x #y',
        g: 'tab\there',
        h: "'q'",
        i: '1_000',
        j: '12:30:45',
        k: '~',
      },
    };
    expect(readManifests(toYaml(object)).documents[0]?.value).toEqual(object);
  });
});

it('writes an object as JSON with four spaces and sorted keys', () => {
  expect(toJson({ b: [1], a: null })).toBe('{\n    "a": null,\n    "b": [\n        1\n    ]\n}\n');
});

it('leaves out the managed fields of an object and of the objects of a list, and nothing else of that name', () => {
  const object = { metadata: { name: 'a', managedFields: [1] }, data: { managedFields: 'kept' } };
  const bare = { metadata: { name: 'a' }, data: { managedFields: 'kept' } };
  expect(withoutManagedFields(object)).toEqual(bare);
  expect(withoutManagedFields({ kind: 'List', items: [object, bare] })).toEqual({ kind: 'List', items: [bare, bare] });
});
