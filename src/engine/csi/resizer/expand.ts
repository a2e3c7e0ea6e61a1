import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, Pod } from '../../api/object.ts';
import { compareQuantities, newQuantity, quantityValue } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { AnnPreResizeCapacity } from '../../volumes/annotations.ts';
import { withoutAnnotation } from '../../volumes/binding.ts';
import { allocatedSizeOf, capacityOf, requestOf, resizeStatusOf } from '../../volumes/resize.ts';
import { addAfter, addRateLimited, forget } from '../retry.ts';
import { credentials } from '../secrets.ts';
import { toCSIAccessMode } from '../spec/accessmodes.ts';
import { grpcError } from '../spec/codes.ts';
import { driverName, hasController, ownDriver } from '../spec/driver.ts';
import { asJson, mapOrNothing, type VolumeCapability, withoutDefaults } from '../spec/messages.ts';
import { claimWithVolume, isFinal, tell, volumeOf } from './lookup.ts';
import { RESIZE, TIMEOUT } from './names.ts';
import { addSlow, removeSlow, timeRemaining } from './slowset.ts';
import {
  markControllerExpansionFailed,
  markControllerResizeInProgress,
  markForPendingNodeExpansion,
  markOverallExpansionAsFinished,
  updatePVCapacity,
} from './status.ts';

/** Claims whose last attempt ended for good, and claims that can't grow while a pod uses them. */
const finalErrors = (ctx: Context) => ctx.mem<true>('finalErrors');
const inUseErrors = (ctx: Context) => ctx.mem<true>('inUseErrors');

const INFEASIBLE: readonly string[] = ['INVALID_ARGUMENT', 'OUT_OF_RANGE', 'NOT_FOUND'];

const sizeOf = ({ spec }: PersistentVolume): string => spec.capacity?.['storage'] ?? '0';

/** @see kubernetes-csi/external-resizer pkg/controller/controller.go pvcNeedResize */
export const needsResize = (claim: PersistentVolumeClaim): boolean =>
  claim.status?.phase === 'Bound' &&
  Boolean(claim.spec.volumeName) &&
  compareQuantities(requestOf(claim), capacityOf(claim)) > 0;

/** A volume that remembers the size before a growth which its file system has followed since. @see isNodeExpandComplete */
export const isExpandedOnNode = (claim: PersistentVolumeClaim, volume: PersistentVolume): boolean =>
  volume.metadata.annotations?.[AnnPreResizeCapacity] !== undefined &&
  compareQuantities(capacityOf(claim), sizeOf(volume)) >= 0;

/**
 * Grows the volume of a claim that asks for more.
 * @see kubernetes-csi/external-resizer pkg/controller/controller.go syncPVC
 */
export function syncResize(api: ApiServer, ctx: Context, key: string): SyncResult {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  if (!claim?.spec.volumeName) {
    forget(ctx, RESIZE, key);
    return undefined;
  }
  const outcome = attempt(() => resize(api, ctx, key, claim));
  if (outcome === 'blocked') return 'blocked';
  if (typeof outcome === 'number') addAfter(ctx, RESIZE, key, outcome);
  else if (outcome instanceof StatusError || outcome === 'again') addRateLimited(ctx, RESIZE, key);
  else forget(ctx, RESIZE, key);
  return undefined;
}

/** Whether a call is on its way, the claim is to be looked at again, and if so after how many milliseconds. */
type Outcome = 'blocked' | 'again' | number | undefined;

function resize(api: ApiServer, ctx: Context, key: string, claim: PersistentVolumeClaim): Outcome {
  const volume = volumeOf(ctx, claim);
  if (!volume) return 'again';
  if (isExpandedOnNode(claim, volume)) api.update(ctx, withoutAnnotation(volume, AnnPreResizeCapacity));
  return needsResize(claim) && canBeExpanded(ctx, claim, volume)
    ? expandAndRecover(api, ctx, key, claim, volume)
    : undefined;
}

/** @see pvCanBeExpanded */
function canBeExpanded(ctx: Context, { metadata }: PersistentVolumeClaim, { spec }: PersistentVolume): boolean {
  return (
    spec.csi?.driver === driverName(ctx) &&
    spec.claimRef?.namespace === metadata.namespace &&
    spec.claimRef?.uid === metadata.uid
  );
}

