import type { CallResult } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import { type Driver, hasNode, hasPlugin } from '../spec/driver.ts';
import {
  type CapacityRange,
  type ControllerPublishVolumeRequest,
  type ControllerUnpublishVolumeRequest,
  type CreateVolumeRequest,
  type CsiVolume,
  type DeleteVolumeRequest,
  type StringMap,
  withoutDefaults,
} from '../spec/messages.ts';
import { type BackendVolume, copyFiles, deleteVolume, findVolume, getVolume, putVolume, volumesOf } from './backend.ts';
import { failed, ok } from './result.ts';
import { findSnapshot } from './snapshots.ts';

/** A volume that nobody gave a size. */
const DEFAULT_CAPACITY = 1024 ** 3;

/**
 * Makes a volume of the requested size in the first preferred topology; the same name again gives the same volume.
 * @see container-storage-interface spec.md CreateVolume
 */
export function createVolume(ctx: Context, driver: Driver, request: CreateVolumeRequest): CallResult {
  if (!request.name) return failed('INVALID_ARGUMENT', 'Name missing in request');
  const capabilities = request.volume_capabilities ?? [];
  if (capabilities.length === 0) return failed('INVALID_ARGUMENT', 'Volume Capabilities missing in request');
  if (capabilities.some(({ block }) => block) && capabilities.some(({ mount }) => mount))
    return failed('INVALID_ARGUMENT', 'cannot have both block and mount access type');
  const capacityBytes = sizeOf(request.capacity_range) || DEFAULT_CAPACITY;
  const known = getVolume(ctx, driver.name, request.name);
  if (known) {
    if ((known.capacityBytes ?? 0) < capacityBytes)
      return failed(
        'ALREADY_EXISTS',
        `Volume with the same name: ${request.name} but with different size already exist`,
      );
    return ok({ volume: describeVolume(known) });
  }
  const refused = refuseSource(ctx, driver, request, capacityBytes);
  if (refused) return refused;
  const { preferred = [], requisite = [] } = request.accessibility_requirements ?? {};
  const term = preferred[0] ?? requisite[0];
  const { volume_content_source: contentSource, parameters } = request;
  const volume = putVolume(ctx, driver.name, {
    id: request.name,
    name: request.name,
    capacityBytes,
    ...(term && hasPlugin(driver, 'VOLUME_ACCESSIBILITY_CONSTRAINTS') && { topology: [term] }),
    ...(parameters && { parameters }),
    ...(contentSource && { contentSource }),
  });
  const source = contentSource?.volume?.volume_id ?? contentSource?.snapshot?.snapshot_id;
  if (source !== undefined) copyFiles(ctx, driver.name, source, volume.id);
  return ok({ volume: describeVolume(volume) });
}

function refuseSource(
  ctx: Context,
  driver: Driver,
  request: CreateVolumeRequest,
  size: number,
): CallResult | undefined {
  const { volume, snapshot } = request.volume_content_source ?? {};
  if (volume) {
    const source = findVolume(ctx, driver.name, volume.volume_id);
    if (!source) return failed('NOT_FOUND', `cannot find source volume ${volume.volume_id}`);
    if (source.capacityBytes !== undefined && source.capacityBytes > size)
      return failed(
        'INVALID_ARGUMENT',
        `volume size ${size} is smaller than the source volume's ${source.capacityBytes}`,
      );
  }
  if (snapshot) {
    const source = findSnapshot(ctx, driver.name, snapshot.snapshot_id);
    if (!source) return failed('NOT_FOUND', `cannot find snapshot ${snapshot.snapshot_id}`);
  }
  return undefined;
}

const describeVolume = ({ id, capacityBytes, topology, contentSource }: BackendVolume): CsiVolume =>
  withoutDefaults({
    volume_id: id,
    ...(capacityBytes !== undefined && { capacity_bytes: capacityBytes }),
    ...(contentSource && { content_source: contentSource }),
    ...(topology && { accessible_topology: topology }),
  });

/** @see container-storage-interface spec.md DeleteVolume */
export function deleteVolumeCall(ctx: Context, driver: Driver, { volume_id: id }: DeleteVolumeRequest): CallResult {
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID missing in request');
  const volume = getVolume(ctx, driver.name, id);
  const user = volume?.publications?.[0]?.node;
  if (user !== undefined) return failed('FAILED_PRECONDITION', `volume ${id} is still published to node ${user}`);
  deleteVolume(ctx, driver.name, id);
  return ok({});
}

