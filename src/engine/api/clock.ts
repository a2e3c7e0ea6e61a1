import type { Context } from '../sim/context.ts';
import { parseTime } from './duration.ts';

/** RFC 3339 of the instant at which a run starts. */
export const startTime = (ctx: Context): string => ctx.setting<string>('startTime') ?? '2026-10-01T00:00:00Z';

/** Virtual clock in milliseconds since 1970, for what has no API server at hand. */
export const epochMillis = (ctx: Context): number => (parseTime(startTime(ctx)) ?? 0) + ctx.now;
