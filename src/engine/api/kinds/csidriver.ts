import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { CSIDriver } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { duplicate, IMMUTABLE, invalidValue, notSupported, oneOf } from './field.ts';
import { ageColumn, nameColumn, validateObjectMeta, validateObjectMetaUpdate } from './metadata.ts';

const columns: readonly Column<CSIDriver>[] = [
  nameColumn,
  { name: 'AttachRequired', cell: ({ spec }) => String(spec.attachRequired ?? true) },
  { name: 'PodInfoOnMount', cell: ({ spec }) => String(spec.podInfoOnMount ?? false) },
  { name: 'StorageCapacity', cell: ({ spec }) => String(spec.storageCapacity ?? false) },
  {
    name: 'TokenRequests',
    cell: ({ spec }) => spec.tokenRequests?.map(({ audience }) => audience).join(',') ?? '<unset>',
  },
  { name: 'RequiresRepublish', cell: ({ spec }) => String(spec.requiresRepublish ?? false) },
  { name: 'Modes', cell: ({ spec }) => spec.volumeLifecycleModes?.join(',') || '<none>' },
  ageColumn,
];

const DEFAULTS = {
  attachRequired: true,
  podInfoOnMount: false,
  storageCapacity: false,
  fsGroupPolicy: 'ReadWriteOnceWithFSType',
  volumeLifecycleModes: ['Persistent'],
  requiresRepublish: false,
  seLinuxMount: false,
} as const;

/** @see pkg/apis/storage/v1/defaults.go SetDefaults_CSIDriver */
function setDefaults(driver: CSIDriver): CSIDriver {
  const spec = driver.spec ?? {};
  const modes = spec.volumeLifecycleModes ?? [];
  return {
    ...driver,
    spec: { ...DEFAULTS, ...spec, ...(modes.length === 0 && { volumeLifecycleModes: ['Persistent'] }) },
  };
}

const FS_GROUP_POLICIES: readonly string[] = VALUES['storage.FSGroupPolicy'];
const LIFECYCLE_MODES: readonly string[] = VALUES['storage.VolumeLifecycleMode'];

/** @see validateTokenRequests */
function validateTokenRequests({ tokenRequests = [] }: CSIDriver['spec']): FieldError[] {
  const errors: FieldError[] = [];
  const audiences = new Set<string>();
  for (const [i, { audience = '', expirationSeconds: seconds }] of tokenRequests.entries()) {
    const field = `spec.tokenRequests[${i}]`;
    if (audiences.has(audience)) {
      errors.push(duplicate(`${field}.audience`, audience));
      continue;
    }
    audiences.add(audience);
    if (seconds === undefined) continue;
    const path = `${field}.expirationSeconds`;
    if (seconds < 600) errors.push(invalidValue(path, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > 2 ** 32)
      errors.push(invalidValue(path, seconds, 'may not specify a duration larger than 2^32 seconds'));
  }
  return errors;
}

/** @see pkg/apis/storage/validation/validation.go validateCSIDriverSpec */
function validateSpec(spec: CSIDriver['spec']): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.fsGroupPolicy !== undefined)
    errors.push(...oneOf('spec.fsGroupPolicy', spec.fsGroupPolicy, FS_GROUP_POLICIES));
  errors.push(...validateTokenRequests(spec));
  for (const mode of spec.volumeLifecycleModes ?? []) {
    if (!LIFECYCLE_MODES.includes(mode)) errors.push(notSupported('spec.volumeLifecycleModes', mode, LIFECYCLE_MODES));
  }
  const {
    nodeAllocatableUpdatePeriodSeconds: period,
    serviceAccountTokenInSecrets: inSecrets,
    tokenRequests = [],
  } = spec;
  if (period !== undefined && period < 10) {
    errors.push(
      invalidValue('spec.nodeAllocatableUpdatePeriodSeconds', period, 'must be greater than or equal to 10 seconds'),
    );
  }
  if (inSecrets !== undefined && tokenRequests.length === 0) {
    const text = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';
    errors.push(invalidValue('spec.serviceAccountTokenInSecrets', inSecrets, text));
  }
  return errors;
}

/** @see ValidateCSIDriverUpdate */
function validateUpdate(driver: CSIDriver, old: CSIDriver): FieldError[] {
  const errors = validateObjectMetaUpdate(driver.metadata, old.metadata);
  const { attachRequired, volumeLifecycleModes } = driver.spec;
  if (attachRequired !== old.spec.attachRequired)
    errors.push(invalidValue('spec.attachedRequired', attachRequired, IMMUTABLE));
  if (!deepEqual(volumeLifecycleModes, old.spec.volumeLifecycleModes)) {
    errors.push(invalidValue('spec.volumeLifecycleModes', volumeLifecycleModes, IMMUTABLE));
  }
  return errors;
}

const TOKENS_IN_ATTRIBUTES =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

/** @see pkg/registry/storage/csidriver/strategy.go WarningsOnCreate, WarningsOnUpdate */
function warnings({ spec }: CSIDriver, old: CSIDriver | undefined): string[] {
  const { tokenRequests = [], serviceAccountTokenInSecrets: inSecrets } = spec;
  if (tokenRequests.length === 0 || inSecrets !== undefined) return [];
  return !old || !deepEqual(tokenRequests, old.spec.tokenRequests ?? []) ? [TOKENS_IN_ATTRIBUTES] : [];
}

export const csiDriver = defineKind<CSIDriver>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIDriver',
  plural: 'csidrivers',
  singular: 'csidriver',
  shortNames: [],
  namespaced: false,
  conditionalUpdates: true,
  generationOf: ['spec'],
  columns,
  defaults: setDefaults,
  validate: ({ metadata, spec }) => [...validateObjectMeta(metadata, false), ...validateSpec(spec)],
  validateUpdate,
  warnings,
});
