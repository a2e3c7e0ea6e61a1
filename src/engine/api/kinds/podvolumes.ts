import type { FieldError } from '../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../names.ts';
import type { Container, KeyToPath, ObjectMeta, Volume, VolumeMount } from '../object.ts';
import { compareQuantities } from '../quantity.ts';
import {
  duplicate,
  forbiddenField,
  invalidTexts,
  invalidValue,
  notFoundField,
  notSupported,
  oneOf,
  required,
} from './field.ts';
import { validateAnnotations, validateLabels } from './metadata.ts';
import { validateClaimSpec } from './persistentvolumeclaim.ts';
import { validateDownwardAPI, validateKeyToPath, validateMode, validateProjected } from './projectedvolumes.ts';
import {
  iscsiNameTooLong,
  isIscsiNameTooLong,
  MORE_THAN_ONE,
  type Source,
  type Spelling,
  validateLocalDescendingPath,
  validatePathNoBacksteps,
  validatePodSource,
} from './volumesources.ts';

/** Sources of a pod's volume in the order in which they are checked. */
const POD_SOURCES: readonly (readonly [name: string, spelling?: Spelling])[] = [
  ['emptyDir'],
  ['hostPath'],
  ['gitRepo'],
  ['gcePersistentDisk', { rule: 'persistentDisk' }],
  ['awsElasticBlockStore'],
  ['secret'],
  ['nfs'],
  ['iscsi'],
  ['glusterfs'],
  ['flocker'],
  ['persistentVolumeClaim'],
  ['rbd'],
  ['cinder'],
  ['cephfs', { second: 'cephFS' }],
  ['quobyte'],
  ['downwardAPI', { second: 'downwarAPI' }],
  ['fc'],
  ['flexVolume'],
  ['configMap'],
  ['azureFile'],
  ['vsphereVolume'],
  ['photonPersistentDisk'],
  ['portworxVolume'],
  ['azureDisk'],
  ['storageos'],
  ['projected'],
  ['scaleIO'],
  ['csi'],
  ['ephemeral'],
  ['image'],
];

const keyed =
  (nameField: string) =>
  (source: Source, field: string): FieldError[] => [
    ...(source[nameField] ? [] : [required(`${field}.${nameField}`)]),
    ...validateMode(source['defaultMode'], `${field}.defaultMode`),
    ...((source['items'] as readonly KeyToPath[] | undefined) ?? []).flatMap((item, i) =>
      validateKeyToPath(item, `${field}.items[${i}]`),
    ),
  ];

/** Names a template of a claim must leave to the server, in the order of the type: only labels and annotations may be given. */
const TEMPLATE_META: readonly string[] = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
];

/** What would be empty in Go says nothing. */
const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && value !== 0 && !(Array.isArray(value) && value.length === 0);

/** @see ValidateTemplateObjectMeta */
const validateTemplateMeta = (metadata: Partial<ObjectMeta>, field: string): FieldError[] => [
  ...validateAnnotations(metadata.annotations ?? {}, `${field}.annotations`),
  ...validateLabels(metadata.labels ?? {}, `${field}.labels`),
  ...TEMPLATE_META.filter((name) => isGiven((metadata as Source)[name])).map((name) =>
    forbiddenField(`${field}.${name}`, 'cannot be set'),
  ),
];

function validateEphemeral(source: Source, field: string): FieldError[] {
  const template = (source as Volume['ephemeral'])?.volumeClaimTemplate;
  const path = `${field}.volumeClaimTemplate`;
  if (!template) return [required(path)];
  const { metadata = {}, spec } = template;
  return [...validateTemplateMeta(metadata, `${path}.metadata`), ...validateClaimSpec(spec ?? {}, `${path}.spec`)];
}

