import { deepEqual } from '../../api/diff.ts';
import type { EventType } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim, ResourceList } from '../../api/object.ts';
import { canonicalQuantity, compareQuantities, quantityError } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { AnnBindCompleted, AnnBoundByController, AnnPreResizeCapacity } from '../../volumes/annotations.ts';
import { getBindVolumeToClaim, hasAnnotation, withAnnotation, withoutAnnotation } from '../../volumes/binding.ts';
import { emit, syncError } from './names.ts';

type ClaimPhase = 'Pending' | 'Bound' | 'Lost';
type VolumePhase = 'Available' | 'Bound' | 'Released' | 'Failed';

/**
 * Saves a binding in four writes: the volume's pointer, the volume's phase, the claim's pointer, the claim's status. What is
 * in place already is not written, so a bind that was cut short goes on where it stopped.
 * @throws StatusError of the write that failed
 * @see pkg/controller/volume/persistentvolume/pv_controller.go bind
 */
export function bind(api: ApiServer, ctx: Context, volume: PersistentVolume, claim: PersistentVolumeClaim): void {
  const pointing = bindVolumeToClaim(api, ctx, volume, claim);
  const bound = updateVolumePhase(api, ctx, pointing, 'Bound');
  const updated = bindClaimToVolume(api, ctx, claim, bound);
  updateClaimStatus(api, ctx, updated, 'Bound', bound);
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go bindVolumeToClaim */
function bindVolumeToClaim(
  api: ApiServer,
  ctx: Context,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): PersistentVolume {
  const pointing = getBindVolumeToClaim(volume, claim);
  return pointing === volume ? volume : api.update(ctx, pointing);
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go bindClaimToVolume */
function bindClaimToVolume(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  { metadata: { name } }: PersistentVolume,
): PersistentVolumeClaim {
  let updated = claim;
  if (claim.spec.volumeName !== name) {
    updated = { ...claim, spec: { ...claim.spec, volumeName: name } };
    if (!hasAnnotation(claim, AnnBoundByController)) updated = withAnnotation(updated, AnnBoundByController, 'yes');
  }
  if (!hasAnnotation(updated, AnnBindCompleted)) updated = withAnnotation(updated, AnnBindCompleted, 'yes');
  return updated === claim ? claim : api.update(ctx, updated);
}

/**
 * Saves a claim's phase and, with a volume, what the claim gets from it; without one these fields are cleared.
 * A bound claim's capacity is left alone: resizing owns it.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go updateClaimStatus
 */
export function updateClaimStatus(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  phase: ClaimPhase,
  volume: PersistentVolume | undefined,
): PersistentVolumeClaim {
  const { accessModes, capacity, currentVolumeAttributesClassName, ...rest } = claim.status ?? {};
  const had = { accessModes, capacity, currentVolumeAttributesClassName };
  const gets = volume
    ? gainsFrom(claim, phase, volume)
    : { accessModes: undefined, capacity: undefined, currentVolumeAttributesClassName: undefined };
  if (rest.phase === phase && deepEqual(had, gets)) return claim;
  const kept = Object.fromEntries(Object.entries(gets).filter(([, value]) => value !== undefined));
  return api.updateStatus(ctx, { ...claim, status: { ...rest, phase, ...kept } });
}

type Gains = {
  readonly [field in 'accessModes' | 'capacity' | 'currentVolumeAttributesClassName']:
    | NonNullable<PersistentVolumeClaim['status']>[field]
    | undefined;
};

function gainsFrom({ status = {} }: PersistentVolumeClaim, phase: ClaimPhase, volume: PersistentVolume): Gains {
  const { accessModes, volumeAttributesClassName } = volume.spec;
  const { capacity, currentVolumeAttributesClassName } = status;
  return {
    accessModes,
    capacity: status.phase === phase ? capacity : capacityFrom(volume, capacity),
    currentVolumeAttributesClassName:
      status.phase === 'Pending' && phase === 'Bound' ? volumeAttributesClassName : currentVolumeAttributesClassName,
  };
}

/** The volume's capacity, or the size before a resize of its file system that has not happened yet. */
function capacityFrom({ metadata, spec }: PersistentVolume, had: ResourceList | undefined): ResourceList | undefined {
  const storage = spec.capacity?.['storage'];
  if (storage === undefined)
    throw syncError(`PersistentVolume ${JSON.stringify(metadata.name)} is without a storage capacity`);
  const before = metadata.annotations?.[AnnPreResizeCapacity];
  if (before !== undefined)
    return { ...had, storage: quantityError(before) === undefined ? canonicalQuantity(before) : storage };
  return had?.['storage'] === undefined || compareQuantities(storage, had['storage']) !== 0 ? spec.capacity : had;
}

/**
 * Saves a claim's phase with an Event, if it changes.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go updateClaimStatusWithEvent
 */
export function updateClaimStatusWithEvent(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  phase: ClaimPhase,
  event: { readonly type: EventType; readonly reason: string; readonly message: string },
): void {
  if (claim.status?.phase === phase) return;
  const updated = updateClaimStatus(api, ctx, claim, phase, undefined);
  emit(api, ctx, updated, event.type, event.reason, event.message);
}

/**
 * Saves a volume's phase, if it changes; `status.message` is then set too, usually to nothing.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go updateVolumePhase
 */
export function updateVolumePhase(
  api: ApiServer,
  ctx: Context,
  volume: PersistentVolume,
  phase: VolumePhase,
  message = '',
): PersistentVolume {
  if (volume.status?.phase === phase) return volume;
  const { message: _, ...rest } = volume.status ?? {};
  return api.updateStatus(ctx, { ...volume, status: { ...rest, phase, ...(message !== '' && { message }) } });
}

/**
 * Saves a volume's phase with a Warning of the same text, if it changes.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go updateVolumePhaseWithEvent
 */
export function updateVolumePhaseWithEvent(
  api: ApiServer,
  ctx: Context,
  volume: PersistentVolume,
  phase: VolumePhase,
  reason: string,
  message: string,
): void {
  if (volume.status?.phase === phase) return;
  emit(api, ctx, updateVolumePhase(api, ctx, volume, phase, message), 'Warning', reason, message);
}

/**
 * Takes a volume from its claim: a pointer of the controller's goes altogether, one that the user put there loses the uid.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go unbindVolume
 */
export function unbindVolume(api: ApiServer, ctx: Context, volume: PersistentVolume): void {
  const { claimRef, ...spec } = volume.spec;
  const { uid: _, ...reservation } = claimRef ?? {};
  const unbound = hasAnnotation(volume, AnnBoundByController)
    ? withoutAnnotation({ ...volume, spec }, AnnBoundByController)
    : { ...volume, spec: { ...volume.spec, claimRef: reservation } };
  updateVolumePhase(api, ctx, api.update<PersistentVolume>(ctx, unbound), 'Available');
}
