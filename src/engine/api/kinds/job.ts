import { deepEqual } from '../diff.ts';
import { humanDuration, parseTime } from '../duration.ts';
import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { Condition, KubeObject, LabelSelector, PodTemplateSpec } from '../object.ts';
import { IMMUTABLE, invalidValue } from './field.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  since,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { templateWarnings } from './podwarnings.ts';
import {
  containersColumn,
  defaultTemplate,
  imagesColumn,
  nameWarnings,
  selectorColumn,
  validateNonnegative,
  validatePodTemplate,
} from './workload.ts';

export interface Job extends KubeObject {
  readonly spec: {
    readonly parallelism?: number;
    readonly completions?: number;
    readonly backoffLimit?: number;
    readonly backoffLimitPerIndex?: number;
    readonly activeDeadlineSeconds?: number;
    readonly ttlSecondsAfterFinished?: number;
    readonly completionMode?: string;
    readonly suspend?: boolean;
    readonly manualSelector?: boolean;
    readonly podReplacementPolicy?: string;
    readonly podFailurePolicy?: unknown;
    readonly selector?: LabelSelector;
    readonly template: PodTemplateSpec;
  };
  readonly status?: {
    readonly active?: number;
    readonly succeeded?: number;
    readonly failed?: number;
    readonly ready?: number;
    readonly startTime?: string;
    readonly completionTime?: string;
    readonly conditions?: readonly Condition[];
  };
}

const completions = ({ spec, status }: Job): string => {
  const done = status?.succeeded ?? 0;
  if (spec.completions !== undefined) return `${done}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${done}/1 of ${spec.parallelism}` : `${done}/1`;
};

const duration = ({ status }: Job, now: number): string => {
  const { startTime, completionTime } = status ?? {};
  if (startTime === undefined) return '';
  if (completionTime === undefined) return since(startTime, now);
  return humanDuration((parseTime(completionTime) ?? 0) - (parseTime(startTime) ?? 0));
};

/** Conditions that the status column knows, the decisive ones first. */
const STATES: readonly (readonly [condition: string, shown: string])[] = [
  ['Complete', 'Complete'],
  ['Failed', 'Failed'],
  ['', 'Terminating'],
  ['Suspended', 'Suspended'],
  ['FailureTarget', 'FailureTarget'],
  ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
];

/** @see pkg/printers/internalversion/printers.go printJob */
function statusText({ metadata, status }: Job): string {
  const holds = (type: string): boolean =>
    type === ''
      ? metadata.deletionTimestamp !== undefined
      : status?.conditions?.find((entry) => entry.type === type)?.status === 'True';
  return STATES.find(([condition]) => holds(condition))?.[1] ?? 'Running';
}

const columns: readonly Column<Job>[] = [
  nameColumn,
  { name: 'Status', cell: statusText },
  { name: 'Completions', cell: completions },
  { name: 'Duration', cell: duration },
  ageColumn,
  containersColumn,
  imagesColumn,
  selectorColumn,
];

/** @see pkg/apis/batch/v1/defaults.go SetDefaults_Job */
function setDefaults(object: Job): Job {
  const { metadata } = object;
  const spec = object.spec ?? {};
  const { labels } = spec.template?.metadata ?? {};
  const alone = spec.completions === undefined && spec.parallelism === undefined;
  return {
    ...object,
    metadata: labels && !metadata.labels ? { ...metadata, labels } : metadata,
    spec: {
      ...spec,
      template: defaultTemplate(spec.template),
      ...(alone && { completions: 1 }),
      parallelism: spec.parallelism ?? 1,
      backoffLimit: spec.backoffLimit ?? (spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1),
      completionMode: spec.completionMode ?? 'NonIndexed',
      suspend: spec.suspend ?? false,
      podReplacementPolicy: spec.podReplacementPolicy ?? (spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'),
      manualSelector: spec.manualSelector ?? false,
    },
  };
}

function validate({ metadata, spec }: Job): FieldError[] {
  return [
    ...validateObjectMeta(metadata, true),
    ...validateNonnegative(spec.parallelism, 'spec.parallelism'),
    ...validateNonnegative(spec.completions, 'spec.completions'),
    ...validateNonnegative(spec.activeDeadlineSeconds, 'spec.activeDeadlineSeconds'),
    ...validateNonnegative(spec.backoffLimit, 'spec.backoffLimit'),
    ...validateNonnegative(spec.ttlSecondsAfterFinished, 'spec.ttlSecondsAfterFinished'),
    ...validatePodTemplate(spec.template, ['OnFailure', 'Never']),
  ];
}

const MANY_COMPLETIONS = 100_000;
const MANY_AT_ONCE = 10_000;
const TOO_MANY_INDEXES =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';

/** Of a Job, or of the Jobs of a CronJob. @see pkg/api/job/warnings.go WarningsForJobSpec */
export function jobWarnings(
  { metadata }: KubeObject,
  spec: Job['spec'],
  field: string,
  old: KubeObject | undefined,
): string[] {
  if (old && old.metadata.generation === metadata.generation) return [];
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  const isMany = completionMode === 'Indexed' && completions > MANY_COMPLETIONS && parallelism > MANY_AT_ONCE;
  return [
    ...(old ? [] : nameWarnings(metadata.name)),
    ...(isMany ? [`${field}: ${TOO_MANY_INDEXES}`] : []),
    ...templateWarnings(spec.template, `${field}.template`),
  ];
}

const FIXED = ['completions', 'selector', 'template'] as const;

export const job = defineKind<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  shortNames: [],
  namespaced: true,
  all: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate,
  warnings: (object, old) => jobWarnings(object, object.spec, 'spec', old),
  validateUpdate: (object, old) => [
    ...validateObjectMetaUpdate(object.metadata, old.metadata),
    ...FIXED.filter((field) => !deepEqual(object.spec[field], old.spec[field])).map((field) =>
      invalidValue(`spec.${field}`, object.spec[field], IMMUTABLE),
    ),
  ],
});
