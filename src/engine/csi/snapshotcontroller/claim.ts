import { goQuote } from '../../api/gotext.ts';
import { keyOf } from '../../api/kind.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { CLAIM_FINALIZER, failure, isReady, SNAPSHOTS, type VolumeSnapshot } from '../snapshotobjects.ts';

const notSaved = (name: string, why: string): string =>
  `snapshot controller failed to update ${name} on API server: ${why}`;

const claimKeyOf = ({ metadata, spec }: VolumeSnapshot): string =>
  keyOf(metadata.namespace, spec.source.persistentVolumeClaimName ?? '');

export const claimOf = (ctx: Context, snapshot: VolumeSnapshot): PersistentVolumeClaim | undefined =>
  ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, claimKeyOf(snapshot));

/**
 * The volume behind a snapshot's claim.
 * @throws StatusError saying why there is none to take a snapshot of
 * @see pkg/common-controller/snapshot_controller.go getVolumeFromVolumeSnapshot
 */
export function getVolumeFromVolumeSnapshot(ctx: Context, snapshot: VolumeSnapshot): PersistentVolume {
  const { persistentVolumeClaimName: name = '' } = snapshot.spec.source;
  const claim = claimOf(ctx, snapshot);
  if (!claim) {
    const missing = goQuote(`persistentvolumeclaim "${name}" not found`);
    throw failure(`failed to retrieve PVC ${name} from the lister: ${missing}`);
  }
  if (claim.status?.phase !== 'Bound')
    throw failure(`the PVC ${name} is not yet bound to a PV, will not attempt to take a snapshot`);
  const { volumeName = '' } = claim.spec;
  const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, volumeName);
  if (!volume) {
    const missing = goQuote(`persistentvolumes "${volumeName}" not found`);
    throw failure(`failed to retrieve PV ${volumeName} from the API server: ${missing}`);
  }
  const { claimRef } = volume.spec;
  const isBound =
    claimRef?.name === name &&
    claimRef.namespace === claim.metadata.namespace &&
    (!claimRef.uid || claimRef.uid === claim.metadata.uid);
  if (!isBound) throw failure('claim in dataSource not bound or invalid');
  return volume;
}

/** Holds the claim while a snapshot of it is being taken. @see ensurePVCFinalizer */
export function ensurePVCFinalizer(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): void {
  const claim = claimOf(ctx, snapshot);
  if (!claim) throw failure(notSaved(snapshot.metadata.name, 'cannot get claim from snapshot'));
  const { finalizers = [], deletionTimestamp, name } = claim.metadata;
  if (finalizers.includes(CLAIM_FINALIZER)) return;
  if (deletionTimestamp !== undefined)
    throw failure(notSaved(name, 'cannot add finalizer on claim because it is being deleted'));
  api.update(ctx, withFinalizers(claim, [...finalizers, CLAIM_FINALIZER]));
}

/** Lets the claim go once no snapshot of it is being taken any more. @see checkandRemovePVCFinalizer, isPVCBeingUsed */
export function checkandRemovePVCFinalizer(
  api: ApiServer,
  ctx: Context,
  snapshot: VolumeSnapshot,
  isLeaving: boolean,
): void {
  if (snapshot.spec.source.persistentVolumeClaimName === undefined) return;
  const claim = claimOf(ctx, snapshot);
  const { finalizers = [] } = claim?.metadata ?? {};
  if (!claim || !finalizers.includes(CLAIM_FINALIZER)) return;
  const isUsed = ctx.bucket(SNAPSHOTS, 'byClaim', claimKeyOf(snapshot)).some((key) => {
    const other = ctx.get<VolumeSnapshot>(SNAPSHOTS, key);
    return other !== undefined && !isReady(other) && !(isLeaving && other.metadata.name === snapshot.metadata.name);
  });
  if (isUsed) return;
  const kept = finalizers.filter((finalizer) => finalizer !== CLAIM_FINALIZER);
  api.update(ctx, withFinalizers(claim, kept));
}

/** Whether a claim that waits for its volume is to be filled from a snapshot. */
export const isVolumeBeingCreatedFromSnapshot = (ctx: Context, { metadata }: VolumeSnapshot): boolean =>
  ctx.bucket(PERSISTENT_VOLUME_CLAIMS, 'waiting', '').some((key) => {
    const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
    const source = claim?.spec.dataSource;
    return (
      claim?.metadata.namespace === metadata.namespace &&
      claim?.status?.phase === 'Pending' &&
      source?.kind === 'VolumeSnapshot' &&
      source.apiGroup === 'snapshot.storage.k8s.io' &&
      source.name === metadata.name
    );
  });
