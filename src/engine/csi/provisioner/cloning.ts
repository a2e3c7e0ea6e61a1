import { attempt, StatusError } from '../../api/errors.ts';
import type { PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import { driverOf, hasController } from '../spec/driver.ts';
import { dataSourceOf } from './datasource.ts';
import { CLONING } from './names.ts';

/** On a claim that others are filled from. */
const CLONING_FINALIZER = 'provisioner.storage.kubernetes.io/cloning-protection';

/**
 * Holds the claim that another is to be a clone of, from before the driver is asked until the source is deleted.
 * @throws StatusError
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go setCloneFinalizer
 */
export function holdSource(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const source = dataSourceOf(claim);
  if (source?.kind !== 'PersistentVolumeClaim') return;
  const { namespace = 'default' } = claim.metadata;
  const found = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, `${namespace}/${source.name}`);
  const { finalizers = [] } = found?.metadata ?? {};
  if (found && !finalizers.includes(CLONING_FINALIZER))
    api.update(ctx, withFinalizers(found, [...finalizers, CLONING_FINALIZER]));
}

/** A claim that is being deleted and may be the source of others, to a driver that clones. */
export function claimMayBeSource(ctx: Context, { key, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (after && isHeld(after) && hasController(driverOf(ctx, ctx.params['driver'] ?? ''), 'CLONE_VOLUME'))
    ctx.enqueue(CLONING, key);
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
  const saved = isAwaited(ctx, claim) ? undefined : attempt(() => api.update(ctx, withFinalizers(claim, finalizers)));
  if (saved === undefined || saved instanceof StatusError) addRateLimited(ctx, CLONING, key);
  else forget(ctx, CLONING, key);
}

function isAwaited(ctx: Context, { metadata: { name, namespace } }: PersistentVolumeClaim): boolean {
  return ctx.bucket(PERSISTENT_VOLUME_CLAIMS, 'byPhase', 'Pending').some((key) => {
    const other = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
    const source = other && dataSourceOf(other);
    return other?.metadata.namespace === namespace && source?.kind === 'PersistentVolumeClaim' && source.name === name;
  });
}
