import type { Node, PersistentVolume, VolumeAttachment } from '../../api/object.ts';
import { NODES, PERSISTENT_VOLUMES, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import type { VolumeSpec } from '../../volumes/plugin.ts';
import { markVolumeAsAttached, markVolumeAsUncertain } from './actual.ts';
import { attachablePlugin } from './desired.ts';
import { wakeVolume } from './queues.ts';
import { actualState, attachmentKey, attachmentNames, desiredState, volumesInUse } from './state.ts';

/**
 * What the controller learns of the world when it starts: from the Nodes what is attached and in use, and from the
 * VolumeAttachments what may be attached besides.
 * @see pkg/controller/volume/attachdetach/attach_detach_controller.go populateActualStateOfWorld
 */
export function populateActualStateOfWorld(ctx: Context): void {
  for (const name of ctx.keys(NODES)) {
    const { volumesAttached = [], volumesInUse: inUse = [] } = ctx.get<Node>(NODES, name)?.status ?? {};
    for (const { name: volume, devicePath } of volumesAttached) {
      const spec = desiredState(ctx).get(attachmentKey(name, volume))?.spec;
      markVolumeAsAttached(ctx, name, volume, spec, devicePath);
    }
    if (volumesAttached.length > 0) volumesInUse(ctx).set(name, inUse);
  }
  processVolumeAttachments(ctx);
  for (const key of actualState(ctx).keys()) wakeVolume(ctx, actualState(ctx).get(key)?.volume ?? '');
}

/** @see pkg/controller/volume/attachdetach/attach_detach_controller.go processVolumeAttachments */
function processVolumeAttachments(ctx: Context): void {
  for (const name of ctx.keys(VOLUME_ATTACHMENTS)) {
    const attachment = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
    const spec = attachment && specOf(ctx, attachment);
    const found = spec && attachablePlugin(ctx, spec);
    if (!attachment || !found) continue;
    const { nodeName } = attachment.spec;
    const key = attachmentKey(nodeName, found.volume);
    attachmentNames(ctx).set(name, key);
    if (!actualState(ctx).get(key)?.confirmed) markVolumeAsUncertain(ctx, nodeName, found.volume, spec);
  }
}

function specOf(ctx: Context, { spec: { source } }: VolumeAttachment): VolumeSpec | undefined {
  const { persistentVolumeName: name } = source;
  const persistentVolume = name === undefined ? undefined : ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  return persistentVolume && { name: persistentVolume.metadata.name, persistentVolume, readOnly: false };
}