function validateEmptyDir({ sizeLimit }: Source, field: string): FieldError[] {
  const negative = sizeLimit !== undefined && compareQuantities(String(sizeLimit), '0') < 0;
  return negative ? [forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : [];
}

const requireText =
  (name: string) =>
  (source: Source, field: string): FieldError[] =>
    source[name] ? [] : [required(`${field}.${name}`)];

const PULL_POLICIES: readonly string[] = ['Always', 'IfNotPresent', 'Never'];

/** @see validatePullPolicy */
export const validatePullPolicy = (policy: unknown, field: string): FieldError[] =>
  policy ? oneOf(field, String(policy), PULL_POLICIES) : [required(field)];

/** Rules of the sources that only a pod's volume has. */
const OWN_RULES: Readonly<Record<string, (source: Source, field: string) => FieldError[]>> = {
  emptyDir: validateEmptyDir,
  gitRepo: (source, field) => [
    ...requireText('repository')(source, field),
    ...validateLocalDescendingPath(String(source['directory'] ?? ''), `${field}.directory`),
  ],
  secret: keyed('secretName'),
  configMap: keyed('name'),
  persistentVolumeClaim: requireText('claimName'),
  downwardAPI: validateDownwardAPI,
  projected: validateProjected,
  ephemeral: validateEphemeral,
  image: ({ pullPolicy }, field) => validatePullPolicy(pullPolicy, `${field}.pullPolicy`),
};

/** @see validateVolumeSource */
function validateVolumeSource(volume: Volume, field: string, podName: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const [name, spelling = {}] of POD_SOURCES) {
    const source = volume[name] as Source | null | undefined;
    if (source === undefined || source === null) continue;
    found += 1;
    const rule = OWN_RULES[name];
    const path = `${field}.${spelling.rule ?? name}`;
    if (found > 1) errors.push(forbiddenField(`${field}.${spelling.second ?? name}`, MORE_THAN_ONE));
    else {
      if (name === 'image' && podName && !source['reference']) errors.push(required(`${path}.reference`));
      errors.push(...(rule ? rule(source, path) : validatePodSource(name, source, path, volume.name)));
    }
    if (name === 'iscsi' && isIscsiNameTooLong(source, volume.name ?? ''))
      errors.push(iscsiNameTooLong(field, volume.name ?? ''));
    if (name !== 'ephemeral' || found > 1 || !podName || !volume.name) continue;
    const claim = `${podName}-${volume.name}`;
    for (const text of isDNS1123Subdomain(claim))
      errors.push(invalidValue(`${field}.name`, volume.name, `PVC name "${claim}": ${text}`));
  }
  return found === 0 ? [required(field, 'must specify a volume type')] : errors;
}

/** Faultless volumes by name, and the faults of the others. @see ValidateVolumes */
export function validateVolumes(
  volumes: readonly Volume[],
  field: string,
  podName: string,
): [ReadonlyMap<string, Volume>, FieldError[]] {
  const errors: FieldError[] = [];
  const good = new Map<string, Volume>();
  const created = new Set(
    podName ? volumes.filter(({ ephemeral }) => ephemeral).map(({ name }) => `${podName}-${name}`) : [],
  );
  for (const [i, volume] of volumes.entries()) {
    const path = `${field}[${i}]`;
    const faults = validateVolumeSource(volume, path, podName);
    if (!volume.name) faults.push(required(`${path}.name`));
    else faults.push(...invalidTexts(`${path}.name`, volume.name, isDNS1123Label(volume.name)));
    if (good.has(volume.name)) faults.push(duplicate(`${path}.name`, volume.name));
    if (faults.length === 0) good.set(volume.name, volume);
    errors.push(...faults);
    const claim = volume.persistentVolumeClaim?.claimName ?? '';
    if (!created.has(claim)) continue;
    const text = 'must not reference a PVC that gets created for an ephemeral volume';
    errors.push(invalidValue(`${path}.persistentVolumeClaim.claimName`, claim, text));
  }
  return [good, errors];
}

const MOUNT_PROPAGATIONS: readonly string[] = ['Bidirectional', 'HostToContainer', 'None'];

