import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import { isDNS1123Label } from '../names.ts';
import type { KubeObject, LabelSelector, ObjectMeta, PersistentVolumeClaimSpec, PodTemplateSpec } from '../object.ts';
import { forbiddenField, invalidTexts, invalidValue, oneOf } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { claimSpecWarnings, defaultClaimSpec, validateClaimSpec } from './persistentvolumeclaim.ts';
import {
  containersColumn,
  defaultTemplate,
  imagesColumn,
  numberText,
  validateNonnegative,
  validateSelectorAndTemplate,
  workloadWarnings,
} from './workload.ts';

export interface ClaimTemplate {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: Partial<ObjectMeta>;
  readonly spec: PersistentVolumeClaimSpec;
  readonly status?: { readonly phase?: string };
}

export interface StatefulSet extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly volumeClaimTemplates?: readonly ClaimTemplate[];
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly partition?: number; readonly maxUnavailable?: number | string };
    };
    readonly revisionHistoryLimit?: number;
    readonly minReadySeconds?: number;
    readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
    readonly ordinals?: { readonly start?: number };
  };
  readonly status?: {
    readonly replicas: number;
    readonly observedGeneration?: number;
    readonly readyReplicas?: number;
    readonly currentReplicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly collisionCount?: number;
  };
}

const columns: readonly Column<StatefulSet>[] = [
  nameColumn,
  { name: 'Ready', cell: ({ spec, status }) => `${numberText(status?.readyReplicas)}/${numberText(spec.replicas)}` },
  ageColumn,
  containersColumn,
  imagesColumn,
];

const defaultClaimTemplate = (template: ClaimTemplate): ClaimTemplate => ({
  ...template,
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  spec: defaultClaimSpec(template.spec ?? {}),
  status: { ...template.status, phase: template.status?.phase || 'Pending' },
});

/** @see pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet */
function setDefaults(object: StatefulSet): StatefulSet {
  const spec = object.spec ?? {};
  const { updateStrategy: given, persistentVolumeClaimRetentionPolicy: retention } = spec;
  const rolling = given?.rollingUpdate ?? (given?.type ? undefined : {});
  const withPartition =
    rolling && (given?.type ?? 'RollingUpdate') === 'RollingUpdate'
      ? { ...rolling, partition: rolling.partition ?? 0 }
      : rolling;
  return {
    ...object,
    spec: {
      ...spec,
      replicas: spec.replicas ?? 1,
      template: defaultTemplate(spec.template),
      ...(spec.volumeClaimTemplates && { volumeClaimTemplates: spec.volumeClaimTemplates.map(defaultClaimTemplate) }),
      podManagementPolicy: spec.podManagementPolicy || 'OrderedReady',
      updateStrategy: { type: given?.type || 'RollingUpdate', ...(withPartition && { rollingUpdate: withPartition }) },
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
      persistentVolumeClaimRetentionPolicy: {
        whenDeleted: retention?.whenDeleted || 'Retain',
        whenScaled: retention?.whenScaled || 'Retain',
      },
    },
  };
}

/** Mounts of a template may name the volumes that its claims become. */
function withClaimVolumes(object: StatefulSet): StatefulSet {
  const { volumeClaimTemplates = [] } = object.spec;
  // Both are the controller's to set.
  const { hostname: _h, subdomain: _s, ...pod } = object.spec.template.spec;
  const template = { ...object.spec.template, spec: pod };
  const names = volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? '');
  const added = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  const kept = (template.spec.volumes ?? []).filter(({ name }) => !names.includes(name));
  return {
    ...object,
    spec: { ...object.spec, template: { ...template, spec: { ...template.spec, volumes: [...added, ...kept] } } },
  };
}

const RETENTION_POLICIES: readonly string[] = ['Retain', 'Delete'];

/** @see pkg/apis/apps/validation/validation.go ValidateStatefulSetSpec */
function validate(object: StatefulSet): FieldError[] {
  const { metadata, spec } = object;
  const errors = validateObjectMeta(metadata, true, isDNS1123Label);
  const policy = spec.podManagementPolicy ?? '';
  if (!['OrderedReady', 'Parallel'].includes(policy)) {
    errors.push(invalidValue('spec.podManagementPolicy', policy, "must be 'OrderedReady' or 'Parallel'"));
  }
  const { type = '', rollingUpdate } = spec.updateStrategy ?? {};
  if (type === 'OnDelete' && rollingUpdate) {
    errors.push(
      invalidValue(
        'spec.updateStrategy.rollingUpdate',
        rollingUpdate,
        "only allowed for updateStrategy 'RollingUpdate'",
      ),
    );
  } else if (!['OnDelete', 'RollingUpdate'].includes(type)) {
    const shown = { Type: type, RollingUpdate: null };
    errors.push(invalidValue('spec.updateStrategy', shown, "must be 'RollingUpdate' or 'OnDelete'"));
  }
  if (type === 'RollingUpdate')
    errors.push(...validateNonnegative(rollingUpdate?.partition, 'spec.updateStrategy.rollingUpdate.partition'));
  for (const when of ['whenDeleted', 'whenScaled'] as const) {
    const kept = spec.persistentVolumeClaimRetentionPolicy?.[when] ?? '';
    errors.push(...oneOf(`spec.persistentVolumeClaimRetentionPolicy.${when}`, kept, RETENTION_POLICIES));
  }
  for (const [i, { spec: claim }] of (spec.volumeClaimTemplates ?? []).entries()) {
    errors.push(...validateClaimSpec(claim, `spec.volumeClaimTemplates[${i}].spec`));
  }
  errors.push(
    ...validateNonnegative(spec.replicas, 'spec.replicas'),
    ...validateNonnegative(spec.minReadySeconds, 'spec.minReadySeconds'),
  );
  errors.push(...validateNonnegative(spec.ordinals?.start, 'spec.ordinals.start'));
  if (spec.serviceName)
    errors.push(...invalidTexts('spec.serviceName', spec.serviceName, isDNS1123Label(spec.serviceName)));
  return [...errors, ...validateSelectorAndTemplate(withClaimVolumes(object), 'statefulset', 'StatefulSet')];
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

const fixedPart = (spec: StatefulSet['spec']): object =>
  Object.fromEntries(Object.entries(spec).filter(([field]) => !(MUTABLE as readonly string[]).includes(field)));

/** @see ValidateStatefulSetUpdate */
function validateUpdate(object: StatefulSet, old: StatefulSet): FieldError[] {
  const errors = validateObjectMetaUpdate(object.metadata, old.metadata);
  if (deepEqual(fixedPart(object.spec), fixedPart(old.spec))) return errors;
  const names = MUTABLE.map((field) => `'${field}'`);
  const text = `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} are forbidden`;
  return [...errors, forbiddenField('spec', text)];
}

const NEGATIVE_HISTORY =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

/** @see pkg/registry/apps/statefulset/strategy.go WarningsOnCreate, WarningsOnUpdate */
const warnings = (object: StatefulSet, old: StatefulSet | undefined): string[] => [
  ...workloadWarnings(object, old),
  ...(object.spec.volumeClaimTemplates ?? []).flatMap(({ spec }, i) =>
    claimSpecWarnings(spec, `spec.volumeClaimTemplates[${i}]${old ? '.Spec' : ''}`),
  ),
  ...((object.spec.revisionHistoryLimit ?? 0) < 0 ? [NEGATIVE_HISTORY] : []),
];

export const statefulSet = defineKind<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  validate,
  validateUpdate,
  warnings,
});
