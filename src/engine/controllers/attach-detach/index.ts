import { deepEqual } from '../../api/diff.ts';
import type { CSIDriver, Node, PersistentVolumeClaim, Pod, VolumeAttachment } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { CSI_DRIVERS, NODES, PERSISTENT_VOLUME_CLAIMS, PODS, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import { type ComponentType, DEFAULT_LIMITER } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { RANK } from '../../sim/lanes.ts';
import type { VirtualTime, WatchEvent } from '../../sim/types.ts';
import { isPodTerminated } from '../../volumes/pods.ts';
import { markVolumeAsDetached } from './actual.ts';
import { processPodVolumes } from './desired.ts';
import { updateNodeStatus } from './nodestatus.ts';
import { attachmentChanged, poll } from './operations.ts';
import { populateActualStateOfWorld } from './populate.ts';
import { DRIVER_PREFIX, findAndAddActivePods, findAndRemoveDeletedPods } from './populator.ts';
import {
  ATTACH,
  DETACH,
  NODE_REPORT,
  NODE_STATUS,
  NODE_STATUS_REPORT_FREQUENCY,
  POLL,
  RECONCILER_LOOP_PERIOD,
  wakeNode,
} from './queues.ts';
import { attachVolume, detachVolume, nodeReported } from './reconciler.ts';
import {
  actualState,
  attachmentNames,
  desiredState,
  managedNodes,
  reportAsAttached,
  stateTables,
  volumesInUse,
} from './state.ts';

/** Presence on a Node gives its volumes to this controller. */
const CONTROLLER_MANAGED_ATTACH_ANNOTATION = 'volumes.kubernetes.io/controller-managed-attach-detach';

const FIND_AND_REMOVE = 'findAndRemoveDeletedPods';
const FIND_AND_ADD = 'findAndAddActivePods';
const FIND_AND_REMOVE_PERIOD = 60_000;
const FIND_AND_ADD_PERIOD = 180_000;
const VERIFY_PERIOD = 60_000;
const SUSPECTS = 'unverified';
/** Memory: when the process started. */
const STARTED = 'started';
const PARALLEL = Number.POSITIVE_INFINITY;

/**
 * Attaches to each node the volumes of the pods that are placed there and detaches what no pod needs.
 * @see pkg/controller/volume/attachdetach/attach_detach_controller.go
 */
export function attachDetachController(api: ApiServer): ComponentType {
  return {
    type: 'persistentvolume-attach-detach-controller',
    tables: stateTables,
    queues: {
      populate: { rank: RANK.starting, sync: populateActualStateOfWorld },
      [DETACH]: loop(RANK.normal, (ctx, key) => detachVolume(api, ctx, key)),
      [ATTACH]: loop(RANK.normal + 0.1, (ctx, key) => attachVolume(api, ctx, key)),
      [NODE_STATUS]: loop(RANK.normal + 0.2, (ctx, node) => void updateNodeStatus(api, ctx, node)),
      [NODE_REPORT]: { tick: NODE_STATUS_REPORT_FREQUENCY, sync: nodeReported },
      [POLL]: { workers: PARALLEL, sync: (ctx, key) => poll(api, ctx, key) },
      claims: { limiter: DEFAULT_LIMITER, sync: syncPVCByKey },
      [FIND_AND_REMOVE]: { tick: FIND_AND_REMOVE_PERIOD, sync: findAndRemoveDeletedPods },
      [FIND_AND_ADD]: { tick: FIND_AND_ADD_PERIOD, sync: findAndAddActivePods },
      verify: { every: VERIFY_PERIOD, sync: verifyVolumesAreAttached },
    },
    watches: [
      { table: NODES, on: nodeChanged },
      { table: PODS, on: podChanged },
      // At the start the pods bring their claims with them.
      { table: PERSISTENT_VOLUME_CLAIMS, relist: () => [], on: claimChanged },
      { table: CSI_DRIVERS, relist: () => [], on: driverChanged },
      { table: VOLUME_ATTACHMENTS, relist: () => [], on: volumeAttachmentChanged },
    ],
    start: (ctx) => {
      ctx.mem<VirtualTime>(STARTED).set('', ctx.now);
      ctx.enqueue('populate', '');
    },
  };
}

const loop = (rank: number, sync: (ctx: Context, item: string) => void): ComponentType['queues'][string] => ({
  tick: RECONCILER_LOOP_PERIOD,
  workers: PARALLEL,
  rank,
  sync,
});

/** @see pkg/controller/volume/attachdetach/attach_detach_controller.go nodeUpdate, nodeDelete, processVolumesInUse */
function nodeChanged(ctx: Context, { key, before, after }: WatchEvent<Node>): void {
  const node = after ?? before;
  if (!node) return;
  const given = after?.metadata.annotations?.[CONTROLLER_MANAGED_ATTACH_ANNOTATION] !== undefined;
  if (given && !managedNodes(ctx).has(key)) manageNode(ctx, key);
  if (!after && desiredState(ctx).bucket('byNode', key).length === 0) managedNodes(ctx).delete(key);
  const inUse = node.status?.volumesInUse ?? [];
  const known = volumesInUse(ctx).get(key);
  if (!deepEqual(known ?? [], inUse)) volumesInUse(ctx).set(key, inUse);
  wakeNode(ctx, key);
}

/**
 * Takes a node over. Pods that are there already come in with the next round; at the very start, when the kubelets claim
 * nodes that have long been running, at once.
 */
function manageNode(ctx: Context, node: string): void {
  managedNodes(ctx).set(node, true);
  if (reportAsAttached(ctx).has(node)) ctx.enqueue(NODE_STATUS, node);
  if (ctx.bucket(PODS, 'byNode', node).length === 0) return;
  if (ctx.mem<VirtualTime>(STARTED).get('') === ctx.now) findAndAddActivePods(ctx, node);
  else ctx.enqueue(FIND_AND_ADD, node);
}

/** @see pkg/controller/volume/attachdetach/attach_detach_controller.go podAdd, podUpdate, podDelete */
function podChanged(ctx: Context, { before, after }: WatchEvent<Pod>): void {
  const pod = after ?? before;
  if (!pod?.spec.volumes || !pod.spec.nodeName) return;
  const add = after !== undefined && !isPodTerminated(after);
  const same = before && after && before.spec.nodeName === after.spec.nodeName && isPodTerminated(before) === !add;
  if (same) return;
  processPodVolumes(ctx, pod, add);
  const { uid } = pod.metadata;
  if (!add && desiredState(ctx).bucket('byPod', uid).length > 0) ctx.enqueue(FIND_AND_REMOVE, uid);
}

function claimChanged(ctx: Context, { key, before, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (!after || ctx.bucket(PODS, 'byClaim', key).length === 0) return;
  const changed = before?.status?.phase !== after.status?.phase || before?.spec.volumeName !== after.spec.volumeName;
  if (changed) ctx.enqueue('claims', key);
}

/** @see pkg/controller/volume/attachdetach/attach_detach_controller.go syncPVCByKey */
function syncPVCByKey(ctx: Context, key: string): void {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  if (claim?.status?.phase !== 'Bound' || !claim.spec.volumeName) return;
  for (const name of [...ctx.bucket(PODS, 'byClaim', key)]) {
    const pod = ctx.get<Pod>(PODS, name);
    if (pod?.spec.nodeName && !isPodTerminated(pod)) processPodVolumes(ctx, pod, true);
  }
}

function driverChanged(ctx: Context, { key, before, after }: WatchEvent<CSIDriver>): void {
  const attaches = (driver: CSIDriver | undefined): boolean => driver?.spec.attachRequired ?? true;
  if (attaches(before) === attaches(after)) return;
  ctx.enqueue(attaches(after) ? FIND_AND_ADD : FIND_AND_REMOVE, `${DRIVER_PREFIX}${key}`);
}

function volumeAttachmentChanged(ctx: Context, { key, after }: WatchEvent<VolumeAttachment>): void {
  attachmentChanged(ctx, key);
  const attached = attachmentNames(ctx).get(key);
  if (attached !== undefined && !after?.status?.attached && actualState(ctx).get(attached)?.confirmed)
    ctx.mem<true>(SUSPECTS).set(key, true);
}

/**
 * What is taken for attached and is not any more will be attached again. Only VolumeAttachments that changed can tell.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateVolumesAreAttachedFunc
 */
function verifyVolumesAreAttached(ctx: Context): void {
  const suspects = ctx.mem<true>(SUSPECTS);
  for (const name of [...suspects.keys()]) {
    suspects.delete(name);
    const key = attachmentNames(ctx).get(name);
    const found = key === undefined ? undefined : actualState(ctx).get(key);
    if (!found?.confirmed || ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, name)?.status?.attached) continue;
    markVolumeAsDetached(ctx, found.node, found.volume, name);
  }
}
