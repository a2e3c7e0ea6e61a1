import { deepEqual } from '../diff.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject, LabelSelector, PodTemplateSpec } from '../object.ts';
import { IMMUTABLE, invalidValue } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import {
  containersColumn,
  defaultTemplate,
  imagesColumn,
  labelsText,
  numberText,
  selectorColumn,
  validateNonnegative,
  validateSelectorAndTemplate,
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
  prepareForCreate: (object) => ({ ...object, status: NOTHING_YET }),
  validate: (object) => [
    ...validateObjectMeta(object.metadata, true),
    ...validateSelectorAndTemplate(object, 'daemonset'),
    ...validateNonnegative(object.spec.minReadySeconds, 'spec.minReadySeconds'),
    ...validateNonnegative(object.spec.revisionHistoryLimit, 'spec.revisionHistoryLimit'),
  ],
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...(deepEqual(object.spec.selector, old.spec.selector)
      ? []
      : [invalidValue('spec.selector', object.spec.selector, IMMUTABLE)]),
  ],
});
