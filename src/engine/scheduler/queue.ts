import type { Pod } from '../api/object.ts';
import type { Context } from '../sim/context.ts';
import type { TableSpec, VirtualTime } from '../sim/types.ts';

/**
 * Where a pending pod waits: `active` for its turn, `backoff` for a quiet moment, `errorBackoff` for its time,
 * `unschedulable` for an event, `gated` for its gates.
 */
export type Pool = 'active' | 'backoff' | 'errorBackoff' | 'unschedulable' | 'gated';

/** A pod in the scheduling queue: process memory, in table `queuedPods` under a number that grows with the order of arrival. */
export interface QueuedPodInfo {
  readonly pod: string;
  readonly pool: Pool;
  readonly priority: number;
  /** Attempts that ended with a refusal. */
  readonly unschedulableCount: number;
  readonly consecutiveErrors: number;
  /** Plugins that refused the pod in its last attempt. */
  readonly plugins: readonly string[];
  /** What the plugins say it waits for. */
  readonly topics?: readonly string[];
  /** End of the last attempt. */
  readonly at?: VirtualTime;
  /** When the back-off of the last attempt is over. */
  readonly release?: VirtualTime;
}

/** What outlives a pod's stay in the queue while it is being scheduled. */
export type Attempts = Pick<QueuedPodInfo, 'unschedulableCount' | 'consecutiveErrors'>;

/** Who refused a pod and what it waits for; no plugin: the attempt failed with an error. */
export interface Refusal {
  readonly plugins: readonly string[];
  readonly topics: readonly string[];
}

export const NO_ATTEMPTS: Attempts = { unschedulableCount: 0, consecutiveErrors: 0 };

const QUEUED = 'queuedPods';
/** The loop's turns. An item names who was next when it was added; whom it takes is decided when it runs. */
export const SCHEDULE_ONE = 'scheduleOne';
export const BACKOFF = 'backoffQ';
export const FLUSH = 'flushUnschedulablePodsLeftover';

const INITIAL_BACKOFF = 1_000;
const MAX_BACKOFF = 10_000;
const MAX_UNSCHEDULABLE = 300_000;
const FLUSH_PERIOD = 30_000;

/** More than there are priorities: the second at which a back-off ends comes first, and the priority within it. */
const PRIORITIES = 2 ** 32;

export const QUEUE_TABLES: readonly TableSpec[] = [
  {
    name: `*/${QUEUED}`,
    class: 'memory',
    indices: {
      byPod: { of: ({ pod }: QueuedPodInfo) => [pod] },
      byPool: {
        of: ({ pool }: QueuedPodInfo) => [pool],
        rank: ({ pool, priority, release = 0 }: QueuedPodInfo) =>
          (pool === 'backoff' ? (release / 1000) * PRIORITIES : 0) - priority,
      },
      byTopic: { of: ({ pool, topics = [] }: QueuedPodInfo) => (pool === 'unschedulable' ? topics : []) },
      byPlugin: { of: ({ pool, plugins }: QueuedPodInfo) => (pool === 'unschedulable' ? plugins : []) },
    },
  },
];

const table = (ctx: Context) => ctx.mem<QueuedPodInfo>(QUEUED);

const find = (ctx: Context, pod: string): string | undefined => table(ctx).bucket('byPod', pod)[0];

export function queuedPod(ctx: Context, pod: string): QueuedPodInfo | undefined {
  const key = find(ctx, pod);
  return key === undefined ? undefined : table(ctx).get(key);
}

/** Keys of the unschedulable pods that a plugin refused, in order of their last attempts. */
export const refusedBy = (ctx: Context, plugin: string): readonly string[] =>
  table(ctx)
    .bucket('byPlugin', plugin)
    .flatMap((key) => table(ctx).get(key)?.pod ?? []);

/** Keys of the unschedulable pods that wait for something. */
export const waitingFor = (ctx: Context, topic: string): readonly string[] =>
  table(ctx)
    .bucket('byTopic', topic)
    .flatMap((key) => table(ctx).get(key)?.pod ?? []);

const nextNumber = (ctx: Context): string => String(ctx.log.rows).padStart(12, '0');

/** A new pod, or one whose gates are gone. @see pkg/scheduler/backend/queue/scheduling_queue.go Add */
export function addPod(ctx: Context, key: string, pod: Pod): void {
  const { schedulingGates = [], priority = 0 } = pod.spec;
  const pool: Pool = schedulingGates.length > 0 ? 'gated' : 'active';
  removePod(ctx, key);
  table(ctx).set(nextNumber(ctx), { pod: key, pool, priority, ...NO_ATTEMPTS, plugins: [] });
  scheduleNext(ctx);
}

