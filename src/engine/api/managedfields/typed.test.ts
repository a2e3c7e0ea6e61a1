import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepEqual } from '../diff.ts';
import { isEmptySet, isSameSet, pathsOf, printPath, union } from './fieldset.ts';
import { shapeOfKind } from './shape.ts';
import { compare, merge, removeItems, toFieldSet } from './typed.ts';
import { typeErrors } from './validate.ts';

const POD = shapeOfKind('v1', 'Pod');
const CLAIM = shapeOfKind('v1', 'PersistentVolumeClaim');
const VOLUME = shapeOfKind('v1', 'PersistentVolume');

const pod = (...containers: readonly string[]): object => ({
  spec: { containers: containers.map((name) => ({ name, image: name })) },
});
const names = (value: unknown): readonly string[] =>
  (value as { spec: { containers: { name: string }[] } }).spec.containers.map(({ name }) => name);
const texts = (value: unknown, shape = POD): readonly string[] => pathsOf(toFieldSet(value, shape)).map(printPath);

describe('merging a configuration', () => {
  it.each([
    [
      ['a', 'b', 'c'],
      ['c', 'a'],
      ['b', 'c', 'a'],
    ],
    [['a', 'b'], ['c'], ['a', 'b', 'c']],
    [
      ['a', 'b'],
      ['c', 'a'],
      ['c', 'a', 'b'],
    ],
    [
      ['a', 'x', 'b'],
      ['a', 'n', 'b'],
      ['a', 'x', 'n', 'b'],
    ],
    [[], ['b', 'a'], ['b', 'a']],
  ])('brings the elements %j into the order of %j', (live, config, merged) => {
    expect(names(merge(pod(...live), pod(...config), POD))).toEqual(merged);
  });

  it('merges elements by their keys, and replaces lists and structs that are atomic', () => {
    const live = {
      spec: {
        containers: [{ name: 'a', image: 'old', args: ['1', '2'], ports: [{ containerPort: 80, protocol: 'TCP' }] }],
        nodeSelector: { zone: 'a', disk: 'ssd' },
      },
    };
    const config = {
      spec: { containers: [{ name: 'a', args: ['3'], ports: [{ containerPort: 80, name: 'web' }] }], nodeSelector: {} },
    };
    expect(merge(live, config, POD)).toEqual({
      spec: {
        containers: [
          { name: 'a', image: 'old', args: ['3'], ports: [{ containerPort: 80, protocol: 'TCP', name: 'web' }] },
        ],
        nodeSelector: {},
      },
    });
  });
});

describe('the fields of an object', () => {
  it('are its leaves, the elements of its lists and the entries of its maps', () => {
    const claim = {
      metadata: { name: 'data', labels: { tier: 'gold' }, finalizers: ['x/y'] },
      spec: {
        accessModes: ['ReadWriteOnce'],
        resources: { requests: { storage: '1Gi' } },
        selector: { matchLabels: {} },
      },
    };
    expect(texts(claim, CLAIM)).toEqual([
      '.metadata.name',
      '.metadata.finalizers[="x/y"]',
      '.metadata.labels.tier',
      '.spec.accessModes',
      '.spec.selector',
      '.spec.resources.requests.storage',
    ]);
    expect(texts({ spec: { claimRef: { name: 'a' }, csi: { nodeStageSecretRef: { name: 's' } } } }, VOLUME)).toEqual([
      '.spec.claimRef.name',
      '.spec.csi.nodeStageSecretRef',
    ]);
  });

  it('of a kind without a schema are the leaves of its maps; lists are whole', () => {
    const custom = shapeOfKind('example.com/v1', 'Widget');
    expect(texts({ metadata: { finalizers: ['a'] }, spec: { parts: [{ name: 'a' }], size: 1 } }, custom)).toEqual([
      '.spec',
      '.metadata.finalizers[="a"]',
      '.spec.parts',
      '.spec.size',
    ]);
  });
});

const value = fc.record(
  {
    metadata: fc.record(
      {
        labels: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'), { maxKeys: 3 }),
        finalizers: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
      },
      { requiredKeys: [] },
    ),
    spec: fc.record(
      {
        containers: fc.uniqueArray(
          fc.record(
            { name: fc.constantFrom('a', 'b', 'c'), image: fc.constantFrom('i', 'j') },
            { requiredKeys: ['name'] },
          ),
          { selector: ({ name }) => name },
        ),
        nodeSelector: fc.dictionary(fc.constantFrom('k', 'l'), fc.constantFrom('1', '2')),
        dnsPolicy: fc.constantFrom('Default', 'ClusterFirst'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);

describe('any two objects', () => {
  it('differ in nothing where they are equal, and the other way round in what was added', () => {
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [there, back] = [compare(a, b, POD), compare(b, a, POD)];
        expect(isSameSet(there.added, back.removed)).toBe(true);
        expect(isSameSet(there.modified, back.modified)).toBe(true);
        const nothing = isEmptySet(union(union(there.added, there.removed), there.modified));
        if (deepEqual(a, b)) expect(nothing).toBe(true);
      }),
    );
  });

  it('are merged once and for all: what is there already changes nothing', () => {
    fc.assert(
      fc.property(value, value, (live, config) => {
        const merged = merge(live, config, POD);
        expect(merge(merged, config, POD)).toEqual(merged);
        const { modified, removed } = compare(config, merged, POD);
        expect(pathsOf(union(modified, removed))).toEqual([]);
      }),
    );
  });

  it('lose the fields that are removed, and no others', () => {
    fc.assert(
      fc.property(value, (object) => {
        const all = toFieldSet(object, POD);
        const left = removeItems(object, all, POD);
        const kept = pathsOf(toFieldSet(left, POD)).map(printPath);
        expect(kept.filter((path) => /labels\.|containers\[|finalizers\[/.test(path))).toEqual([]);
      }),
    );
  });
});

describe('a configuration that does not fit its type', () => {
  it.each([
    [
      { spec: { containers: [{ name: 'a', imag: 'x' }] } },
      '.spec.containers[name="a"].imag: field not declared in schema',
    ],
    [
      { spec: { containers: [{ image: 'x' }] } },
      '.spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
    ],
    [pod('a', 'a'), '.spec.containers: duplicate entries for key [name="a"]'],
    [
      { spec: { terminationGracePeriodSeconds: 'x' } },
      '.spec.terminationGracePeriodSeconds: expected numeric (int or float), got string',
    ],
    [{ spec: { hostNetwork: 'yes' } }, '.spec.hostNetwork: expected boolean, got &{yes}'],
    [{ spec: [] }, '.spec: expected map, got &{[]}'],
    [
      { metadata: { x: 1 }, spec: { y: 2 } },
      'errors:\n  .metadata.x: field not declared in schema\n  .spec.y: field not declared in schema',
    ],
  ])('%j is told', (config, text) => {
    expect(typeErrors(config, POD)).toBe(text);
  });
});
