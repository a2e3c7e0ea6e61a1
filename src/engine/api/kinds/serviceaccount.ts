import { defineKind } from '../kind.ts';
import type { KubeObject, LocalObjectReference, ObjectReference } from '../object.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';

export interface ServiceAccount extends KubeObject {
  readonly secrets?: readonly ObjectReference[];
  readonly imagePullSecrets?: readonly LocalObjectReference[];
  readonly automountServiceAccountToken?: boolean;
}

export const serviceAccount = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  singular: 'serviceaccount',
  shortNames: ['sa'],
  namespaced: true,
  indices: { byNamespace, byOwner },
  columns: [nameColumn, ageColumn],
  validate: ({ metadata }) => validateObjectMeta(metadata, true),
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
