import { type Column, defineKind } from '../kind.ts';
import { isDNS1123Label } from '../names.ts';
import type { Namespace } from '../object.ts';
import { invalidValue } from './field.ts';
import { ageColumn, nameColumn, validateFinalizer, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';

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
  /** @see pkg/apis/core/validation/validation.go ValidateNamespace */
  validate: ({ metadata, spec }) => [
    ...validateObjectMeta(metadata, false, isDNS1123Label),
    ...(spec?.finalizers ?? []).flatMap((name) => validateFinalizer(name, 'spec.finalizers')),
  ],
  /** @see pkg/registry/core/namespace/strategy.go PrepareForUpdate: spec.finalizers change through `finalize` only */
  prepareForUpdate: (object, old) => ({ ...object, ...(old.spec && { spec: old.spec }) }),
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
  /** @see ValidateNamespaceStatusUpdate */
  validateStatusUpdate: ({ metadata, status }) => {
    const [phase, when] = metadata.deletionTimestamp === undefined ? ['Active', 'empty'] : ['Terminating', 'not empty'];
    const text = `may only be '${phase}' if \`deletionTimestamp\` is ${when}`;
    return status?.phase === phase ? [] : [invalidValue('status.Phase', status?.phase ?? '', text)];
  },
  /** @see pkg/registry/core/namespace/storage/storage.go Delete */
  beginDeletion: (object) => ({ ...object, status: { ...object.status, phase: 'Terminating' } }),
  isHeld: ({ spec }) => (spec?.finalizers ?? []).length > 0,
});
