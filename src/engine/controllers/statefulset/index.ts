import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { Pod } from '../../api/object.ts';
import { matchesLabelSelector } from '../../api/selectors.ts';
import type { ApiServer } from '../../api/server.ts';
import { PODS, STATEFUL_SETS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { claimObjects, controllerOf, isControlledBy, resolveController } from '../owners.ts';
import { updateStatefulSet } from './control.ts';
import { isMemberOf, untilAvailable } from './identity.ts';
import { adoptOrphanRevisions } from './revisions.ts';
import type { Sync } from './sync.ts';

const QUEUE = 'statefulset';

/**
 * Gives each of a set's pods a name, a place and claims of its own, one after the other.
 * @see pkg/controller/statefulset/stateful_set.go
 */
export function statefulSet(api: ApiServer): ComponentType {
  return {
    type: 'statefulset-controller',
    queues: { [QUEUE]: { sync: (ctx, key) => sync(api, ctx, key), workers: 5 } },
    watches: [
      { table: STATEFUL_SETS, on: (ctx, { key }) => ctx.enqueue(QUEUE, key) },
      { table: PODS, on: onPod },
    ],
  };
}

function enqueueController(ctx: Context, pod: Pod): void {
  const set = resolveController<StatefulSet>(ctx, STATEFUL_SETS, 'StatefulSet', pod);
  if (set) ctx.enqueue(QUEUE, keyOf(set.metadata.namespace, set.metadata.name));
}

/** @see addPod, updatePod, deletePod */
function onPod(ctx: Context, { before, after }: WatchEvent<Pod>): void {
  const [old, now] = [before && controllerOf(before), after && controllerOf(after)];
  if (before && old && !deepEqual(old, now)) enqueueController(ctx, before);
  if (after && now) return enqueueController(ctx, after);
  if (!after || (before && !old && deepEqual(before.metadata.labels, after.metadata.labels))) return;
  for (const key of ctx.bucket(STATEFUL_SETS, 'byNamespace', after.metadata.namespace ?? '')) {
    const set = ctx.get<StatefulSet>(STATEFUL_SETS, key);
    if (set && matchesLabelSelector(set.spec.selector, after.metadata.labels)) ctx.enqueue(QUEUE, key);
  }
}

function sync(api: ApiServer, ctx: Context, key: string): void {
  const failed = attempt(() => syncStatefulSet(api, ctx, key));
  if (failed instanceof StatusError) ctx.enqueueRateLimited(QUEUE, key);
  else ctx.forget(QUEUE, key);
}

function syncStatefulSet(api: ApiServer, ctx: Context, key: string): void {
  const set = ctx.get<StatefulSet>(STATEFUL_SETS, key);
  if (!set) return;
  const { apiVersion, kind, metadata } = set;
  const ref = { apiVersion, kind, namespace: metadata.namespace ?? '', name: metadata.name };
  const base: Sync = { api, ctx, set, ref, pods: [], now: api.epochMillis(ctx), created: new Set() };
  adoptOrphanRevisions(base);
  const pods = claimPods(base);
  const status = updateStatefulSet({ ...base, pods });
  const { minReadySeconds = 0 } = set.spec;
  if (minReadySeconds === 0 || status.readyReplicas === status.availableReplicas) return;
  const waits = pods.map((pod) => untilAvailable(pod, set, base.now) ?? 0).filter((wait) => wait > 0);
  ctx.enqueue(QUEUE, key, Math.min(...waits, minReadySeconds * 1000));
}

/** The set's pods, by its selector and their names. @see getPodsForStatefulSet */
function claimPods({ api, ctx, set }: Sync): readonly Pod[] {
  const { namespace = '', uid } = set.metadata;
  const read = (index: string, bucket: string): readonly Pod[] =>
    ctx.bucket(PODS, index, bucket).flatMap((key) => ctx.get<Pod>(PODS, key) ?? []);
  const owned = read('byOwner', uid).filter((pod) => isControlledBy(pod, set));
  const free = read('orphans', namespace);
  return claimObjects(api, ctx, set, owned, free, (pod) => isMemberOf(set, pod));
}
