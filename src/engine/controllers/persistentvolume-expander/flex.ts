import type { EventType } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import { compareQuantities } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { AnnPreResizeCapacity, AnnStorageResizer } from '../../volumes/annotations.ts';
import { hasAnnotation, withAnnotation, withoutAnnotation } from '../../volumes/binding.ts';
import {
  allocatedSizeOf,
  capacityOf,
  FILE_SYSTEM_RESIZE_PENDING,
  requestOf,
  resizeCondition,
  resizeStatusOf,
  withAllocatedSize,
  withFinishedResize,
  withResizeConditions,
  withResizeStatus,
} from '../../volumes/resize.ts';

type Tell = (type: EventType, reason: string, message: string) => void;

const sizeOf = ({ spec }: PersistentVolume): string => spec.capacity?.['storage'] ?? '0';
const driverOf = ({ spec }: PersistentVolume): string =>
  (spec['flexVolume'] as { readonly driver?: string } | undefined)?.driver ?? '';

const IN_PROGRESS: readonly string[] = [
  'ControllerResizeInProgress',
  'NodeResizePending',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
];

/**
 * Grows a FlexVolume: at once in the API, as nothing on the control plane has to be called; its file system grows on the node.
 * @see pkg/controller/volume/expand/expand_controller.go expand; operation_generator.go expandAndRecoverFunction
 */
export function expandFlexVolume(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  tell: Tell,
): void {
  const size = sizeOf(volume);
  const hasRequest = compareQuantities(capacityOf(claim), requestOf(claim)) >= 0;
  if (hasRequest && compareQuantities(capacityOf(claim), size) >= 0 && hasAnnotation(volume, AnnPreResizeCapacity)) {
    api.update(ctx, withoutAnnotation(volume, AnnPreResizeCapacity));
    return;
  }
  const status = resizeStatusOf(claim);
  const recorded = allocatedSizeOf(claim) ?? requestOf(claim);
  if (compareQuantities(size, requestOf(claim)) < 0) {
    const isBegun = status !== undefined && IN_PROGRESS.includes(status);
    grow(api, ctx, claim, volume, isBegun ? recorded : requestOf(claim), tell);
  } else if (status === 'NodeResizeInfeasible') {
    markNodeResizePending(api, ctx, claim, volume, size);
  } else if (status !== 'NodeResizePending' && status !== 'NodeResizeInProgress') {
    grow(api, ctx, claim, volume, recorded, tell);
  }
}

function grow(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  size: string,
  tell: Tell,
): void {
  const resizing = resizeCondition('Resizing', api.timestamp(ctx));
  const begun = withResizeStatus(withResizeConditions(claim, [resizing], false), 'ControllerResizeInProgress');
  const marked = api.updateStatus<PersistentVolumeClaim>(ctx, {
    ...withAnnotation(claim, AnnStorageResizer, driverOf(volume)),
    status: withAllocatedSize(begun, size),
  });
  if (volume.spec.volumeMode !== 'Block') {
    markNodeResizePending(api, ctx, marked, volume, size);
    return;
  }
  updateCapacity(api, ctx, volume, size);
  api.updateStatus(ctx, { ...marked, status: withFinishedResize(marked, size) });
  const { namespace = '', name } = claim.metadata;
  tell('Normal', 'VolumeResizeSuccessful', `ExpandVolume succeeded for volume ${namespace}/${name}`);
}

/** The volume has its size, the file system not yet: that is the node's part. */
function markNodeResizePending(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  size: string,
): void {
  const isNoted = hasAnnotation(volume, AnnPreResizeCapacity);
  updateCapacity(api, ctx, isNoted ? volume : withAnnotation(volume, AnnPreResizeCapacity, capacityOf(claim)), size);
  const pending = resizeCondition('FileSystemResizePending', api.timestamp(ctx), FILE_SYSTEM_RESIZE_PENDING);
  const status = withResizeStatus(withResizeConditions(claim, [pending], true), 'NodeResizePending');
  api.updateStatus(ctx, { ...claim, status });
}

const updateCapacity = (api: ApiServer, ctx: Context, volume: PersistentVolume, size: string): PersistentVolume =>
  api.update<PersistentVolume>(ctx, {
    ...volume,
    spec: { ...volume.spec, capacity: { ...volume.spec.capacity, storage: size } },
  });
