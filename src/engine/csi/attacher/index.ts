import type { PersistentVolume, VolumeAttachment } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUMES, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { retryQueues } from '../retry.ts';
import { driverName, driverOf, hasController, hasPlugin } from '../spec/driver.ts';
import { shouldEnqueueVAChange } from './change.ts';
import { attached, detached, syncVolumeAttachment } from './handler.ts';
import { CSI_ATTACHER, FORCE, PVS, VAS } from './names.ts';
import { listVolumes, reconcileVolumeAttachments } from './reconcile.ts';
import { syncTrivial } from './trivial.ts';
import { syncPV } from './volume.ts';

const WORKERS = 10;
const RECONCILE_SYNC = 60_000;

/**
 * Serves the VolumeAttachments of one driver: calls ControllerPublishVolume and ControllerUnpublishVolume, or only marks
 * them attached where the driver has neither.
 * @see kubernetes-csi/external-attacher pkg/controller/controller.go
 */
export function csiAttacher(api: ApiServer): ComponentType {
  return {
    type: CSI_ATTACHER,
    queues: {
      ...retryQueues(
        VAS,
        (ctx, item) => (isTrivial(ctx) ? syncTrivial(api, ctx, item) : syncVolumeAttachment(api, ctx, item)),
        WORKERS,
      ),
      ...retryQueues(PVS, (ctx, item) => syncPV(api, ctx, item), WORKERS),
      reconcile: { every: RECONCILE_SYNC, sync: listVolumes },
    },
    watches: [
      {
        table: VOLUME_ATTACHMENTS,
        route: ({ spec }: VolumeAttachment) => [`${CSI_ATTACHER}/${spec.attacher}`],
        relist: (ctx) => ctx.bucket(VOLUME_ATTACHMENTS, 'byAttacher', driverName(ctx)),
        on: volumeAttachmentChanged,
      },
      {
        table: PERSISTENT_VOLUMES,
        route: ({ spec }: PersistentVolume) => (spec.csi ? [`${CSI_ATTACHER}/${spec.csi.driver}`] : []),
        relist: (ctx) => ctx.bucket(PERSISTENT_VOLUMES, 'byProvisioner', driverName(ctx)),
        on: (ctx, { key, after }: WatchEvent<PersistentVolume>) => {
          if (after?.metadata.deletionTimestamp !== undefined && !isTrivial(ctx)) ctx.enqueue(PVS, key);
        },
      },
    ],
    onCall: (ctx, call) => answered(api, ctx, call),
  };
}

function isTrivial(ctx: Context): boolean {
  const driver = driverOf(ctx, driverName(ctx));
  return !hasPlugin(driver, 'CONTROLLER_SERVICE') || !hasController(driver, 'PUBLISH_UNPUBLISH_VOLUME');
}

function volumeAttachmentChanged(ctx: Context, { key, before, after }: WatchEvent<VolumeAttachment>): void {
  if (after) {
    if (!before || shouldEnqueueVAChange(before, after)) ctx.enqueue(VAS, key);
    return;
  }
  ctx.mem<true>(FORCE).delete(key);
  ctx.enqueue(VAS, key);
  const volume = before?.spec.source.persistentVolumeName;
  if (volume !== undefined && !isTrivial(ctx)) ctx.enqueue(PVS, volume);
}

function answered(api: ApiServer, ctx: Context, call: CallRecord): void {
  if (call.method === 'ListVolumes') reconcileVolumeAttachments(ctx, call);
  else if (call.method === 'ControllerPublishVolume') attached(api, ctx, call);
  else detached(api, ctx, call);
}
