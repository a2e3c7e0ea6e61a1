import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeClusterSpecs } from '../clusterspec.ts';
import { DEFAULT_CLUSTER } from '../defaultcluster.ts';
import { readText } from '../manifests.ts';
import { Session } from '../session.ts';
import { ADMISSION } from './admission/index.ts';
import { CUSTOM_KINDS } from './custom/index.ts';
import type { Schema } from './custom/schema.ts';
import { apiVersionOf, type KindDefinition, tableOf } from './kind.ts';
import { KINDS } from './kinds/index.ts';
import { Registry } from './registry.ts';
import { schemaOf, type TypeNode } from './schema/types.ts';

/* Objects that are made to break something, of the right form often enough to get past the decoder. */

const TEXTS: readonly string[] = [
  '',
  'a',
  'default',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\ud800',
  '\u0000',
  'x'.repeat(300),
  '../..',
  '/',
  'a/b/c',
  '-',
  '$(HOME)',
  '2026-10-01T00:00:00Z',
  'ReadWriteOnce',
  'Delete',
  'Always',
  'In',
];
const QUANTITIES: readonly (string | number)[] = [
  '1e999',
  '-0',
  '1.0000000000000000001Gi',
  '9E18',
  '1n',
  '-1',
  0,
  1e21,
  '1Gi',
  '10m',
];
const NUMBERS: readonly number[] = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 3600];
const ANYTHING: readonly unknown[] = [...TEXTS, ...NUMBERS, 1e308, true, null, [], {}, [[[[]]]], { a: { b: {} } }];
const KEYS: readonly string[] = [
  '__proto__',
  'constructor',
  'a',
  'storage',
  'cpu',
  'a/b',
  'kubernetes.io/hostname',
  'toString',
];

/** Mulberry32: one seed, one object. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;

const pick = <T>(list: readonly T[], below: Random): T => list[below(list.length)] as T;

/** An own property, also where the name is `__proto__`. */
const mapOf = (entries: readonly (readonly [string, unknown])[]): object => Object.fromEntries(entries);

function generated(type: TypeNode, below: Random, depth: number): unknown {
  if (below(20) === 0) return pick(ANYTHING, below);
  switch (type.kind) {
    case 'list':
      return Array.from({ length: below(depth > 5 ? 1 : 3) }, () => generated(type.element, below, depth + 1));
    case 'map':
      return mapOf(
        Array.from({ length: below(3) }, () => [pick(KEYS, below), generated(type.value, below, depth + 1)]),
      );
    case 'struct': {
      const chance = depth > 5 ? 6 : 2;
      const names = [...type.fields.keys()].filter(() => below(chance) === 0);
      return mapOf(
        names.map((name) => [name, generated((type.fields.get(name) as { type: TypeNode }).type, below, depth + 1)]),
      );
    }
    case 'scalar':
      if (type.scalar === 'bool') return below(2) === 0;
      if (type.scalar === 'quantity') return pick(QUANTITIES, below);
      if (type.scalar === 'int32' || type.scalar === 'int64' || type.scalar === 'float64') return pick(NUMBERS, below);
      if (type.scalar === 'time' || type.scalar === 'microTime') return '2026-10-01T00:00:00Z';
      if (type.scalar === 'intOrString') return pick([...NUMBERS, '50%'], below);
      return type.scalar === 'any' ? pick(ANYTHING, below) : pick(TEXTS, below);
  }
}

function customGenerated(schema: Schema, below: Random): unknown {
  if (below(20) === 0) return pick(ANYTHING, below);
  switch (schema.type) {
    case 'object': {
      const names = Object.entries(schema.properties ?? {}).filter(() => below(4) > 0);
      const own = names.map(([name, property]) => [name, customGenerated(property, below)] as const);
      const { values } = schema;
      return mapOf(values ? [...own, [pick(KEYS, below), customGenerated(values, below)]] : own);
    }
    case 'array':
      return Array.from({ length: below(3) }, () => customGenerated(schema.items, below));
    case 'string':
      return pick(schema.enum ?? TEXTS, below);
    case 'boolean':
      return below(2) === 0;
    case 'integer':
      return pick(NUMBERS, below);
    case 'quantity':
      return pick(QUANTITIES, below);
  }
}

