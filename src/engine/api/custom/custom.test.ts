import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';

const snapshot = (spec: object, rest: object = {}): object => ({
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshot',
  metadata: { name: 's' },
  spec,
  ...rest,
});

/** Creates one object after another and returns the refusals, without the object's name in front. */
function refusals(...objects: readonly object[]): readonly string[] {
  const session = new Session({ spec: { controllers: [] }, freeze: true });
  for (const object of objects) session.operate({ apply: object });
  return session.errors.map(({ message }) =>
    message.replace('VolumeSnapshot.snapshot.storage.k8s.io "s" is invalid: ', ''),
  );
}

describe('a VolumeSnapshot', () => {
  it('is taken with a claim as its source', () => {
    expect(refusals(snapshot({ source: { persistentVolumeClaimName: 'data' } }))).toEqual([]);
  });

  it('needs exactly one source', () => {
    const source = { persistentVolumeClaimName: 'a', volumeSnapshotContentName: 'b' };
    expect(refusals(snapshot({ source }))).toEqual([
      `spec.source: Invalid value: ${JSON.stringify(source)}: exactly one of volumeSnapshotContentName and persistentVolumeClaimName must be set`,
    ]);
  });

  it('keeps its source', () => {
    const [a, b] = ['a', 'b'].map((persistentVolumeClaimName) => snapshot({ source: { persistentVolumeClaimName } }));
    expect(refusals(a ?? {}, b ?? {})).toEqual([
      'spec.source.persistentVolumeClaimName: Invalid value: "b": persistentVolumeClaimName is immutable',
    ]);
  });

  it('has nothing that its CustomResourceDefinition does not name', () => {
    expect(refusals(snapshot({ source: { persistentVolumeClaimName: 'a' }, class: 'gold' }))).toEqual([
      'VolumeSnapshot in version "v1" cannot be handled as a VolumeSnapshot: strict decoding error: unknown field "spec.class"',
    ]);
  });

  it('says of what is missing, and that rules were not looked at', () => {
    expect(refusals(snapshot({}))).toEqual([
      '[spec.source: Required value, <nil>: Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation]',
    ]);
  });
});
