import { attempt, StatusError } from '../../api/errors.ts';
import { type EventType, recordEvent } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import { compareQuantities } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { AnnPreResizeCapacity, AnnStorageResizer } from '../../volumes/annotations.ts';
import { hasAnnotation, withAnnotation } from '../../volumes/binding.ts';
import { csiNameFromInTreeName, inTreePluginNameFromSpec } from '../../volumes/migration.ts';
import { capacityOf, requestOf } from '../../volumes/resize.ts';
import { expandFlexVolume } from './flex.ts';

const CLAIMS = 'claims';
const SOURCE = 'volume_expand';
const WORKERS = 10;

/**
 * Grows what Kubernetes itself can grow, which is FlexVolumes; of all other claims it says that somebody else has to.
 * @see pkg/controller/volume/expand/expand_controller.go
 */
export function persistentVolumeExpander(api: ApiServer): ComponentType {
  return {
    type: 'persistentvolume-expander-controller',
    queues: { [CLAIMS]: { sync: (ctx, key) => sync(api, ctx, key), workers: WORKERS } },
    watches: [{ table: PERSISTENT_VOLUME_CLAIMS, on: claimChanged }],
  };
}

/** A claim that has the size it asks for is queued only if its volume still remembers the one before. */
function claimChanged(ctx: Context, { key, before, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (after?.status?.phase !== 'Bound') return;
  const grew =
    !before ||
    compareQuantities(requestOf(after), requestOf(before)) > 0 ||
    compareQuantities(capacityOf(after), capacityOf(before)) > 0;
  if (grew && (asksForMore(after) || remembersSize(ctx, after))) ctx.enqueue(CLAIMS, key);
}

const asksForMore = (claim: PersistentVolumeClaim): boolean =>
  compareQuantities(requestOf(claim), capacityOf(claim)) > 0;

function remembersSize(ctx: Context, { spec }: PersistentVolumeClaim): boolean {
  const volume = ctx.live<PersistentVolume>('persistentvolumes', spec.volumeName ?? '');
  return volume !== undefined && hasAnnotation(volume, AnnPreResizeCapacity);
}

function sync(api: ApiServer, ctx: Context, key: string): void {
  if (attempt(() => syncHandler(api, ctx, key)) instanceof StatusError) ctx.enqueueRateLimited(CLAIMS, key);
  else ctx.forget(CLAIMS, key);
}

/** @throws StatusError when the claim has to be looked at again */
function syncHandler(api: ApiServer, ctx: Context, key: string): void {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  if (!claim) return;
  const { metadata, spec } = claim;
  const ref = { apiVersion: 'v1', kind: 'PersistentVolume', name: spec.volumeName ?? '' };
  const volume = api.get<PersistentVolume>(ctx, ref);
  const { claimRef } = volume.spec;
  if (claimRef?.namespace !== metadata.namespace || claimRef?.uid !== metadata.uid)
    throw new StatusError('InternalError', `persistent Volume is not bound to PVC being updated : ${key}`);
  if (!asksForMore(claim) && !hasAnnotation(volume, AnnPreResizeCapacity)) return;
  const plugin = inTreePluginNameFromSpec(volume.spec);
  const driver = plugin && csiNameFromInTreeName(plugin);
  if (plugin !== undefined && driver !== undefined) {
    const text = `CSI migration enabled for ${plugin}; waiting for external resizer to expand the pvc`;
    tell(api, ctx, claim, 'Normal', 'ExternalExpanding', text);
    if (claim.metadata.annotations?.[AnnStorageResizer] !== driver)
      api.updateStatus(ctx, withAnnotation(claim, AnnStorageResizer, driver));
  } else if (volume.spec['flexVolume']) {
    expandFlexVolume(api, ctx, claim, volume, (type, reason, message) => tell(api, ctx, claim, type, reason, message));
  } else {
    tell(api, ctx, claim, 'Normal', 'ExternalExpanding', 'waiting for an external controller to expand this PVC');
  }
}

function tell(
  api: ApiServer,
  ctx: Context,
  about: PersistentVolumeClaim,
  type: EventType,
  reason: string,
  message: string,
): void {
  recordEvent(api, ctx, { source: SOURCE, about, type, reason, message });
}
