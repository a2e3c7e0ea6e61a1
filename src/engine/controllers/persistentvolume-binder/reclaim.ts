import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import type { Json } from '../../sim/types.ts';
import {
  AnnDynamicallyProvisioned,
  AnnMigratedTo,
  PVDeletionInTreeProtectionFinalizer,
} from '../../volumes/annotations.ts';
import { hasAnnotation, withFinalizers } from '../../volumes/binding.ts';
import { updateVolumePhaseWithEvent } from './bind.ts';
import { syncError } from './names.ts';
import { advance, finish, type Operation, scheduleOperation } from './operations.ts';
import {
  findDeletablePluginByName,
  findDeletablePluginBySpec,
  findRecyclablePluginBySpec,
  type VolumePlugin,
} from './plugins.ts';

/**
 * Does with a released volume what its reclaim policy says. A request that could change nothing any more is not made.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go reclaimVolume
 */
export function reclaimVolume(api: ApiServer, ctx: Context, volume: PersistentVolume): void {
  // The CSI driver that took over reclaims the volume.
  if (volume.metadata.annotations?.[AnnMigratedTo]) return;
  const { name, uid } = volume.metadata;
  const failed = volume.status?.phase === 'Failed';
  switch (volume.spec.persistentVolumeReclaimPolicy) {
    case 'Retain':
      return;
    case 'Recycle':
      if (!failed || findRecyclablePluginBySpec(volume.spec)) scheduleOperation(ctx, 'recycle', name, uid);
      return;
    case 'Delete': {
      const plugin = findDeletablePlugin(volume);
      if (plugin && !(failed && plugin instanceof StatusError)) scheduleOperation(ctx, 'delete', name, uid);
      return;
    }
    default:
      updateVolumePhaseWithEvent(
        api,
        ctx,
        volume,
        'Failed',
        'VolumeUnknownReclaimPolicy',
        'Volume has unrecognized PersistentVolumeReclaimPolicy',
      );
  }
}

/**
 * The plugin that deletes a volume's storage: undefined where a deleter outside the controller does.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go findDeletablePlugin
 */
function findDeletablePlugin(volume: PersistentVolume): VolumePlugin | StatusError | undefined {
  const provisioner = volume.metadata.annotations?.[AnnDynamicallyProvisioned];
  if (provisioner) {
    const plugin = findDeletablePluginByName(provisioner);
    return plugin instanceof StatusError && !provisioner.startsWith('kubernetes.io/') ? undefined : plugin;
  }
  if (hasAnnotation(volume, AnnMigratedTo) || volume.spec.csi) return undefined;
  const plugin = findDeletablePluginBySpec(volume.spec);
  if (!(plugin instanceof StatusError)) return plugin;
  return syncError(
    `error getting deleter volume plugin for volume ${JSON.stringify(volume.metadata.name)}: ${plugin.message}`,
  );
}

/**
 * Whether a volume may be reclaimed: it points to a claim that is gone or has another volume.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go isVolumeReleased
 */
export function isVolumeReleased(ctx: Context, { metadata, spec: { claimRef } }: PersistentVolume): boolean {
  if (!claimRef?.uid) return false;
  const claim = ctx.get<PersistentVolumeClaim>(
    PERSISTENT_VOLUME_CLAIMS,
    keyOf(claimRef.namespace, claimRef.name ?? ''),
  );
  if (claim?.metadata.uid !== claimRef.uid) return true;
  return Boolean(claim.spec.volumeName) && claim.spec.volumeName !== metadata.name;
}

/**
 * Deletes a volume's storage, up to the plugin's work.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go deleteVolumeOperation
 */
export function runDelete(api: ApiServer, ctx: Context, name: string, operation: Operation): void {
  const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, operation.object);
  const plugin = volume && findDeletablePlugin(volume);
  if (!volume || !plugin) {
    finish(ctx, name, 'succeeded');
  } else if (plugin instanceof StatusError) {
    const { message } = plugin;
    const saved = attempt(() => updateVolumePhaseWithEvent(api, ctx, volume, 'Failed', 'VolumeFailedDelete', message));
    finish(ctx, name, saved instanceof StatusError ? 'failed' : 'succeeded');
  } else if (!isVolumeReleased(ctx, volume)) {
    finish(ctx, name, 'succeeded');
  } else if (!plugin.canSupport(volume.spec)) {
    const message = `failed to create deleter for volume ${JSON.stringify(operation.object)}: spec.PersistentVolumeSource.HostPath is nil`;
    deletionFailed(api, ctx, name, volume, message);
  } else {
    const request = { pvName: operation.object, ...(volume.spec.hostPath && { path: volume.spec.hostPath.path }) };
    advance(ctx, name, { stage: 'call' });
    ctx.call({ target: plugin.name, method: 'Delete', request, data: { operation: name, volume } as unknown as Json });
  }
}

/** The storage is deleted, then the object; or the volume is Failed until a later try succeeds. */
export function onDeleted(api: ApiServer, ctx: Context, name: string, call: CallRecord): void {
  const { volume } = call.data as unknown as { readonly volume: PersistentVolume };
  if (call.code !== 'OK') {
    deletionFailed(api, ctx, name, volume, call.message ?? '');
    return;
  }
  const removed = attempt(() => removeDeletionProtectionFinalizer(api, ctx, volume));
  if (removed instanceof StatusError) {
    deletionFailed(api, ctx, name, volume, removed.message);
    return;
  }
  // If this fails the next sync deletes again.
  attempt(() => api.remove(ctx, { kind: 'PersistentVolume', name: volume.metadata.name }));
  finish(ctx, name, 'succeeded');
}

function deletionFailed(api: ApiServer, ctx: Context, name: string, volume: PersistentVolume, message: string): void {
  attempt(() => updateVolumePhaseWithEvent(api, ctx, volume, 'Failed', 'VolumeFailedDelete', message));
  ctx.decide({ about: describeRef(volume), by: 'Delete', outcome: 'failed', facts: { error: message } });
  finish(ctx, name, 'failed');
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go removeDeletionProtectionFinalizer */
function removeDeletionProtectionFinalizer(
  api: ApiServer,
  ctx: Context,
  { metadata: { name } }: PersistentVolume,
): void {
  const volume = api.get<PersistentVolume>(ctx, { kind: 'PersistentVolume', name });
  const { finalizers = [] } = volume.metadata;
  if (!finalizers.includes(PVDeletionInTreeProtectionFinalizer)) return;
  const updated = attempt(() =>
    api.update(
      ctx,
      withFinalizers(
        volume,
        finalizers.filter((f) => f !== PVDeletionInTreeProtectionFinalizer),
      ),
    ),
  );
  if (updated instanceof StatusError)
    throw syncError(`persistent volume controller can't update finalizer: ${updated.message}`);
}
