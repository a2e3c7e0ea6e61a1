import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { EventObject, PersistentVolume, PersistentVolumeClaim, Pod } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { EVENTS, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { forgetClaim, syncClaim } from './claims.ts';
import { CLAIMS, OPERATIONS, RECYCLER_EVENTS, VOLUMES } from './names.ts';
import { runningOperation } from './operations.ts';
import { onCleaned, onProvisioned, runProvision } from './provision.ts';
import { onDeleted, runDelete } from './reclaim.ts';
import { onEvent, onPod, onRecycled, repeatEvent, runRecycle } from './recycle.ts';
import { RESYNC_PERIOD, resync, touchClaims, touchVolumes } from './resync.ts';
import { syncVolume } from './volumes.ts';

/**
 * Binds claims to volumes, provisions volumes with plugins of the controller or asks others to, and reclaims volumes whose
 * claim is gone. One worker each for claims and volumes, and asynchronous operations beside them.
 * @see pkg/controller/volume/persistentvolume/pv_controller_base.go
 */
export function persistentVolumeBinder(api: ApiServer): ComponentType {
  return {
    type: 'persistentvolume-binder-controller',
    queues: {
      [CLAIMS]: { workers: 1, sync: (ctx, key) => work(ctx, CLAIMS, key, () => syncClaimByKey(api, ctx, key)) },
      [VOLUMES]: { workers: 1, sync: (ctx, name) => work(ctx, VOLUMES, name, () => syncVolumeByKey(api, ctx, name)) },
      [OPERATIONS]: { workers: Number.POSITIVE_INFINITY, sync: (ctx, name) => runOperation(api, ctx, name) },
      [RECYCLER_EVENTS]: { workers: Number.POSITIVE_INFINITY, sync: (ctx, key) => repeatEvent(api, ctx, key) },
      resync: {
        every: RESYNC_PERIOD,
        settles: true,
        sync: (ctx) =>
          resync(
            ctx,
            (key) => syncClaimByKey(api, ctx, key),
            (name) => syncVolumeByKey(api, ctx, name),
          ),
      },
    },
    watches: [
      { table: PERSISTENT_VOLUMES, on: (ctx, event: WatchEvent<PersistentVolume>) => onVolume(ctx, event) },
      { table: PERSISTENT_VOLUME_CLAIMS, on: (ctx, event: WatchEvent<PersistentVolumeClaim>) => onClaim(ctx, event) },
      { table: PODS, on: (ctx, event: WatchEvent<Pod>) => onPod(ctx, event) },
      { table: EVENTS, on: (ctx, event: WatchEvent<EventObject>) => onEvent(ctx, event) },
    ],
    onCall: (ctx, call) => onAnswer(api, ctx, call),
  };
}

/** Works on one key; after an error it comes back with the queue's back-off. */
function work(ctx: Context, queue: string, key: string, sync: () => void): void {
  if (attempt(sync) instanceof StatusError) ctx.enqueueRateLimited(queue, key);
  else ctx.forget(queue, key);
}

function syncClaimByKey(api: ApiServer, ctx: Context, key: string): void {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  if (claim) syncClaim(api, ctx, claim);
}

function syncVolumeByKey(api: ApiServer, ctx: Context, name: string): void {
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  if (volume) syncVolume(api, ctx, volume);
}

/** A deleted volume wakes its claim, which becomes Lost without waiting for a resync. */
function onVolume(ctx: Context, { key, before, after }: WatchEvent<PersistentVolume>): void {
  if (after) ctx.enqueue(VOLUMES, key);
  const { claimRef } = before?.spec ?? {};
  if (!after && claimRef) ctx.enqueue(CLAIMS, keyOf(claimRef.namespace, claimRef.name ?? ''));
  if (before && (before.spec !== after?.spec || before.status?.phase !== after.status?.phase)) touchClaims(ctx, key);
}

/** A deleted claim wakes its volume, which becomes Released without waiting for a resync. */
function onClaim(ctx: Context, { key, before, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (after) ctx.enqueue(CLAIMS, key);
  else if (before?.spec.volumeName) ctx.enqueue(VOLUMES, before.spec.volumeName);
  touchVolumes(ctx, key, after);
  if (before && !after) forgetClaim(ctx, before);
}

function runOperation(api: ApiServer, ctx: Context, name: string): void {
  const operation = runningOperation(ctx, name);
  if (operation?.kind === 'provision') runProvision(api, ctx, name, operation);
  else if (operation?.kind === 'delete') runDelete(api, ctx, name, operation);
  else if (operation?.kind === 'recycle') runRecycle(api, ctx, name, operation);
}

/** The answer of a plugin to an operation. */
function onAnswer(api: ApiServer, ctx: Context, call: CallRecord): void {
  const { operation: name } = call.data as { readonly operation: string };
  const operation = runningOperation(ctx, name);
  if (!operation) return;
  if (operation.kind === 'delete') onDeleted(api, ctx, name, call);
  else if (operation.kind === 'recycle') onRecycled(api, ctx, name, operation, call);
  else if (call.method === 'Delete') onCleaned(api, ctx, name, operation, call);
  else onProvisioned(api, ctx, call);
}
