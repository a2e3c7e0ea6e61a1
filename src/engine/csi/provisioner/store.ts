import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { eventSource } from './identity.ts';
import { VOLUME_STORE } from './names.ts';

interface Unsaved {
  readonly volume: PersistentVolume;
  readonly claim: PersistentVolumeClaim;
}

/** Memory: volumes that exist at the driver and could not be written to the API yet. */
const UNSAVED = 'unsavedVolumes';

/**
 * Writes a PersistentVolume; where that is refused it is tried again for ever, so that no volume is lost.
 * @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/volume_store.go
 */
export function storeVolume(
  api: ApiServer,
  ctx: Context,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): void {
  const { name } = volume.metadata;
  const saved = attempt(() => api.create(ctx, volume));
  if (saved instanceof StatusError && saved.reason !== 'AlreadyExists') {
    ctx.mem<Unsaved>(UNSAVED).set(name, { volume, claim });
    ctx.enqueueRateLimited(VOLUME_STORE, name);
    return;
  }
  ctx.mem(UNSAVED).delete(name);
  ctx.forget(VOLUME_STORE, name);
  const message = `Successfully provisioned volume ${name}`;
  recordEvent(api, ctx, {
    source: eventSource(ctx),
    about: claim,
    type: 'Normal',
    reason: 'ProvisioningSucceeded',
    message,
  });
}

export function storeAgain(api: ApiServer, ctx: Context, name: string): void {
  const unsaved = ctx.mem<Unsaved>(UNSAVED).get(name);
  if (unsaved) storeVolume(api, ctx, unsaved.volume, unsaved.claim);
}
