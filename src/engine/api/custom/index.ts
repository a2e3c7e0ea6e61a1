import type { CustomKind } from './kind.ts';
import { object, STRING } from './schema.ts';
import {
  volumeGroupSnapshot,
  volumeGroupSnapshotClass,
  volumeGroupSnapshotContent,
  volumeSnapshot,
  volumeSnapshotClass,
  volumeSnapshotContent,
} from './snapshots.ts';

/** Names the kinds that a populator serves. @see kubernetes-csi/volume-data-source-validator client/config/crd */
const volumePopulator: CustomKind = {
  group: 'populator.storage.k8s.io',
  version: 'v1beta1',
  kind: 'VolumePopulator',
  plural: 'volumepopulators',
  namespaced: false,
  statusSubresource: false,
  columns: [{ name: 'SourceKind', path: 'sourceKind' }],
  schema: object({ sourceKind: object({ group: STRING, kind: STRING }, ['group', 'kind']) }, ['sourceKind']),
};

/** Lets claims of other namespaces take what is here as their source. @see kubernetes-sigs/gateway-api config/crd */
const referenceGrant: CustomKind = {
  group: 'gateway.networking.k8s.io',
  version: 'v1beta1',
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  shortNames: ['refgrant'],
  namespaced: true,
  statusSubresource: false,
  columns: [{ name: 'Age', path: 'metadata.creationTimestamp', type: 'date' }],
  schema: object({
    spec: object(
      {
        from: {
          type: 'array',
          items: object({ group: STRING, kind: STRING, namespace: STRING }, ['group', 'kind', 'namespace']),
        },
        to: { type: 'array', items: object({ group: STRING, kind: STRING, name: STRING }, ['group', 'kind']) },
      },
      ['from', 'to'],
    ),
  }),
};

/** Kinds that the usual add-ons of a storage cluster bring. */
export const CUSTOM_KINDS: readonly CustomKind[] = [
  volumeSnapshot,
  volumeSnapshotContent,
  volumeSnapshotClass,
  volumeGroupSnapshot,
  volumeGroupSnapshotContent,
  volumeGroupSnapshotClass,
  volumePopulator,
  referenceGrant,
];
