import type { Replica } from './replica.ts';

export const SPEEDS = ['1', '2', '4', 'live'] as const;

export type Speed = (typeof SPEEDS)[number];

/** A place in the recording: after `step` at fraction 1, on the way to it below. */
export interface Position {
  readonly step: number;
  readonly fraction: number;
}

const SLOT_MS: Readonly<Record<Exclude<Speed, 'live'>, number>> = { '1': 500, '2': 200, '4': 60 };
const LIVE_AT_MOST = 2000;
const LIVE_AT_LEAST = 16;

/** Milliseconds that a step takes on the screen; Live uses the gaps of virtual time, at most two seconds. */
export function slotOf(replica: Replica, step: number, speed: Speed): number {
  if (speed !== 'live') return SLOT_MS[speed];
  const gap = replica.timeAt(step) - replica.timeAt(step - 1);
  return Math.min(LIVE_AT_MOST, Math.max(LIVE_AT_LEAST, gap));
}

/** From four times on, only end states are shown. */
export function showsBeats(speed: Speed): boolean {
  return speed === '1' || speed === '2';
}

/** Where playing is after some more milliseconds. It stops at the end of the recording. */
export function advance(replica: Replica, position: Position, elapsed: number, speed: Speed): Position {
  let { step, fraction } = position;
  let left = elapsed;
  while (left > 0) {
    if (fraction >= 1) {
      if (step >= replica.steps) return { step, fraction: 1 };
      step += 1;
      fraction = 0;
    }
    const slot = slotOf(replica, step, speed);
    const rest = (1 - fraction) * slot;
    if (left < rest) return { step, fraction: fraction + left / slot };
    left -= rest;
    fraction = 1;
  }
  return { step, fraction };
}
