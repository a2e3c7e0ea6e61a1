import type { CallResult } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import type { Driver } from '../spec/driver.ts';
import type { StringMap } from '../spec/messages.ts';
import { timestampNow } from '../spec/timestamp.ts';
import { type BackendSnapshot, copyFiles, findVolume, snapshotsOf } from './backend.ts';
import { failed, ok } from './result.ts';

/** A snapshot of a handle that the driver never made was there before the cluster: it is taken in, of unknown size. */
export function findSnapshot(ctx: Context, driver: string, id: string): BackendSnapshot | undefined {
  const found = ctx.live<BackendSnapshot | null>(snapshotsOf(driver), id);
  if (found !== undefined) return found ?? undefined;
  return { id, name: id, source: '', sizeBytes: 0, createdAt: {} };
}

/** @see container-storage-interface spec.md CreateSnapshot */
export function createSnapshot(
  ctx: Context,
  driver: Driver,
  request: { readonly name: string; readonly source_volume_id: string; readonly parameters?: StringMap },
): CallResult {
  const { name, source_volume_id: source } = request;
  if (!name) return failed('INVALID_ARGUMENT', 'Name missing in request');
  if (!source) return failed('INVALID_ARGUMENT', 'SourceVolumeId missing in request');
  const known = ctx.live<BackendSnapshot | null>(snapshotsOf(driver.name), name);
  if (known) {
    if (known.source !== source)
      return failed(
        'ALREADY_EXISTS',
        `snapshot with the same name: ${name} but with different SourceVolumeId already exist`,
      );
    return ok({ snapshot: describeSnapshot(known) });
  }
  const volume = findVolume(ctx, driver.name, source);
  if (!volume) return failed('NOT_FOUND', `volume ${source} does not exist`);
  const snapshot: BackendSnapshot = {
    id: name,
    name,
    source,
    sizeBytes: volume.capacityBytes ?? 0,
    createdAt: timestampNow(ctx),
  };
  ctx.write(snapshotsOf(driver.name), name, snapshot);
  copyFiles(ctx, driver.name, source, name);
  return ok({ snapshot: describeSnapshot(snapshot) });
}

/** @see container-storage-interface spec.md DeleteSnapshot */
export function deleteSnapshot(ctx: Context, driver: Driver, request: { readonly snapshot_id: string }): CallResult {
  const { snapshot_id: id } = request;
  if (!id) return failed('INVALID_ARGUMENT', 'Snapshot ID missing in request');
  ctx.write(snapshotsOf(driver.name), id, null);
  return ok({});
}

/** @see container-storage-interface spec.md ListSnapshots */
export function listSnapshots(
  ctx: Context,
  driver: Driver,
  request: { readonly snapshot_id?: string; readonly source_volume_id?: string },
): CallResult {
  const { snapshot_id: id, source_volume_id: source } = request;
  const found = ctx.liveKeys(snapshotsOf(driver.name)).flatMap((key) => {
    const snapshot = ctx.live<BackendSnapshot | null>(snapshotsOf(driver.name), key);
    return snapshot ? [snapshot] : [];
  });
  const entries = found
    .filter((snapshot) => id === undefined || snapshot.id === id)
    .filter((snapshot) => source === undefined || snapshot.source === source)
    .map((snapshot) => ({ snapshot: describeSnapshot(snapshot) }));
  return ok(entries.length > 0 ? { entries } : {});
}

function describeSnapshot({ id, source, sizeBytes, createdAt }: BackendSnapshot): object {
  return {
    ...(sizeBytes > 0 && { size_bytes: sizeBytes }),
    snapshot_id: id,
    source_volume_id: source,
    creation_time: createdAt,
    ready_to_use: true,
  };
}
