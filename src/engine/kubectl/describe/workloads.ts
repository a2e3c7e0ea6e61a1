import { deepEqual } from '../../api/diff.ts';
import { humanDuration, parseTime } from '../../api/duration.ts';
import type { CronJob } from '../../api/kinds/cronjob.ts';
import type { DaemonSet } from '../../api/kinds/daemonset.ts';
import type { Job } from '../../api/kinds/job.ts';
import { claimClass } from '../../api/kinds/modes.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { labelsText, selectorText } from '../../api/kinds/workload.ts';
import type {
  Condition,
  Deployment,
  KubeObject,
  PersistentVolumeClaim,
  Pod,
  PodTemplateSpec,
  ReplicaSet,
} from '../../api/object.ts';
import { canonicalQuantity } from '../../api/quantity.ts';
import { DEPENDENTS } from '../../api/registry.ts';
import { PODS, REPLICA_SETS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { printAnnotations, printLabels, printName, rfc1123, sliceText } from './common.ts';
import { describeTemplate } from './template.ts';
import type { DescriptionWriter } from './writer.ts';

const PHASES = ['Running', 'Pending', 'Succeeded', 'Failed'] as const;

/** Objects of a table whose controller is this one. */
function controlled<T extends KubeObject>(
  ctx: Context,
  table: string,
  { metadata: { uid } }: KubeObject,
): readonly T[] {
  return ctx
    .liveBucket(table, DEPENDENTS, uid)
    .map((key) => ctx.live<T>(table, key))
    .filter((object) => object !== undefined)
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid));
}

/** @see getPodStatusForController */
function printPodsStatus(w: DescriptionWriter, ctx: Context, object: KubeObject): void {
  const pods = controlled<Pod>(ctx, PODS, object);
  const [running, waiting, succeeded, failed] = PHASES.map(
    (phase) => pods.filter(({ status }) => status?.phase === phase).length,
  );
  w.line(0, `Pods Status:\t${running} Running / ${waiting} Waiting / ${succeeded} Succeeded / ${failed} Failed`);
}

function printController(w: DescriptionWriter, { metadata }: KubeObject): void {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner) w.line(0, `Controlled By:\t${owner.kind}/${owner.name}`);
}

function printConditions(w: DescriptionWriter, conditions: readonly Condition[] = []): void {
  if (conditions.length === 0) return;
  w.line(0, 'Conditions:');
  w.line(1, 'Type\tStatus\tReason');
  w.line(1, '----\t------\t------');
  for (const { type, status, reason = '' } of conditions) w.line(1, `${type} \t${status}\t${reason}`);
}

function printLabelsAndAnnotations(w: DescriptionWriter, { metadata }: KubeObject): void {
  printLabels(w, 'Labels', metadata.labels);
  printAnnotations(w, 'Annotations', metadata.annotations);
}

/** @see describeReplicaSet */
export function describeReplicaSet(w: DescriptionWriter, rs: ReplicaSet, ctx: Context, now: number): void {
  printName(w, rs);
  w.line(0, `Selector:\t${selectorText(rs.spec.selector)}`);
  printLabelsAndAnnotations(w, rs);
  printController(w, rs);
  w.line(0, `Replicas:\t${rs.status?.replicas ?? 0} current / ${rs.spec.replicas ?? 1} desired`);
  printPodsStatus(w, ctx, rs);
  describeTemplate(w, rs.spec.template, now);
  printConditions(w, rs.status?.conditions);
}

function withoutHash({ metadata, spec }: PodTemplateSpec): unknown {
  const { 'pod-template-hash': _, ...labels } = metadata?.labels ?? {};
  return { spec, annotations: metadata?.annotations ?? {}, labels };
}

/** @see printReplicaSetsByLabels */
const replicaSetsText = (sets: readonly ReplicaSet[]): string =>
  sets
    .map(
      ({ metadata, spec, status }) =>
        `${metadata.name} (${status?.replicas ?? 0}/${spec.replicas ?? 1} replicas created)`,
    )
    .join(', ') || '<none>';

