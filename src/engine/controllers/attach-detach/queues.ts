import type { Context } from '../../sim/context.ts';
import { actualState, desiredState } from './state.ts';

/** The reconciler's passes; items of the first two are keys of (node, volume), of the last one names of nodes. */
export const DETACH = 'detach';
export const ATTACH = 'attach';
export const NODE_STATUS = 'nodeStatus';
/** Looks at the VolumeAttachment that an operation waits for. */
export const POLL = 'poll';
/** A node's next report, even of nothing new. */
export const NODE_REPORT = 'nodeReport';
/** @see pkg/kubelet/apis/config/v1beta1/defaults.go NodeStatusReportFrequency */
export const NODE_STATUS_REPORT_FREQUENCY = 300_000;

/** Period of the reconciler. @see pkg/controller/volume/attachdetach/attach_detach_controller.go DefaultTimerConfig */
export const RECONCILER_LOOP_PERIOD = 100;

/** The reconciler is to look at a volume, on all nodes that have or want it, in its next loop. */
export function wakeVolume(ctx: Context, volume: string): void {
  const desired = desiredState(ctx);
  const actual = actualState(ctx);
  for (const key of desired.bucket('byVolume', volume)) {
    const known = actual.get(key);
    if (!known?.confirmed || known.detachRequestedAt !== undefined) ctx.enqueue(ATTACH, key);
  }
  for (const key of actual.bucket('byVolume', volume)) if (!desired.has(key)) ctx.enqueue(DETACH, key);
}

/** The same for all that a node has and should no longer have. */
export function wakeNode(ctx: Context, node: string): void {
  for (const key of actualState(ctx).bucket('byNode', node)) if (!desiredState(ctx).has(key)) ctx.enqueue(DETACH, key);
}
