import { deepEqual } from '../../api/diff.ts';
import type { ApiServer } from '../../api/server.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { retryQueues } from '../retry.ts';
import { BEING_CREATED, CONTENTS, isReady, type VolumeSnapshotContent } from '../snapshotobjects.ts';
import { driverName } from '../spec/driver.ts';
import { answered, CONTENT_QUEUE, syncContent } from './content.ts';

export const CSI_SNAPSHOTTER = 'csi-snapshotter';
const WORKERS = 10;

/**
 * Takes and deletes the snapshots of one driver's volumes.
 * @see kubernetes-csi/external-snapshotter pkg/sidecar-controller/snapshot_controller_base.go
 */
export function csiSnapshotter(api: ApiServer): ComponentType {
  return {
    type: CSI_SNAPSHOTTER,
    queues: retryQueues(CONTENT_QUEUE, (ctx, name) => syncContent(api, ctx, name), WORKERS),
    watches: [
      {
        table: CONTENTS,
        route: ({ spec }: VolumeSnapshotContent) => [`${CSI_SNAPSHOTTER}/${spec.driver}`],
        relist: (ctx) => ctx.bucket(CONTENTS, 'byDriver', driverName(ctx)),
        on: contentChanged,
      },
    ],
    onCall: (ctx, call) => answered(api, ctx, call),
  };
}

function contentChanged(ctx: Context, { key, before, after }: WatchEvent<VolumeSnapshotContent>): void {
  if (!after || !before || shouldEnqueue(before, after)) ctx.enqueue(CONTENT_QUEUE, key);
}

/** What the sidecar writes itself is no news to it, but that a snapshot became ready is. @see pkg/utils/util.go ShouldEnqueueContentChange */
function shouldEnqueue(before: VolumeSnapshotContent, after: VolumeSnapshotContent): boolean {
  if (!isReady(before) && isReady(after)) return true;
  const others = ({ metadata, spec }: VolumeSnapshotContent): unknown => {
    const { resourceVersion: _, annotations = {}, ...meta } = metadata;
    const { [BEING_CREATED]: _created, ...kept } = annotations;
    return { meta, kept, spec };
  };
  return !deepEqual(others(before), others(after));
}
