import { attempt, StatusError } from '../../api/errors.ts';
import type { PersistentVolume } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUMES, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import { driverName } from '../spec/driver.ts';
import { finalizerName, PVS } from './names.ts';

/**
 * Takes the attacher's finalizer off a PersistentVolume that is being deleted once no VolumeAttachment names it.
 * @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go SyncNewOrUpdatedPersistentVolume
 */
export function syncPV(api: ApiServer, ctx: Context, name: string): void {
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  const finalizer = finalizerName(driverName(ctx));
  const finalizers = volume?.metadata.finalizers ?? [];
  const idle =
    !volume ||
    volume.metadata.deletionTimestamp === undefined ||
    !finalizers.includes(finalizer) ||
    ctx.bucket(VOLUME_ATTACHMENTS, 'byVolume', name).length > 0;
  if (!idle) {
    const kept = finalizers.filter((other) => other !== finalizer);
    const saved = attempt(() => api.update(ctx, withFinalizers(volume, kept)));
    if (saved instanceof StatusError && saved.reason !== 'NotFound') {
      addRateLimited(ctx, PVS, name);
      return;
    }
  }
  forget(ctx, PVS, name);
}
