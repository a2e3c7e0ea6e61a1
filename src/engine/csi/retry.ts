import type { LimiterSpec, QueueSpec } from '../sim/component.ts';
import type { Context } from '../sim/context.ts';

/** Back-off of the sidecars' work queues: 1 s doubling to 5 min per item, without a bucket over all. */
export const SIDECAR_LIMITER: LimiterSpec = { base: 1000, max: 300_000 };

/**
 * A work queue as client-go builds it: what waits for its back-off lies in a queue of its own, so an event that adds the
 * item at once leaves the delayed add where it is.
 * @see client-go util/workqueue/delaying_queue.go
 */
export function retryQueues(
  name: string,
  sync: QueueSpec['sync'],
  workers: number,
): Readonly<Record<string, QueueSpec>> {
  return {
    [name]: { sync, workers },
    [delayed(name)]: {
      workers: Number.POSITIVE_INFINITY,
      limiter: SIDECAR_LIMITER,
      sync: (ctx, item) => ctx.enqueue(name, item),
    },
  };
}

/** `AddRateLimited`: the item comes back after its back-off. */
export const addRateLimited = (ctx: Context, name: string, item: string): void =>
  ctx.enqueueRateLimited(delayed(name), item);

/** `AddAfter`: the item comes back after so many milliseconds. */
export const addAfter = (ctx: Context, name: string, item: string, after: number): void =>
  ctx.enqueue(delayed(name), item, after);

/** `Forget`: the next failure of the item is its first. */
export const forget = (ctx: Context, name: string, item: string): void => ctx.forget(delayed(name), item);

const delayed = (name: string): string => `${name}-delayed`;
