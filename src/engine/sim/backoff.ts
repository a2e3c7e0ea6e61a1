import type { Context } from './context.ts';
import type { VirtualTime } from './types.ts';

/** Back-off of named operations, as upstream's goroutinemap and nestedpendingoperations keep it. */
export interface OperationBackoff {
  readonly operation: string;
  readonly delay: VirtualTime;
  readonly until: VirtualTime;
}

export const INITIAL_BACKOFF = 500;
export const MAX_BACKOFF = 122_000;

const TABLE = '~backoff';

/** Until when an operation on a key must not start, or 0. Another operation on the key is free to start. */
export function blockedUntil(ctx: Context, key: string, operation: string): VirtualTime {
  const entry = ctx.mem<OperationBackoff>(TABLE).get(key);
  return entry && entry.operation === operation && entry.until > ctx.now ? entry.until : 0;
}

/**
 * Notes a failed operation: 500 ms, doubling to 2 min 2 s. Returns when it may start again.
 * @see pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go Update
 */
export function operationFailed(ctx: Context, key: string, operation: string): VirtualTime {
  const table = ctx.mem<OperationBackoff>(TABLE);
  const last = table.get(key);
  const delay = last && last.operation === operation ? Math.min(last.delay * 2, MAX_BACKOFF) : INITIAL_BACKOFF;
  table.set(key, { operation, delay, until: ctx.now + delay });
  return ctx.now + delay;
}

export function operationSucceeded(ctx: Context, key: string): void {
  ctx.mem<OperationBackoff>(TABLE).delete(key);
}