function hostileObject(apiVersion: string, kind: string, below: Random): object {
  const type = schemaOf(apiVersion, kind);
  const custom = CUSTOM_KINDS.find((one) => one.kind === kind);
  const body = type
    ? generated(type, below, 0)
    : custom
      ? customGenerated(custom.schema, below)
      : pick(ANYTHING, below);
  const fields = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : { spec: body };
  const metadata = (fields as { metadata?: unknown }).metadata;
  const given = below(4) === 0 || typeof metadata !== 'object' || metadata === null ? {} : metadata;
  const { namespace: _, ...kept } = given as { namespace?: unknown };
  return { ...fields, apiVersion, kind, metadata: { ...kept, name: pick(['a', 'b', 'c'], below) } };
}

const seeds = fc.noShrink(fc.integer({ min: 0, max: 2 ** 31 }));

describe('hostile objects of every kind', () => {
  const probe = new Session({ spec: { controllers: [] } });
  it.each(probe.cluster.api.registry.kinds.map((kind) => [kind.kind, kind] as const))(
    '%s is refused or stored and printed, and nothing breaks',
    (_, definition) => {
      const session = new Session({ spec: { controllers: [] }, freeze: true });
      const { api, sim } = session.cluster;
      fc.assert(
        fc.property(seeds, fc.constantFrom('create', 'apply', 'replace'), (seed, verb) => {
          session.operate({ [verb]: hostileObject(apiVersionOf(definition), definition.kind, random(seed)) });
          const table = tableOf(definition);
          for (const key of sim.store.keys(table)) {
            const object = sim.store.get(table, key) as never;
            for (const { cell } of definition.columns) expect(typeof cell(object, sim.now)).toBe('string');
          }
        }),
        { numRuns: 60, seed: 36 },
      );
      expect(api.registry.byTable(tableOf(definition))).toBe(definition);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
  );
});

describe('an object nested without end', () => {
  const deep = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;
  const revision = { apiVersion: 'apps/v1', kind: 'ControllerRevision', metadata: { name: 'r' }, revision: 1 };

  it('is refused, whether it comes whole or as a patch', () => {
    const session = new Session({ spec: { controllers: [] } });
    session.operate({ create: { ...revision, data: deep(5000) } });
    session.operate({ create: { ...revision, data: deep(500) } });
    const patch = { metadata: { annotations: deep(5000) } };
    session.operate({ patch: { kind: 'ControllerRevision', name: 'r', type: 'merge', patch } });
    expect(session.errors.map(({ message }) => message)).toEqual([
      'ControllerRevision in version "v1" cannot be handled as a ControllerRevision: exceeded max depth',
      'exceeded max depth',
    ]);
  });
});

describe('a last-applied annotation that is no JSON', () => {
  it('is refused by the next apply', () => {
    const session = new Session({ spec: { controllers: [] } });
    const name = 'kubectl.kubernetes.io/last-applied-configuration';
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', annotations: { [name]: '{' } } };
    session.operate({ create: object });
    session.operate({ apply: object });
    expect(session.errors.map(({ message }) => message)).toEqual([`metadata.annotations[${name}] is no JSON object`]);
  });
});

describe('hostile objects in a running cluster', () => {
  const spec = mergeClusterSpecs(readText(new Registry(KINDS, ADMISSION), DEFAULT_CLUSTER).clusters);

  it('stop no component', () => {
    const names = [
      'Pod',
      'PersistentVolume',
      'PersistentVolumeClaim',
      'StorageClass',
      'CSIDriver',
      'Deployment',
      'ResourceQuota',
      'LimitRange',
      'VolumeAttachment',
      'CSINode',
      'Node',
      'Namespace',
      'ConfigMap',
      'VolumeSnapshot',
    ];
    fc.assert(
      fc.property(seeds, (seed) => {
        const below = random(seed);
        const session = new Session({ spec, freeze: true });
        const { api, sim } = session.cluster;
        for (let i = 0; i < 12; i++) {
          const definition = api.registry.byKind(pick(names, below)) as KindDefinition;
          session.operate({ apply: hostileObject(apiVersionOf(definition), definition.kind, below) });
        }
        sim.run(sim.now + 30_000);
      }),
      { numRuns: 20, seed: 36 },
    );
  });
});
