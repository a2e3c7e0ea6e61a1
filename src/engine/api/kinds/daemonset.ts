import { deepEqual } from '../diff.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject, LabelSelector, PodTemplateSpec } from '../object.ts';
import { IMMUTABLE, invalidValue, notSupported, required } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import {
  atMostAll,
  containersColumn,
  defaultTemplate,
  imagesColumn,
  labelsText,
  numberText,
  selectorColumn,
  shareValue,
  validateNonnegative,
  validateSelectorAndTemplate,
  validateShare,
  workloadWarnings,
} from './workload.ts';

export interface DaemonSet extends KubeObject {
  readonly spec: {
    readonly selector: LabelSelector;
    readonly template: PodTemplateSpec;
    readonly updateStrategy?: {
      readonly type?: string;
      readonly rollingUpdate?: { readonly maxUnavailable?: number | string; readonly maxSurge?: number | string };
    };
    readonly minReadySeconds?: number;
    readonly revisionHistoryLimit?: number;
  };
  readonly status?: {
    readonly currentNumberScheduled: number;
    readonly numberMisscheduled: number;
    readonly desiredNumberScheduled: number;
    readonly numberReady: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly observedGeneration?: number;
  };
}

const columns: readonly Column<DaemonSet>[] = [
  nameColumn,
  { name: 'Desired', cell: ({ status }) => numberText(status?.desiredNumberScheduled) },
  { name: 'Current', cell: ({ status }) => numberText(status?.currentNumberScheduled) },
  { name: 'Ready', cell: ({ status }) => numberText(status?.numberReady) },
  { name: 'Up-to-date', cell: ({ status }) => numberText(status?.updatedNumberScheduled) },
  { name: 'Available', cell: ({ status }) => numberText(status?.numberAvailable) },
  { name: 'Node Selector', cell: ({ spec }) => labelsText(spec.template.spec.nodeSelector) },
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
];

/** @see pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet */
function setDefaults(object: DaemonSet): DaemonSet {
  const spec = object.spec ?? {};
  const type = spec.updateStrategy?.type || 'RollingUpdate';
  const given = spec.updateStrategy?.rollingUpdate;
  const rollingUpdate =
    type === 'RollingUpdate'
      ? { rollingUpdate: { ...given, maxUnavailable: given?.maxUnavailable ?? 1, maxSurge: given?.maxSurge ?? 0 } }
      : {};
  return {
    ...object,
    spec: {
      ...spec,
      template: defaultTemplate(spec.template),
      updateStrategy: { ...spec.updateStrategy, type, ...rollingUpdate },
      revisionHistoryLimit: spec.revisionHistoryLimit ?? 10,
    },
  };
}

const STRATEGIES: readonly string[] = ['RollingUpdate', 'OnDelete'];

/** @see pkg/apis/apps/validation/validation.go ValidateDaemonSetUpdateStrategy */
function validateStrategy({ spec: { updateStrategy } }: DaemonSet): FieldError[] {
  const field = 'spec.updateStrategy';
  const { type = '', rollingUpdate = {} } = updateStrategy ?? {};
  if (type === 'OnDelete') return [];
  if (type !== 'RollingUpdate') return [notSupported(field, { Type: type, RollingUpdate: null }, STRATEGIES)];
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const [unavailable, surge] = [`${field}.rollingUpdate.maxUnavailable`, `${field}.rollingUpdate.maxSurge`];
  const errors = [
    ...validateShare(maxUnavailable, unavailable),
    ...validateShare(maxSurge, surge),
    ...atMostAll(maxUnavailable, unavailable),
    ...atMostAll(maxSurge, surge),
  ];
  const given = [maxUnavailable, maxSurge].filter((value) => shareValue(value) !== 0).length;
  if (given === 2) errors.push(invalidValue(surge, maxSurge, 'may not be set when maxUnavailable is non-zero'));
  if (given === 0) errors.push(required(unavailable, 'cannot be 0 when maxSurge is 0'));
  return errors;
}

const NOTHING_YET = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 };

export const daemonSet = defineKind<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  changesFirst: true,
  warnings: workloadWarnings,
  prepareForCreate: (object) => ({ ...object, status: NOTHING_YET }),
  validate: (object) => [
    ...validateObjectMeta(object.metadata, true),
    ...validateSelectorAndTemplate(object, 'daemonset', 'DaemonSet'),
    ...validateNonnegative(object.spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateStrategy(object),
    ...validateNonnegative(object.spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(deepEqual(object.spec.selector, old.spec.selector)
      ? []
      : [invalidValue('spec.selector', object.spec.selector, IMMUTABLE)]),
  ],
});
