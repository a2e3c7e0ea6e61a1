import type { FieldError } from '../errors.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { PersistentVolume, PersistentVolumeSpec } from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
import { VALUES } from '../schema/values.ts';
import { forbiddenField, invalidTexts, invalidValue, notSupported, oneOf, required } from './field.ts';
import { validateObjectMeta } from './metadata.ts';
import { ACCESS_MODES } from './modes.ts';
import { validateNodeSelector } from './nodeselector.ts';
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

/** Labels of nodes that have a newer name, with the release since when. @see pkg/api/node/util.go */
const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

/** @see pkg/api/persistentvolume/util.go warningsForPersistentVolumeSpecAndMeta */
export function volumeWarnings({ metadata, spec }: PersistentVolume): string[] {
  const texts = DEPRECATED_ANNOTATIONS.filter(([key]) => metadata.annotations?.[key] !== undefined).map(
    ([key, warning]) => `metadata.annotations[${key}]: ${warning}`,
  );
  if (spec.persistentVolumeReclaimPolicy === 'Recycle') {
    const advice = 'Instead, the recommended approach is to use dynamic provisioning.';
    texts.push(`spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. ${advice}`);
  }
  for (const [i, term] of (spec.nodeAffinity?.required?.nodeSelectorTerms ?? []).entries()) {
    for (const [j, { key }] of (term.matchExpressions ?? []).entries()) {
      const warning = own(DEPRECATED_LABELS, key);
      const path = `spec.nodeAffinity.required.nodeSelectorTerms[${i}].matchExpressions[${j}].key`;
      if (warning !== undefined) texts.push(`${path}: ${key} is ${warning}`);
    }
  }
  texts.push(...DEPRECATED_SOURCES.filter(([name]) => spec[name]).map(([, warning]) => warning));
  return texts;
}