function validatePropagation(mode: string, container: Container, field: string): FieldError[] {
  const errors = oneOf(field, mode, MOUNT_PROPAGATIONS);
  const privileged = (container['securityContext'] as { privileged?: boolean } | undefined)?.privileged === true;
  if (mode === 'Bidirectional' && !privileged) {
    errors.push(forbiddenField(field, 'Bidirectional mount propagation is available only to privileged containers'));
  }
  return errors;
}

const RECURSIVE_READ_ONLY: readonly string[] = ['Disabled', 'Enabled', 'IfPossible'];

/** @see validateMountRecursiveReadOnly */
function validateRecursiveReadOnly(mount: VolumeMount & Source, field: string): FieldError[] {
  const { recursiveReadOnly: value, mountPropagation: propagation } = mount;
  if (value === undefined || value === 'Disabled') return [];
  if (!RECURSIVE_READ_ONLY.includes(String(value))) return [notSupported(field, value, RECURSIVE_READ_ONLY)];
  const errors = mount.readOnly ? [] : [forbiddenField(field, 'may only be specified when readOnly is true')];
  if (propagation !== undefined && propagation !== 'None')
    errors.push(forbiddenField(field, 'may only be specified when mountPropagation is None or not specified'));
  return errors;
}

/** @see ValidateVolumeMounts */
export function validateMounts(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const devices = container.volumeDevices ?? [];
  const points = new Set<string>();
  for (const [i, mount] of (container.volumeMounts ?? []).entries()) {
    const path = `${field}[${i}]`;
    const {
      name = '',
      mountPath = '',
      subPath,
      subPathExpr,
      mountPropagation,
    } = mount as VolumeMount & Readonly<Record<string, string>>;
    if (name === '') errors.push(required(`${path}.name`));
    if (!volumes.has(name)) errors.push(notFoundField(`${path}.name`, name));
    if (mountPath === '') errors.push(required(`${path}.mountPath`));
    if (points.has(mountPath)) errors.push(invalidValue(`${path}.mountPath`, mountPath, 'must be unique'));
    points.add(mountPath);
    if (devices.some((device) => device.name === name)) {
      errors.push(invalidValue(`${path}.name`, name, 'must not already exist in volumeDevices'));
    }
    if (devices.some((device) => device.devicePath === mountPath)) {
      errors.push(invalidValue(`${path}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    // Upstream's paths of the next three have no index.
    if (subPath) errors.push(...validateLocalDescendingPath(subPath, `${field}.subPath`));
    if (subPathExpr) {
      if (subPath)
        errors.push(invalidValue(`${path}.subPathExpr`, subPathExpr, 'subPathExpr and subPath are mutually exclusive'));
      errors.push(...validateLocalDescendingPath(subPathExpr, `${field}.subPathExpr`));
    }
    if (mountPropagation) errors.push(...validatePropagation(mountPropagation, container, `${field}.mountPropagation`));
    errors.push(...validateRecursiveReadOnly(mount as VolumeMount & Source, `${field}.recursiveReadOnly`));
  }
  return errors;
}

/** @see ValidateVolumeDevices */
export function validateDevices(
  container: Container,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const mounts = container.volumeMounts ?? [];
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [i, { name = '', devicePath = '' }] of (container.volumeDevices ?? []).entries()) {
    const path = `${field}[${i}]`;
    const volume = volumes.get(name);
    if (name === '') errors.push(required(`${path}.name`));
    if (names.has(name)) errors.push(invalidValue(`${path}.name`, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      const text = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
      errors.push(invalidValue(`${path}.name`, name, text));
    }
    if (!volume) errors.push(notFoundField(`${path}.name`, name));
    if (devicePath === '') errors.push(required(`${path}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalidValue(`${path}.devicePath`, devicePath, 'must be unique'));
    if (devicePath !== '' && validatePathNoBacksteps(devicePath, '').length > 0) {
      errors.push(invalidValue(`${path}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.some((mount) => mount.name === name)) {
      errors.push(invalidValue(`${path}.name`, name, 'must not already exist in volumeMounts'));
    }
    if (mounts.some(({ mountPath }) => mountPath === devicePath)) {
      errors.push(invalidValue(`${path}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name !== '') names.add(name);
  }
  return errors;
}
