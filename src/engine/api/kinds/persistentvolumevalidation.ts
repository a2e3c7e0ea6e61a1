import type { FieldError } from '../errors.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../object.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { VALUES } from '../schema/values.ts';
import { forbiddenField, invalidTexts, invalidValue, notSupported, oneOf, required } from './field.ts';
import { internalResources } from './internal.ts';
import { validateObjectMeta } from './metadata.ts';
import { ACCESS_MODES } from './modes.ts';
import { termWarnings } from './nodelabels.ts';
import { validateNodeSelector } from './nodeselector.ts';
import { validateBasicResource } from './resourcenames.ts';
import { validatePersistentVolumeSource } from './volumesources.ts';

const RECLAIM_POLICIES: readonly string[] = VALUES['core.PersistentVolumeReclaimPolicy'];
export const VOLUME_MODES: readonly string[] = VALUES['core.PersistentVolumeMode'];

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
    errors.push(notSupported(field, names.length === 0 ? undefined : internalResources(capacity), ['storage']));
  }
  for (const name of names) {
    const value = capacity[name] ?? '0';
    errors.push(
      ...validateBasicResource(value, `${field}[${name}]`),
      ...validatePositiveQuantity(value, `${field}[${name}]`),
    );
  }
  return errors;
}

/** @see ValidatePositiveQuantityValue */
export const validatePositiveQuantity = (value: string | undefined, field: string): FieldError[] =>
  compareQuantities(value, '0') > 0
    ? []
    : [invalidValue(field, canonicalQuantity(value ?? '0'), 'must be greater than zero')];

const isRoot = (path: string): boolean => path.split('/').every((part) => part === '' || part === '.');

const INLINE = 'in the context of inline volumes';

/** The spec of a volume that an attachment brings itself: access modes and a CSI source, and nothing else. */
export function validateInlineVolumeSpec(spec: PersistentVolumeSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const forbid = (name: string): void => {
    errors.push(forbiddenField(`${field}.${name}`, `may not be specified ${INLINE}`));
  };
  if (spec.claimRef) forbid('claimRef');
  if (Object.keys(spec.capacity ?? {}).length > 0) forbid('capacity');
  if (!spec.csi) errors.push(required(`${field}.csi`, `has to be specified ${INLINE}`));
  const { accessModes: modes = [], persistentVolumeReclaimPolicy: policy, volumeMode } = spec;
  if (modes.length === 0) errors.push(required(`${field}.accessModes`));
  errors.push(...validateAccessModes(modes, `${field}.accessModes`));
  if (policy && policy !== 'Retain')
    errors.push(forbiddenField(`${field}.persistentVolumeReclaimPolicy`, `may only be Retain ${INLINE}`));
  if (spec.nodeAffinity) forbid('nodeAffinity');
  errors.push(...validatePersistentVolumeSource(spec, field, ''));
  if (spec.storageClassName) forbid('storageClassName');
  if (volumeMode !== undefined && volumeMode !== 'Filesystem')
    errors.push(forbiddenField(`${field}.volumeMode`, `may not specify volumeMode other than Filesystem ${INLINE}`));
  return errors;
}

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

export const MOUNT_OPTIONS_ANNOTATION = 'volume.beta.kubernetes.io/mount-options';
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

export const validateVolume = (volume: PersistentVolume): FieldError[] => [
  ...validateObjectMeta(volume.metadata, false),
  ...validateSpec(volume.spec, volume.metadata.name),
  ...validateMountOptionAnnotation(volume),
];
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

/** @see pkg/api/persistentvolume/util.go warningsForPersistentVolumeSpecAndMeta */
export function volumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const texts = DEPRECATED_ANNOTATIONS.filter(([key]) => metadata.annotations?.[key] !== undefined).map(
    ([key, warning]) => `metadata.annotations[${key}]: ${warning}`,
  );
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const advice = 'Instead, the recommended approach is to use dynamic provisioning.';
    texts.push(`spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ${advice}`);
  }
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries())
    texts.push(...termWarnings(term, `spec.nodeAffinity.required.nodeSelectorTerms[${i}]`));
  texts.push(...DEPRECATED_SOURCES.filter(([name]) => spec[name]).map(([, warning]) => warning));
  return texts;
}
