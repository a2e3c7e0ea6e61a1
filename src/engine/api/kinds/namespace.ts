import { type Column, defineKind } from '../kind.ts';
import { isDNS1123Label } from '../names.ts';
import type { Namespace } from '../object.ts';
import { ageColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';

const NAME_LABEL = 'kubernetes.io/metadata.name';

const columns: readonly Column<Namespace>[] = [
  nameColumn,
  { name: 'Status', cell: ({ status }) => status?.phase ?? '' },
  ageColumn,
];

/** @see pkg/apis/core/v1/defaults.go SetDefaults_Namespace, SetDefaults_NamespaceStatus */
function setDefaults(namespace: Namespace): Namespace {
  const { metadata, status } = namespace;
  const labels = metadata.name ? { ...metadata.labels, [NAME_LABEL]: metadata.name } : metadata.labels;
  return {
    ...namespace,
    metadata: { ...metadata, ...(labels && { labels }) },
    status: { ...status, phase: status?.phase || 'Active' },
  };
}

export const namespace = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  statusSubresource: true,
  columns,
  defaults: setDefaults,
  /** @see pkg/registry/core/namespace/strategy.go PrepareForCreate */
  prepareForCreate: (object) => {
    const finalizers = object.spec?.finalizers ?? [];
    const spec = finalizers.includes('kubernetes')
      ? { ...object.spec, finalizers }
      : { ...object.spec, finalizers: [...finalizers, 'kubernetes'] };
    return { ...object, spec, status: { phase: 'Active' } };
  },
  validate: ({ metadata }) => validateObjectMeta(metadata, false, isDNS1123Label),
  /** @see pkg/registry/core/namespace/strategy.go PrepareForUpdate: spec.finalizers change through `finalize` only */
  prepareForUpdate: (object, old) => ({ ...object, ...(old.spec && { spec: old.spec }) }),
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  /** @see pkg/registry/core/namespace/storage/storage.go Delete */
  beginDeletion: (object) => ({ ...object, status: { ...object.status, phase: 'Terminating' } }),
  isHeld: ({ spec }) => (spec?.finalizers ?? []).length > 0,
});
