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
  expect(toJson({ 9: 'a<b', 10: {} })).toBe('{\n    "10": {},\n    "9": "a\\u003cb"\n}\n');
});

describe('long and odd texts in YAML', () => {
  const message = `0/3 nodes are available: ${'pod has unbound immediate PersistentVolumeClaims. '.repeat(2).trim()}`;

  it('are broken at the first space behind column 80', () => {
    expect(toYaml({ status: { message } })).toBe(
      [
        'status:',
        "  message: '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
        "    pod has unbound immediate PersistentVolumeClaims.'",
        '',
      ].join('\n'),
    );
    const words = 'word '.repeat(20).trim();
    expect(toYaml({ a: words })).toBe(`a: ${'word '.repeat(15)}word\n  word word word word\n`);
    expect(toYaml([words])).toBe(`- ${'word '.repeat(15)}word\n  word word word word\n`);
  });

  it.each([
    ['.', '.'],
    ['+', '+'],
    ['=', '='],
    ['<<', '<<'],
    ['-', "'-'"],
    ['08', '"08"'],
    ['0x1F', '"0x1F"'],
    ['1_000', '"1_000"'],
    ['1.2.3', '1.2.3'],
    ['1e3', '"1e3"'],
    ['2026-09-01', '"2026-09-01"'],
    ['2026-13-01', '2026-13-01'],
    ['12:30:45', '"12:30:45"'],
    ['nan', 'nan'],
    ['.nan', '".nan"'],
    ['\u0007', '"\\a"'],
    ['\u{1f600}', '"\\U0001F600"'],
    ['é', 'é'],
    ['a\nb ', '"a\\nb "'],
  ])('%j is written %s', (value, text) => {
    expect(toYaml({ a: value })).toBe(`a: ${text}\n`);
  });

  it('have their keys by nature: numbers by value, letters last', () => {
    const keys = ['a10', 'a9', 'DBX', 'DB_HOST', 'B', 'a', '10', '9'];
    const written = toYaml(Object.fromEntries(keys.map((key) => [key, 1])));
    expect(
      written
        .replaceAll(/["\n]|: 1/g, ' ')
        .trim()
        .split(/ +/),
    ).toEqual(['9', '10', 'B', 'DB_HOST', 'DBX', 'a', 'a9', 'a10']);
  });
});

it('leaves out the managed fields of an object and of the objects of a list, and nothing else of that name', () => {
  const object = { metadata: { name: 'a', managedFields: [1] }, data: { managedFields: 'kept' } };
  const bare = { metadata: { name: 'a' }, data: { managedFields: 'kept' } };
  expect(withoutManagedFields(object)).toEqual(bare);
  expect(withoutManagedFields({ kind: 'List', items: [object, bare] })).toEqual({ kind: 'List', items: [bare, bare] });
});