/** @see describeDeployment */
export function describeDeployment(w: DescriptionWriter, deployment: Deployment, ctx: Context, now: number): void {
  const { metadata, spec, status = {} } = deployment;
  printName(w, deployment);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  printLabelsAndAnnotations(w, deployment);
  w.line(0, `Selector:\t${selectorText(spec.selector)}`);
  const counts = [
    `${spec.replicas ?? 1} desired`,
    `${status.updatedReplicas ?? 0} updated`,
    `${status.replicas ?? 0} total`,
    `${status.availableReplicas ?? 0} available`,
    `${status.unavailableReplicas ?? 0} unavailable`,
  ];
  w.line(0, `Replicas:\t${counts.join(' | ')}`);
  w.line(0, `StrategyType:\t${spec.strategy?.type ?? ''}`);
  w.line(0, `MinReadySeconds:\t${spec.minReadySeconds ?? 0}`);
  const rolling = spec.strategy?.rollingUpdate;
  if (rolling) {
    const { maxUnavailable = 0, maxSurge = 0 } = rolling;
    w.line(0, `RollingUpdateStrategy:\t${maxUnavailable} max unavailable, ${maxSurge} max surge`);
  }
  describeTemplate(w, spec.template, now);
  printConditions(w, status.conditions);
  const sets = controlled<ReplicaSet>(ctx, REPLICA_SETS, deployment);
  if (sets.length === 0) return;
  const wanted = withoutHash(spec.template);
  const isNew = (rs: ReplicaSet): boolean => deepEqual(withoutHash(rs.spec.template), wanted);
  w.line(0, `OldReplicaSets:\t${replicaSetsText(sets.filter((rs) => !isNew(rs)))}`);
  w.line(0, `NewReplicaSet:\t${replicaSetsText(sets.filter(isNew).slice(0, 1))}`);
}

/** @see describeVolumeClaimTemplates */
function printClaimTemplates(w: DescriptionWriter, templates: readonly PersistentVolumeClaim[]): void {
  if (templates.length === 0) {
    w.line(0, 'Volume Claims:\t<none>');
    return;
  }
  w.line(0, 'Volume Claims:');
  for (const template of templates) {
    const { metadata, spec } = template;
    const capacity = spec.resources?.requests?.['storage'];
    w.line(1, `Name:\t${metadata.name}`);
    w.line(1, `StorageClass:\t${claimClass(template)}`);
    printLabels(w, 'Labels', metadata.labels, '  ');
    printLabels(w, 'Annotations', metadata.annotations, '  ');
    w.line(1, `Capacity:\t${capacity === undefined ? '<default>' : canonicalQuantity(capacity)}`);
    w.line(1, `Access Modes:\t${sliceText(spec.accessModes)}`);
  }
}

interface RollingUpdate {
  readonly partition?: number;
  readonly maxUnavailable?: number | string;
}