/**
 * The size to grow to: what was begun is brought to its end before another size is. Undefined where the node is at work.
 * @see kubernetes-csi/external-resizer pkg/controller/expand_and_recover.go expandAndRecover
 */
function targetSize(
  ctx: Context,
  key: string,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): string | undefined {
  const request = requestOf(claim);
  const allocated = allocatedSizeOf(claim);
  const status = resizeStatusOf(claim);
  const recorded = allocated ?? request;
  if (compareQuantities(sizeOf(volume), request) < 0) {
    switch (status) {
      case 'NodeResizeInfeasible':
        return recorded;
      case 'NodeResizePending':
      case 'NodeResizeInProgress':
        return compareQuantities(sizeOf(volume), recorded) >= 0 ? undefined : recorded;
      case 'ControllerResizeInProgress':
        return finalErrors(ctx).has(key) ? request : recorded;
      default:
        return request;
    }
  }
  switch (status) {
    case 'NodeResizeInProgress':
    case 'NodeResizePending':
      return undefined;
    case 'NodeResizeInfeasible':
      return expandsOnController(ctx) ? recorded : request;
    case 'ControllerResizeInProgress':
    case 'ControllerResizeInfeasible':
      return recorded;
    default:
      if (status === undefined && allocated !== undefined) return allocated;
      return hasPendingFileSystem(claim) ? undefined : request;
  }
}

const hasPendingFileSystem = ({ status }: PersistentVolumeClaim): boolean =>
  status?.conditions?.some(({ type, status: value }) => type === 'FileSystemResizePending' && value === 'True') ??
  false;

const expandsOnController = (ctx: Context): boolean => hasController(ownDriver(ctx), 'EXPAND_VOLUME');

