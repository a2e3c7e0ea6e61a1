import { keyOf } from '../api/kind.ts';
import type { Pod } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import { PODS } from '../api/tables.ts';
import type { Context, Memory } from '../sim/context.ts';
import type { VirtualTime } from '../sim/types.ts';
import type { VolumeHost } from '../volumes/plugin.ts';

/** One kubelet in one step: what its functions work with. */
export interface Kubelet extends VolumeHost {}

export const kubeletOf = (api: ApiServer, ctx: Context): Kubelet => ({ api, ctx, node: ctx.params['node'] ?? '' });

/** Queues of a kubelet. */
export const QUEUE = {
  /** The pod workers; the item is a pod's UID. */
  pods: 'pods',
  /** Desired state of world populator and reconciler, each 100 ms while something changes. */
  reconciler: 'reconciler',
  /** A node plugin registered or went. */
  plugins: 'plugins',
  /** Pods whose volumes are set up anew at each resync. */
  resync: 'resync',
  /** `syncNodeStatus`. */
  nodeStatus: 'nodestatus',
} as const;

/**
 * What the kubelet knows of a pod, under its UID.
 * @see pkg/kubelet/pod_workers.go podSyncStatus
 */
export interface PodWorker {
  /** As last seen; its status may be older than the API's. */
  readonly pod: Pod;
  /** The Pod object is still there. */
  readonly exists: boolean;
  /** `terminated`: no container runs any more; `finished`: its volumes are gone too. */
  readonly stage: 'sync' | 'terminated' | 'finished';
  readonly admitted?: boolean;
  /** All volumes have been seen mounted once since the kubelet started. */
  readonly mounted?: boolean;
  /** When `WaitForAttachAndMount` or `WaitForUnmount` began to look. */
  readonly waitingSince?: VirtualTime;
  /** After a failed sync: not before then. */
  readonly retryAt?: VirtualTime;
  /** Why containers could not be made, by name. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Containers that are being started. */
  readonly starting?: { readonly names: readonly string[]; readonly due: VirtualTime };
}

export const workers = (kl: Kubelet): Memory<PodWorker> => kl.ctx.mem<PodWorker>('pods');

/** The pod as the informer has it, or as last seen when it is gone. */
export function currentPod({ ctx }: Kubelet, { pod, exists }: PodWorker): Pod {
  if (!exists) return pod;
  const { namespace, name, uid } = pod.metadata;
  const seen = ctx.get<Pod>(PODS, keyOf(namespace, name));
  return seen?.metadata.uid === uid ? seen : pod;
}

/** Milliseconds until a poll of this period, begun at `since`, looks again. */
export const untilPoll = (now: VirtualTime, since: VirtualTime, period: VirtualTime): VirtualTime =>
  since + Math.ceil((now - since) / period) * period - now;

/** The attach/detach controller leaves this node to its kubelet. */
export const attachesItself = ({ ctx }: Kubelet): boolean =>
  ctx.setting<{ enableControllerAttachDetach?: boolean }>('kubelet')?.enableControllerAttachDetach === false;

/** Period of `WaitForAttachAndMount` and of the wait for a terminated pod's volumes. */
const POLL = { sync: 300, terminated: 100, finished: 100 } as const;

/** Lets a pod worker that waits for volumes look at its next poll. */
export function wakePodWorker(kl: Kubelet, uid: string): void {
  const worker = workers(kl).get(uid);
  if (worker?.waitingSince === undefined) return;
  kl.ctx.enqueue(QUEUE.pods, uid, untilPoll(kl.ctx.now, worker.waitingSince, POLL[worker.stage]));
}
