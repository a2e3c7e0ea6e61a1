import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  field,
  fromFieldsV1,
  hasPath,
  intersection,
  isEmptySet,
  isSameSet,
  keyed,
  pathsOf,
  printPath,
  setOf,
  toFieldsV1,
  union,
  valued,
  without,
} from './fieldset.ts';

const elements = [field('a'), field('b'), keyed([['name', 'x']]), keyed([['port', 80]]), valued('v'), valued(2)];
const paths = fc.array(fc.array(fc.constantFrom(...elements), { minLength: 1, maxLength: 4 }), { maxLength: 12 });

describe('a set of fields', () => {
  it('is what its fieldsV1 say, and back', () => {
    fc.assert(
      fc.property(paths, (given) => {
        const set = setOf(...given);
        expect(isSameSet(fromFieldsV1(toFieldsV1(set)), set)).toBe(true);
        expect(pathsOf(set).every((path) => hasPath(set, path))).toBe(true);
      }),
    );
  });

  it('is split in two by another, and put together again', () => {
    fc.assert(
      fc.property(paths, paths, (left, right) => {
        const [a, b] = [setOf(...left), setOf(...right)];
        expect(isSameSet(union(intersection(a, b), difference(a, b)), a)).toBe(true);
        expect(isEmptySet(intersection(difference(a, b), b))).toBe(true);
        expect(pathsOf(without(a, b)).every((path) => path.every((_, at) => !hasPath(b, path.slice(0, at + 1))))).toBe(
          true,
        );
      }),
    );
  });

  it('is written as the API server writes it: a field that is owned with some below it has a dot', () => {
    const labels = [field('metadata'), field('labels')];
    const mounts = [field('spec'), field('containers'), keyed([['name', 'c']]), field('volumeMounts')];
    const set = setOf(labels, [...labels, field('tier')], mounts, [...mounts, keyed([['mountPath', '/data']])]);
    expect(toFieldsV1(set)).toEqual({
      'f:metadata': { 'f:labels': { '.': {}, 'f:tier': {} } },
      'f:spec': {
        'f:containers': { 'k:{"name":"c"}': { 'f:volumeMounts': { '.': {}, 'k:{"mountPath":"/data"}': {} } } },
      },
    });
  });

  it('names its paths as conflicts do', () => {
    const ports = [field('spec'), field('ports')];
    const key = keyed([
      ['port', 80],
      ['protocol', 'TCP'],
    ]);
    expect(printPath([...ports, key, field('name')])).toBe('.spec.ports[port=80,protocol="TCP"].name');
    expect(printPath([field('metadata'), field('finalizers'), valued('x/y')])).toBe('.metadata.finalizers[="x/y"]');
  });

  it('takes no harm from what is no fieldsV1', () => {
    expect(isEmptySet(fromFieldsV1({ 'k:{': {}, x: {}, 'f:a': 'text', 'k:[1]': {} }))).toBe(true);
    expect(isEmptySet(fromFieldsV1(undefined))).toBe(true);
  });
});
