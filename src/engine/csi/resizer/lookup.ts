import { recordEvent } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { isFinalError } from '../spec/codes.ts';
import { driverName } from '../spec/driver.ts';

/** The volume of a claim, as the cache has it. */
export const volumeOf = (ctx: Context, { spec }: PersistentVolumeClaim): PersistentVolume | undefined =>
  spec.volumeName ? ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, spec.volumeName) : undefined;

/** A claim and its volume as they are now; nothing where one has gone. */
export function claimWithVolume(
  ctx: Context,
  key: string,
): { readonly claim: PersistentVolumeClaim; readonly volume: PersistentVolume } | undefined {
  const claim = ctx.live<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  const volume = claim && ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, claim.spec.volumeName ?? '');
  return volume && { claim, volume };
}

/** Here a driver that is out of resources may still be at work. @see kubernetes-csi/external-resizer pkg/util/util.go IsFinalError */
export const isFinal = (code: string): boolean => code !== 'RESOURCE_EXHAUSTED' && isFinalError(code);

export function tell(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(api, ctx, { source: `external-resizer ${driverName(ctx)}`, about: claim, type, reason, message });
}
