import { keyOf } from '../../api/kind.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { AnnDynamicallyProvisioned } from '../../volumes/annotations.ts';
import { hasAnnotation } from '../../volumes/binding.ts';
import { unbindVolume, updateVolumePhase } from './bind.ts';
import { updateVolumeMigrationAnnotationsAndFinalizers } from './migration.ts';
import { CLAIMS, emit } from './names.ts';
import { reclaimVolume } from './reclaim.ts';

/**
 * Brings one volume forward. Does nothing observable before its first write.
 * @throws StatusError when a write fails
 * @see pkg/controller/volume/persistentvolume/pv_controller.go syncVolume
 */
export function syncVolume(api: ApiServer, ctx: Context, stored: PersistentVolume): void {
  const volume = updateVolumeMigrationAnnotationsAndFinalizers(api, ctx, stored);
  const { claimRef } = volume.spec;
  if (!claimRef?.uid) {
    // Unused, or reserved for a claim by name; the claim's own sync binds it.
    updateVolumePhase(api, ctx, volume, 'Available');
    return;
  }
  const claimKey = keyOf(claimRef.namespace, claimRef.name ?? '');
  const claim = claimOf(ctx, volume, claimKey);
  if (!claim) {
    release(api, ctx, volume);
  } else if (!claim.spec.volumeName) {
    if (hasVolumeModeMismatch(volume, claim)) {
      // The claim's own search will not take the volume.
      const { name } = claim.metadata;
      const because = 'due to incompatible volumeMode.';
      emit(
        api,
        ctx,
        volume,
        'Warning',
        'VolumeMismatch',
        `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${JSON.stringify(name)} ${because}`,
      );
      const ofClaim = `Cannot bind PersistentVolume ${JSON.stringify(volume.metadata.name)} to requested PersistentVolumeClaim ${because}`;
      emit(api, ctx, claim, 'Warning', 'VolumeMismatch', ofClaim);
      return;
    }
    // Half bound: by the scheduler, a provisioner, or a bind that was cut short. The claim's sync completes it.
    ctx.enqueue(CLAIMS, claimKey);
  } else if (claim.spec.volumeName === volume.metadata.name) {
    updateVolumePhase(api, ctx, volume, 'Bound');
  } else if (
    hasAnnotation(volume, AnnDynamicallyProvisioned) &&
    volume.spec.persistentVolumeReclaimPolicy === 'Delete'
  ) {
    // Provisioned for a claim that got another volume: not needed.
    release(api, ctx, volume);
  } else {
    unbindVolume(api, ctx, volume);
  }
}

/** The claim that the volume points to; undefined when it is gone, also when another of its name came. */
function claimOf(ctx: Context, { spec, status }: PersistentVolume, key: string): PersistentVolumeClaim | undefined {
  let claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  // A cache that is behind must not make the controller reclaim a volume: the API server is asked.
  const undecided = status?.phase !== 'Released' && status?.phase !== 'Failed';
  if (claim ? claim.metadata.uid !== spec.claimRef?.uid : undecided) claim = ctx.live(PERSISTENT_VOLUME_CLAIMS, key);
  return claim?.metadata.uid === spec.claimRef?.uid ? claim : undefined;
}

/** Marks a volume as Released, but never over Failed, and begins to reclaim it. */
function release(api: ApiServer, ctx: Context, volume: PersistentVolume): void {
  const released = volume.status?.phase === 'Released' || volume.status?.phase === 'Failed';
  reclaimVolume(api, ctx, released ? volume : updateVolumePhase(api, ctx, volume, 'Released'));
}

/** @see staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go CheckVolumeModeMismatches */
const hasVolumeModeMismatch = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (volume.spec.volumeMode || 'Filesystem') !== (claim.spec.volumeMode || 'Filesystem');
