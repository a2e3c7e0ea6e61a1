import type { Context } from '../../sim/context.ts';
import { SLOW_RETRY } from './names.ts';

/**
 * Claims whose operation is infeasible: they are tried again only after a while.
 * @see kubernetes-csi/csi-lib-utils slowset/slowset.go
 */
const table = (ctx: Context, queue: string) => ctx.mem<number>(`slow.${queue}`);

/** Milliseconds until a claim may be tried again; undefined when it may be now. */
export function timeRemaining(ctx: Context, queue: string, key: string): number | undefined {
  const since = table(ctx, queue).get(key);
  return since === undefined || ctx.now - since >= SLOW_RETRY ? undefined : since + SLOW_RETRY - ctx.now;
}

/** A claim that is in keeps its time. */
export function addSlow(ctx: Context, queue: string, key: string): void {
  if (timeRemaining(ctx, queue, key) === undefined) table(ctx, queue).set(key, ctx.now);
}

export const removeSlow = (ctx: Context, queue: string, key: string): void => table(ctx, queue).delete(key);
