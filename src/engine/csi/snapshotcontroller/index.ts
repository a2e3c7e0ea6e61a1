import type { ApiServer } from '../../api/server.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { retryQueues } from '../retry.ts';
import { CONTENTS, SNAPSHOTS, type VolumeSnapshot, type VolumeSnapshotContent } from '../snapshotobjects.ts';
import { CONTENT_QUEUE, SNAPSHOT_QUEUE, syncContent } from './content.ts';
import { syncSnapshot } from './snapshot.ts';

const WORKERS = 10;

/**
 * Gives each VolumeSnapshot of a cluster its content, by hand made or new, and shows in it what becomes of that.
 * @see kubernetes-csi/external-snapshotter pkg/common-controller/snapshot_controller_base.go
 */
export function snapshotController(api: ApiServer): ComponentType {
  return {
    type: 'snapshot-controller',
    queues: {
      ...retryQueues(SNAPSHOT_QUEUE, (ctx, key) => syncSnapshot(api, ctx, key), WORKERS),
      ...retryQueues(CONTENT_QUEUE, (ctx, name) => syncContent(api, ctx, name), WORKERS),
    },
    watches: [
      { table: SNAPSHOTS, on: snapshotChanged },
      { table: CONTENTS, on: contentChanged },
    ],
  };
}

/** A snapshot that has gone wakes its content. @see deleteSnapshot */
function snapshotChanged(ctx: Context, { key, before, after }: WatchEvent<VolumeSnapshot>): void {
  ctx.enqueue(SNAPSHOT_QUEUE, key);
  const content = before?.status?.boundVolumeSnapshotContentName;
  if (!after && content) ctx.enqueue(CONTENT_QUEUE, content);
}

/** A content that has gone wakes its snapshot. @see deleteContent */
function contentChanged(ctx: Context, { key, before, after }: WatchEvent<VolumeSnapshotContent>): void {
  ctx.enqueue(CONTENT_QUEUE, key);
  const { namespace = '', name } = before?.spec.volumeSnapshotRef ?? {};
  if (!after && name !== undefined) ctx.enqueue(SNAPSHOT_QUEUE, `${namespace}/${name}`);
}
