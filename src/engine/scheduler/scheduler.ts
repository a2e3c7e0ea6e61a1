import { keyOf } from '../api/kind.ts';
import { isFinished } from '../api/kinds/podrequests.ts';
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import {
  CSI_DRIVERS,
  CSI_NODES,
  NODES,
  PERSISTENT_VOLUME_CLAIMS,
  PERSISTENT_VOLUMES,
  PODS,
  STORAGE_CLASSES,
  VOLUME_ATTACHMENTS,
} from '../api/tables.ts';
import type { ComponentType } from '../sim/component.ts';
import type { Context } from '../sim/context.ts';
import { RANK } from '../sim/lanes.ts';
import type { WatchEvent } from '../sim/types.ts';
import { BIND_VOLUMES, pollBinding, wakeBinding, wakeBindingsOn } from './bindingcycle.ts';
import { CSI_STORAGE_CAPACITIES } from './plugins/volumebinding/capacity.ts';
import { restore } from './plugins/volumebinding/claims.ts';
import {
  addPod,
  BACKOFF,
  FLUSH,
  moveToActiveOrBackoff,
  QUEUE_TABLES,
  queuedPod,
  releasePod,
  removePod,
  SCHEDULE_ONE,
} from './queue.ts';
import { moveAllToActiveOrBackoffQueue, wakeOn } from './requeue.ts';
import { scheduleOne } from './scheduleone.ts';
import { forgetPod, SNAPSHOT_TABLES, updateNodeTree } from './snapshot.ts';

/**
 * The default scheduler with its default profile.
 * @see pkg/scheduler/scheduler.go, eventhandlers.go
 */
export function kubeScheduler(api: ApiServer): ComponentType {
  return {
    type: 'kube-scheduler',
    queues: {
      // One pod after the other, but the loop does not wait for the writes: pods are bound in the background.
      [SCHEDULE_ONE]: { sync: (ctx) => scheduleOne(api, ctx), workers: Number.POSITIVE_INFINITY, rank: RANK.first },
      [BIND_VOLUMES]: {
        sync: (ctx, key) => pollBinding(api, ctx, key),
        workers: Number.POSITIVE_INFINITY,
        rank: RANK.first,
      },
      [BACKOFF]: { sync: releasePod, workers: Number.POSITIVE_INFINITY, rank: RANK.first },
      [FLUSH]: { sync: moveToActiveOrBackoff, workers: Number.POSITIVE_INFINITY, rank: RANK.first, background: true },
    },
    tables: [...QUEUE_TABLES, ...SNAPSHOT_TABLES],
    watches: [
      { table: NODES, on: onNode },
      { table: PERSISTENT_VOLUMES, on: onVolume },
      { table: PERSISTENT_VOLUME_CLAIMS, on: onClaim },
      { table: PODS, on: onPod },
      wakeOn(STORAGE_CLASSES),
      wakeOn(CSI_NODES),
      wakeOn(CSI_DRIVERS),
      wakeOn(CSI_STORAGE_CAPACITIES),
      wakeOn(VOLUME_ATTACHMENTS),
    ],
  };
}

const isPending = (pod: Pod | undefined): pod is Pod =>
  pod !== undefined &&
  !pod.spec.nodeName &&
  !isFinished(pod) &&
  (pod.spec.schedulerName || 'default-scheduler') === 'default-scheduler';

function onPod(ctx: Context, event: WatchEvent<Pod>): void {
  const { key, before, after } = event;
  if (isPending(after)) {
    const isNew = !isPending(before) || before.metadata.uid !== after.metadata.uid;
    const ungated = queuedPod(ctx, key)?.pool === 'gated' && (after.spec.schedulingGates ?? []).length === 0;
    if (isNew || ungated) addPod(ctx, key, after);
  } else if (isPending(before)) {
    removePod(ctx, key);
    // Bound, the pod is what was assumed; gone, its binding notices at its next look.
    if (event.after?.spec.nodeName) forgetPod(ctx, key);
    else wakeBinding(ctx, key);
  }
  moveAllToActiveOrBackoffQueue(ctx, event);
}

function onNode(ctx: Context, event: WatchEvent<Node>): void {
  updateNodeTree(ctx, event.before, event.after);
  wakeBindingsOn(ctx, event.key);
  moveAllToActiveOrBackoffQueue(ctx, event);
}

function onVolume(ctx: Context, event: WatchEvent<PersistentVolume>): void {
  restore(ctx, PERSISTENT_VOLUMES, event.key);
  for (const volume of [event.before, event.after]) {
    const { claimRef } = volume?.spec ?? {};
    if (claimRef) wakeBindingsOf(ctx, keyOf(claimRef.namespace, claimRef.name ?? ''));
  }
  moveAllToActiveOrBackoffQueue(ctx, event);
}

function onClaim(ctx: Context, event: WatchEvent<PersistentVolumeClaim>): void {
  restore(ctx, PERSISTENT_VOLUME_CLAIMS, event.key);
  wakeBindingsOf(ctx, event.key);
  moveAllToActiveOrBackoffQueue(ctx, event);
}

function wakeBindingsOf(ctx: Context, claim: string): void {
  for (const key of ctx.bucket(PODS, 'byClaim', claim)) wakeBinding(ctx, key);
}
