import type { Context } from '../../sim/context.ts';
import { volumeFiles } from '../../volumes/files.ts';
import type { StringMap, Topology, VolumeContentSource } from '../spec/messages.ts';
import type { Timestamp } from '../spec/timestamp.ts';

/** A volume in a driver's storage backend, in durable table `backend/<driver>/volumes` under its id. */
export interface BackendVolume {
  readonly id: string;
  /** The name that CreateVolume gave it; a volume from elsewhere has none. */
  readonly name?: string;
  readonly capacityBytes?: number;
  readonly topology?: readonly Topology[];
  readonly parameters?: StringMap;
  readonly contentSource?: VolumeContentSource;
  readonly publications?: readonly Publication[];
  /** Staging path by node. */
  readonly staged?: StringMap;
  /** Target paths by node. */
  readonly published?: Readonly<Record<string, readonly string[]>>;
}

export interface Publication {
  readonly node: string;
  readonly readonly?: boolean;
}

export interface BackendSnapshot {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly sizeBytes: number;
  readonly createdAt: Timestamp;
}

export const volumesOf = (driver: string): string => `backend/${driver}/volumes`;
export const snapshotsOf = (driver: string): string => `backend/${driver}/snapshots`;
/** Ids that the driver once had: what is here and not among the volumes is gone. */
const knownOf = (driver: string): string => `backend/${driver}/known`;

export const getVolume = (ctx: Context, driver: string, id: string): BackendVolume | undefined =>
  ctx.live<BackendVolume>(volumesOf(driver), id);

/**
 * The volume of a handle. One that the driver never heard of was made outside the cluster and is taken in at its first
 * use; one that was deleted or lost is not there.
 */
export function findVolume(ctx: Context, driver: string, id: string): BackendVolume | undefined {
  const found = getVolume(ctx, driver, id);
  if (found) return found;
  if (ctx.live(knownOf(driver), id) !== undefined) return undefined;
  return putVolume(ctx, driver, { id });
}

export function putVolume(ctx: Context, driver: string, volume: BackendVolume): BackendVolume {
  ctx.write(volumesOf(driver), volume.id, volume);
  if (ctx.live(knownOf(driver), volume.id) === undefined) ctx.write(knownOf(driver), volume.id, true);
  return volume;
}

/** Removes a volume with its files. */
export function deleteVolume(ctx: Context, driver: string, id: string): void {
  const files = volumeFiles(driver, id);
  for (const path of [...ctx.liveKeys(files)]) ctx.write(files, path, undefined);
  if (getVolume(ctx, driver, id)) ctx.write(volumesOf(driver), id, undefined);
}

/** Copies what is stored under one id to another: a clone, or a volume from a snapshot. */
export function copyFiles(ctx: Context, driver: string, from: string, to: string): void {
  const source = volumeFiles(driver, from);
  for (const path of [...ctx.liveKeys(source)]) ctx.write(volumeFiles(driver, to), path, ctx.live(source, path));
}
