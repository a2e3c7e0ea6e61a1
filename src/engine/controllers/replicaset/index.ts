import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import { keyOf } from '../../api/kind.ts';
import type { Condition, OwnerReference, Pod, ReplicaSet } from '../../api/object.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import { type ApiServer, controllerRef } from '../../api/server.ts';
import { PODS, REPLICA_SETS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { claimObjects, controllerOf } from '../owners.ts';
import { activePodsOf, countPods, orphanPods, type PodCounts, podsToDelete, readySince } from './pods.ts';

const QUEUE = 'replicaset';
const SOURCE = 'replicaset-controller';
const BURST_REPLICAS = 500;
const SLOW_START = 1;

/**
 * Keeps as many pods of a template as a ReplicaSet asks for. The counts of pods are kept by the store and always exact, so
 * there are no expectations of creations and deletions to wait for.
 * @see pkg/controller/replicaset/replica_set.go
 */
export function replicaSet(api: ApiServer): ComponentType {
  return {
    type: 'replicaset-controller',
    queues: { [QUEUE]: { sync: (ctx, key) => sync(api, ctx, key), workers: 5 } },
    watches: [
      { table: REPLICA_SETS, on: (ctx, { key }) => ctx.enqueue(QUEUE, key) },
      { table: PODS, on: onPod },
    ],
  };
}

/** Wakes the ReplicaSet that a pod names as its controller; one of that name and another uid finds nothing to do. */
function enqueueController(ctx: Context, { metadata }: Pod, { kind, name }: OwnerReference): void {
  if (kind === 'ReplicaSet') ctx.enqueue(QUEUE, keyOf(metadata.namespace, name));
}

/** @see addPod, updatePod, deletePod */
function onPod(ctx: Context, { before, after }: WatchEvent<Pod>): void {
  const [old, now] = [before && controllerOf(before), after && controllerOf(after)];
  if (before && old && old.uid !== now?.uid) enqueueController(ctx, before, old);
  if (after && now) {
    enqueueController(ctx, after, now);
    return;
  }
  if (!after || (before && !old && deepEqual(before.metadata.labels, after.metadata.labels))) return;
  for (const key of ctx.bucket(REPLICA_SETS, 'byNamespace', after.metadata.namespace ?? '')) {
    const rs = ctx.get<ReplicaSet>(REPLICA_SETS, key);
    if (rs && matchesLabelSelector(rs.spec.selector, after.metadata.labels)) ctx.enqueue(QUEUE, key);
  }
}

function sync(api: ApiServer, ctx: Context, key: string): void {
  const failed = attempt(() => syncReplicaSet(api, ctx, key));
  if (failed instanceof StatusError) ctx.enqueueRateLimited(QUEUE, key);
  else ctx.forget(QUEUE, key);
}

/** @see syncReplicaSet */
function syncReplicaSet(api: ApiServer, ctx: Context, key: string): void {
  const rs = ctx.get<ReplicaSet>(REPLICA_SETS, key);
  if (!rs) return;
  claimPods(api, ctx, rs);
  const counts = countPods(ctx, rs);
  const failed = rs.metadata.deletionTimestamp === undefined ? manageReplicas(api, ctx, rs, counts) : undefined;
  // The status tells of the pods that were there before: those created here are counted when they are seen.
  updateStatus(api, ctx, rs, counts, failed);
  if (failed) throw failed;
}

/** Adopts and releases pods; looks at pods only where there is something to adopt or release. @see claimPods */
function claimPods(api: ApiServer, ctx: Context, rs: ReplicaSet): void {
  const free = orphanPods(ctx, rs.metadata.namespace ?? '').filter(({ metadata }) =>
    matchesLabelSelector(rs.spec.selector, metadata.labels),
  );
  const owned = countPods(ctx, rs).unselected > 0 ? activePodsOf(ctx, rs.metadata.uid) : [];
  if (free.length + owned.length > 0) claimObjects(api, ctx, rs, owned, free);
}

/** Creates or deletes what is missing or too much; returns the first refusal. @see manageReplicas */
function manageReplicas(api: ApiServer, ctx: Context, rs: ReplicaSet, { active }: PodCounts): StatusError | undefined {
  const diff = active - (rs.spec.replicas ?? 1);
  if (diff < 0) return slowStartBatch(Math.min(-diff, BURST_REPLICAS), () => createPod(api, ctx, rs));
  if (diff === 0) return undefined;
  const pods = activePodsOf(ctx, rs.metadata.uid);
  let failed: StatusError | undefined;
  for (const pod of podsToDelete(ctx, rs, pods, Math.min(diff, BURST_REPLICAS), api.epochMillis(ctx)))
    failed ??= deletePod(api, ctx, rs, pod);
  return failed;
}

/**
 * Batches of 1, 2, 4, … as long as all of a batch succeed: a refusal that would meet all meets few.
 * @see slowStartBatch
 */
function slowStartBatch(count: number, create: () => StatusError | undefined): StatusError | undefined {
  let left = count;
  for (let size = Math.min(left, SLOW_START); size > 0; size = Math.min(2 * size, left)) {
    let failed: StatusError | undefined;
    for (let i = 0; i < size; i++) {
      const refused = create();
      failed ??= refused;
    }
    if (failed) return failed;
    left -= size;
  }
  return undefined;
}

/** @see pkg/controller/controller_utils.go GetPodFromTemplate, createPods */
function createPod(api: ApiServer, ctx: Context, rs: ReplicaSet): StatusError | undefined {
  const { metadata: { labels, annotations, finalizers } = {}, spec } = rs.spec.template;
  const created = attempt(() =>
    api.create<Pod>(ctx, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        generateName: `${rs.metadata.name}-`,
        namespace: rs.metadata.namespace ?? 'default',
        ...(labels && { labels }),
        ...(annotations && { annotations }),
        ...(finalizers && { finalizers }),
        ownerReferences: [controllerRef(rs)],
      },
      spec,
    }),
  );
  if (!(created instanceof StatusError)) {
    const message = `Created pod: ${created.metadata.name}`;
    recordEvent(api, ctx, { source: SOURCE, about: rs, type: 'Normal', reason: 'SuccessfulCreate', message });
    return undefined;
  }
  // In a namespace that goes away there is nothing to do and nothing to report.
  if (created.message.includes('because it is being terminated')) return undefined;
  recordEvent(api, ctx, {
    source: SOURCE,
    about: rs,
    type: 'Warning',
    reason: 'FailedCreate',
    message: `Error creating: ${created.message}`,
  });
  return created;
}

