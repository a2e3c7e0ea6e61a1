/** A part of a step's slot, 0 to 1, in which one thing happens. */
export interface Beat {
  readonly start: number;
  readonly end: number;
}

/** The share of a beat that is over, 0 to 1. */
export function inside(beat: Beat, fraction: number): number {
  return Math.min(1, Math.max(0, (fraction - beat.start) / (beat.end - beat.start)));
}
