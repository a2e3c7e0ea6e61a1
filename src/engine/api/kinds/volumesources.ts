import type { FieldError } from '../errors.ts';
import { byteLength, isDNS1123Label, isDNS1123Subdomain } from '../names.ts';
import type { CSIPersistentVolumeSource, SecretReference } from '../object.ts';
import {
  forbiddenField,
  inclusiveRange,
  invalidTexts,
  invalidValue,
  notSupported,
  oneOf,
  required,
  tooLong,
} from './field.ts';

/** A volume source of any type, as a map of its fields. */
export type Source = Readonly<Record<string, unknown>>;

type SourceRule = (source: Source, field: string, objectName: string) => FieldError[];

export const MORE_THAN_ONE = 'may not specify more than 1 volume type';

const text = (source: Source, name: string): string =>
  typeof source[name] === 'string' ? (source[name] as string) : '';
const list = (source: Source, name: string): readonly unknown[] =>
  Array.isArray(source[name]) ? (source[name] as readonly unknown[]) : [];

const requireTexts =
  (...names: readonly string[]): SourceRule =>
  (source, field) =>
    names.filter((name) => text(source, name) === '').map((name) => required(`${field}.${name}`));

/** @see validatePathNoBacksteps */
export const validatePathNoBacksteps = (path: string, field: string): FieldError[] =>
  path.split('/').includes('..') ? [invalidValue(field, path, "must not contain '..'")] : [];

/** @see validateLocalNonReservedPath, validateLocalDescendingPath */
export const validateLocalDescendingPath = (path: string, field: string): FieldError[] => [
  ...(path.startsWith('/') ? [invalidValue(field, path, 'must be a relative path')] : []),
  ...validatePathNoBacksteps(path, field),
];

const HOST_PATH_TYPES: readonly string[] = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

const validateHostPath: SourceRule = (source, field) => {
  const path = text(source, 'path');
  if (path === '') return [required(`${field}.path`)];
  const type = source['type'];
  return [
    ...validatePathNoBacksteps(path, `${field}.path`),
    ...(type === undefined ? [] : oneOf(`${field}.type`, String(type), HOST_PATH_TYPES)),
  ];
};

const validateLocal: SourceRule = (source, field) => {
  const path = text(source, 'path');
  return path === '' ? [required(`${field}.path`)] : validatePathNoBacksteps(path, `${field}.path`);
};

const validateNFS: SourceRule = (source, field) => {
  const path = text(source, 'path');
  const errors = requireTexts('server', 'path')(source, field, '');
  if (!path.startsWith('/')) errors.push(invalidValue(`${field}.path`, path, 'must be an absolute path'));
  return errors;
};

const IQN = /iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$/;
const EUI = /^eui.[A-Za-z0-9]{16}$/;
const NAA = /^naa.[A-Za-z0-9]{32}$/;

const isIscsiName = (name: string): boolean =>
  (name.startsWith('iqn') && IQN.test(name)) || EUI.test(name) || NAA.test(name);

const ISCSI_TOO_LONG =
  'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';

/** Whether an initiator is named and the volume's name with the portal behind it is too long for that. */
export const isIscsiNameTooLong = (source: Source, volumeName: string): boolean =>
  typeof source['initiatorName'] === 'string' &&
  byteLength(`${volumeName}:${text(source, 'targetPortal')}`) > ISCSI_NAME_LIMIT;

/** What a pod's volume of type iSCSI is told when its name is too long; its source may be a second one, too. */
export const iscsiNameTooLong = (field: string, volumeName: string): FieldError =>
  invalidValue(`${field}.name`, volumeName, ISCSI_TOO_LONG);

const ISCSI_NAME_LIMIT = 64;
const ISCSI_PREFIX = /^(iqn|eui|naa)/;
const MALFORMED = 'must be valid format';

/** Only a pod's volume is told how a name has to start. */
function validateIscsiName(name: string, field: string, inPod: boolean): FieldError[] {
  if (ISCSI_PREFIX.test(name)) return isIscsiName(name) ? [] : [invalidValue(field, name, MALFORMED)];
  return [invalidValue(field, name, inPod ? `${MALFORMED} starting with iqn, eui, or naa` : MALFORMED)];
}

