import { attempt } from '../../api/errors.ts';
import type { PersistentVolumeClaim } from '../../api/object.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { CLAIMS, VOLUMES } from './names.ts';

/** `--pvclaimbinder-sync-period` */
export const RESYNC_PERIOD = 15_000;

/** Volumes that a change of a claim may have put out of order without waking them. */
const touched = (ctx: Context) => ctx.mem<true>('touched');
/** Claims that a change of a volume may have put out of order without waking them. */
const touchedClaims = (ctx: Context) => ctx.mem<true>('touched claims');

/**
 * Queues all claims, then all volumes, whose sync would do something. Where upstream lists everything, this looks at those
 * that wait and those that something else has changed: the others came to rest in their own sync.
 * @see pkg/controller/volume/persistentvolume/pv_controller_base.go resync
 */
export function resync(ctx: Context, syncClaim: (key: string) => void, syncVolume: (name: string) => void): void {
  const claims = candidates(ctx, PERSISTENT_VOLUME_CLAIMS, touchedClaims(ctx).keys());
  const volumes = candidates(ctx, PERSISTENT_VOLUMES, touched(ctx).keys());
  for (const key of claims) queueUnlessQuiet(ctx, CLAIMS, key, syncClaim);
  for (const name of volumes) queueUnlessQuiet(ctx, VOLUMES, name, syncVolume);
  for (const table of [touchedClaims(ctx), touched(ctx)]) for (const key of [...table.keys()]) table.delete(key);
}

function candidates(ctx: Context, table: string, others: readonly string[]): readonly string[] {
  const waiting = ctx.bucket(table, 'waiting', '');
  return others.length === 0 ? [...waiting] : [...new Set([...waiting, ...others])].sort();
}

/** A key in back-off is due at once, as it is upstream; one whose sync would write nothing is left alone. */
function queueUnlessQuiet(ctx: Context, queue: string, key: string, sync: (key: string) => void): void {
  if (ctx.isQueued(queue, key) || ctx.probe(() => attempt(() => sync(key)))) ctx.enqueue(queue, key);
}

/** Notes the volumes that point to a claim which is gone or has got another volume. */
export function touchVolumes(ctx: Context, claimKey: string, claim: PersistentVolumeClaim | undefined): void {
  for (const name of ctx.bucket(PERSISTENT_VOLUMES, 'byClaim', claimKey)) {
    if (!claim || (claim.spec.volumeName && claim.spec.volumeName !== name)) touched(ctx).set(name, true);
  }
}

/** Notes the claims that are bound to a volume. */
export function touchClaims(ctx: Context, name: string): void {
  for (const key of ctx.bucket(PERSISTENT_VOLUME_CLAIMS, 'byVolume', name)) touchedClaims(ctx).set(key, true);
}
