import { type Column, defineKind } from '../kind.ts';
import type { KubeObject } from '../object.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';

export interface Lease extends KubeObject {
  readonly spec?: {
    readonly holderIdentity?: string;
    readonly leaseDurationSeconds?: number;
    readonly acquireTime?: string;
    readonly renewTime?: string;
    readonly leaseTransitions?: number;
  };
}

const columns: readonly Column<Lease>[] = [
  nameColumn,
  { name: 'Holder', cell: ({ spec }) => spec?.holderIdentity ?? '' },
  ageColumn,
];

export const lease = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  singular: 'lease',
  shortNames: [],
  namespaced: true,
  conditionalUpdates: true,
  /** A renewal says nothing new. */
  unsettles: (before, after) => before === undefined || after === undefined,
  indices: { byNamespace, byOwner },
  columns,
  validate: ({ metadata }) => validateObjectMeta(metadata, true),
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