function deletePod(
  api: ApiServer,
  ctx: Context,
  rs: ReplicaSet,
  { metadata: { namespace = '', name } }: Pod,
): StatusError | undefined {
  const refused = attempt(() => api.remove(ctx, { kind: 'Pod', apiVersion: 'v1', namespace, name }));
  if (!(refused instanceof StatusError)) {
    recordEvent(api, ctx, {
      source: SOURCE,
      about: rs,
      type: 'Normal',
      reason: 'SuccessfulDelete',
      message: `Deleted pod: ${name}`,
    });
    return undefined;
  }
  if (refused.reason === 'NotFound') return undefined;
  recordEvent(api, ctx, {
    source: SOURCE,
    about: rs,
    type: 'Warning',
    reason: 'FailedDelete',
    message: `Error deleting: ${refused.message}`,
  });
  return refused;
}

type Status = NonNullable<ReplicaSet['status']>;

/** @see pkg/controller/replicaset/replica_set_utils.go calculateStatus, updateReplicaSetStatus */
function updateStatus(
  api: ApiServer,
  ctx: Context,
  rs: ReplicaSet,
  counts: PodCounts,
  failed: StatusError | undefined,
): void {
  const { minReadySeconds = 0 } = rs.spec;
  const available =
    minReadySeconds === 0 ? { count: counts.ready, next: undefined } : availablePods(api, ctx, rs, minReadySeconds);
  const conditions = failureConditions(api, ctx, rs, counts, failed);
  const { observedGeneration: _1, conditions: _2, ...old } = rs.status ?? { replicas: 0 };
  const next: Status = {
    ...old,
    replicas: counts.active,
    fullyLabeledReplicas: counts.fullyLabeled,
    readyReplicas: counts.ready,
    availableReplicas: available.count,
    terminatingReplicas: counts.terminating,
    observedGeneration: rs.metadata.generation ?? 0,
    ...(conditions.length > 0 && { conditions }),
  };
  const status = tidy(next);
  if (!deepEqual(status, rs.status)) {
    const live = api.find<ReplicaSet>(ctx, {
      apiVersion: rs.apiVersion,
      kind: rs.kind,
      namespace: rs.metadata.namespace ?? '',
      name: rs.metadata.name,
    });
    if (live?.metadata.uid === rs.metadata.uid) api.updateStatus(ctx, { ...live, status });
  }
  if (available.next !== undefined) ctx.enqueue(QUEUE, keyOf(rs.metadata.namespace, rs.metadata.name), available.next);
}

/** Counts that are zero are left out where Go leaves them out. */
function tidy(status: Status): Status {
  const { fullyLabeledReplicas, readyReplicas, availableReplicas, observedGeneration, ...rest } = status;
  return {
    ...rest,
    ...(fullyLabeledReplicas && { fullyLabeledReplicas }),
    ...(readyReplicas && { readyReplicas }),
    ...(availableReplicas && { availableReplicas }),
    ...(observedGeneration && { observedGeneration }),
  };
}

/** Pods that have been ready long enough, and after how many ms the next one will have been. @see IsPodAvailable */
function availablePods(
  api: ApiServer,
  ctx: Context,
  { metadata }: ReplicaSet,
  seconds: number,
): { readonly count: number; readonly next: number | undefined } {
  const now = api.epochMillis(ctx);
  let count = 0;
  let next: number | undefined;
  for (const pod of activePodsOf(ctx, metadata.uid)) {
    const since = readySince(pod);
    if (since === undefined) continue;
    const left = since + seconds * 1000 - now;
    if (left <= 0) count += 1;
    else next = Math.min(next ?? left, left);
  }
  return { count, next };
}

function failureConditions(
  api: ApiServer,
  ctx: Context,
  rs: ReplicaSet,
  { active }: PodCounts,
  failed: StatusError | undefined,
): readonly Condition[] {
  const conditions = rs.status?.conditions ?? [];
  const others = conditions.filter(({ type }) => type !== 'ReplicaFailure');
  if (!failed) return others;
  if (others.length < conditions.length) return conditions;
  const reason = active < (rs.spec.replicas ?? 1) ? 'FailedCreate' : 'FailedDelete';
  return [
    ...others,
    { type: 'ReplicaFailure', status: 'True', lastTransitionTime: api.timestamp(ctx), reason, message: failed.message },
  ];
}
