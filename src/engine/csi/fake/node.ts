import type { CallResult } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import { type Driver, hasNode, hasPlugin, type NodeInfo } from '../spec/driver.ts';
import { type CapacityRange, type NodeGetInfoResponse, withoutDefaults } from '../spec/messages.ts';
import { findVolume, getVolume, putVolume } from './backend.ts';
import { failed, ok } from './result.ts';

/** Durable table of answers to NodeGetInfo that were changed in the run, by `<driver> <node>`. */
const NODE_INFO = 'nodeinfo';

interface LabelledNode {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/** @see container-storage-interface spec.md NodeGetInfo */
export function nodeGetInfo(ctx: Context, driver: Driver, node: string): CallResult {
  const info = ctx.live<NodeInfo>(NODE_INFO, `${driver.name} ${node}`) ?? driver.nodeInfo?.[node] ?? {};
  const labels = ctx.live<LabelledNode>('nodes', node)?.metadata.labels ?? {};
  const keys = (driver.topologyKeys ?? []).filter((key) => labels[key] !== undefined);
  const segments = info.topology ?? Object.fromEntries(keys.map((key) => [key, labels[key] ?? '']));
  const constrained = hasPlugin(driver, 'VOLUME_ACCESSIBILITY_CONSTRAINTS') && Object.keys(segments).length > 0;
  const response: NodeGetInfoResponse = withoutDefaults({
    node_id: info.nodeID ?? `id-${node}`,
    max_volumes_per_node: info.maxVolumesPerNode ?? driver.maxVolumesPerNode ?? 0,
    ...(constrained && { accessible_topology: { segments } }),
  });
  return ok(response);
}

interface NodeRequest {
  readonly volume_id: string;
  readonly staging_target_path?: string;
  readonly target_path?: string;
  readonly volume_path?: string;
  readonly capacity_range?: CapacityRange;
}

/** @see container-storage-interface spec.md NodeStageVolume */
export function nodeStageVolume(ctx: Context, driver: Driver, node: string, request: NodeRequest): CallResult {
  const { volume_id: id, staging_target_path: path } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID missing in request');
  if (!path) return failed('INVALID_ARGUMENT', 'Target path missing in request');
  const volume = findVolume(ctx, driver.name, id);
  if (!volume) return failed('NOT_FOUND', `volume ${id} does not exist`);
  if (volume.staged?.[node] !== path)
    putVolume(ctx, driver.name, { ...volume, staged: { ...volume.staged, [node]: path } });
  return ok({});
}

/** @see container-storage-interface spec.md NodeUnstageVolume */
export function nodeUnstageVolume(ctx: Context, driver: Driver, node: string, request: NodeRequest): CallResult {
  const { volume_id: id, staging_target_path: path } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID missing in request');
  if (!path) return failed('INVALID_ARGUMENT', 'Target path missing in request');
  const volume = getVolume(ctx, driver.name, id);
  if (volume?.staged?.[node] !== undefined) {
    const { [node]: _, ...staged } = volume.staged;
    putVolume(ctx, driver.name, { ...volume, staged });
  }
  return ok({});
}

/** @see container-storage-interface spec.md NodePublishVolume */
export function nodePublishVolume(ctx: Context, driver: Driver, node: string, request: NodeRequest): CallResult {
  const { volume_id: id, target_path: path } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID missing in request');
  if (!path) return failed('INVALID_ARGUMENT', 'Target path missing in request');
  if (hasNode(driver, 'STAGE_UNSTAGE_VOLUME') && !request.staging_target_path && !isEphemeral(id))
    return failed('FAILED_PRECONDITION', `volume "${id}" must be staged before publishing`);
  const volume = findVolume(ctx, driver.name, id);
  if (!volume) return failed('NOT_FOUND', `volume ${id} does not exist`);
  const paths = volume.published?.[node] ?? [];
  if (!paths.includes(path))
    putVolume(ctx, driver.name, { ...volume, published: { ...volume.published, [node]: [...paths, path] } });
  return ok({});
}

/** The kubelet's handle of an inline volume, which is never staged. @see pkg/volume/csi/csi_mounter.go makeVolumeHandle */
const isEphemeral = (id: string): boolean => /^csi-[0-9a-f]{64}$/.test(id);

/** @see container-storage-interface spec.md NodeUnpublishVolume */
export function nodeUnpublishVolume(ctx: Context, driver: Driver, node: string, request: NodeRequest): CallResult {
  const { volume_id: id, target_path: path } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID missing in request');
  if (!path) return failed('INVALID_ARGUMENT', 'Target path missing in request');
  const volume = getVolume(ctx, driver.name, id);
  const paths = volume?.published?.[node];
  if (volume && paths?.includes(path)) {
    const left = paths.filter((other) => other !== path);
    const { [node]: _, ...others } = volume.published ?? {};
    putVolume(ctx, driver.name, { ...volume, published: left.length > 0 ? { ...others, [node]: left } : others });
  }
  return ok({});
}

/** @see container-storage-interface spec.md NodeGetVolumeStats */
export function nodeGetVolumeStats(ctx: Context, driver: Driver, _node: string, request: NodeRequest): CallResult {
  const volume = findVolume(ctx, driver.name, request.volume_id);
  if (!volume) return failed('NOT_FOUND', `volume ${request.volume_id} does not exist`);
  const total = volume.capacityBytes ?? 0;
  return ok({ usage: [{ available: total, total, unit: 'BYTES' }] });
}

/** @see container-storage-interface spec.md NodeExpandVolume */
export function nodeExpandVolume(ctx: Context, driver: Driver, _node: string, request: NodeRequest): CallResult {
  const { volume_id: id, volume_path: path, capacity_range: range } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID not provided');
  if (!path) return failed('INVALID_ARGUMENT', 'Volume path not provided');
  if (!findVolume(ctx, driver.name, id)) return failed('NOT_FOUND', `volume ${id} does not exist`);
  return ok(withoutDefaults({ capacity_bytes: Number(range?.required_bytes ?? 0) }));
}
