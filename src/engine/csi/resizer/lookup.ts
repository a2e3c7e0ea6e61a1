import { recordEvent } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim, Secret, SecretReference } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUMES, SECRETS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { isFinalError } from '../spec/codes.ts';
import { type Driver, driverOf } from '../spec/driver.ts';
import { mapOrNothing, type StringMap } from '../spec/messages.ts';
import { secretData } from '../spec/secrets.ts';

export const driverName = (ctx: Context): string => ctx.params['driver'] ?? '';
export const ownDriver = (ctx: Context): Driver | undefined => driverOf(ctx, driverName(ctx));

/** The volume of a claim, as the cache has it. */
export const volumeOf = (ctx: Context, { spec }: PersistentVolumeClaim): PersistentVolume | undefined =>
  spec.volumeName ? ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, spec.volumeName) : undefined;

/** @see kubernetes-csi/external-resizer pkg/resizer/csi_resizer.go getCredentials */
export function credentials(
  ctx: Context,
  ref: SecretReference | undefined,
): { readonly data: StringMap | undefined } | { readonly error: string } {
  if (!ref) return { data: undefined };
  const { name = '', namespace = '' } = ref;
  const secret = ctx.live<Secret>(SECRETS, `${namespace}/${name}`);
  if (!secret) return { error: `error getting secret ${name} in namespace ${namespace}: secrets "${name}" not found` };
  return { data: mapOrNothing(secretData(secret.data)) };
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
