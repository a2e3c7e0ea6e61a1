import type { PersistentVolumeClaim } from '../../api/object.ts';
import { compareQuantities } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { capacityOf, requestOf, resizeStatusOf } from '../../volumes/resize.ts';
import { forget, retryQueues } from '../retry.ts';
import { driverName, hasController, hasNode, ownDriver } from '../spec/driver.ts';
import { isExpandedOnNode, needsResize, resized, syncResize } from './expand.ts';
import { volumeOf } from './lookup.ts';
import { modified, needsModify, noteUncertain, syncModify } from './modify.ts';
import { CSI_RESIZER, MODIFY, RESIZE } from './names.ts';

const WORKERS = 10;

/**
 * Grows the volumes of one driver's claims and gives them other attributes classes.
 * @see kubernetes-csi/external-resizer cmd/csi-resizer/main.go
 */
export function csiResizer(api: ApiServer): ComponentType {
  return {
    type: CSI_RESIZER,
    queues: {
      ...retryQueues(RESIZE, (ctx, key) => syncResize(api, ctx, key), WORKERS),
      ...retryQueues(MODIFY, (ctx, key) => syncModify(api, ctx, key), WORKERS),
    },
    watches: [{ table: PERSISTENT_VOLUME_CLAIMS, on: claimChanged }],
    start: (ctx) => {
      for (const key of ctx.liveKeys(PERSISTENT_VOLUME_CLAIMS)) {
        const claim = ctx.live<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
        if (claim) noteUncertain(ctx, key, claim);
      }
    },
    onCall: (ctx, call) => (call.method === 'ControllerModifyVolume' ? modified : resized)(api, ctx, call),
  };
}

const resizes = (ctx: Context): boolean =>
  hasController(ownDriver(ctx), 'EXPAND_VOLUME') || hasNode(ownDriver(ctx), 'EXPAND_VOLUME');

/** Claims of other drivers, and those that nothing is to be done for, are not queued: their syncs would do nothing. */
function claimChanged(ctx: Context, { key, before, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (!after) {
    forget(ctx, RESIZE, key);
    forget(ctx, MODIFY, key);
    return;
  }
  const volume = volumeOf(ctx, after);
  if (volume?.spec.csi?.driver !== driverName(ctx)) return;
  const mayResize = needsResize(after) || isExpandedOnNode(after, volume);
  if (resizes(ctx) && mayResize && isResizeEvent(before, after)) ctx.enqueue(RESIZE, key);
  if (hasController(ownDriver(ctx), 'MODIFY_VOLUME') && needsModify(after) && isModifyEvent(before, after))
    ctx.enqueue(MODIFY, key);
}

/** @see kubernetes-csi/external-resizer pkg/controller/controller.go updatePVC */
function isResizeEvent(before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim): boolean {
  if (!before) return true;
  return (
    compareQuantities(requestOf(after), requestOf(before)) !== 0 ||
    compareQuantities(capacityOf(after), capacityOf(before)) > 0 ||
    resizeStatusOf(before) !== resizeStatusOf(after)
  );
}

/** @see kubernetes-csi/external-resizer pkg/modifycontroller/controller.go updatePVC */
const isModifyEvent = (before: PersistentVolumeClaim | undefined, after: PersistentVolumeClaim): boolean =>
  !before ||
  (before.spec.volumeAttributesClassName ?? '') !== (after.spec.volumeAttributesClassName ?? '') ||
  after.status?.modifyVolumeStatus === undefined;
