import { describe, expect, it } from 'vitest';
import { apiVersionOf } from './api/kind.ts';
import { KINDS } from './api/kinds/index.ts';
import { Registry } from './api/registry.ts';
import { schemaOf } from './api/schema/types.ts';
import { REQUIRED, VALUES } from './api/schema/values.ts';
import { readText } from './manifests.ts';
import { type JsonSchema, manifestSchema } from './manifestschema.ts';
import { precheck } from './precheck.ts';

const schema = manifestSchema(KINDS);
const registry = new Registry(KINDS, []);

function definition(name: string): JsonSchema {
  const found = schema.definitions[name];
  if (found === undefined) throw new Error(`no definition ${name}`);
  return found;
}

function* schemasIn(of: JsonSchema): Generator<JsonSchema> {
  yield of;
  const { properties = {}, items, additionalProperties } = of;
  for (const inner of Object.values(properties)) yield* schemasIn(inner);
  if (items) yield* schemasIn(items);
  if (typeof additionalProperties === 'object') yield* schemasIn(additionalProperties);
}

describe('the schema of manifests', () => {
  it('has every kind that is served, and the Cluster', () => {
    expect(schema.kinds).toHaveLength(KINDS.length + 1);
    const named = schema.kinds.map((name) => {
      const { apiVersion, kind } = definition(name).properties ?? {};
      return `${apiVersion?.enum?.[0]} ${kind?.enum?.[0]}`;
    });
    expect(named).toEqual(
      expect.arrayContaining(['v1 Pod', 'storage.k8s.io/v1 StorageClass', 'playground/v1 Cluster']),
    );
    expect(new Set(named).size).toBe(named.length);
  });

  it('refers to nothing that it lacks', () => {
    const missing = Object.values(schema.definitions)
      .flatMap((of) => [...schemasIn(of)])
      .flatMap(({ $ref }) => ($ref === undefined ? [] : [$ref.replace('#/definitions/', '')]))
      .filter((name) => schema.definitions[name] === undefined);
    expect(missing).toEqual([]);
  });

  it('knows types, values and what must be there, as the API server has them', () => {
    const { properties, required } = definition('core.PersistentVolumeClaimSpec');
    expect(required).toEqual(['accessModes', 'resources']);
    expect(properties?.['accessModes']).toEqual({
      type: 'array',
      title: '[]string',
      items: { type: 'string', enum: VALUES['core.PersistentVolumeAccessMode'] },
    });
    expect(properties?.['volumeMode']).toEqual({ type: 'string', title: 'string', enum: ['Block', 'Filesystem'] });
    // A class takes fewer policies than a volume.
    expect(definition('storage.k8s.io.v1.StorageClass').properties?.['reclaimPolicy']?.enum).toEqual([
      'Delete',
      'Retain',
    ]);
    expect(definition('core.VolumeResourceRequirements').properties?.['requests']?.properties).toHaveProperty(
      'storage',
    );
    expect(definition('snapshot.storage.k8s.io.v1.VolumeSnapshotClass').required).toEqual([
      'apiVersion',
      'kind',
      'metadata',
      'deletionPolicy',
      'driver',
    ]);
  });

  it('does not offer what the API server sets', () => {
    expect(definition('v1.Pod').properties?.['status']?.doNotSuggest).toBe(true);
    expect(definition('meta.ObjectMeta').properties?.['uid']?.doNotSuggest).toBe(true);
    expect(definition('meta.ObjectMeta').properties?.['name']?.doNotSuggest).toBeUndefined();
  });

  it('names only structs and fields that exist', () => {
    const structs = new Map(
      KINDS.flatMap((kind) => {
        const struct = schemaOf(apiVersionOf(kind), kind.kind);
        return struct ? [[struct.id, definition(`${apiVersionOf(kind).replace('/', '.')}.${kind.kind}`)] as const] : [];
      }),
    );
    const unknown = Object.entries(REQUIRED).flatMap(([struct, fields]) => {
      const own = structs.get(struct) ?? definition(struct);
      return fields.filter((field) => own.properties?.[field] === undefined).map((field) => `${struct}.${field}`);
    });
    expect(unknown).toEqual([]);
  });
});

describe('a required field', () => {
  interface Example {
    readonly kind: string;
    readonly text: string;
    readonly fields: readonly (readonly string[])[];
  }
  const VALID: readonly Example[] = [
    {
      kind: 'PersistentVolumeClaim',
      text: 'apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: a}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}',
      fields: [
        ['spec', 'accessModes'],
        ['spec', 'resources'],
      ],
    },
    {
      kind: 'PersistentVolume',
      text: 'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], csi: {driver: d.example.com, volumeHandle: h}}',
      fields: [
        ['spec', 'capacity'],
        ['spec', 'accessModes'],
        ['spec', 'csi', 'driver'],
        ['spec', 'csi', 'volumeHandle'],
      ],
    },
    {
      kind: 'PersistentVolume of NFS',
      text: 'apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: a}\nspec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], nfs: {server: s, path: /p}}',
      fields: [
        ['spec', 'nfs', 'server'],
        ['spec', 'nfs', 'path'],
      ],
    },
    {
      kind: 'StorageClass',
      text: 'apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\nprovisioner: d.example.com',
      fields: [['provisioner']],
    },
    {
      kind: 'Pod',
      text: 'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: i, volumeMounts: [{name: v, mountPath: /v}]}], volumes: [{name: v, persistentVolumeClaim: {claimName: c}}]}',
      fields: [
        ['spec', 'containers'],
        ['spec', 'containers', '0', 'name'],
        ['spec', 'containers', '0', 'image'],
        ['spec', 'containers', '0', 'volumeMounts', '0', 'mountPath'],
        ['spec', 'volumes', '0', 'persistentVolumeClaim', 'claimName'],
      ],
    },
  ];

  /** What validation says of an object with a field left out. */
  function refusals(text: string, without: readonly string[] = []): readonly string[] {
    const { objects } = readText(registry, text);
    return precheck(
      registry,
      text,
      objects.map(({ object, document }) => {
        const changed = structuredClone(object) as unknown as Record<string, unknown>;
        let holder = changed;
        for (const part of without.slice(0, -1)) holder = holder[part] as Record<string, unknown>;
        delete holder[without.at(-1) ?? ''];
        return { object: changed as unknown as typeof object, document };
      }),
    ).map(({ message }) => message);
  }

  it.each(VALID)('of a $kind is one without which validation refuses it', ({ text, fields }) => {
    expect(refusals(text)).toEqual([]);
    for (const field of fields) expect(refusals(text, field), field.join('.')).not.toEqual([]);
  });
});