/** @see container-storage-interface spec.md ControllerPublishVolume */
export function controllerPublishVolume(
  ctx: Context,
  driver: Driver,
  request: ControllerPublishVolumeRequest,
): CallResult {
  const { volume_id: id, node_id: node, readonly = false } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID must be provided');
  if (!node) return failed('INVALID_ARGUMENT', 'Node ID must be provided');
  if (!request.volume_capability) return failed('INVALID_ARGUMENT', 'Volume capability must be provided');
  const volume = findVolume(ctx, driver.name, id);
  if (!volume) return failed('NOT_FOUND', `volume ${id} does not exist`);
  const publications = volume.publications ?? [];
  const there = publications.find((publication) => publication.node === node);
  if (there) {
    return (there.readonly ?? false) === readonly
      ? ok({})
      : failed('ALREADY_EXISTS', `volume ${id} is already published to node ${node} with another readonly flag`);
  }
  const added = readonly ? { node, readonly } : { node };
  putVolume(ctx, driver.name, { ...volume, publications: [...publications, added] });
  return ok({});
}

/** @see container-storage-interface spec.md ControllerUnpublishVolume */
export function controllerUnpublishVolume(
  ctx: Context,
  driver: Driver,
  { volume_id: id, node_id: node }: ControllerUnpublishVolumeRequest,
): CallResult {
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID must be provided');
  const volume = getVolume(ctx, driver.name, id);
  if (!volume?.publications) return ok({});
  const publications = node ? volume.publications.filter((publication) => publication.node !== node) : [];
  putVolume(ctx, driver.name, { ...volume, publications });
  return ok({});
}

/** @see container-storage-interface spec.md ListVolumes */
export function listVolumes(ctx: Context, driver: Driver): CallResult {
  const entries = ctx.liveKeys(volumesOf(driver.name)).flatMap((id) => {
    const volume = getVolume(ctx, driver.name, id);
    if (!volume) return [];
    const ids = (volume.publications ?? []).map(({ node }) => node);
    return [{ volume: describeVolume(volume), ...(ids.length > 0 && { status: { published_node_ids: ids } }) }];
  });
  return ok(entries.length > 0 ? { entries } : {});
}

/** @see container-storage-interface spec.md ControllerExpandVolume */
export function controllerExpandVolume(
  ctx: Context,
  driver: Driver,
  { volume_id: id, capacity_range: range }: { readonly volume_id: string; readonly capacity_range?: CapacityRange },
): CallResult {
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID not provided');
  if (!range) return failed('INVALID_ARGUMENT', 'Capacity range not provided');
  const volume = findVolume(ctx, driver.name, id);
  if (!volume) return failed('NOT_FOUND', `volume ${id} does not exist`);
  if (hasPlugin(driver, 'OFFLINE') && !hasPlugin(driver, 'ONLINE') && (volume.publications ?? []).length > 0)
    return failed('FAILED_PRECONDITION', `volume ${id} is published and can only be expanded offline`);
  const capacityBytes = Math.max(sizeOf(range), volume.capacityBytes ?? 0);
  if (capacityBytes !== volume.capacityBytes) putVolume(ctx, driver.name, { ...volume, capacityBytes });
  return ok(
    withoutDefaults({ capacity_bytes: capacityBytes, node_expansion_required: hasNode(driver, 'EXPAND_VOLUME') }),
  );
}

/** @see container-storage-interface spec.md ControllerModifyVolume */
export function controllerModifyVolume(
  ctx: Context,
  driver: Driver,
  request: { readonly volume_id: string; readonly mutable_parameters?: StringMap },
): CallResult {
  const { volume_id: id, mutable_parameters: changed = {} } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Volume ID must be provided');
  const volume = findVolume(ctx, driver.name, id);
  if (!volume) return failed('NOT_FOUND', `volume ${id} does not exist`);
  putVolume(ctx, driver.name, { ...volume, parameters: { ...volume.parameters, ...changed } });
  return ok({});
}

/** The fake's pools have no end. */
const POOL = 1024 ** 5;

/** @see container-storage-interface spec.md GetCapacity */
export const getCapacity = (): CallResult => ok({ available_capacity: POOL });

const sizeOf = (range: CapacityRange | undefined): number => Number(range?.required_bytes ?? range?.limit_bytes ?? 0);
