import { parseDuration } from '../api/duration.ts';
import type { Context } from '../sim/context.ts';
import type { VirtualTime } from '../sim/types.ts';

const given = (ctx: Context, name: string): unknown =>
  ctx.setting<{ readonly [flag: string]: string | number }>('controllerManagerFlags')?.[name];

/** A flag of kube-controller-manager that is a number; one that is none counts as left out. */
export function numberFlag(ctx: Context, name: string, otherwise: number): number {
  const value = Number(given(ctx, name) ?? otherwise);
  return Number.isNaN(value) ? otherwise : value;
}

/** A flag of kube-controller-manager that is a Go duration, in milliseconds; one that is none counts as left out. */
export function durationFlag(ctx: Context, name: string, otherwise: VirtualTime): VirtualTime {
  const value = given(ctx, name);
  const parsed = value === undefined ? otherwise : parseDuration(String(value));
  return typeof parsed === 'number' ? Math.round(parsed) : otherwise;
}
