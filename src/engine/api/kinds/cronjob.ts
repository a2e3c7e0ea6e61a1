import type { FieldError } from '../errors.ts';
import { type Column, defineKind } from '../kind.ts';
import type { KubeObject, ObjectMeta, ObjectReference } from '../object.ts';
import { VALUES } from '../schema/values.ts';
import { invalidValue, notSupported, oneOf, required } from './field.ts';
import { type Job, jobWarnings } from './job.ts';
import {
  ageColumn,
  byNamespace,
  byOwner,
  nameColumn,
  since,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from './metadata.ts';
import { validatePodSpec } from './podvalidation.ts';
import { containersColumn, defaultTemplate, imagesColumn, selectorColumn, validateNonnegative } from './workload.ts';

export interface CronJob extends KubeObject {
  readonly spec: {
    readonly schedule: string;
    readonly timeZone?: string;
    readonly concurrencyPolicy?: string;
    readonly suspend?: boolean;
    readonly startingDeadlineSeconds?: number;
    readonly successfulJobsHistoryLimit?: number;
    readonly failedJobsHistoryLimit?: number;
    readonly jobTemplate: { readonly metadata?: Partial<ObjectMeta>; readonly spec: Job['spec'] };
  };
  readonly status?: { readonly active?: readonly ObjectReference[]; readonly lastScheduleTime?: string };
}

/** A column of the jobs that come from the template. */
const ofJob = ({ cell, ...column }: Column<Job>): Column<CronJob> => ({
  ...column,
  cell: ({ apiVersion, kind, metadata, spec }, now) =>
    cell({ apiVersion, kind, metadata, spec: spec.jobTemplate.spec }, now),
});

/** @see pkg/printers/internalversion/printers.go printCronJob */
const columns: readonly Column<CronJob>[] = [
  nameColumn,
  { name: 'Schedule', cell: ({ spec }) => spec.schedule },
  { name: 'Timezone', cell: ({ spec }) => spec.timeZone ?? '<none>' },
  { name: 'Suspend', cell: ({ spec }) => (spec.suspend ? 'True' : 'False') },
  { name: 'Active', cell: ({ status }) => String((status?.active ?? []).length) },
  {
    name: 'Last Schedule',
    cell: ({ status }, now) => (status?.lastScheduleTime ? since(status.lastScheduleTime, now) : '<none>'),
  },
  ageColumn,
  ofJob(containersColumn as Column<Job>),
  ofJob(imagesColumn as Column<Job>),
  ofJob(selectorColumn as Column<Job>),
];

/** @see pkg/apis/batch/v1/defaults.go SetDefaults_CronJob */
function setDefaults(object: CronJob): CronJob {
  const spec = object.spec ?? {};
  const { jobTemplate } = spec;
  return {
    ...object,
    spec: {
      ...spec,
      concurrencyPolicy: spec.concurrencyPolicy ?? 'Allow',
      suspend: spec.suspend ?? false,
      successfulJobsHistoryLimit: spec.successfulJobsHistoryLimit ?? 3,
      failedJobsHistoryLimit: spec.failedJobsHistoryLimit ?? 1,
      jobTemplate: {
        ...jobTemplate,
        spec: { ...jobTemplate?.spec, template: defaultTemplate(jobTemplate?.spec?.template) },
      },
    },
  };
}

const MAX_NAME = 52;
const RESTART_POLICIES: readonly string[] = ['OnFailure', 'Never'];

/** @see pkg/apis/batch/validation/validation.go ValidateCronJobCreate */
function validate({ metadata, spec }: CronJob): FieldError[] {
  const errors = validateObjectMeta(metadata, true);
  if (metadata.name.length > MAX_NAME)
    errors.push(invalidValue('metadata.name', metadata.name, `must be no more than ${MAX_NAME} characters`));
  if (!spec.schedule) errors.push(required('spec.schedule'));
  errors.push(
    ...validateNonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds'),
    ...oneOf('spec.concurrencyPolicy', spec.concurrencyPolicy, VALUES['batch.ConcurrencyPolicy']),
    ...validateNonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit'),
    ...validateNonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit'),
  );
  const field = 'spec.jobTemplate.spec.template.spec';
  const pod = spec.jobTemplate.spec.template.spec;
  errors.push(...validatePodSpec(pod, field, ''));
  const { restartPolicy } = pod;
  if (restartPolicy !== undefined && !RESTART_POLICIES.includes(restartPolicy))
    errors.push(notSupported(`${field}.restartPolicy`, restartPolicy, RESTART_POLICIES));
  return errors;
}

export const cronJob = defineKind<CronJob>({
  group: 'batch',
  version: 'v1',
  kind: 'CronJob',
  plural: 'cronjobs',
  singular: 'cronjob',
  shortNames: ['cj'],
  namespaced: true,
  all: true,
  statusSubresource: true,
  generationOf: ['spec'],
  indices: { byNamespace, byOwner },
  columns,
  defaults: setDefaults,
  prepareForCreate: (object) => ({ ...object, status: {} }),
  validate,
  warnings: (object, old) => jobWarnings(object, object.spec.jobTemplate.spec, 'spec.jobTemplate.spec', old),
  validateUpdate: ({ metadata }, old) => validateObjectMetaUpdate(metadata, old.metadata),
});