export function removePod(ctx: Context, pod: string): void {
  const key = find(ctx, pod);
  if (key === undefined) return;
  leave(ctx, pod, table(ctx).get(key));
  table(ctx).delete(key);
}

/** The next pod to try: by priority and waiting time; from the back-off queue only when nobody else waits. */
function head(ctx: Context): string | undefined {
  const pods = table(ctx);
  return pods.bucket('byPool', 'active')[0] ?? pods.bucket('byPool', 'backoff')[0];
}

/** @see pkg/scheduler/backend/queue/active_queue.go pop */
export function popPod(ctx: Context): QueuedPodInfo | undefined {
  const key = head(ctx);
  const info = key === undefined ? undefined : table(ctx).get(key);
  if (key !== undefined) table(ctx).delete(key);
  return info;
}

/** Gives the loop its next turn, if anybody waits for one. */
export function scheduleNext(ctx: Context): void {
  const key = head(ctx);
  const info = key === undefined ? undefined : table(ctx).get(key);
  if (info) ctx.enqueue(SCHEDULE_ONE, info.pod, busyFor(ctx));
}

const LOOP = 'scheduleOneLoop';
/** Time that the loop spends on a pod that fits nowhere: a crowd of such pods cannot all be tried at every event. */
const FAILED_ATTEMPT = 1;

export const busyFor = (ctx: Context): VirtualTime => Math.max(0, (ctx.mem<VirtualTime>(LOOP).get('') ?? 0) - ctx.now);

export const attemptFailed = (ctx: Context): void => ctx.mem<VirtualTime>(LOOP).set('', ctx.now + FAILED_ATTEMPT);

/**
 * Takes a pod back after an attempt that failed: refused by plugins it waits for an event, after an error for its time.
 * @see AddUnschedulableIfNotPresent
 */
export function addUnschedulable(ctx: Context, key: string, pod: Pod, attempts: Attempts, refusal: Refusal): void {
  const { plugins, topics } = refusal;
  const refused = plugins.length > 0;
  const count: Attempts = refused
    ? { unschedulableCount: attempts.unschedulableCount + 1, consecutiveErrors: 0 }
    : { ...attempts, consecutiveErrors: attempts.consecutiveErrors + 1 };
  const release = releaseTime(ctx.now, refused ? count.unschedulableCount : count.consecutiveErrors);
  const pool: Pool = refused ? 'unschedulable' : 'errorBackoff';
  const priority = pod.spec.priority ?? 0;
  removePod(ctx, key);
  table(ctx).set(nextNumber(ctx), { pod: key, pool, priority, ...count, plugins, topics, at: ctx.now, release });
  if (refused) ctx.enqueue(FLUSH, key, flushTime(ctx.now) - ctx.now);
  else ctx.enqueue(BACKOFF, key, release - ctx.now);
}

/**
 * 1 s, doubling to 10 s. It ends at a whole second, and a flush at each whole second releases what ended before it.
 * @see pkg/scheduler/backend/queue/backoff_queue.go
 */
function releaseTime(now: VirtualTime, attempts: number): VirtualTime {
  const backoff = Math.min(INITIAL_BACKOFF * 2 ** Math.min(attempts - 1, 10), MAX_BACKOFF);
  return (Math.floor((now + backoff) / 1000) + 1) * 1000;
}

const flushTime = (now: VirtualTime): VirtualTime =>
  (Math.floor((now + MAX_UNSCHEDULABLE) / FLUSH_PERIOD) + 1) * FLUSH_PERIOD;

/** Something happened that may help: the pod is tried again, in its turn or when nobody else waits. */
export function moveToActiveOrBackoff(ctx: Context, pod: string): void {
  const key = find(ctx, pod);
  const info = key === undefined ? undefined : table(ctx).get(key);
  if (key === undefined || info?.pool !== 'unschedulable') return;
  leave(ctx, pod, info);
  table(ctx).set(key, { ...info, pool: ctx.now < (info.release ?? 0) ? 'backoff' : 'active' });
  scheduleNext(ctx);
}

/** The back-off after an error is over. */
export function releasePod(ctx: Context, pod: string): void {
  const key = find(ctx, pod);
  const info = key === undefined ? undefined : table(ctx).get(key);
  if (key === undefined || info?.pool !== 'errorBackoff') return;
  table(ctx).set(key, { ...info, pool: 'active' });
  scheduleNext(ctx);
}

function leave(ctx: Context, pod: string, info: QueuedPodInfo | undefined): void {
  if (info?.pool === 'unschedulable') ctx.dequeue(FLUSH, pod);
  if (info?.pool === 'errorBackoff') ctx.dequeue(BACKOFF, pod);
}
