import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepEqual } from './diff.ts';
import { StatusError } from './errors.ts';
import type { ObjectInput } from './object.ts';
import { type JsonPatchOperation, patchObject, threeWayMerge, threeWayPatch } from './patch.ts';

function pod(spec: Record<string, unknown>, metadata: Record<string, unknown> = {}): ObjectInput {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, spec };
}

function merged(
  live: ObjectInput,
  patch: Record<string, unknown>,
  type: 'merge' | 'strategic' = 'strategic',
): ObjectInput {
  const result = patchObject(live, { type, patch });
  if (result instanceof StatusError) throw result;
  return result;
}

describe('JSON merge patch', () => {
  it('merges objects, replaces lists and deletes what is null', () => {
    const live = pod({ nodeName: 'a', tolerations: [1, 2], securityContext: { fsGroup: 1, runAsUser: 2 } });
    const patch = { spec: { nodeName: null, tolerations: [3], securityContext: { fsGroup: 5, x: { y: null, z: 1 } } } };
    expect(merged(live, patch, 'merge')['spec']).toEqual({
      tolerations: [3],
      securityContext: { fsGroup: 5, runAsUser: 2, x: { z: 1 } },
    });
  });

  it('obeys RFC 7386: what is patched with the difference is the new value', () => {
    const value = fc.object({
      maxDepth: 3,
      values: [fc.integer(), fc.string(), fc.boolean()],
      withNullPrototype: false,
    });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const first = merged(pod({}), { spec: a }, 'merge');
        // Patching twice with the same is the same as once, and a patch of nulls takes everything back.
        expect(
          deepEqual(
            merged(merged(first, { spec: b }, 'merge'), { spec: b }, 'merge'),
            merged(first, { spec: b }, 'merge'),
          ),
        ).toBe(true);
        const nulls = Object.fromEntries(Object.keys(a).map((key) => [key, null]));
        expect(deepEqual(merged(first, { spec: nulls }, 'merge')['spec'], {})).toBe(true);
      }),
    );
  });
});

describe('JSON patch', () => {
  const live = pod({ containers: [{ name: 'a' }, { name: 'b' }], 'x/y': 1 });
  const run = (...patch: JsonPatchOperation[]): ObjectInput | StatusError => patchObject(live, { type: 'json', patch });

  it('adds, removes, replaces, moves, copies and tests', () => {
    const result = run(
      { op: 'test', path: '/spec/containers/0/name', value: 'a' },
      { op: 'add', path: '/spec/containers/-', value: { name: 'c' } },
      { op: 'remove', path: '/spec/containers/0' },
      { op: 'replace', path: '/spec/x~1y', value: 2 },
      { op: 'copy', from: '/spec/containers/0', path: '/spec/containers/-1' },
      { op: 'move', from: '/spec/x~1y', path: '/spec/z' },
    );
    expect(result).toMatchObject({ spec: { containers: [{ name: 'b' }, { name: 'c' }, { name: 'b' }], z: 2 } });
    expect(live['spec']).toEqual({ containers: [{ name: 'a' }, { name: 'b' }], 'x/y': 1 });
  });

  it('replaces a member that is not there, as the API server does', () => {
    expect(run({ op: 'replace', path: '/spec/nodeName', value: 'n' })).toMatchObject({ spec: { nodeName: 'n' } });
  });

  it.each([
    { op: 'remove', path: '/spec/none' },
    { op: 'replace', path: '/spec/containers/2', value: 1 },
    { op: 'add', path: '/none/x', value: 1 },
    { op: 'test', path: '/spec/x~1y', value: 2 },
    { op: 'jump', path: '/spec' },
  ])('rejects $op $path', (operation) => {
    const result = run(operation);
    expect(result).toBeInstanceOf(StatusError);
    expect(result).toMatchObject({
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    });
  });
});

describe('strategic merge patch', () => {
  const live = pod(
    {
      containers: [
        { name: 'a', image: 'x:1', env: [{ name: 'E', value: '1' }], ports: [{ containerPort: 80 }] },
        { name: 'b', image: 'y' },
      ],
      volumes: [{ name: 'v', emptyDir: {} }],
      tolerations: [{ key: 'old' }],
    },
    { finalizers: ['one', 'two'] },
  );

  it('merges containers, variables and ports by their keys, and replaces lists that have none', () => {
    const patch = {
      spec: {
        containers: [{ name: 'a', image: 'x:2', env: [{ name: 'F', value: '2' }], ports: [{ containerPort: 81 }] }],
        tolerations: [{ key: 'new' }],
      },
    };
    expect(merged(live, patch)['spec']).toMatchObject({
      containers: [
        {
          name: 'a',
          image: 'x:2',
          env: [
            { name: 'F', value: '2' },
            { name: 'E', value: '1' },
          ],
          ports: [{ containerPort: 81 }, { containerPort: 80 }],
        },
        { name: 'b', image: 'y' },
      ],
      tolerations: [{ key: 'new' }],
    });
  });

  it('obeys its directives', () => {
    const patch = {
      metadata: { '$deleteFromPrimitiveList/finalizers': ['one'], finalizers: ['three'] },
      spec: {
        containers: [{ name: 'b', $patch: 'delete' }, { name: 'c' }],
        '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }],
        volumes: [{ name: 'v', $retainKeys: ['name', 'hostPath'], hostPath: { path: '/x' } }],
        tolerations: null,
      },
    };
    const result = merged(live, patch);
    expect(result['spec']).toMatchObject({ volumes: [{ name: 'v', hostPath: { path: '/x' } }] });
    expect(result['spec']).not.toHaveProperty('volumes.0.emptyDir');
    expect(result['spec']).not.toHaveProperty('tolerations');
    expect((result['spec'] as { containers: { name: string }[] }).containers.map((c) => c.name)).toEqual(['c', 'a']);
    expect([...(result.metadata.finalizers ?? [])].sort()).toEqual(['three', 'two']);
  });

  it('replaces a map or a list where told to', () => {
    const patch = {
      spec: { containers: [{ $patch: 'replace' }, { name: 'z' }] },
      metadata: { $patch: 'replace', name: 'p' },
    };
    expect(merged(live, patch)).toEqual({
      ...live,
      metadata: { name: 'p' },
      spec: { ...(live['spec'] as object), containers: [{ name: 'z' }] },
    });
  });

  it('refuses an element without its merge key, and an unknown field', () => {
    expect(patchObject(live, { type: 'strategic', patch: { spec: { containers: [{ image: 'x' }] } } })).toMatchObject({
      message: 'map: map[image:x] does not contain declared merge key: name',
    });
    const odd = pod({ foo: { a: 1 } });
    expect(patchObject(odd, { type: 'strategic', patch: { spec: { foo: { a: 2 } } } })).toMatchObject({
      reason: 'BadRequest',
      message: 'unable to find api field in struct PodSpec for the json field "foo"',
    });
  });

  it('is not there for kinds without a schema', () => {
    const custom: ObjectInput = { apiVersion: 'example.com/v1', kind: 'Foo', metadata: { name: 'f' } };
    expect(patchObject(custom, { type: 'strategic', patch: {} })).toMatchObject({ reason: 'UnsupportedMediaType' });
  });
});

