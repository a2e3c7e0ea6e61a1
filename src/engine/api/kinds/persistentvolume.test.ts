import { describe, expect, it } from 'vitest';
import type { PersistentVolume } from '../object.ts';
import { ACCESS_MODE_SETS, accessModesKey, accessModesText } from './modes.ts';
import { persistentVolume } from './persistentvolume.ts';

const metadata = { name: 'pv-1', uid: 'u', resourceVersion: '1', creationTimestamp: '2026-10-01T00:00:00Z' };
const volume: PersistentVolume = {
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata,
  spec: {
    capacity: { storage: '2Gi' },
    accessModes: ['ReadWriteMany', 'ReadWriteOnce'],
    storageClassName: 'slow',
    volumeMode: 'Filesystem',
    hostPath: { path: '/d', type: '' },
  },
  status: { phase: 'Available' },
};
const free = persistentVolume.indices?.['free'];

describe('volumes that are free', () => {
  it('are found by class, mode and access modes, whatever the order of these, and ranked by their size', () => {
    expect(free?.of(volume as never, 'pv-1')).toEqual(['slow|Filesystem|ReadWriteMany,ReadWriteOnce']);
    expect(free?.rank?.(volume as never, 'pv-1')).toBe(2 * 1024 ** 3);
  });

  it('are not those that have a claimRef or are not Available', () => {
    expect(free?.of({ ...volume, status: { phase: 'Pending' } } as never, 'pv-1')).toEqual([]);
    expect(
      free?.of({ ...volume, spec: { ...volume.spec, claimRef: { namespace: 'default', name: 'c' } } } as never, 'pv-1'),
    ).toEqual([]);
  });
});

describe('access modes', () => {
  it('are printed in one order', () => {
    expect(accessModesText(volume.spec.accessModes)).toBe('RWO,RWX');
  });

  it('make fifteen sets, the small ones first', () => {
    expect(new Set(ACCESS_MODE_SETS.map(accessModesKey)).size).toBe(15);
    expect(ACCESS_MODE_SETS.map(({ length }) => length)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4]);
  });
});

describe('the source of a volume', () => {
  const faults = (next: PersistentVolume): readonly string[] =>
    (persistentVolume.validateUpdate?.(next, volume) ?? []).map(({ text }) => text);

  it('stays as it is', () => {
    expect(faults({ ...volume, spec: { ...volume.spec, hostPath: { path: '/e', type: '' } } })[0]).toMatch(
      /^spec\.persistentvolumesource: Forbidden: spec\.persistentvolumesource is immutable after creation\n@@ [^@]+ @@\n/,
    );
  });

  it('leaves capacity, class and claimRef free', () => {
    const spec = {
      ...volume.spec,
      capacity: { storage: '3Gi' },
      storageClassName: 'x',
      claimRef: { namespace: 'a', name: 'b' },
    };
    expect(faults({ ...volume, spec })).toEqual([]);
  });
});