const validateISCSI =
  (inPod: boolean): SourceRule =>
  (source, field, objectName) => {
    const errors = requireTexts('targetPortal')(source, field, '');
    const initiator = source['initiatorName'];
    if (!inPod && isIscsiNameTooLong(source, objectName))
      errors.push(invalidValue(`${field}.targetportal`, text(source, 'targetPortal'), ISCSI_TOO_LONG));
    const iqn = text(source, 'iqn');
    if (iqn === '') errors.push(required(`${field}.iqn`));
    else errors.push(...validateIscsiName(iqn, `${field}.iqn`, inPod));
    errors.push(...validateRange(source['lun'], 0, 255, `${field}.lun`));
    const secret = source['secretRef'] as SecretReference | undefined;
    if ((source['chapAuthDiscovery'] || source['chapAuthSession']) && !secret)
      errors.push(required(`${field}.secretRef`));
    if (!inPod && secret && !secret.name) errors.push(required(`${field}.secretRef.name`));
    if (typeof initiator === 'string') errors.push(...validateIscsiName(initiator, `${field}.initiatorname`, inPod));
    return errors;
  };

function validateRange(value: unknown, low: number, high: number, field: string): FieldError[] {
  if (typeof value !== 'number' || (value >= low && value <= high)) return [];
  return [invalidValue(field, value, inclusiveRange(low, high))];
}