function expandAndRecover(
  api: ApiServer,
  ctx: Context,
  key: string,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Outcome {
  const remaining = timeRemaining(ctx, RESIZE, key);
  if (resizeStatusOf(claim) === 'ControllerResizeInfeasible') addSlow(ctx, RESIZE, key);
  const size = targetSize(ctx, key, claim, volume);
  if (size === undefined) return undefined;
  const allocated = allocatedSizeOf(claim);
  const isNew = allocated === undefined || compareQuantities(allocated, size) !== 0;
  if (!isNew && remaining !== undefined) return remaining;
  const marked = markControllerResizeInProgress(api, ctx, claim, size, isNew);
  const driver = driverName(ctx);
  const { namespace = '', name } = claim.metadata;
  if (inUseErrors(ctx).has(key) && isInUse(ctx, key)) {
    const why = `because CSI driver ${driver} only supports offline expansion and volume is currently in-use`;
    tell(api, ctx, marked, 'Warning', 'VolumeResizeFailed', `Unable to expand ${namespace}/${name} ${why}`);
    return 'again';
  }
  const text = `External resizer is resizing volume ${volume.metadata.name}`;
  tell(api, ctx, marked, 'Normal', 'Resizing', text);
  inUseErrors(ctx).delete(key);
  if (!expandsOnController(ctx)) {
    expanded(api, ctx, key, marked, volume, size, true);
    return undefined;
  }
  const request = expandRequest(ctx, volume.spec, size);
  if ('error' in request) {
    failedToExpand(api, ctx, key, marked, volume.metadata.name, request.error);
    return 'again';
  }
  ctx.call({
    target: driver,
    method: 'ControllerExpandVolume',
    request: asJson(request),
    data: key,
    deadline: TIMEOUT,
  });
  return 'blocked';
}

/** @see kubernetes-csi/external-resizer pkg/controller/inuse_pvc_store.go checkForUse */
const isInUse = (ctx: Context, key: string): boolean =>
  ctx.bucket(PODS, 'byClaim', key).some((name) => {
    const phase = ctx.get<Pod>(PODS, name)?.status?.phase;
    return phase !== 'Succeeded' && phase !== 'Failed';
  });

/** @see kubernetes-csi/external-resizer pkg/resizer/csi_resizer.go Resize */
function expandRequest(ctx: Context, spec: PersistentVolumeSpec, size: string): object | { readonly error: string } {
  const { csi } = spec;
  const secrets = credentials(ctx, csi?.controllerExpandSecretRef);
  if ('error' in secrets) return secrets;
  const access = toCSIAccessMode(spec.accessModes ?? [], hasController(ownDriver(ctx), 'SINGLE_NODE_MULTI_WRITER'));
  if ('error' in access) return access;
  const mount = withoutDefaults({ fs_type: csi?.fsType ?? '', mount_flags: spec.mountOptions ?? [] });
  const capability: VolumeCapability =
    spec.volumeMode === 'Block' ? { block: {}, access_mode: access } : { mount, access_mode: access };
  return withoutDefaults({
    volume_id: csi?.volumeHandle,
    capacity_range: { required_bytes: Number(quantityValue(size)) },
    secrets: mapOrNothing(secrets.data),
    volume_capability: capability,
  });
}

/** The driver's answer. @see kubernetes-csi/external-resizer pkg/controller/expand_and_recover.go callResizeOnPlugin */
export function resized(api: ApiServer, ctx: Context, { code, message, response, data }: CallRecord): void {
  const key = String(data);
  ctx.done(RESIZE, key);
  const found = claimWithVolume(ctx, key);
  if (!found) {
    forget(ctx, RESIZE, key);
    return;
  }
  const { claim, volume } = found;
  if (code !== 'OK') {
    const error = grpcError(code ?? 'UNKNOWN', message ?? '');
    const saved = attempt(() => failedToExpand(api, ctx, key, claim, volume.metadata.name, error, code));
    if (saved instanceof StatusError) tell(api, ctx, claim, 'Warning', 'VolumeResizeFailed', saved.message);
    addRateLimited(ctx, RESIZE, key);
    return;
  }
  const { capacity_bytes: bytes = 0, node_expansion_required: onNode = false } = (response ?? {}) as {
    readonly capacity_bytes?: number | string;
    readonly node_expansion_required?: boolean;
  };
  const size = newQuantity(BigInt(bytes), 'BinarySI');
  const saved = attempt(() => expanded(api, ctx, key, claim, volume, size, onNode));
  if (saved instanceof StatusError) {
    tell(api, ctx, claim, 'Warning', 'VolumeResizeFailed', saved.message);
    addRateLimited(ctx, RESIZE, key);
  } else forget(ctx, RESIZE, key);
}

function expanded(
  api: ApiServer,
  ctx: Context,
  key: string,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
  size: string,
  onNode: boolean,
): void {
  finalErrors(ctx).delete(key);
  removeSlow(ctx, RESIZE, key);
  updatePVCapacity(api, ctx, volume, capacityOf(claim), size, onNode);
  if (onNode) markForPendingNodeExpansion(api, ctx, claim);
  else markOverallExpansionAsFinished(api, ctx, claim, size);
}

/** Remembers how an attempt failed: one that may still be at work leaves no condition. `code` is missing where no call was made. */
function failedToExpand(
  api: ApiServer,
  ctx: Context,
  key: string,
  claim: PersistentVolumeClaim,
  volume: string,
  error: string,
  code?: string,
): void {
  if (code === 'FAILED_PRECONDITION') inUseErrors(ctx).set(key, true);
  const isInfeasible = code !== undefined && INFEASIBLE.includes(code);
  if (!isInfeasible) removeSlow(ctx, RESIZE, key);
  let marked = claim;
  if (code !== undefined && isFinal(code)) {
    finalErrors(ctx).set(key, true);
    marked = markControllerExpansionFailed(api, ctx, claim, error, isInfeasible);
  } else finalErrors(ctx).delete(key);
  const text = `resize volume ${JSON.stringify(volume)} by resizer ${JSON.stringify(driverName(ctx))} failed: ${error}`;
  tell(api, ctx, marked, 'Warning', 'VolumeResizeFailed', text);
}

/** The key of a claim, for the queues. */
export const claimKey = ({ metadata }: PersistentVolumeClaim): string => keyOf(metadata.namespace, metadata.name);