describe('kubectl apply', () => {
  const apply = (last: ObjectInput | undefined, next: ObjectInput, live: ObjectInput): ObjectInput => {
    const result = threeWayMerge(last, next, live);
    if (result instanceof StatusError) throw result;
    return result;
  };

  it('keeps what others set, changes what differs, and deletes what was applied before and is gone', () => {
    const last = pod({ containers: [{ name: 'a', image: '1' }, { name: 'gone' }], nodeSelector: { x: '1' } });
    const next = pod({ containers: [{ name: 'a', image: '2' }] });
    const live = pod(
      {
        containers: [{ name: 'a', image: '1', imagePullPolicy: 'Always' }, { name: 'gone' }, { name: 'injected' }],
        nodeSelector: { x: '1', y: '2' },
        nodeName: 'n',
      },
      { finalizers: ['f'], uid: 'u' },
    );
    expect(apply(last, next, live)).toEqual(
      pod(
        {
          containers: [{ name: 'a', image: '2', imagePullPolicy: 'Always' }, { name: 'injected' }],
          nodeName: 'n',
        },
        { finalizers: ['f'], uid: 'u' },
      ),
    );
  });

  it('turns one kind of volume into another, because volumes retain only the keys that are named', () => {
    const last = pod({ volumes: [{ name: 'v', emptyDir: {} }] });
    const next = pod({ volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] });
    const live = pod({ volumes: [{ name: 'v', emptyDir: {} }, { name: 'token' }] });
    expect(apply(last, next, live)['spec']).toEqual({
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }, { name: 'token' }],
    });
  });

  it('removes only the finalizers that it had set', () => {
    const live = pod({}, { finalizers: ['mine', 'kept', 'theirs'] });
    const result = apply(pod({}, { finalizers: ['mine', 'kept'] }), pod({}, { finalizers: ['kept'] }), live);
    expect(result.metadata.finalizers).toEqual(['kept', 'theirs']);
  });

  it('of kinds without a schema merges maps and replaces lists', () => {
    const custom = (spec: unknown): ObjectInput => ({
      apiVersion: 'example.com/v1',
      kind: 'Foo',
      metadata: { name: 'f' },
      spec,
    });
    expect(
      apply(custom({ a: 1, l: [1] }), custom({ b: 2, l: [2] }), custom({ a: 1, c: 3, l: [1, 5] }))['spec'],
    ).toEqual({
      b: 2,
      c: 3,
      l: [2],
    });
  });

  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const container = fc.record({ name, image: fc.constantFrom('1', '2') }, { requiredKeys: ['name'] });
  const manifest = fc
    .record(
      {
        containers: fc.uniqueArray(container, { selector: (c) => c.name, minLength: 1 }),
        volumes: fc.uniqueArray(fc.record({ name, emptyDir: fc.constant({}) }), { selector: (v) => v.name }),
        nodeSelector: fc.dictionary(name, fc.constantFrom('1', '2')),
        tolerations: fc.array(fc.record({ key: name })),
        nodeName: name,
      },
      { requiredKeys: ['containers'] },
    )
    .map((spec) => pod(spec));

  it('has nothing to do where nothing changed', () => {
    fc.assert(
      fc.property(manifest, (next) => {
        expect(threeWayPatch(next, next, next)).toMatchObject({ patch: {} });
      }),
    );
  });

  it('on top of what was applied last yields the manifest, and applying again changes nothing', () => {
    fc.assert(
      fc.property(manifest, manifest, (last, next) => {
        const once = apply(last, next, last);
        const empty = (value: unknown): boolean =>
          value === undefined || JSON.stringify(value) === '[]' || JSON.stringify(value) === '{}';
        const spec = once['spec'] as Record<string, unknown>;
        const wanted = next['spec'] as Record<string, unknown>;
        for (const key of new Set([...Object.keys(spec), ...Object.keys(wanted)])) {
          if (!(empty(spec[key]) && empty(wanted[key]))) expect(spec[key]).toEqual(wanted[key]);
        }
        expect(apply(next, next, once)).toEqual(once);
      }),
    );
  });
});
