import type { VirtualTime } from '../../worker/protocol.ts';

/** A stretch of the axis: some of the time on some of the width. */
export interface Stretch {
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly x1: number;
  readonly x2: number;
  /** Idle time, drawn as a band with its length. */
  readonly collapsed: boolean;
  /** What opens it: the beginning of the idle time, which may lie before the view; of other stretches their own beginning. */
  readonly key: VirtualTime;
}

export interface Axis {
  readonly stretches: readonly Stretch[];
  readonly from: VirtualTime;
  readonly to: VirtualTime;
  readonly width: number;
}

/** A time in which nothing happened but what was in flight. */
export interface Pause {
  readonly from: VirtualTime;
  readonly to: VirtualTime;
}

/** Idle time shorter than this is drawn as it is. */
export const LONG_PAUSE: VirtualTime = 2000;
const PAUSE_SHARE = 0.05;
const BAND = 32;
const BANDS_AT_MOST = 0.4;

/** Lays the time from `from` to `to` on a width in pixels; long pauses become bands unless they are opened. */
export function axisOf(
  from: VirtualTime,
  to: VirtualTime,
  width: number,
  pauses: readonly Pause[],
  opened: ReadonlySet<VirtualTime>,
): Axis {
  const end = Math.max(to, from + 1);
  const inside = pauses
    .map((pause) => ({ from: Math.max(pause.from, from), to: Math.min(pause.to, end), key: pause.from }))
    .filter((pause) => pause.to - pause.from >= LONG_PAUSE && !opened.has(pause.key));
  const idle = inside.reduce((sum, pause) => sum + pause.to - pause.from, 0);
  const active = Math.max(end - from - idle, 1);
  const bands = inside.filter((pause) => pause.to - pause.from >= PAUSE_SHARE * (active + pause.to - pause.from));
  const rest = Math.max(end - from - bands.reduce((sum, pause) => sum + pause.to - pause.from, 0), 1);
  const bandWidth = bands.length === 0 ? 0 : Math.min((BAND * width) / 1000, (width * BANDS_AT_MOST) / bands.length);
  const scale = (width - bandWidth * bands.length) / rest;

  const stretches: Stretch[] = [];
  let time = from;
  let x = 0;
  const add = (until: VirtualTime, band?: VirtualTime): void => {
    if (until <= time) return;
    const collapsed = band !== undefined;
    const x2 = x + (collapsed ? bandWidth : (until - time) * scale);
    stretches.push({ from: time, to: until, x1: x, x2, collapsed, key: band ?? time });
    time = until;
    x = x2;
  };
  for (const band of bands) {
    add(band.from);
    add(band.to, band.key);
  }
  add(end);
  return { stretches, from, to: end, width };
}