/** @see describeStatefulSet */
export function describeStatefulSet(w: DescriptionWriter, set: StatefulSet, ctx: Context, now: number): void {
  const { metadata, spec, status } = set;
  printName(w, set);
  w.line(0, `CreationTimestamp:\t${rfc1123(metadata.creationTimestamp)}`);
  w.line(0, `Selector:\t${selectorText(spec.selector)}`);
  printLabelsAndAnnotations(w, set);
  w.line(0, `Replicas:\t${spec.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
  const { updateStrategy } = spec as { readonly updateStrategy?: { type?: string; rollingUpdate?: RollingUpdate } };
  w.line(0, `Update Strategy:\t${updateStrategy?.type ?? ''}`);
  const { partition, maxUnavailable } = updateStrategy?.rollingUpdate ?? {};
  if (partition !== undefined) {
    w.line(1, `Partition:\t${partition}`);
    if (maxUnavailable !== undefined) w.line(1, `MaxUnavailable:\t${maxUnavailable}`);
  }
  printPodsStatus(w, ctx, set);
  describeTemplate(w, spec.template, now);
  printClaimTemplates(w, (spec.volumeClaimTemplates ?? []) as unknown as readonly PersistentVolumeClaim[]);
}

/** @see describeDaemonSet */
export function describeDaemonSet(w: DescriptionWriter, set: DaemonSet, ctx: Context, now: number): void {
  const { spec, status } = set;
  const counts = (status ?? {}) as Readonly<Record<string, number | undefined>>;
  printName(w, set);
  w.line(0, `Selector:\t${selectorText(spec.selector)}`);
  w.line(0, `Node-Selector:\t${labelsText(spec.template.spec.nodeSelector)}`);
  printLabelsAndAnnotations(w, set);
  w.line(0, `Desired Number of Nodes Scheduled: ${counts['desiredNumberScheduled'] ?? 0}`);
  w.line(0, `Current Number of Nodes Scheduled: ${counts['currentNumberScheduled'] ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${counts['updatedNumberScheduled'] ?? 0}`);
  w.line(0, `Number of Nodes Scheduled with Available Pods: ${counts['numberAvailable'] ?? 0}`);
  w.line(0, `Number of Nodes Misscheduled: ${counts['numberMisscheduled'] ?? 0}`);
  printPodsStatus(w, ctx, set);
  describeTemplate(w, spec.template, now);
}

interface JobStatus {
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly active?: number;
  readonly ready?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly completedIndexes?: string;
}

const MOST_INDEXES = 50;

/** @see capIndexesListOrNone */
function indexesText(indexes = ''): string {
  const comma = indexes.indexOf(',', MOST_INDEXES);
  return comma < 0 ? indexes || '<none>' : `${indexes.slice(0, comma + 1)}...`;
}

/** @see describeJob */
export function describeJob(w: DescriptionWriter, job: Job, now: number): void {
  const { spec } = job;
  const status: JobStatus = job.status ?? {};
  printName(w, job);
  w.line(0, `Selector:\t${spec.selector ? selectorText(spec.selector) : ''}`);
  printLabelsAndAnnotations(w, job);
  printController(w, job);
  const optional = (title: string, value: unknown): void => {
    if (value !== undefined) w.line(0, `${title}:\t${String(value)}`);
  };
  optional('Parallelism', spec.parallelism);
  w.line(0, `Completions:\t${spec.completions ?? '<unset>'}`);
  optional('Completion Mode', spec.completionMode);
  optional('Suspend', spec.suspend);
  optional('Backoff Limit', spec.backoffLimit);
  optional('TTL Seconds After Finished', spec.ttlSecondsAfterFinished);
  const { startTime, completionTime, active = 0, ready, succeeded = 0, failed = 0 } = status;
  if (startTime !== undefined) w.line(0, `Start Time:\t${rfc1123(startTime)}`);
  if (completionTime !== undefined) w.line(0, `Completed At:\t${rfc1123(completionTime)}`);
  if (startTime !== undefined && completionTime !== undefined)
    w.line(0, `Duration:\t${humanDuration((parseTime(completionTime) ?? 0) - (parseTime(startTime) ?? 0))}`);
  if (spec.activeDeadlineSeconds !== undefined) w.line(0, `Active Deadline Seconds:\t${spec.activeDeadlineSeconds}s`);
  const actives = `${active} Active${ready === undefined ? '' : ` (${ready} Ready)`}`;
  w.line(0, `Pods Statuses:\t${actives} / ${succeeded} Succeeded / ${failed} Failed`);
  if (spec.completionMode === 'Indexed') w.line(0, `Completed Indexes:\t${indexesText(status.completedIndexes)}`);
  describeTemplate(w, spec.template, now);
}

/** @see describeCronJob */
export function describeCronJob(w: DescriptionWriter, cronJob: CronJob, now: number): void {
  const { spec, status } = cronJob;
  const { jobTemplate } = spec;
  const orUnset = (title: string, value: unknown, unit = ''): void =>
    w.line(0, `${title}:\t${value === undefined ? '<unset>' : `${String(value)}${unit}`}`);
  printName(w, cronJob);
  printLabelsAndAnnotations(w, cronJob);
  w.line(0, `Schedule:\t${spec.schedule}`);
  w.line(0, `Concurrency Policy:\t${spec.concurrencyPolicy ?? ''}`);
  orUnset('Suspend', spec.suspend === undefined ? undefined : spec.suspend ? 'True' : 'False');
  orUnset('Time Zone', spec.timeZone);
  orUnset('Successful Job History Limit', spec.successfulJobsHistoryLimit);
  orUnset('Failed Job History Limit', spec.failedJobsHistoryLimit);
  orUnset('Starting Deadline Seconds', spec.startingDeadlineSeconds, 's');
  orUnset('Selector', jobTemplate.spec.selector && selectorText(jobTemplate.spec.selector));
  orUnset('Parallelism', jobTemplate.spec.parallelism);
  orUnset('Completions', jobTemplate.spec.completions);
  const { activeDeadlineSeconds } = jobTemplate.spec;
  if (activeDeadlineSeconds !== undefined) w.line(0, `Active Deadline Seconds:\t${activeDeadlineSeconds}s`);
  describeTemplate(w, jobTemplate.spec.template, now);
  orUnset('Last Schedule Time', status?.lastScheduleTime && rfc1123(status.lastScheduleTime));
  w.line(0, `Active Jobs:\t${(status?.active ?? []).map(({ name = '' }) => name).join(', ') || '<none>'}`);
}
