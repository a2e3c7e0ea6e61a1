import { formatTime } from '../../api/duration.ts';
import { type EventType, recordEvent } from '../../api/events.ts';
import { newQuantity } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import {
  isReady,
  SNAPSHOT_API,
  snapshotKey,
  type VolumeSnapshot,
  type VolumeSnapshotContent,
} from '../snapshotobjects.ts';

const SOURCE = 'snapshot-controller';

export function tell(
  api: ApiServer,
  ctx: Context,
  about: VolumeSnapshot,
  type: EventType,
  reason: string,
  message: string,
): void {
  recordEvent(api, ctx, { source: SOURCE, about, type, reason, message });
}

/**
 * Notes an error in a snapshot's status with a Warning, unless it says so already.
 * @see pkg/common-controller/snapshot_controller.go updateSnapshotErrorStatusWithEvent
 */
export function noteError(
  api: ApiServer,
  ctx: Context,
  snapshot: VolumeSnapshot,
  isUnready: boolean,
  reason: string,
  message: string,
): void {
  if (snapshot.status?.error?.message === message) return;
  const error = { time: api.timestamp(ctx), message };
  const status = { ...snapshot.status, error, ...(isUnready && { readyToUse: false }) };
  const updated = api.updateStatus<VolumeSnapshot>(ctx, { ...snapshot, status });
  tell(api, ctx, updated, 'Warning', reason, message);
}

const NANOS = 1_000_000;

/** What a snapshot shows of its content. @see updateSnapshotStatus */
export function updateSnapshotStatus(
  api: ApiServer,
  ctx: Context,
  { metadata }: VolumeSnapshot,
  { metadata: { name }, status: from = {} }: VolumeSnapshotContent,
): void {
  const ref = {
    apiVersion: SNAPSHOT_API,
    kind: 'VolumeSnapshot',
    namespace: metadata.namespace ?? '',
    name: metadata.name,
  };
  const snapshot = api.get<VolumeSnapshot>(ctx, ref);
  const { error: _, ...old } = snapshot.status ?? {};
  const created =
    old.creationTime ?? (from.creationTime !== undefined ? formatTime(from.creationTime / NANOS) : undefined);
  const isEmpty = old.restoreSize === undefined || old.restoreSize === '0';
  const size = isEmpty && from.restoreSize !== undefined ? newQuantity(from.restoreSize, 'BinarySI') : old.restoreSize;
  const status: NonNullable<VolumeSnapshot['status']> = {
    ...old,
    boundVolumeSnapshotContentName: old.boundVolumeSnapshotContentName ?? name,
    readyToUse: from.readyToUse ?? false,
    ...(created !== undefined && { creationTime: created }),
    ...(size !== undefined && { restoreSize: size }),
    ...(from.error && { error: from.error }),
  };
  const key = snapshotKey(snapshot);
  if (old.creationTime === undefined && created !== undefined)
    tell(
      api,
      ctx,
      snapshot,
      'Normal',
      'SnapshotCreated',
      `Snapshot ${key} was successfully created by the CSI driver.`,
    );
  if (!isReady(snapshot) && status.readyToUse)
    tell(api, ctx, snapshot, 'Normal', 'SnapshotReady', `Snapshot ${key} is ready to use.`);
  api.updateStatus(ctx, { ...snapshot, status });
}
