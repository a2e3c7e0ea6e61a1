import type { IndexSpec } from '../../sim/types.ts';
import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind, keyOf } from '../kind.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { NodeSelector, PersistentVolume, PersistentVolumeSpec } from '../object.ts';
import { canonicalQuantity, compareQuantities, quantityValue } from '../quantity.ts';
import { forbiddenField, IMMUTABLE, invalidTexts, invalidValue, notSupported, oneOf, required } from './field.ts';
import { specDiff } from './internal.ts';
import { ageColumn, byText, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';
import { ACCESS_MODES, accessModesKey, accessModesText, freeBucket, volumeClass } from './modes.ts';
import { validateNodeSelector } from './nodeselector.ts';
import { canonicalResources } from './quantities.ts';
import { PERSISTENT_SOURCE_NAMES, type Source, validatePersistentVolumeSource } from './volumesources.ts';

const NONE: readonly string[] = [];

/** Volumes that are there for the taking, by class, mode and access modes, smallest first. */
const free: IndexSpec<PersistentVolume> = {
  of: (volume) => {
    const { metadata, spec, status } = volume;
    if (spec.claimRef || status?.phase !== 'Available' || metadata.deletionTimestamp !== undefined) return NONE;
    return [freeBucket(volumeClass(volume), spec.volumeMode, spec.accessModes)];
  },
  rank: ({ spec }) => Number(quantityValue(spec.capacity?.['storage'])),
};

const AT_REST: readonly (string | undefined)[] = ['Available', 'Bound'];
const ALL: readonly string[] = [''];

/** Volumes in a phase that something still has to happen to. */
const waiting: IndexSpec<PersistentVolume> = { of: ({ status }) => (AT_REST.includes(status?.phase) ? NONE : ALL) };

const claimKey = ({ spec: { claimRef } }: PersistentVolume): string | undefined =>
  claimRef ? keyOf(claimRef.namespace, claimRef.name ?? '') : undefined;

const columns: readonly Column<PersistentVolume>[] = [
  nameColumn,
  { name: 'Capacity', cell: ({ spec }) => canonicalQuantity(spec.capacity?.['storage'] ?? '0') },
  { name: 'Access Modes', cell: ({ spec }) => accessModesText(spec.accessModes) },
  { name: 'Reclaim Policy', cell: ({ spec }) => spec.persistentVolumeReclaimPolicy ?? '' },
  {
    name: 'Status',
    cell: ({ metadata, status }) => (metadata.deletionTimestamp ? 'Terminating' : (status?.phase ?? '')),
  },
  {
    name: 'Claim',
    cell: ({ spec: { claimRef } }) => (claimRef ? `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}` : ''),
  },
  { name: 'StorageClass', cell: volumeClass },
  { name: 'VolumeAttributesClass', cell: ({ spec }) => spec.volumeAttributesClassName ?? '<unset>' },
  { name: 'Reason', cell: ({ status }) => status?.reason ?? '' },
  ageColumn,
  { name: 'VolumeMode', priority: 1, cell: ({ spec }) => spec.volumeMode ?? '<unset>' },
];

/** Defaults of the sources that have any. @see zz_generated.defaults.go SetObjectDefaults_PersistentVolume */
const SOURCE_DEFAULTS: Readonly<Record<string, Source>> = {
  hostPath: { type: '' },
  iscsi: { iscsiInterface: 'default' },
  rbd: { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' },
  azureDisk: { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false },
  scaleIO: { storageMode: 'ThinProvisioned', fsType: 'xfs' },
};

/** Puts the defaults into the sources of a volume that have any; an empty text counts as absent. */
export function defaultSources<T extends Readonly<Record<string, unknown>>>(spec: T): T {
  let result = spec;
  for (const name in SOURCE_DEFAULTS) {
    const source = spec[name] as Source | undefined;
    if (!source) continue;
    const missing = Object.entries(SOURCE_DEFAULTS[name] ?? {}).filter(
      ([field]) => source[field] === undefined || source[field] === '',
    );
    const [first] = missing;
    if (!first || (first[0] === 'type' && source['type'] === '')) continue;
    result = { ...result, [name]: { ...source, ...Object.fromEntries(missing) } };
  }
  return result;
}

/** @see pkg/apis/core/v1/defaults.go SetDefaults_PersistentVolume */
function setDefaults(volume: PersistentVolume): PersistentVolume {
  const capacity = canonicalResources(volume.spec.capacity);
  const given = capacity === volume.spec.capacity ? volume.spec : { ...volume.spec, ...(capacity && { capacity }) };
  const spec = defaultSources(given);
  const { persistentVolumeReclaimPolicy, volumeMode } = spec;
  const complete = persistentVolumeReclaimPolicy && volumeMode !== undefined && volume.status?.phase;
  if (complete && spec === volume.spec) return volume;
  return {
    ...volume,
    spec: {
      ...spec,
      persistentVolumeReclaimPolicy: persistentVolumeReclaimPolicy || 'Retain',
      volumeMode: volumeMode ?? 'Filesystem',
    },
    status: { ...volume.status, phase: volume.status?.phase || 'Pending' },
  };
}

const RECLAIM_POLICIES: readonly string[] = ['Delete', 'Recycle', 'Retain'];
export const VOLUME_MODES: readonly string[] = ['Block', 'Filesystem'];

/** Rules on access modes that volumes and claims share. */
export function validateAccessModes(modes: readonly string[], field: string): FieldError[] {
  const errors = modes
    .filter((mode) => !ACCESS_MODES.includes(mode))
    .map((mode) => notSupported(field, mode, ACCESS_MODES));
  const alone = modes.includes('ReadWriteOncePod');
  if (alone && modes.some((mode) => mode !== 'ReadWriteOncePod' && ACCESS_MODES.includes(mode))) {
    errors.push(forbiddenField(field, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateCapacity(capacity: Readonly<Record<string, string>>, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = Object.keys(capacity).sort();
  if (names.length === 0) errors.push(required(field));
  if (!names.includes('storage') || names.length > 1) {
    const shown =
      names.length === 0
        ? undefined
        : Object.fromEntries(names.map((name) => [name, canonicalQuantity(capacity[name] ?? '')]));
    errors.push(notSupported(field, shown, ['storage']));
  }
  for (const name of names) errors.push(...validatePositiveQuantity(capacity[name], `${field}[${name}]`));
  return errors;
}

/** @see ValidatePositiveQuantityValue */
export const validatePositiveQuantity = (value: string | undefined, field: string): FieldError[] =>
  compareQuantities(value, '0') > 0
    ? []
    : [invalidValue(field, canonicalQuantity(value ?? '0'), 'must be greater than zero')];

const isRoot = (path: string): boolean => path.split('/').every((part) => part === '' || part === '.');

/** @see pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec */
function validateSpec(spec: PersistentVolumeSpec, name: string): FieldError[] {
  const errors: FieldError[] = [];
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(required('spec.accessModes'));
  errors.push(
    ...validateAccessModes(modes, 'spec.accessModes'),
    ...validateCapacity(spec.capacity ?? {}, 'spec.capacity'),
  );
  if (spec.persistentVolumeReclaimPolicy) {
    errors.push(...oneOf('spec.persistentVolumeReclaimPolicy', spec.persistentVolumeReclaimPolicy, RECLAIM_POLICIES));
  }
  if (spec.nodeAffinity) {
    const { required: selector } = spec.nodeAffinity;
    if (selector) errors.push(...validateNodeSelector(selector, 'spec.nodeAffinity.required'));
    else errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'));
  }
  errors.push(...validatePersistentVolumeSource(spec, 'spec', name));
  if (
    spec.hostPath &&
    isRoot(spec.hostPath.path ?? '') &&
    spec.hostPath.path &&
    spec.persistentVolumeReclaimPolicy === 'Recycle'
  ) {
    errors.push(
      forbiddenField('spec.persistentVolumeReclaimPolicy', "may not be 'recycle' for a hostPath mount of '/'"),
    );
  }
  const { storageClassName, volumeMode, volumeAttributesClassName } = spec;
  if (storageClassName)
    errors.push(...invalidTexts('spec.storageClassName', storageClassName, isDNS1123Subdomain(storageClassName)));
  if (volumeMode !== undefined) errors.push(...oneOf('spec.volumeMode', volumeMode, VOLUME_MODES));
  if (volumeAttributesClassName !== undefined) {
    const field = 'spec.volumeAttributesClassName';
    if (volumeAttributesClassName === '') errors.push(required(field, 'an empty string is disallowed'));
    else errors.push(...invalidTexts(field, volumeAttributesClassName, isDNS1123Subdomain(volumeAttributesClassName)));
    if (!spec.csi) errors.push(required('spec.csi', 'has to be specified when using volumeAttributesClassName'));
  }
  return errors;
}

const MOUNT_OPTIONS_ANNOTATION = 'volume.beta.kubernetes.io/mount-options';
const WITH_MOUNT_OPTIONS: readonly string[] = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
];

/** @see pkg/volume/validation/pv_validation.go checkMountOption */
function validateMountOptionAnnotation({ metadata, spec }: PersistentVolume): FieldError[] {
  if (metadata.annotations?.[MOUNT_OPTIONS_ANNOTATION] === undefined || WITH_MOUNT_OPTIONS.some((name) => spec[name]))
    return [];
  const field = `metadata.annotations.${MOUNT_OPTIONS_ANNOTATION}`;
  return [forbiddenField(field, 'may not specify mount options for this volume type')];
}

const validate = (volume: PersistentVolume): FieldError[] => [
  ...validateObjectMeta(volume.metadata, false),
  ...validateSpec(volume.spec, volume.metadata.name),
  ...validateMountOptionAnnotation(volume),
];

const sourcesOf = (spec: PersistentVolumeSpec): Source =>
  Object.fromEntries(
    PERSISTENT_SOURCE_NAMES.filter((name) => spec[name] !== undefined).map((name) => [name, spec[name]]),
  );

/** Old labels of topology and what they may be renamed to in a volume's node affinity. */
const GA_LABELS: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};

/** The old affinity with every label renamed that the new one has under its newer name. */
function renamed(selector: NodeSelector | undefined, next: NodeSelector | undefined): NodeSelector | undefined {
  if (!selector) return undefined;
  return {
    ...selector,
    nodeSelectorTerms: selector.nodeSelectorTerms.map((term, i) => ({
      ...term,
      ...(term.matchExpressions && {
        matchExpressions: term.matchExpressions.map((expression, j) => {
          const now = next?.nodeSelectorTerms[i]?.matchExpressions?.[j]?.key;
          return now !== undefined && GA_LABELS[expression.key] === now ? { ...expression, key: now } : expression;
        }),
      }),
    })),
  };
}

/** JSON of the internal type of a node selector. */
const internalSelector = (selector: NodeSelector | undefined): unknown =>
  selector
    ? {
        NodeSelectorTerms: selector.nodeSelectorTerms.map(({ matchExpressions, matchFields }) => ({
          MatchExpressions: internalRequirements(matchExpressions),
          MatchFields: internalRequirements(matchFields),
        })),
      }
    : null;

type Requirements = NodeSelector['nodeSelectorTerms'][number]['matchExpressions'];

const internalRequirements = (requirements: Requirements): unknown =>
  requirements?.map(({ key, operator, values }) => ({ Key: key, Operator: operator, Values: values ?? null })) ?? null;

function validateSameSource(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  let source = sourcesOf(volume.spec);
  const before = sourcesOf(old.spec);
  if (old.spec.csi && !old.spec.csi.controllerExpandSecretRef && volume.spec.csi?.controllerExpandSecretRef) {
    const { controllerExpandSecretRef: _, ...csi } = volume.spec.csi;
    source = { ...source, csi };
  }
  if (deepEqual(source, before)) return [];
  const text = `spec.persistentvolumesource is immutable after creation\n${specDiff('PersistentVolumeSource', before, source)}`;
  return [forbiddenField('spec.persistentvolumesource', text)];
}

/** @see ValidatePersistentVolumeUpdate */
function validateUpdate(volume: PersistentVolume, old: PersistentVolume): FieldError[] {
  const errors = validateObjectMetaUpdate(volume.metadata, old.metadata);
  if (PERSISTENT_SOURCE_NAMES.some((name) => volume.spec[name] !== old.spec[name]))
    errors.push(...validateSameSource(volume, old));
  if (volume.spec.volumeMode !== old.spec.volumeMode)
    errors.push(invalidValue('volumeMode', volume.spec.volumeMode, IMMUTABLE));
  if (old.spec.nodeAffinity) {
    const next = volume.spec.nodeAffinity?.required;
    if (!volume.spec.nodeAffinity || !deepEqual(renamed(old.spec.nodeAffinity.required, next), next)) {
      const shown = volume.spec.nodeAffinity ? { Required: internalSelector(next) } : undefined;
      errors.push(invalidValue('nodeAffinity', shown, `${IMMUTABLE}, except for updating from beta label to GA`));
    }
  }
  if (old.spec.volumeAttributesClassName !== undefined && volume.spec.volumeAttributesClassName === undefined) {
    errors.push(forbiddenField('spec.volumeAttributesClassName', 'update from non-nil value to nil is forbidden'));
  }
  return errors;
}

const DEPRECATED_SOURCES: readonly (readonly [name: string, warning: string])[] = [
  ['cephfs', 'spec.cephfs: deprecated in v1.28, non-functional in v1.31+'],
  ['photonPersistentDisk', 'spec.photonPersistentDisk: deprecated in v1.11, non-functional in v1.16+'],
  ['scaleIO', 'spec.scaleIO: deprecated in v1.16, non-functional in v1.22+'],
  ['storageos', 'spec.storageOS: deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'spec.glusterfs: deprecated in v1.25, non-functional in v1.26+'],
  ['rbd', 'spec.rbd: deprecated in v1.28, non-functional in v1.31+'],
];

const DEPRECATED_ANNOTATIONS: readonly (readonly [key: string, warning: string])[] = [
  ['volume.beta.kubernetes.io/storage-class', 'deprecated since v1.8; use "storageClassName" attribute instead'],
  [MOUNT_OPTIONS_ANNOTATION, 'deprecated since v1.31; use "mountOptions" attribute instead'],
];

/** Labels of nodes that have a newer name, with the release since when. @see pkg/api/node/util.go */
const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** @see pkg/api/persistentvolume/util.go warningsForPersistentVolumeSpecAndMeta */
function warnings({ metadata, spec }: PersistentVolume): string[] {
  const texts = DEPRECATED_ANNOTATIONS.filter(([key]) => metadata.annotations?.[key] !== undefined).map(
    ([key, warning]) => `metadata.annotations[${key}]: ${warning}`,
  );
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const advice = 'Instead, the recommended approach is to use dynamic provisioning.';
    texts.push(`spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ${advice}`);
  }
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    for (const [j, { key }] of (term.matchExpressions ?? []).entries()) {
      const warning = DEPRECATED_LABELS[key];
      const path = `spec.nodeAffinity.required.nodeSelectorTerms[${i}].matchExpressions[${j}].key`;
      if (warning !== undefined) texts.push(`${path}: ${key} is ${warning}`);
    }
  }
  texts.push(...DEPRECATED_SOURCES.filter(([name]) => spec[name]).map(([, warning]) => warning));
  return texts;
}

export const persistentVolume = defineKind<PersistentVolume>({
  group: '',
  version: 'v1',
  kind: 'PersistentVolume',
  plural: 'persistentvolumes',
  singular: 'persistentvolume',
  shortNames: ['pv'],
  namespaced: false,
  statusSubresource: true,
  indices: {
    byClaim: byText(claimKey),
    byClass: { of: (volume) => [volumeClass(volume)] },
    waiting,
    byProvisioner: byText(({ spec }) => spec.csi?.driver),
    byHandle: byText(({ spec: { csi } }) => csi && `${csi.driver}^${csi.volumeHandle}`),
    modes: { of: ({ spec }) => [accessModesKey(spec.accessModes)] },
    free,
  },
  columns,
  defaults: setDefaults,
  prepareForCreate: (volume, { timestamp }) => ({
    ...volume,
    status: { phase: 'Pending', lastPhaseTransitionTime: timestamp },
  }),
  validate,
  validateUpdate,
  prepareForStatusUpdate: (volume, old, { timestamp }) => {
    const { lastPhaseTransitionTime: given, ...status } = volume.status ?? {};
    const last = old.status?.lastPhaseTransitionTime;
    if (status.phase === old.status?.phase) {
      const kept = given ?? last;
      return { ...volume, status: { ...status, ...(kept !== undefined && { lastPhaseTransitionTime: kept }) } };
    }
    return {
      ...volume,
      status: { ...status, lastPhaseTransitionTime: given === undefined || given === last ? timestamp : given },
    };
  },
  warnings,
});
