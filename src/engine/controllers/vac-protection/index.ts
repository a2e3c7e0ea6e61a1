import { attempt, StatusError } from '../../api/errors.ts';
import { attributesClassesOfClaim, attributesClassesOfVolume } from '../../api/kinds/modes.ts';
import type { VolumeAttributesClass } from '../../api/kinds/volumeattributesclass.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, VOLUME_ATTRIBUTES_CLASSES } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { VACProtectionFinalizer } from '../../volumes/annotations.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { isDeletionCandidate, needToAddFinalizer } from '../../volumes/protection.ts';

const CLASSES = 'classes';

/**
 * Keeps an attributes class that is being deleted until no volume and no claim names it.
 * @see pkg/controller/volume/vacprotection/vac_protection_controller.go
 */
export function volumeAttributesClassProtection(api: ApiServer): ComponentType {
  return {
    type: 'volumeattributesclass-protection-controller',
    queues: {
      [CLASSES]: {
        workers: 1,
        sync: (ctx, name) => {
          if (attempt(() => processVAC(api, ctx, name)) instanceof StatusError) ctx.enqueueRateLimited(CLASSES, name);
          else ctx.forget(CLASSES, name);
        },
      },
    },
    watches: [
      {
        table: VOLUME_ATTRIBUTES_CLASSES,
        on: (ctx, { key, after }: WatchEvent<VolumeAttributesClass>) => {
          if (!after) return;
          if (needToAddFinalizer(after, VACProtectionFinalizer) || isDeletionCandidate(after, VACProtectionFinalizer))
            ctx.enqueue(CLASSES, key);
        },
      },
      {
        table: PERSISTENT_VOLUMES,
        on: (ctx, { before, after }: WatchEvent<PersistentVolume>) =>
          enqueueLeft(ctx, before && attributesClassesOfVolume(before), after && attributesClassesOfVolume(after)),
      },
      {
        table: PERSISTENT_VOLUME_CLAIMS,
        on: (ctx, { before, after }: WatchEvent<PersistentVolumeClaim>) =>
          enqueueLeft(ctx, before && attributesClassesOfClaim(before), after && attributesClassesOfClaim(after)),
      },
    ],
  };
}

/** The classes that an object no longer names. */
function enqueueLeft(ctx: Context, before: readonly string[] = [], after: readonly string[] = []): void {
  for (const name of before) if (!after.includes(name)) ctx.enqueue(CLASSES, name);
}

/** @see pkg/controller/volume/vacprotection/vac_protection_controller.go processVAC */
function processVAC(api: ApiServer, ctx: Context, name: string): void {
  const vac = ctx.get<VolumeAttributesClass>(VOLUME_ATTRIBUTES_CLASSES, name);
  if (!vac) return;
  const { finalizers = [] } = vac.metadata;
  if (isDeletionCandidate(vac, VACProtectionFinalizer)) {
    const users = [PERSISTENT_VOLUMES, PERSISTENT_VOLUME_CLAIMS].flatMap((table) =>
      ctx.bucket(table, 'byAttributesClass', name),
    );
    if (users.length === 0) {
      const kept = finalizers.filter((finalizer) => finalizer !== VACProtectionFinalizer);
      api.update(ctx, withFinalizers(vac, kept));
    } else {
      ctx.decide({
        about: `VolumeAttributesClass/${name}`,
        by: 'isBeingUsed',
        outcome: 'keepFinalizer',
        facts: { users: [...users] },
      });
    }
  } else if (needToAddFinalizer(vac, VACProtectionFinalizer)) {
    // Admission adds it; this is for classes that came another way.
    api.update(ctx, withFinalizers(vac, [...finalizers, VACProtectionFinalizer]));
  }
}
