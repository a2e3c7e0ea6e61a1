import { epochMillis } from '../../api/clock.ts';
import type { Context } from '../../sim/context.ts';

/** `google.protobuf.Timestamp`: seconds since 1970. */
export interface Timestamp {
  readonly seconds?: number | string;
  readonly nanos?: number;
}

/** The virtual clock, to the second. */
export const timestampNow = (ctx: Context): Timestamp => ({ seconds: Math.floor(epochMillis(ctx) / 1000) });
