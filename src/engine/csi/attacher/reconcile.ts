import type { PersistentVolume, VolumeAttachment } from '../../api/object.ts';
import { PERSISTENT_VOLUMES, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import { driverName, driverOf, hasController } from '../spec/driver.ts';
import type { ListVolumesResponse } from '../spec/messages.ts';
import { nodeIdOf } from './lookup.ts';
import { FORCE, NODE_ID_ANNOTATION, VAS } from './names.ts';

/**
 * Asks a driver that can tell which volumes are published where.
 * @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go ReconcileVA
 */
export function listVolumes(ctx: Context): void {
  const name = driverName(ctx);
  const driver = driverOf(ctx, name);
  if (!hasController(driver, 'LIST_VOLUMES') || !hasController(driver, 'LIST_VOLUMES_PUBLISHED_NODES')) return;
  if (!hasController(driver, 'PUBLISH_UNPUBLISH_VOLUME')) return;
  ctx.call({ target: name, method: 'ListVolumes', request: {} });
}

/** Queues each VolumeAttachment whose status differs from what the driver says, to be processed once more regardless. */
export function reconcileVolumeAttachments(ctx: Context, { code, response }: CallRecord): void {
  if (code !== 'OK') return;
  const driver = driverName(ctx);
  const published = new Map<string, readonly string[]>();
  for (const { volume, status } of ((response ?? {}) as unknown as ListVolumesResponse).entries ?? [])
    published.set(volume.volume_id, status?.published_node_ids ?? []);
  for (const name of [...ctx.bucket(VOLUME_ATTACHMENTS, 'byAttacher', driver)]) {
    const attachment = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
    const volumeName = attachment?.spec.source.persistentVolumeName;
    if (!attachment || volumeName === undefined) continue;
    const handle = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, volumeName)?.spec.csi?.volumeHandle;
    if (handle === undefined) continue;
    const nodeId = nodeIdOf(ctx, attachment);
    const id = attachment.metadata.annotations?.[NODE_ID_ANNOTATION] ?? ('error' in nodeId ? undefined : nodeId.id);
    if (id === undefined) continue;
    if ((published.get(handle)?.includes(id) ?? false) === (attachment.status?.attached ?? false)) continue;
    ctx.mem<true>(FORCE).set(name, true);
    ctx.enqueue(VAS, name);
  }
}
