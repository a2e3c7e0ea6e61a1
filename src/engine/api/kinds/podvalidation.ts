import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from '../names.ts';
import type { Container, KeyToPath, Pod, PodSpec, Toleration, Volume, VolumeMount } from '../object.ts';
import { canonicalQuantity, compareQuantities } from '../quantity.ts';
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
import { plainDiff } from './internal.ts';
import { validateAnnotations, validateLabels, validateObjectMetaUpdate } from './metadata.ts';
import { validateNodeSelector, validateNodeSelectorTerm } from './nodeselector.ts';
import { validateClaimSpec } from './persistentvolumeclaim.ts';
import {
  MORE_THAN_ONE,
  type Source,
  validateLocalDescendingPath,
  validatePathNoBacksteps,
  validatePodSource,
} from './volumesources.ts';

const FILE_MODE = 'must be a number between 0 and 0777 (octal), both inclusive';

/** Sources of a pod's volume in the order in which they are checked, with the path where it is not the field's name. */
const POD_SOURCES: readonly (readonly [name: string, path?: string])[] = [
  ['emptyDir'],
  ['hostPath'],
  ['gitRepo'],
  ['gcePersistentDisk', 'persistentDisk'],
  ['awsElasticBlockStore'],
  ['secret'],
  ['nfs'],
  ['iscsi'],
  ['glusterfs'],
  ['flocker'],
  ['persistentVolumeClaim'],
  ['rbd'],
  ['cinder'],
  ['cephfs'],
  ['quobyte'],
  ['downwardAPI'],
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

const validateMode = (mode: unknown, field: string): FieldError[] =>
  typeof mode === 'number' && (mode < 0 || mode > 0o777) ? [invalidValue(field, mode, FILE_MODE)] : [];

/** @see pkg/apis/core/validation/validation.go validateLocalNonReservedPath */
function validateLocalNonReservedPath(path: string, field: string): FieldError[] {
  const errors = validateLocalDescendingPath(path, field);
  if (path.startsWith('..') && !path.startsWith('../'))
    errors.push(invalidValue(field, path, "must not start with '..'"));
  return errors;
}

function validateItems(items: readonly KeyToPath[], field: string): FieldError[] {
  return items.flatMap(({ key, path = '', mode }, i) => [
    ...(key ? [] : [required(`${field}[${i}].key`)]),
    ...(path ? [] : [required(`${field}[${i}].path`)]),
    ...validateLocalNonReservedPath(path, `${field}[${i}].path`),
    ...validateMode(mode, `${field}[${i}].mode`),
  ]);
}

const keyed =
  (nameField: string) =>
  (source: Source, field: string): FieldError[] => [
    ...(source[nameField] ? [] : [required(`${field}.${nameField}`)]),
    ...validateMode(source['defaultMode'], `${field}.defaultMode`),
    ...validateItems((source['items'] as readonly KeyToPath[] | undefined) ?? [], `${field}.items`),
  ];

/** Names a template of a claim must leave to the server: only labels and annotations may be given. */
const TEMPLATE_META = [
  'name',
  'generateName',
  'namespace',
  'uid',
  'resourceVersion',
  'finalizers',
  'ownerReferences',
] as const;

function validateEphemeral(source: Source, field: string): FieldError[] {
  const template = (source as Volume['ephemeral'])?.volumeClaimTemplate;
  const path = `${field}.volumeClaimTemplate`;
  if (!template) return [required(path)];
  const { metadata = {}, spec } = template;
  return [
    ...TEMPLATE_META.filter((name) => metadata[name] !== undefined).map((name) =>
      forbiddenField(`${path}.metadata.${name}`, 'cannot be set'),
    ),
    ...validateLabels(metadata.labels ?? {}, `${path}.metadata.labels`),
    ...validateAnnotations(metadata.annotations ?? {}, `${path}.metadata.annotations`),
    ...validateClaimSpec(spec ?? {}, `${path}.spec`),
  ];
}

function validateEmptyDir({ sizeLimit }: Source, field: string): FieldError[] {
  const negative = sizeLimit !== undefined && compareQuantities(String(sizeLimit), '0') < 0;
  return negative ? [forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')] : [];
}

const requireText =
  (name: string) =>
  (source: Source, field: string): FieldError[] =>
    source[name] ? [] : [required(`${field}.${name}`)];

/** Rules of the sources that only a pod's volume has. */
const OWN_RULES: Readonly<Record<string, (source: Source, field: string) => FieldError[]>> = {
  emptyDir: validateEmptyDir,
  gitRepo: requireText('repository'),
  secret: keyed('secretName'),
  configMap: keyed('name'),
  persistentVolumeClaim: requireText('claimName'),
  downwardAPI: ({ defaultMode }, field) => validateMode(defaultMode, `${field}.defaultMode`),
  projected: ({ defaultMode }, field) => validateMode(defaultMode, `${field}.defaultMode`),
  ephemeral: validateEphemeral,
  image: requireText('reference'),
};

/** @see validateVolumeSource */
function validateVolumeSource(volume: Volume, field: string, podName: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = 0;
  for (const [name, path = name] of POD_SOURCES) {
    const source = volume[name] as Source | null | undefined;
    if (source === undefined || source === null) continue;
    found += 1;
    const rule = OWN_RULES[name];
    if (found > 1) errors.push(forbiddenField(`${field}.${name}`, MORE_THAN_ONE));
    else
      errors.push(
        ...(rule ? rule(source, `${field}.${path}`) : validatePodSource(name, source, `${field}.${path}`, volume.name)),
      );
    if (name !== 'ephemeral' || found > 1 || !podName || !volume.name) continue;
    const claim = `${podName}-${volume.name}`;
    for (const text of isDNS1123Subdomain(claim))
      errors.push(invalidValue(`${field}.name`, volume.name, `PVC name "${claim}": ${text}`));
  }
  return found === 0 ? [required(field, 'must specify a volume type')] : errors;
}

/** Faultless volumes by name, and the faults of the others. @see ValidateVolumes */
function validateVolumes(
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

/** @see ValidateVolumeMounts */
function validateMounts(container: Container, volumes: ReadonlyMap<string, Volume>, field: string): FieldError[] {
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
  }
  return errors;
}

/** @see ValidateVolumeDevices */
function validateDevices(container: Container, volumes: ReadonlyMap<string, Volume>, field: string): FieldError[] {
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

const PULL_POLICIES: readonly string[] = ['Always', 'IfNotPresent', 'Never'];

/** Requests must not exceed limits. @see ValidateContainerResourceRequirements */
function validateResources({ resources }: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const part of ['limits', 'requests'] as const) {
    const list = resources?.[part] ?? {};
    for (const name of Object.keys(list).sort()) {
      const path = `${field}.${part}[${name}]`;
      const value = list[name];
      if (!name.includes('/') && !/^(cpu|memory|ephemeral-storage|hugepages-.*|storage)$/.test(name)) {
        errors.push(invalidValue(path, name, 'must be a standard resource for containers'));
      }
      if (compareQuantities(value, '0') < 0) {
        errors.push(invalidValue(path, canonicalQuantity(value ?? ''), 'must be greater than or equal to 0'));
      }
      const limit = resources?.limits?.[name];
      if (part === 'requests' && limit !== undefined && compareQuantities(value, limit) > 0) {
        const text = `must be less than or equal to ${name} limit of ${canonicalQuantity(limit)}`;
        errors.push(invalidValue(`${field}.requests`, canonicalQuantity(value ?? ''), text));
      }
    }
  }
  return errors;
}

/** @see validateContainerCommon */
function validateContainer(container: Container, volumes: ReadonlyMap<string, Volume>, field: string): FieldError[] {
  const { name, image } = container;
  const errors = name ? invalidTexts(`${field}.name`, name, isDNS1123Label(name)) : [required(`${field}.name`)];
  if (!image) errors.push(required(`${field}.image`));
  for (const [i, port] of (container.ports ?? []).entries()) {
    const path = `${field}.ports[${i}]`;
    if (!port.containerPort) errors.push(required(`${path}.containerPort`));
    else if (port.containerPort < 1 || port.containerPort > 65_535) {
      errors.push(invalidValue(`${path}.containerPort`, port.containerPort, 'must be between 1 and 65535, inclusive'));
    }
    if (port.protocol && !['TCP', 'UDP', 'SCTP'].includes(port.protocol)) {
      errors.push(notSupported(`${path}.protocol`, port.protocol, ['SCTP', 'TCP', 'UDP']));
    }
  }
  errors.push(
    ...validateMounts(container, volumes, `${field}.volumeMounts`),
    ...validateDevices(container, volumes, `${field}.volumeDevices`),
  );
  errors.push(...oneOf(`${field}.imagePullPolicy`, String(container['imagePullPolicy']), PULL_POLICIES));
  return [...errors, ...validateResources(container, `${field}.resources`)];
}

function validateContainers(
  { containers = [], initContainers = [] }: PodSpec,
  volumes: ReadonlyMap<string, Volume>,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (containers.length === 0) errors.push(required(`${field}.containers`));
  const names = new Set<string>();
  for (const [part, list] of [
    ['containers', containers],
    ['initContainers', initContainers],
  ] as const) {
    for (const [i, container] of list.entries()) {
      const path = `${field}.${part}[${i}]`;
      errors.push(...validateContainer(container, volumes, path));
      if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
      names.add(container.name);
      if (part === 'initContainers' && container.restartPolicy && container.restartPolicy !== 'Always') {
        errors.push(...oneOf(`${path}.restartPolicy`, container.restartPolicy, ['Always', 'Never', 'OnFailure']));
      }
    }
  }
  return errors;
}

const TAINT_EFFECTS: readonly string[] = ['NoExecute', 'NoSchedule', 'PreferNoSchedule'];

/** @see ValidateTolerations */
function validateTolerations(tolerations: readonly Toleration[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, { key = '', operator = '', value = '', effect = '', tolerationSeconds }] of tolerations.entries()) {
    const path = `${field}[${i}]`;
    if (key !== '') errors.push(...invalidTexts(`${path}.key`, key, isQualifiedName(key)));
    if (key === '' && operator !== 'Exists') {
      errors.push(
        invalidValue(
          `${path}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      errors.push(invalidValue(`${path}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    }
    if (operator === '' || operator === 'Equal') {
      const faults = isValidLabelValue(value);
      if (faults.length > 0) errors.push(invalidValue(`${path}.operator`, value, faults.join(';')));
    } else if (operator === 'Exists') {
      if (value !== '')
        errors.push(invalidValue(`${path}.operator`, '', "value must be empty when `operator` is 'Exists'"));
    } else errors.push(notSupported(`${path}.operator`, operator, ['Equal', 'Exists']));
    if (effect !== '' && !TAINT_EFFECTS.includes(effect))
      errors.push(notSupported(`${path}.effect`, effect, TAINT_EFFECTS));
  }
  return errors;
}

function validateNodeAffinity({ affinity }: PodSpec, field: string): FieldError[] {
  const node = affinity?.nodeAffinity;
  const hard = node?.requiredDuringSchedulingIgnoredDuringExecution;
  const path = `${field}.affinity.nodeAffinity`;
  const errors = hard ? validateNodeSelector(hard, `${path}.requiredDuringSchedulingIgnoredDuringExecution`) : [];
  for (const [i, { weight, preference }] of (node?.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    if (weight <= 0 || weight > 100) errors.push(invalidValue(`${at}.weight`, weight, 'must be in the range 1-100'));
    errors.push(...validateNodeSelectorTerm(preference, `${at}.preference`));
  }
  return errors;
}

/** Rules of a pod's spec, also inside a template, where the pod has no name yet. @see ValidatePodSpec */
export function validatePodSpec(spec: PodSpec, field: string, podName: string): FieldError[] {
  const [volumes, errors] = validateVolumes(spec.volumes ?? [], `${field}.volumes`, podName);
  errors.push(...validateContainers(spec, volumes, field));
  errors.push(...oneOf(`${field}.restartPolicy`, spec.restartPolicy, ['Always', 'OnFailure', 'Never']));
  errors.push(
    ...validateLabels(spec.nodeSelector ?? {}, `${field}.nodeSelector`),
    ...validateNodeAffinity(spec, field),
  );
  const { serviceAccountName, nodeName, priorityClassName } = spec;
  if (serviceAccountName)
    errors.push(
      ...invalidTexts(`${field}.serviceAccountName`, serviceAccountName, isDNS1123Subdomain(serviceAccountName)),
    );
  if (nodeName) errors.push(...invalidTexts(`${field}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  errors.push(...validateTolerations(spec.tolerations ?? [], `${field}.tolerations`));
  if (priorityClassName)
    errors.push(
      ...invalidTexts(`${field}.priorityClassName`, priorityClassName, isDNS1123Subdomain(priorityClassName)),
    );
  return errors;
}

const UPDATABLE: readonly string[] = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

const withOldImages = (containers: readonly Container[] = [], old: readonly Container[] = []): readonly Container[] =>
  containers.map((container, i) => {
    const image = old[i]?.image;
    return image === undefined ? container : { ...container, image };
  });

/** The new spec with everything put back that may change. */
function munged(spec: PodSpec, old: PodSpec): PodSpec {
  const { activeDeadlineSeconds: _, tolerations: _t, schedulingGates: _g, ...rest } = spec;
  const gated = (old.schedulingGates ?? []).length > 0;
  const { nodeSelector, affinity } = gated ? old : spec;
  const { nodeSelector: _n, affinity: _a, ...others } = rest;
  const wasNegative = (old.terminationGracePeriodSeconds ?? 0) < 0 && spec.terminationGracePeriodSeconds === 1;
  return {
    ...others,
    containers: withOldImages(spec.containers, old.containers),
    ...(spec.initContainers && { initContainers: withOldImages(spec.initContainers, old.initContainers) }),
    ...(old['activeDeadlineSeconds'] !== undefined && { activeDeadlineSeconds: old['activeDeadlineSeconds'] }),
    ...(old.tolerations && { tolerations: old.tolerations }),
    ...(old.schedulingGates && { schedulingGates: old.schedulingGates }),
    ...(nodeSelector && { nodeSelector }),
    ...(affinity && { affinity }),
    ...(wasNegative && { terminationGracePeriodSeconds: old.terminationGracePeriodSeconds ?? 0 }),
  };
}

/** Tolerations may be added and their seconds changed, not taken away. @see validateOnlyAddedTolerations */
function validateOnlyAddedTolerations({ tolerations = [] }: PodSpec, old: PodSpec): FieldError[] {
  const same = (a: Toleration, b: Toleration): boolean => {
    const { tolerationSeconds: _a, ...left } = a;
    const { tolerationSeconds: _b, ...right } = b;
    return deepEqual(left, right);
  };
  const lost = (old.tolerations ?? []).some((toleration) => !tolerations.some((other) => same(toleration, other)));
  return lost
    ? [forbiddenField('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds')]
    : [];
}

/** @see ValidatePodUpdate */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(pod.metadata, old.metadata);
  if (deepEqual(pod.spec, old.spec)) return errors;
  for (const part of ['containers', 'initContainers'] as const) {
    if ((pod.spec[part] ?? []).length === (old.spec[part] ?? []).length) continue;
    return [...errors, forbiddenField(`spec.${part}`, 'pod updates may not add or remove containers')];
  }
  errors.push(...validateOnlyAddedTolerations(pod.spec, old.spec));
  const gates = (old.spec.schedulingGates ?? []).map(({ name }) => name);
  for (const { name } of pod.spec.schedulingGates ?? []) {
    if (!gates.includes(name))
      errors.push(
        forbiddenField('spec.schedulingGates', `only deletion is allowed, but found new scheduling gate '${name}'`),
      );
  }
  const next = munged(pod.spec, old.spec);
  if (!deepEqual(next, old.spec)) {
    const text = `pod updates may not change fields other than ${UPDATABLE.join(',')}\n${plainDiff(old.spec, next)}`;
    errors.push(forbiddenField('spec', text));
  }
  return errors;
}