const validateFC: SourceRule = (source, field) => {
  const errors: FieldError[] = [];
  const targets = list(source, 'targetWWNs');
  const wwids = list(source, 'wwids');
  if (targets.length === 0 && wwids.length === 0) {
    errors.push(required(`${field}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targets.length > 0 && wwids.length > 0) {
    const fault = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalidValue(`${field}.targetWWNs`, targets, fault));
  }
  if (targets.length > 0) {
    const lun = source['lun'];
    if (lun === undefined) errors.push(required(`${field}.lun`, 'lun is required if targetWWNs is specified'));
    else errors.push(...validateRange(lun, 0, 255, `${field}.lun`));
  }
  return errors;
};

const requireMonitors: SourceRule = (source, field) =>
  list(source, 'monitors').length === 0 ? [required(`${field}.monitors`)] : [];

const validateRBD: SourceRule = (source, field) => [
  ...requireMonitors(source, field, ''),
  ...requireTexts('image')(source, field, ''),
];

const validateFlex: SourceRule = (source, field) => {
  const errors = requireTexts('driver')(source, field, '');
  for (const key of Object.keys((source['options'] as Source | undefined) ?? {}).sort()) {
    const namespace = `.${(key.includes('/') ? key.slice(0, key.indexOf('/')) : key).toLowerCase()}`;
    if (!namespace.endsWith('.kubernetes.io') && !namespace.endsWith('.k8s.io')) continue;
    errors.push(invalidValue(`${field}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'));
  }
  return errors;
};

const validateDisk =
  (id: string): SourceRule =>
  (source, field) => {
    const errors = requireTexts(id)(source, field, '');
    const { partition } = source;
    if (typeof partition === 'number' && (partition < 0 || partition > 255)) {
      errors.push(invalidValue(`${field}.partition`, partition, 'must be between 1 and 255, inclusive'));
    }
    return errors;
  };

const validateGlusterfs: SourceRule = (source, field) => {
  const errors = requireTexts('endpoints', 'path')(source, field, '');
  const namespace = source['endpointsNamespace'];
  if (namespace === '') {
    const fault = 'if the endpointnamespace is set, it must be a valid namespace name';
    errors.push(invalidValue(`${field}.endpointsNamespace`, namespace, fault));
  } else if (typeof namespace === 'string') {
    errors.push(...invalidTexts(`${field}.endpointsNamespace`, namespace, isDNS1123Label(namespace)));
  }
  return errors;
};

/** A PersistentVolume's secret has a namespace, that of a pod's volume lies in the pod's. */
function requireSecret(source: Source, field: string, inPod: boolean): FieldError[] {
  const secret = source['secretRef'] as SecretReference | undefined;
  if (!secret) return [];
  const names = inPod ? (['name'] as const) : (['name', 'namespace'] as const);
  return names.filter((name) => !secret[name]).map((name) => required(`${field}.secretRef.${name}`));
}

const validateCinder =
  (inPod: boolean): SourceRule =>
  (source, field) => [...requireTexts('volumeID')(source, field, ''), ...requireSecret(source, field, inPod)];

const CACHING_MODES: readonly string[] = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS: readonly string[] = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_DISK_URI =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK_URI = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

const validateAzureDisk: SourceRule = (source, field) => {
  const errors = requireTexts('diskName', 'diskURI')(source, field, '');
  const { cachingMode, kind } = source;
  const uri = text(source, 'diskURI');
  if (cachingMode !== undefined) errors.push(...oneOf(`${field}.cachingMode`, String(cachingMode), CACHING_MODES));
  if (kind === undefined) return errors;
  errors.push(...oneOf(`${field}.kind`, String(kind), DISK_KINDS));
  const managed = kind === 'Managed';
  if (!uri.startsWith(managed ? '/subscriptions/' : 'https://')) {
    errors.push(notSupported(`${field}.diskURI`, uri, [managed ? MANAGED_DISK_URI : BLOB_DISK_URI]));
  }
  return errors;
};

const validateAzureFile: SourceRule = (source, field) => {
  const errors = requireTexts('secretName', 'shareName')(source, field, '');
  if (source['secretNamespace'] === '') errors.push(required(`${field}.secretNamespace`));
  return errors;
};

const validateFlocker: SourceRule = (source, field) => {
  const [name, uuid] = [text(source, 'datasetName'), text(source, 'datasetUUID')];
  const errors: FieldError[] = [];
  if (name === '' && uuid === '') errors.push(required(field, 'one of datasetName and datasetUUID is required'));
  if (name !== '' && uuid !== '')
    errors.push(invalidValue(field, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (name.includes('/')) errors.push(invalidValue(`${field}.datasetName`, name, "must not contain '/'"));
  return errors;
};

/** @see net.SplitHostPort */
const HOST_PORT = /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/;

const validateQuobyte: SourceRule = (source, field) => {
  const registry = text(source, 'registry');
  const fault = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (registry === '') errors.push(required(`${field}.registry`, fault));
  else if (text(source, 'tenant').length >= 65) {
    errors.push(required(`${field}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else if (registry.split(',').some((pair) => !HOST_PORT.test(pair))) {
    errors.push(invalidValue(`${field}.registry`, registry, fault));
  }
  return [...errors, ...requireTexts('volume')(source, field, '')];
};

const validateStorageOS =
  (inPod: boolean): SourceRule =>
  (source, field) => {
    const [name, namespace] = [text(source, 'volumeName'), text(source, 'volumeNamespace')];
    return [
      ...(name === ''
        ? [required(`${field}.volumeName`)]
        : invalidTexts(`${field}.volumeName`, name, isDNS1123Label(name))),
      ...(namespace === '' ? [] : invalidTexts(`${field}.volumeNamespace`, namespace, isDNS1123Label(namespace))),
      ...requireSecret(source, field, inPod),
    ];
  };

/** @see ValidateCSIDriverName */
export function validateCSIDriverName(name: string | undefined, field: string): FieldError[] {
  if (!name) return [required(field)];
  const errors = byteLength(name) > 63 ? [tooLong(field, 63)] : [];
  return [...errors, ...invalidTexts(field, name, isDNS1123Subdomain(name.toLowerCase()))];
}

function validateSecretReference(secret: SecretReference | undefined, field: string): FieldError[] {
  if (!secret) return [];
  const { name, namespace } = secret;
  return [
    ...(name ? invalidTexts(`${field}.name`, name, isDNS1123Subdomain(name)) : [required(`${field}.name`)]),
    ...(namespace
      ? invalidTexts(`${field}.namespace`, namespace, isDNS1123Label(namespace))
      : [required(`${field}.namespace`)]),
  ];
}

/** The secret for staging is not checked, as upstream does not check it. */
const CHECKED_SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
] as const;

const validateCSI: SourceRule = (source, field) => {
  const csi = source as unknown as CSIPersistentVolumeSource;
  const errors = validateCSIDriverName(csi.driver, `${field}.driver`);
  if (!csi.volumeHandle) errors.push(required(`${field}.volumeHandle`));
  for (const name of CHECKED_SECRETS) errors.push(...validateSecretReference(csi[name], `${field}.${name}`));
  return errors;
};

const validateInlineCSI: SourceRule = (source, field) => {
  const errors = validateCSIDriverName(text(source, 'driver'), `${field}.driver`);
  const secret = source['nodePublishSecretRef'] as SecretReference | undefined;
  if (!secret) return errors;
  if (!secret.name) return [...errors, required(`${field}.nodePublishSecretRef.name`)];
  // Upstream's path names the field only.
  return [...errors, ...invalidTexts(`${field}.name`, secret.name, isDNS1123Subdomain(secret.name))];
};

/** How a source's rule or the refusal of a second source spells a field, where it is not the field's name. */
export interface Spelling {
  readonly rule?: string;
  readonly second?: string;
}

/** Sources of a PersistentVolume in the order in which they are checked. */
const PERSISTENT_SOURCES: readonly (readonly [name: string, rule: SourceRule, spelling?: Spelling])[] = [
  ['hostPath', validateHostPath],
  ['gcePersistentDisk', validateDisk('pdName'), { rule: 'persistentDisk' }],
  ['awsElasticBlockStore', validateDisk('volumeID')],
  ['glusterfs', validateGlusterfs],
  ['flocker', validateFlocker],
  ['nfs', validateNFS],
  ['rbd', validateRBD],
  ['quobyte', validateQuobyte],
  ['cephfs', requireMonitors, { second: 'cephFS' }],
  ['iscsi', validateISCSI(false)],
  ['cinder', validateCinder(false)],
  ['fc', validateFC],
  ['flexVolume', validateFlex],
  ['azureFile', validateAzureFile],
  ['vsphereVolume', requireTexts('volumePath')],
  ['photonPersistentDisk', requireTexts('pdID')],
  ['portworxVolume', requireTexts('volumeID')],
  ['azureDisk', validateAzureDisk],
  ['scaleIO', requireTexts('gateway', 'system', 'volumeName')],
  ['local', validateLocal],
  ['storageos', validateStorageOS(false)],
  ['csi', validateCSI],
];

const PERSISTENT_SOURCE_NAMES: ReadonlySet<string> = new Set(PERSISTENT_SOURCES.map(([name]) => name));

/** Names of the sources that the spec of a PersistentVolume has; nearly always one. */
export function sourceNamesOf(spec: Source): readonly string[] {
  const names: string[] = [];
  for (const name in spec) {
    if (PERSISTENT_SOURCE_NAMES.has(name) && spec[name] !== undefined && spec[name] !== null) names.push(name);
  }
  return names;
}

/** The sources of a spec in the order in which they are checked. */
function sourcesIn(spec: Source): typeof PERSISTENT_SOURCES {
  const names = sourceNamesOf(spec);
  return names.length === 0 ? [] : PERSISTENT_SOURCES.filter(([name]) => names.includes(name));
}

/** Sources of a pod's volume that are checked as those of a PersistentVolume are, or by a rule of their own. */
const POD_SOURCES: ReadonlyMap<string, SourceRule> = new Map<string, SourceRule>([
  ...PERSISTENT_SOURCES.map(([name, rule]): [string, SourceRule] => [name, rule]),
  ['iscsi', validateISCSI(true)],
  ['cinder', validateCinder(true)],
  ['storageos', validateStorageOS(true)],
  ['csi', validateInlineCSI],
  ['azureFile', requireTexts('secretName', 'shareName')],
  ['glusterfs', requireTexts('endpoints', 'path')],
]);

/** Checks one source of a pod's volume. */
export const validatePodSource = (name: string, source: Source, field: string, objectName: string): FieldError[] =>
  POD_SOURCES.get(name)?.(source, field, objectName) ?? [];

/**
 * Checks the source of a PersistentVolume: exactly one, and that one by its type's rules.
 * @see pkg/apis/core/validation/validation.go ValidatePersistentVolumeSpec
 */
export function validatePersistentVolumeSource(spec: Source, field: string, volumeName: string): FieldError[] {
  const errors: FieldError[] = [];
  let found = false;
  for (const [name, rule, spelling = {}] of sourcesIn(spec)) {
    const source = spec[name];
    // Upstream forgets to ask for a second source when it comes to flexVolume.
    if (found && name !== 'flexVolume')
      errors.push(forbiddenField(`${field}.${spelling.second ?? name}`, MORE_THAN_ONE));
    else errors.push(...rule(source as Source, `${field}.${spelling.rule ?? name}`, volumeName));
    if (!found && name === 'local' && !spec['nodeAffinity']) {
      errors.push(required(`${field}.nodeAffinity`, 'Local volume requires node affinity'));
    }
    found = true;
  }
  if (!found) errors.push(required(field, 'must specify a volume type'));
  return errors;
}
