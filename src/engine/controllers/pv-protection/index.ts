import { attempt, StatusError } from '../../api/errors.ts';
import type { PersistentVolume } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { PVProtectionFinalizer } from '../../volumes/annotations.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { isDeletionCandidate, needToAddFinalizer } from '../../volumes/protection.ts';

const VOLUMES = 'volumes';

/**
 * Keeps a volume that is being deleted until its phase is no longer Bound.
 * @see pkg/controller/volume/pvprotection/pv_protection_controller.go
 */
export function persistentVolumeProtection(api: ApiServer): ComponentType {
  return {
    type: 'persistentvolume-protection-controller',
    queues: {
      [VOLUMES]: {
        workers: 1,
        sync: (ctx, name) => {
          if (attempt(() => processPV(api, ctx, name)) instanceof StatusError) ctx.enqueueRateLimited(VOLUMES, name);
          else ctx.forget(VOLUMES, name);
        },
      },
    },
    watches: [
      {
        table: PERSISTENT_VOLUMES,
        on: (ctx, { key, after }: WatchEvent<PersistentVolume>) => {
          if (!after) return;
          if (needToAddFinalizer(after, PVProtectionFinalizer) || isDeletionCandidate(after, PVProtectionFinalizer))
            ctx.enqueue(VOLUMES, key);
        },
      },
    ],
  };
}

/** @see pkg/controller/volume/pvprotection/pv_protection_controller.go processPV */
function processPV(api: ApiServer, ctx: Context, name: string): void {
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  if (!volume) return;
  const { finalizers = [] } = volume.metadata;
  if (isDeletionCandidate(volume, PVProtectionFinalizer)) {
    const isUsed = volume.status?.phase === 'Bound';
    if (!isUsed)
      api.update(
        ctx,
        withFinalizers(
          volume,
          finalizers.filter((finalizer) => finalizer !== PVProtectionFinalizer),
        ),
      );
    else
      ctx.decide({
        about: `PersistentVolume/${name}`,
        by: 'isBeingUsed',
        outcome: 'keepFinalizer',
        facts: { phase: 'Bound', claimRef: claimOf(volume) },
      });
  } else if (needToAddFinalizer(volume, PVProtectionFinalizer)) {
    // Admission adds it; this is for volumes that came another way.
    api.update(ctx, withFinalizers(volume, [...finalizers, PVProtectionFinalizer]));
  }
}

const claimOf = ({ spec: { claimRef } }: PersistentVolume): string =>
  `${claimRef?.namespace ?? ''}/${claimRef?.name ?? ''}`;
