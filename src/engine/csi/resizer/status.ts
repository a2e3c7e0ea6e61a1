import type { Condition, PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { AnnPreResizeCapacity, NodeExpansionNotRequired } from '../../volumes/annotations.ts';
import { withAnnotation, withoutAnnotation } from '../../volumes/binding.ts';
import {
  FILE_SYSTEM_RESIZE_PENDING,
  resizeCondition,
  withAllocatedSize,
  withFinishedResize,
  withResizeConditions,
  withResizeStatus,
} from '../../volumes/resize.ts';
import { tell } from './lookup.ts';

type Status = NonNullable<PersistentVolumeClaim['status']>;

/** Writes the status of a claim, and with it its annotations. */
function save(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim, status: Status): PersistentVolumeClaim {
  return api.updateStatus<PersistentVolumeClaim>(ctx, { ...claim, status });
}

/** @see kubernetes-csi/external-resizer pkg/controller/resize_status.go markControllerResizeInProgress */
export function markControllerResizeInProgress(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  size: string,
  isNew: boolean,
): PersistentVolumeClaim {
  const resizing = resizeCondition('Resizing', api.timestamp(ctx));
  const marked = withResizeConditions(claim, [resizing], !isNew);
  const status = isNew ? withResizeStatus(marked, 'ControllerResizeInProgress') : marked;
  return save(api, ctx, withoutAnnotation(claim, NodeExpansionNotRequired), withAllocatedSize(status, size));
}

/** @see markForPendingNodeExpansion */
export function markForPendingNodeExpansion(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const pending = resizeCondition('FileSystemResizePending', api.timestamp(ctx), FILE_SYSTEM_RESIZE_PENDING);
  const status = withResizeStatus(withResizeConditions(claim, [pending], true), 'NodeResizePending');
  save(api, ctx, withoutAnnotation(claim, NodeExpansionNotRequired), status);
  tell(api, ctx, claim, 'Normal', 'FileSystemResizeRequired', 'Require file system resize of volume on node');
}

/** @see markControllerExpansionInfeasible, markControllerExpansionFailedCondition */
export function markControllerExpansionFailed(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  error: string,
  isInfeasible: boolean,
): PersistentVolumeClaim {
  const text = `failed to expand pvc with ${error}`;
  const failure = resizeCondition('ControllerResizeError', api.timestamp(ctx), text);
  const status = withResizeConditions(claim, [failure], true);
  return save(api, ctx, claim, isInfeasible ? withResizeStatus(status, 'ControllerResizeInfeasible') : status);
}

/** @see markOverallExpansionAsFinished */
export function markOverallExpansionAsFinished(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  size: string,
): void {
  save(api, ctx, withAnnotation(claim, NodeExpansionNotRequired, 'true'), withFinishedResize(claim, size));
  tell(api, ctx, claim, 'Normal', 'VolumeResizeSuccessful', 'Resize volume succeeded');
}

/**
 * Writes the new size into the volume; one whose file system still has to grow remembers the size before.
 * @see kubernetes-csi/external-resizer pkg/controller/controller.go updatePVCapacity
 */
export function updatePVCapacity(
  api: ApiServer,
  ctx: Context,
  volume: PersistentVolume,
  old: string,
  size: string,
  isNodeExpansionRequired: boolean,
): void {
  const isNoted = volume.metadata.annotations?.[AnnPreResizeCapacity] !== undefined;
  const noted = isNodeExpansionRequired && !isNoted ? withAnnotation(volume, AnnPreResizeCapacity, old) : volume;
  api.update(ctx, { ...noted, spec: { ...noted.spec, capacity: { ...noted.spec.capacity, storage: size } } });
}

const MODIFY_CONDITIONS = { modifying: 'ModifyingVolume', error: 'ModifyVolumeError' } as const;

/** A failed call, by its code's Go name. */
export interface ModifyFailure {
  readonly reason: string;
  readonly message: string;
  readonly isFinal: boolean;
}

/** @see kubernetes-csi/external-resizer pkg/util/util.go MergePVCConditions */
function mergeConditions(old: readonly Condition[], young: readonly Condition[]): readonly Condition[] {
  const merged = old.map((one) => {
    const next = young.find(({ type }) => type === one.type);
    if (!next) return one;
    const isSame = next.reason === one.reason && next.status === one.status;
    return isSame && one.lastTransitionTime ? { ...next, lastTransitionTime: one.lastTransitionTime } : next;
  });
  return [...merged, ...young.filter(({ type }) => !old.some((one) => one.type === type))];
}

/** @see kubernetes-csi/external-resizer pkg/modifycontroller/modify_status.go markControllerModifyVolumeStatus */
export function markControllerModifyVolumeStatus(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  to: 'Pending' | 'InProgress' | 'Infeasible',
  failure?: ModifyFailure,
): PersistentVolumeClaim {
  const { conditions = [], modifyVolumeStatus, ...status } = claim.status ?? {};
  const recorded = modifyVolumeStatus?.targetVolumeAttributesClassName;
  // What is pending or failed keeps the target that it had.
  const target = to === 'Pending' || failure ? recorded : (claim.spec.volumeAttributesClassName ?? '');
  const next = { ...(target !== undefined && { targetVolumeAttributesClassName: target }), status: to };
  if (to === 'Pending')
    return save(api, ctx, claim, {
      ...status,
      ...(conditions.length > 0 && { conditions }),
      modifyVolumeStatus: next,
    });
  const now = api.timestamp(ctx);
  const about = `Modifying volume to ${JSON.stringify(target ?? '')}`;
  const how = !failure ? 'is in progress.' : failure.isFinal ? 'failed. Waiting for retry.' : 'is still in progress.';
  const common = { status: 'True', lastProbeTime: now, lastTransitionTime: now } as const;
  const young: Condition[] = [{ type: MODIFY_CONDITIONS.modifying, ...common, message: `${about} ${how}` }];
  if (failure) {
    const { reason, message } = failure;
    young.push({ type: MODIFY_CONDITIONS.error, ...common, reason, message });
  }
  return save(api, ctx, claim, {
    ...status,
    conditions: mergeConditions(conditions, young),
    modifyVolumeStatus: next,
  });
}

function withoutConditions(status: Status, types: readonly string[]): Status {
  const { conditions = [], ...rest } = status;
  const kept = conditions.filter(({ type }) => !types.includes(type));
  return kept.length > 0 ? { ...rest, conditions: kept } : rest;
}

/** The volume first, then the claim. @see markControllerModifyVolumeCompleted */
export function markControllerModifyVolumeCompleted(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): void {
  const { modifyVolumeStatus, ...status } = claim.status ?? {};
  const name = modifyVolumeStatus?.targetVolumeAttributesClassName ?? '';
  api.update(ctx, { ...volume, spec: { ...volume.spec, volumeAttributesClassName: name } });
  save(api, ctx, claim, {
    ...withoutConditions(status, Object.values(MODIFY_CONDITIONS)),
    currentVolumeAttributesClassName: name,
  });
}

export const hasModifyingCondition = ({ status }: PersistentVolumeClaim): boolean =>
  status?.conditions?.some(({ type }) => type === MODIFY_CONDITIONS.modifying) ?? false;

/** @see markRolledBack */
export const markRolledBack = (api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): PersistentVolumeClaim =>
  save(api, ctx, claim, withoutConditions(claim.status ?? {}, [MODIFY_CONDITIONS.modifying]));
