import { describe, expect, it } from 'vitest';
import type { PersistentVolumeClaim } from '../object.ts';
import { persistentVolumeClaim } from './persistentvolumeclaim.ts';

const metadata = {
  name: 'data',
  namespace: 'default',
  uid: 'u',
  resourceVersion: '1',
  creationTimestamp: '2026-10-01T00:00:00Z',
};
const bound: PersistentVolumeClaim = {
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata,
  spec: {
    accessModes: ['ReadWriteOnce'],
    volumeMode: 'Filesystem',
    storageClassName: 'slow',
    volumeName: 'pv-1',
    resources: { requests: { storage: '2Gi' } },
  },
  status: { phase: 'Bound', capacity: { storage: '1Gi' } },
};
const faults = (claim: PersistentVolumeClaim, old: PersistentVolumeClaim): readonly string[] =>
  (persistentVolumeClaim.validateUpdate?.(claim, old) ?? []).map(({ text }) => text);
const withSize = (storage: string): PersistentVolumeClaim => ({
  ...bound,
  spec: { ...bound.spec, resources: { requests: { storage } } },
});

describe('the spec of a claim', () => {
  it('ends a refusal in a diff of the internal spec', () => {
    const { volumeName: _, ...spec } = bound.spec;
    const pending: PersistentVolumeClaim = { ...bound, spec, status: { phase: 'Pending' } };
    expect(faults({ ...pending, spec: { ...spec, storageClassName: 'fast' } }, pending)).toEqual([
      [
        'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
        '@@ -10,7 +10,7 @@',
        '   }',
        '  },',
        '  "VolumeName": "",',
        '- "StorageClassName": "slow",',
        '+ "StorageClassName": "fast",',
        '  "VolumeMode": "Filesystem",',
        '  "DataSource": null,',
        '  "DataSourceRef": null,',
        '',
      ].join('\n'),
    ]);
  });

  it('may ask for more once bound, and for less as long as it is above the capacity', () => {
    expect(faults(withSize('3Gi'), bound)).toEqual([]);
    expect(faults(withSize('1536Mi'), bound)).toEqual([]);
    expect(faults(withSize('1Gi'), bound)).toEqual([
      'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity',
    ]);
  });

  it('may name the volume once', () => {
    const { volumeName: _, ...spec } = bound.spec;
    expect(faults(bound, { ...bound, spec })).toEqual([]);
    expect(faults({ ...bound, spec: { ...spec, volumeName: 'pv-2' } }, bound)).toHaveLength(1);
  });
});
