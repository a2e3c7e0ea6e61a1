import { attempt, StatusError } from '../../api/errors.ts';
import type { KubeObject, ObjectMeta, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import { RESTORE_FINALIZER, SNAPSHOTS, type VolumeSnapshot } from '../snapshotobjects.ts';
import { hasController, ownDriver } from '../spec/driver.ts';
import { dataSourceOf } from './datasource.ts';
import { CLONING } from './names.ts';

/** On a claim that others are filled from. */
const CLONING_FINALIZER = 'provisioner.storage.kubernetes.io/cloning-protection';

/** How often finalizers that nobody waits for are taken off snapshots. */
export const SNAPSHOT_SWEEP_PERIOD = 300_000;

/** What holds the sources of each kind. */
const HOLDS: Readonly<Record<string, { readonly table: string; readonly finalizer: string }>> = {
  PersistentVolumeClaim: { table: PERSISTENT_VOLUME_CLAIMS, finalizer: CLONING_FINALIZER },
  VolumeSnapshot: { table: SNAPSHOTS, finalizer: RESTORE_FINALIZER },
};

/**
 * Holds what a claim is to be filled from, from before the driver is asked: a claim until it is deleted, a snapshot until
 * the volume is made.
 * @throws StatusError
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go setCloneFinalizer, setSnapshotFinalizer
 */
export function holdSource(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const source = dataSourceOf(claim);
  const hold = source && HOLDS[source.kind];
  if (!hold) return;
  const { namespace = 'default' } = claim.metadata;
  const found = ctx.get<KubeObject>(hold.table, `${namespace}/${source.name}`);
  const { finalizers = [] } = found?.metadata ?? {};
  if (found && !finalizers.includes(hold.finalizer))
    api.update(ctx, withFinalizers(found, [...finalizers, hold.finalizer]));
}

/**
 * Lets the snapshot go from which a claim's volume was made. Where that fails, the next sweep does it.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go removeSnapshotFinalizer
 */
export function releaseSnapshot(api: ApiServer, ctx: Context, { metadata, spec }: PersistentVolumeClaim): void {
  const { kind, name = '' } = spec.dataSource ?? {};
  const { namespace = 'default' } = metadata;
  if (kind === 'VolumeSnapshot') letGo(api, ctx, ctx.live<VolumeSnapshot>(SNAPSHOTS, `${namespace}/${name}`));
}

function letGo(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot | undefined): void {
  const { finalizers = [] } = snapshot?.metadata ?? {};
  if (!snapshot || !finalizers.includes(RESTORE_FINALIZER)) return;
  attempt(() =>
    api.update(
      ctx,
      withFinalizers(
        snapshot,
        finalizers.filter((name) => name !== RESTORE_FINALIZER),
      ),
    ),
  );
}

/**
 * Lets all snapshots go from which no claim waits to be filled.
 * @see kubernetes-csi/external-provisioner pkg/controller/snapshot_finalizer_controller.go sweepOrphanedFinalizers
 */
export function sweepSnapshots(api: ApiServer, ctx: Context): void {
  if (!hasController(ownDriver(ctx), 'CREATE_DELETE_SNAPSHOT')) return;
  const held = ctx
    .keys(SNAPSHOTS)
    .flatMap((key) => ctx.get<VolumeSnapshot>(SNAPSHOTS, key) ?? [])
    .filter(({ metadata }) => metadata.finalizers?.includes(RESTORE_FINALIZER));
  for (const snapshot of held) if (!isAwaited(ctx, 'VolumeSnapshot', snapshot.metadata)) letGo(api, ctx, snapshot);
}

/** A claim that is being deleted and may be the source of others, to a driver that clones. */
export function claimMayBeSource(ctx: Context, { key, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (after && isHeld(after) && hasController(ownDriver(ctx), 'CLONE_VOLUME')) ctx.enqueue(CLONING, key);
}

const isHeld = ({ metadata }: PersistentVolumeClaim): boolean =>
  metadata.deletionTimestamp !== undefined && (metadata.finalizers?.includes(CLONING_FINALIZER) ?? false);

/**
 * Lets a source go once no claim waits for being filled from it.
 * @see kubernetes-csi/external-provisioner pkg/controller/clone_controller.go syncClaim
 */
export function syncSource(api: ApiServer, ctx: Context, key: string): void {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  if (!claim || !isHeld(claim)) {
    forget(ctx, CLONING, key);
    return;
  }
  const finalizers = (claim.metadata.finalizers ?? []).filter((name) => name !== CLONING_FINALIZER);
  const saved = isAwaited(ctx, 'PersistentVolumeClaim', claim.metadata)
    ? undefined
    : attempt(() => api.update(ctx, withFinalizers(claim, finalizers)));
  if (saved === undefined || saved instanceof StatusError) addRateLimited(ctx, CLONING, key);
  else forget(ctx, CLONING, key);
}

/** Whether a claim that has no volume yet is to be filled from an object. */
function isAwaited(ctx: Context, kind: string, { name, namespace }: ObjectMeta): boolean {
  return ctx.bucket(PERSISTENT_VOLUME_CLAIMS, 'waiting', '').some((key) => {
    const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
    const source = claim && dataSourceOf(claim);
    const isPending = (claim?.status?.phase ?? 'Pending') === 'Pending';
    return isPending && claim?.metadata.namespace === namespace && source?.kind === kind && source.name === name;
  });
}
