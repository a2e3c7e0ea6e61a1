import type { Context } from '../../sim/context.ts';
import type { VolumeSpec } from '../../volumes/plugin.ts';
import { NODE_STATUS, wakeVolume } from './queues.ts';
import { actualState, attachmentKey, attachmentNames, reportAsAttached, volumesInUse } from './state.ts';

/**
 * A volume is attached for certain: it is counted as mounted until the Node says otherwise, and the Node is to report it.
 * @see pkg/controller/volume/attachdetach/cache/actual_state_of_world.go MarkVolumeAsAttached
 */
export function markVolumeAsAttached(
  ctx: Context,
  node: string,
  volume: string,
  spec: VolumeSpec | undefined,
  devicePath: string,
): void {
  addVolumeNode(ctx, node, volume, spec, true, devicePath);
  const reported = reportAsAttached(ctx).get(node) ?? [];
  if (!reported.includes(volume)) setReported(ctx, node, [...reported, volume]);
  wakeVolume(ctx, volume);
}

/** An operation failed: the volume may or may not be attached, and is not reported. @see MarkVolumeAsUncertain */
export function markVolumeAsUncertain(ctx: Context, node: string, volume: string, spec: VolumeSpec | undefined): void {
  addVolumeNode(ctx, node, volume, spec, false, '');
  removeVolumeFromReport(ctx, node, volume);
  wakeVolume(ctx, volume);
}

/** @see pkg/controller/volume/attachdetach/cache/actual_state_of_world.go MarkVolumeAsDetached */
export function markVolumeAsDetached(ctx: Context, node: string, volume: string, attachment: string): void {
  actualState(ctx).delete(attachmentKey(node, volume));
  attachmentNames(ctx).delete(attachment);
  removeVolumeFromReport(ctx, node, volume);
  wakeVolume(ctx, volume);
}

function addVolumeNode(
  ctx: Context,
  node: string,
  volume: string,
  spec: VolumeSpec | undefined,
  confirmed: boolean,
  devicePath: string,
): void {
  const actual = actualState(ctx);
  const key = attachmentKey(node, volume);
  const known = actual.get(key);
  if (!known) {
    const inUse = volumesInUse(ctx).get(node) ?? [];
    if (!inUse.includes(volume)) volumesInUse(ctx).set(node, [...inUse, volume]);
  }
  const kept = spec ?? known?.spec;
  const { detachRequestedAt } = known ?? {};
  actual.set(key, {
    node,
    volume,
    ...(kept && { spec: kept }),
    confirmed,
    devicePath,
    ...(detachRequestedAt !== undefined && { detachRequestedAt }),
  });
}

/** @see RemoveVolumeFromReportAsAttached */
export function removeVolumeFromReport(ctx: Context, node: string, volume: string): void {
  const reported = reportAsAttached(ctx).get(node) ?? [];
  if (reported.includes(volume))
    setReported(
      ctx,
      node,
      reported.filter((other) => other !== volume),
    );
}

/** @see AddVolumeToReportAsAttached */
export function addVolumeToReport(ctx: Context, node: string, volume: string): void {
  const reported = reportAsAttached(ctx).get(node) ?? [];
  if (!reported.includes(volume)) setReported(ctx, node, [...reported, volume]);
}

function setReported(ctx: Context, node: string, volumes: readonly string[]): void {
  reportAsAttached(ctx).set(node, volumes);
  ctx.enqueue(NODE_STATUS, node);
}