/** Pixels from the left; times outside the axis lie outside the width. */
export function xOf(axis: Axis, time: VirtualTime): number {
  const first = axis.stretches[0];
  const last = axis.stretches.at(-1);
  if (first === undefined || last === undefined) return 0;
  if (time <= first.from) return time === first.from ? 0 : -1;
  if (time > last.to) return axis.width + 1;
  let low = 0;
  let high = axis.stretches.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((axis.stretches[middle]?.to ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  const stretch = axis.stretches[low] ?? last;
  return stretch.x1 + ((time - stretch.from) / (stretch.to - stretch.from)) * (stretch.x2 - stretch.x1);
}

export function timeOf(axis: Axis, x: number): VirtualTime {
  const stretch = axis.stretches.find((candidate) => x <= candidate.x2) ?? axis.stretches.at(-1);
  if (stretch === undefined) return axis.from;
  const share = stretch.x2 === stretch.x1 ? 0 : Math.max(0, (x - stretch.x1) / (stretch.x2 - stretch.x1));
  return stretch.from + share * (stretch.to - stretch.from);
}

export interface RulerTick {
  readonly time: VirtualTime;
  readonly x: number;
  /** The time, as exact as the ones beside it need to differ. */
  readonly text: string;
}

const NICE = [1, 2, 5] as const;

/** Round times at least `room` pixels apart, in the stretches that are drawn to scale. */
export function rulerTicks(axis: Axis, room: number): RulerTick[] {
  const drawn = axis.stretches.filter((stretch) => !stretch.collapsed);
  // The length of a collapsed pause stands in its band.
  const bands = axis.stretches.filter((stretch) => stretch.collapsed);
  const time = drawn.reduce((sum, stretch) => sum + stretch.to - stretch.from, 0);
  const width = drawn.reduce((sum, stretch) => sum + stretch.x2 - stretch.x1, 0);
  if (width <= 0 || time <= 0) return [];
  const unit = niceAbove((room * time) / width);
  const ticks: RulerTick[] = [];
  let lastX = Number.NEGATIVE_INFINITY;
  for (const stretch of drawn) {
    for (let at = Math.ceil(stretch.from / unit) * unit; at <= stretch.to; at += unit) {
      const x = xOf(axis, at);
      if (x - lastX < room * 0.75 || bands.some((band) => Math.abs((band.x1 + band.x2) / 2 - x) < room * 0.75))
        continue;
      ticks.push({ time: at, x, text: tickText(at, unit) });
      lastX = x;
    }
  }
  return ticks;
}

function tickText(time: VirtualTime, unit: VirtualTime): string {
  if (time === 0) return '0 s';
  if (time < 10_000) return spanText(time);
  const decimals = unit >= 1000 ? 0 : unit >= 100 ? 1 : unit >= 10 ? 2 : 3;
  if (time < 60_000) return `${(time / 1000).toFixed(decimals)} s`;
  // `1:05`, and `2:03:00` from an hour on.
  const minutes = Math.floor(time / 60_000) % 60;
  const hours = Math.floor(time / 3_600_000);
  const seconds = ((time % 60_000) / 1000).toFixed(decimals).padStart(decimals === 0 ? 2 : decimals + 3, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** The smallest of 1, 2, 5, 10, 20, … that is not below `value`. */
function niceAbove(value: number): number {
  for (let power = 1; ; power *= 10) {
    for (const step of NICE) if (step * power >= value) return step * power;
  }
}

/** A length of virtual time as the ruler writes it: `350 ms`, `8.2 s`, `5 min`. */
export function spanText(span: VirtualTime): string {
  if (span < 1000) return `${Math.round(span)} ms`;
  if (span < 60_000) return `${trimmed(span / 1000)} s`;
  if (span < 3_600_000) return inUnits(Math.round(span / 1000), 'min', 's');
  return inUnits(Math.round(span / 60_000), 'h', 'min');
}

/** `2 min 5 s`: sixty of the small unit are one of the large one. */
function inUnits(small: number, largeUnit: string, smallUnit: string): string {
  const [large, rest] = [Math.floor(small / 60), small % 60];
  return rest === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${rest} ${smallUnit}`;
}

function trimmed(value: number): string {
  return String(Math.round(value * 1000) / 1000).replace(/^(\d+\.\d)\d+$/, (whole, short: string) =>
    value < 10 ? whole : short,
  );
}

/** The length of a pause, shorter than exact: `4.8 s`. */
export function roughSpanText(span: VirtualTime): string {
  return spanText(span < 10_000 ? Math.round(span / 100) * 100 : Math.round(span / 1000) * 1000);
}

/** The clock: minutes, seconds and milliseconds, with hours where there are any. */
export function clockText(time: VirtualTime): string {
  const ms = Math.floor(time % 1000);
  const seconds = Math.floor(time / 1000) % 60;
  const minutes = Math.floor(time / 60_000) % 60;
  const hours = Math.floor(time / 3_600_000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const short = `${two(minutes)}:${two(seconds)}.${String(ms).padStart(3, '0')}`;
  return hours > 0 ? `${two(hours)}:${short}` : short;
}
