import type { Context, Memory } from '../../sim/context.ts';
import type { VirtualTime } from '../../sim/types.ts';

/** Pods that are to be deleted, by key. */
export const EVICTIONS = 'evictions';

/** A deletion that is planned; what is due at once cannot be taken back. */
interface TimedWorker {
  readonly createdAt: VirtualTime;
  readonly fireAt: VirtualTime;
}

const workers = (ctx: Context): Memory<TimedWorker> => ctx.mem('workers');

/** Plans a pod's deletion unless one is planned. @see pkg/controller/tainteviction/timed_workers.go AddWork */
export function addWork(ctx: Context, pod: string, createdAt: VirtualTime, fireAt: VirtualTime): void {
  if (workers(ctx).has(pod)) return;
  workers(ctx).set(pod, { createdAt, fireAt });
  // The timer runs from now on, also where the plan is older: upstream measures the delay from the plan's beginning.
  ctx.enqueue(EVICTIONS, pod, fireAt - createdAt);
}

/** Takes a planned deletion back; returns whether there was one to take back. @see CancelWork */
export function cancelWork(ctx: Context, pod: string): boolean {
  const worker = workers(ctx).get(pod);
  if (!worker) return false;
  const isRunning = worker.fireAt <= worker.createdAt;
  if (isRunning) return false;
  workers(ctx).delete(pod);
  ctx.dequeue(EVICTIONS, pod);
  return true;
}

/** When a pod's deletion was planned. @see GetWorkerUnsafe */
export const plannedAt = (ctx: Context, pod: string): VirtualTime | undefined => workers(ctx).get(pod)?.createdAt;

export const finishWork = (ctx: Context, pod: string): void => workers(ctx).delete(pod);
