import { claimClass } from '../../../api/kinds/modes.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../api/object.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES } from '../../../api/tables.ts';
import type { Context } from '../../../sim/context.ts';
import { AnnBindCompleted } from '../../../volumes/annotations.ts';
import { hasAnnotation } from '../../../volumes/binding.ts';
import { claimNameOf, volumeIsForPod } from '../../../volumes/ephemeral.ts';
import { failure, type Status, unresolvable } from '../../framework.ts';
import { claimKey } from '../volumeclaims.ts';

/** Versions of volumes and claims that Reserve assumed, until the API has newer ones. @see util/assumecache/assume_cache.go */
const ASSUMED = { [PERSISTENT_VOLUMES]: 'assumedVolumes', [PERSISTENT_VOLUME_CLAIMS]: 'assumedClaims' } as const;
type Assumable = keyof typeof ASSUMED;

export const assume = (
  ctx: Context,
  table: Assumable,
  key: string,
  object: PersistentVolume | PersistentVolumeClaim,
): void => ctx.mem<PersistentVolume | PersistentVolumeClaim>(ASSUMED[table]).set(key, object);

/** Drops what was assumed of an object: it came to pass, was overtaken, or is taken back. */
export function restore(ctx: Context, table: Assumable, key: string): void {
  const assumed = ctx.mem(ASSUMED[table]);
  if (assumed.has(key)) assumed.delete(key);
}

export const getClaim = (ctx: Context, key: string): PersistentVolumeClaim | undefined =>
  ctx.mem<PersistentVolumeClaim>('assumedClaims').get(key) ??
  ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);

export const getVolume = (ctx: Context, name: string): PersistentVolume | undefined =>
  ctx.mem<PersistentVolume>('assumedVolumes').get(name) ?? ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);

export const assumedVolumes = (ctx: Context): readonly string[] => ctx.mem('assumedVolumes').keys();

/** @see isPVCFullyBound */
export const isFullyBound = (claim: PersistentVolumeClaim): boolean =>
  !!claim.spec.volumeName && hasAnnotation(claim, AnnBindCompleted);

export interface PodVolumeClaims {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly delayed: readonly PersistentVolumeClaim[];
}

/** Names of the volumes that a pod's claims have. */
export const boundVolumes = (ctx: Context, pod: Pod): readonly string[] =>
  (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume);
    const claim = name === undefined ? undefined : getClaim(ctx, claimKey(pod, name));
    return claim?.spec.volumeName || [];
  });

/** Whether all claims of a pod exist and may be used; `undefined` when the pod has none. @see volume_binding.go podHasPVCs */
export function podHasPVCs(ctx: Context, pod: Pod): Status | 'ok' | undefined {
  let has = false;
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    if (name === undefined) continue;
    has = true;
    const claim = getClaim(ctx, claimKey(pod, name));
    if (!claim) {
      return unresolvable(
        volume.ephemeral
          ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${name}"`
          : `persistentvolumeclaim "${name}" not found`,
        { want: name },
      );
    }
    if (claim.status?.phase === 'Lost') {
      return unresolvable(
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName ?? ''}"`,
        {
          have: { claim: name, phase: 'Lost' },
        },
      );
    }
    if (claim.metadata.deletionTimestamp !== undefined) {
      return unresolvable(`persistentvolumeclaim "${name}" is being deleted`, {
        have: { claim: name, deletionTimestamp: claim.metadata.deletionTimestamp },
      });
    }
    const foreign = volume.ephemeral && volumeIsForPod(pod, claim);
    if (foreign !== undefined) return unresolvable(foreign);
  }
  return has ? 'ok' : undefined;
}

/** Sorts a pod's claims: bound ones, and those that wait for its node. An immediate one that is unbound refuses. @see GetPodVolumeClaims */
export function getPodVolumeClaims(ctx: Context, pod: Pod): PodVolumeClaims | Status {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  const immediate: PersistentVolumeClaim[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    const name = claimNameOf(pod, volume);
    const claim = name === undefined ? undefined : getClaim(ctx, claimKey(pod, name));
    if (!claim) continue;
    if (isFullyBound(claim)) {
      bound.push(claim);
      continue;
    }
    const className = claimClass(claim);
    const storageClass = className === '' ? undefined : ctx.get<StorageClass>(STORAGE_CLASSES, className);
    if (storageClass && storageClass.volumeBindingMode === undefined)
      return failure(`VolumeBindingMode not set for StorageClass "${className}"`);
    const waits = storageClass?.volumeBindingMode === 'WaitForFirstConsumer' && !claim.spec.volumeName;
    (waits ? delayed : immediate).push(claim);
  }
  if (immediate.length === 0) return { bound, delayed };
  const have = immediate.map(({ metadata, spec, status }) => ({
    claim: metadata.name,
    phase: status?.phase ?? null,
    storageClassName: spec.storageClassName ?? null,
    volumeName: spec.volumeName ?? null,
  }));
  return unresolvable('pod has unbound immediate PersistentVolumeClaims', { have });
}
