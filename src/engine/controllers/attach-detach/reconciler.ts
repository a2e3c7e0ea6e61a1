import type { Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES } from '../../api/tables.ts';
import { blockedUntil } from '../../sim/backoff.ts';
import type { Context } from '../../sim/context.ts';
import { addVolumeToReport, removeVolumeFromReport } from './actual.ts';
import { reportMultiAttachError } from './multiattach.ts';
import { updateNodeStatus } from './nodestatus.ts';
import { isMultiAttachAllowed, operationKey, startAttach, startDetach } from './operations.ts';
import { ATTACH, DETACH, NODE_REPORT, wakeNode } from './queues.ts';
import { type AttachedVolume, actualState, desiredState, operations, volumesInUse } from './state.ts';

/** How long a volume may stay mounted on a node that is not healthy. @see DefaultTimerConfig ReconcilerMaxWaitForUnmountDuration */
const MAX_WAIT_FOR_UNMOUNT = 360_000;
const OUT_OF_SERVICE_TAINT = 'node.kubernetes.io/out-of-service';

/**
 * The detach pass for one volume on one node.
 * @see pkg/controller/volume/attachdetach/reconciler/reconciler.go reconcile
 */
export function detachVolume(api: ApiServer, ctx: Context, key: string): void {
  const found = actualState(ctx).get(key);
  if (!found || desiredState(ctx).has(key)) return;
  const operation = operationKey(found.spec, found.node, found.volume);
  if (operations(ctx).has(operation)) return;
  const until = blockedUntil(ctx, operation, 'volume_detach');
  if (until > ctx.now) {
    ctx.enqueue(DETACH, key, until - ctx.now);
    return;
  }
  const attached = requestDetach(ctx, key, found);
  const elapsed = ctx.now - (attached.detachRequestedAt ?? ctx.now);
  const { healthy, outOfService } = healthOf(ctx, attached.node);
  const forceTimeout = elapsed > MAX_WAIT_FOR_UNMOUNT && !forceDetachDisabled(ctx);
  const mounted = (volumesInUse(ctx).get(attached.node) ?? []).includes(attached.volume);
  const force = !healthy && forceTimeout;
  if (mounted && !force && !outOfService) {
    waitForUnmount(ctx, key, attached, elapsed, healthy);
    return;
  }
  removeVolumeFromReport(ctx, attached.node, attached.volume);
  if (!updateNodeStatus(api, ctx, attached.node)) {
    addVolumeToReport(ctx, attached.node, attached.volume);
    ctx.enqueue(DETACH, key);
    return;
  }
  startDetach(api, ctx, attached, !forceTimeout && !outOfService);
}

function waitForUnmount(
  ctx: Context,
  key: string,
  { node, volume }: AttachedVolume,
  waited: number,
  healthy: boolean,
): void {
  const facts = { volume, node, waited, maxWait: MAX_WAIT_FOR_UNMOUNT, healthy };
  ctx.decide({ about: `Node/${node}`, by: 'detachVolume', outcome: 'stillMounted', facts });
  if (waited <= MAX_WAIT_FOR_UNMOUNT) ctx.enqueue(DETACH, key, MAX_WAIT_FOR_UNMOUNT - waited + 1);
  const reported = ctx.get<Node>(NODES, node)?.status?.volumesInUse ?? [];
  if (!reported.includes(volume) && ctx.isRunning(`kubelet/${node}`)) ctx.enqueue(NODE_REPORT, node);
}

/**
 * A kubelet repeats its status after five minutes even when nothing changed. That write is not made here; what the
 * controller learns from it is that a volume which it only took for mounted is not.
 * @see pkg/kubelet/kubelet_node_status.go updateNodeStatus
 */
export function nodeReported(ctx: Context, name: string): void {
  volumesInUse(ctx).set(name, ctx.get<Node>(NODES, name)?.status?.volumesInUse ?? []);
  wakeNode(ctx, name);
}

/** @see pkg/controller/volume/attachdetach/cache/actual_state_of_world.go SetDetachRequestTime */
function requestDetach(ctx: Context, key: string, found: AttachedVolume): AttachedVolume {
  if (found.detachRequestedAt !== undefined) return found;
  const requested = { ...found, detachRequestedAt: ctx.now };
  actualState(ctx).set(key, requested);
  return requested;
}

/** @see pkg/controller/volume/attachdetach/reconciler/reconciler.go nodeIsHealthy, hasOutOfServiceTaint */
function healthOf(ctx: Context, name: string): { readonly healthy: boolean; readonly outOfService: boolean } {
  const node = ctx.get<Node>(NODES, name);
  return {
    healthy: node?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false,
    outOfService: node?.spec.taints?.some(({ key }) => key === OUT_OF_SERVICE_TAINT) ?? false,
  };
}

const forceDetachDisabled = (ctx: Context): boolean =>
  ctx.setting<Record<string, boolean>>('controllerManagerFlags')?.['disable-force-detach-on-timeout'] === true;

/**
 * The attach pass for one volume on one node.
 * @see pkg/controller/volume/attachdetach/reconciler/reconciler.go attachDesiredVolumes
 */
export function attachVolume(api: ApiServer, ctx: Context, key: string): void {
  const wanted = desiredState(ctx).get(key);
  if (!wanted) return;
  const operation = operationKey(wanted.spec, wanted.node, wanted.volume);
  if (operations(ctx).has(operation)) return;
  const actual = actualState(ctx).get(key);
  if (actual?.confirmed) {
    resetDetachRequest(ctx, key, actual);
    return;
  }
  if (!isMultiAttachAllowed(wanted.spec)) {
    const nodes = confirmedNodes(ctx, wanted.volume);
    if (nodes.length > 0) {
      if (!wanted.multiAttachErrorReported) reportMultiAttachError(api, ctx, key, wanted, nodes);
      return;
    }
  }
  const until = blockedUntil(ctx, operation, 'volume_attach');
  if (until > ctx.now) {
    ctx.enqueue(ATTACH, key, until - ctx.now);
    return;
  }
  startAttach(api, ctx, wanted);
}

/** @see pkg/controller/volume/attachdetach/cache/actual_state_of_world.go ResetDetachRequestTime */
function resetDetachRequest(ctx: Context, key: string, actual: AttachedVolume): void {
  if (actual.detachRequestedAt === undefined) return;
  const { detachRequestedAt: _, ...kept } = actual;
  actualState(ctx).set(key, kept);
}

/** @see pkg/controller/volume/attachdetach/cache/actual_state_of_world.go GetNodesForAttachedVolume */
function confirmedNodes(ctx: Context, volume: string): readonly string[] {
  const actual = actualState(ctx);
  return actual.bucket('byVolume', volume).flatMap((key) => {
    const entry = actual.get(key);
    return entry?.confirmed ? [entry.node] : [];
  });
}
