import { describe, expect, it } from 'vitest';
import { KINDS } from './api/kinds/index.ts';
import type { ObjectInput } from './api/object.ts';
import { Registry } from './api/registry.ts';
import { kindsWithSchema, type StructNode, schemaOf, type TypeNode } from './api/schema/types.ts';
import { readText } from './manifests.ts';
import { markUnsimulated, UNSIMULATED, UnsimulatedFinder } from './unsimulated.ts';
import { findPluginBySpec } from './volumes/registry.ts';

const registry = new Registry(KINDS, []);
const finder = new UnsimulatedFinder([]);

const pathsIn = (object: ObjectInput): readonly string[] => finder.find(object).map(({ path }) => path.join('.'));

const pod = (spec: object): ObjectInput => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec });

/** Every struct that some kind holds, by its name in the schema. */
function structs(): ReadonlyMap<string, StructNode> {
  const found = new Map<string, StructNode>();
  const visit = (type: TypeNode): void => {
    if (type.kind === 'list') visit(type.element);
    if (type.kind === 'map') visit(type.value);
    if (type.kind !== 'struct' || found.has(type.id)) return;
    found.set(type.id, type);
    for (const { type: inner } of type.fields.values()) visit(inner);
  };
  for (const [apiVersion, kind] of kindsWithSchema()) {
    const schema = schemaOf(apiVersion, kind);
    if (schema) visit(schema);
  }
  return found;
}

describe('what is declared not to be simulated', () => {
  it('are fields that exist and kinds that are served', () => {
    const known = structs();
    const unknown = Object.values(UNSIMULATED).flatMap(({ fields = [], kinds = [] }) => [
      ...fields.filter((field) => {
        const dot = field.lastIndexOf('.');
        return known.get(field.slice(0, dot))?.fields.has(field.slice(dot + 1)) !== true;
      }),
      ...kinds.filter((kind) => {
        const slash = kind.lastIndexOf('/');
        return registry.byVersionKind(kind.slice(0, slash), kind.slice(slash + 1)) === undefined;
      }),
    ]);
    expect(unknown).toEqual([]);
  });

  it('says each thing once', () => {
    const all = Object.values(UNSIMULATED).flatMap(({ fields = [], kinds = [] }) => [...fields, ...kinds]);
    expect(new Set(all).size).toBe(all.length);
  });

  it('is no volume that a plugin mounts', () => {
    const sources = Object.values(UNSIMULATED).flatMap(({ fields = [] }) =>
      fields.flatMap((field) => (/^core\.Volume\.(\w+)$/.exec(field)?.[1] ?? []) as string | []),
    );
    expect(sources).not.toEqual([]);
    for (const source of sources) {
      expect(findPluginBySpec({ volume: { name: 'v', [source]: {} } } as never), source).toBe(
        'no volume plugin matched',
      );
    }
  });
});

describe('fields on which nothing acts', () => {
  it('are found in pods and in every template of pods', () => {
    const spec = {
      hostNetwork: true,
      containers: [{ name: 'c', image: 'i', livenessProbe: { httpGet: { port: 80 } } }],
    };
    expect(pathsIn(pod(spec))).toEqual(['spec.hostNetwork', 'spec.containers.0.livenessProbe']);
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: {}, spec: { template: { spec } } };
    expect(pathsIn(deployment)).toEqual([
      'spec.template.spec.hostNetwork',
      'spec.template.spec.containers.0.livenessProbe',
    ]);
  });

  it('are not those that hold nothing, or what the API server fills in', () => {
    const container = { name: 'c', command: [], tty: false, terminationMessagePath: '/dev/termination-log' };
    expect(pathsIn(pod({ hostNetwork: false, dnsPolicy: 'ClusterFirst', containers: [container] }))).toEqual([]);
    expect(pathsIn(pod({ dnsPolicy: 'Default', containers: [] }))).toEqual(['spec.dnsPolicy']);
  });

  it('are the kind where nothing acts on the whole object, unless its controller runs', () => {
    const populator = { apiVersion: 'populator.storage.k8s.io/v1beta1', kind: 'VolumePopulator', metadata: {} };
    expect(pathsIn(populator)).toEqual(['kind']);
    expect(new UnsimulatedFinder(['volume-data-source-validator']).find(populator)).toEqual([]);
  });

  it('are marked at their line', () => {
    const text =
      'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  hostPID: true\n  containers: [{name: c, image: i}]\n';
    expect(markUnsimulated(finder, text, readText(registry, text).objects)).toMatchObject([
      { severity: 'info', line: 5, column: 3, path: 'spec.hostPID', remedy: { key: 'unsimulated.isolation' } },
    ]);
  });
});
