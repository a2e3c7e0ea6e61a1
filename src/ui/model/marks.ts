import type { ObjectId, VirtualTime } from '../../worker/protocol.ts';
import { type Axis, spanText, xOf } from './axis.ts';
import type { Measure } from './names.ts';
import type { RecordedCall } from './replica.ts';
import { stageOf } from './stages.ts';
import { firstFrom, type Retry, type Tick, type TimelineData, type Track } from './timeline.ts';
import type { Wait } from './waits.ts';

/** Height of a row of the timeline, and of a bar in it, in pixels. */
export const ROW = 16;
export const BAR = 12;
export const BAR_TOP = 2;

/** A tick at its pixel: of several the first that turned everything down, else the first. */
export interface TickMark {
  readonly x: number;
  readonly tick: Tick;
}

/** Calls of a row that run side by side, or so close that they share their pixels. */
export interface BarMark {
  readonly x1: number;
  readonly x2: number;
  /** In the order in which they began. */
  readonly calls: readonly RecordedCall[];
  readonly failed: boolean;
  /** What fits whole into the bar; empty where nothing does. */
  readonly label: string;
  /** What fits whole behind it: how many calls it is, which try, and how long until the next. */
  readonly note: string;
}

export interface WaitMark {
  readonly x1: number;
  readonly x2: number;
  readonly wait: Wait;
  /** Who is waited for, where it fits whole into the line. */
  readonly label: string;
}

/** A sign beside a bar: a bolt where an injected fault decided the call, an arrow where it is made again. */
export interface SignMark {
  readonly sign: 'bolt' | 'retry';
  readonly x: number;
  readonly call: RecordedCall;
}

/** Everything that a row draws, in pixels of the axis, whatever the playhead and the selection are. */
export interface Marks {
  readonly ticks: readonly TickMark[];
  readonly bars: readonly BarMark[];
  readonly waits: readonly WaitMark[];
  readonly signs: readonly SignMark[];
}

/** How texts of marks are measured and said. */
export interface Lettering {
  readonly measure: Measure;
  /** Such as `try 2`. */
  readonly tryOf: (attempt: number) => string;
}

/** The least width of a bar. */
const THIN = 3;

/** Lays the marks of a track out on an axis. */
export function marksOf(track: Track, axis: Axis, lettering: Lettering): Marks {
  const ticks = placedTicks(track, axis);
  const plain = mergedBars(track, axis);
  const spans = placedWaits(track.waits, axis);
  const isDriver = track.kind === 'driver';
  const retryOf = isDriver ? new Map<RecordedCall, Retry>() : retriesByFirst(track);
  const bars = plain.map((bar, index): BarMark => {
    if (isDriver)
      return {
        ...bar,
        label: '',
        note:
          bar.calls.length > 1
            ? noteThatFits([countOf(bar)], bar, axis, plain[index + 1], ticks, spans, lettering)
            : '',
      };
    const label = labelThatFits(bar, lettering.measure);
    const note = noteThatFits(notesOf(bar, retryOf, lettering), bar, axis, plain[index + 1], ticks, spans, lettering);
    return { ...bar, label, note };
  });
  const waits = withLabels(spans, bars, lettering.measure);
  return { ticks, bars, waits, signs: isDriver ? [] : signsOf(bars, retryOf) };
}

/** A place of the axis, the edge where it is out of view. */
function clamped(axis: Axis, time: VirtualTime): number {
  if (time <= axis.from) return 0;
  return time >= axis.to ? axis.width : Math.min(axis.width, Math.max(0, xOf(axis, time)));
}

function placedTicks({ ticks }: Track, axis: Axis): TickMark[] {
  const placed: TickMark[] = [];
  for (let index = firstFrom(ticks, axis.from, (tick) => tick.at); index < ticks.length; index += 1) {
    const tick = ticks[index];
    if (tick === undefined || tick.at > axis.to) break;
    const x = Math.round(xOf(axis, tick.at));
    const last = placed.at(-1);
    if (last?.x !== x) placed.push({ x, tick });
    else if (tick.no && !last.tick.no) placed[placed.length - 1] = { x, tick };
  }
  return placed;
}

type PlainBar = Pick<BarMark, 'x1' | 'x2' | 'failed'> & { readonly calls: RecordedCall[] };

/** Calls of the same method with the same kind of end become one bar where they overlap by more than a pixel. */
function mergedBars({ calls }: Track, axis: Axis): PlainBar[] {
  const bars: PlainBar[] = [];
  for (const call of calls) {
    if ((call.endedAt ?? axis.to) < axis.from) continue;
    if (call.beganAt > axis.to) break;
    const x1 = clamped(axis, call.beganAt);
    const x2 = Math.max(x1 + THIN, clamped(axis, call.endedAt ?? axis.to));
    const failed = call.ended !== undefined && call.ended.code !== 'OK';
    const last = bars.at(-1);
    const [first] = last?.calls ?? [];
    const isSame =
      last !== undefined &&
      last.x2 > x1 + 1 &&
      last.failed === failed &&
      first?.began.method === call.began.method &&
      (first.ended === undefined) === (call.ended === undefined);
    if (!isSame) {
      bars.push({ x1, x2, calls: [call], failed });
      continue;
    }
    last.calls.push(call);
    bars[bars.length - 1] = { ...last, x2: Math.max(last.x2, x2) };
  }
  return bars;
}

function placedWaits(waits: readonly Wait[], axis: Axis): readonly Omit<WaitMark, 'label'>[] {
  return waits
    .filter(({ from, to }) => from <= axis.to && (to ?? axis.to) >= axis.from)
    .map((wait) => ({ x1: clamped(axis, wait.from), x2: clamped(axis, wait.to ?? axis.to), wait }));
}

/** The try that follows a call. */
function retriesByFirst({ retries }: Track): ReadonlyMap<RecordedCall, Retry> {
  return new Map(retries.map((retry) => [retry.before, retry]));
}

const PADDING = 4;
/** A bolt stands on the left end of a bar. */
const BOLT_ROOM = 8;

/** The method with the node, the method, or the stage: the longest that fits. */
function labelThatFits({ x1, x2, calls }: PlainBar, measure: Measure): string {
  const [call] = calls;
  if (call === undefined) return '';
  const { method, node = '' } = call.began;
  const room = x2 - x1 - 2 * PADDING - (isFaulty(calls) ? BOLT_ROOM : 0);
  if (room < THIN) return '';
  const names = [calls.length === 1 && node !== '' ? `${method} ${node}` : '', method, stageOf(method) ?? ''];
  return names.find((name) => name !== '' && measure(name) <= room) ?? '';
}

function isFaulty(calls: readonly RecordedCall[]): boolean {
  return calls.some(({ began }) => began.faulty === true);
}

function countOf({ calls }: PlainBar): string {
  return `×${calls.length}`;
}

/** What there is to say behind a bar, the most telling first. */
function notesOf(bar: PlainBar, retryOf: ReadonlyMap<RecordedCall, Retry>, { tryOf }: Lettering): readonly string[] {
  const { calls } = bar;
  const call = calls.at(-1);
  if (call === undefined) return [];
  if (calls.length > 1) return [countOf(bar)];
  const next = retryOf.get(call);
  const backOff =
    next === undefined || call.endedAt === undefined ? '' : spanText(Math.round(next.call.beganAt - call.endedAt));
  const attempt = call.began.attempt > 1 ? tryOf(call.began.attempt) : '';
  return [[attempt, backOff].filter(Boolean).join('  '), backOff, attempt].filter(Boolean);
}

const BEHIND = 4;
/** A retry's arrow stands before its bar. */
const SIGN = 14;

/** The first text that fits between a bar and what comes next in its row. */
function noteThatFits(
  notes: readonly string[],
  { x2 }: PlainBar,
  axis: Axis,
  next: PlainBar | undefined,
  ticks: readonly TickMark[],
  waits: readonly Pick<WaitMark, 'x1'>[],
  { measure }: Lettering,
): string {
  if (notes.length === 0) return '';
  const tick = ticks[firstFrom(ticks, x2 + THIN, ({ x }) => x)]?.x ?? axis.width;
  const wait = waits.find(({ x1 }) => x1 >= x2)?.x1 ?? axis.width;
  const isRetry = (next?.calls[0]?.began.attempt ?? 1) > 1;
  const bar = next === undefined ? axis.width : next.x1 - (isRetry ? SIGN : 0);
  const room = Math.min(tick, wait, bar) - x2 - 2 * BEHIND;
  return notes.find((note) => measure(note) <= room) ?? '';
}

/** The name needs some of the line left on both sides. */
const LINE_BESIDE_LABEL = 20;
/** Pixels between a name and anything else on the row. */
const CLEAR = 4;

/** Names who is waited for in the middle of a line, where nothing else of the row is: no bar, no end of a line, no name. */
function withLabels(
  spans: readonly Omit<WaitMark, 'label'>[],
  bars: readonly BarMark[],
  measure: Measure,
): readonly WaitMark[] {
  const ends = spans.flatMap(({ x1, x2 }) => [x1, x2]);
  let lettered = Number.NEGATIVE_INFINITY;
  return spans.map((span) => {
    const { x1, x2, wait } = span;
    const width = measure(wait.on);
    if (x2 - x1 < width + 2 * LINE_BESIDE_LABEL) return { ...span, label: '' };
    const left = (x1 + x2 - width) / 2 - CLEAR;
    const right = left + width + 2 * CLEAR;
    const isFree =
      left >= lettered &&
      !ends.some((end) => end > left && end < right) &&
      !bars.some((bar) => bar.x1 < right && bar.x2 > left);
    if (!isFree) return { ...span, label: '' };
    lettered = right;
    return { ...span, label: wait.on };
  });
}

function signsOf(bars: readonly BarMark[], retryOf: ReadonlyMap<RecordedCall, Retry>): SignMark[] {
  const again = new Set([...retryOf.values()].map(({ call }) => call));
  const signs: SignMark[] = [];
  bars.forEach(({ x1, calls }, index) => {
    const [call] = calls;
    if (call === undefined) return;
    const faulty = calls.find(({ began }) => began.faulty === true);
    const room = x1 - (bars[index - 1]?.x2 ?? 0);
    if (again.has(call) && room >= SIGN) signs.push({ sign: 'retry', x: x1 - SIGN / 2, call });
    if (faulty !== undefined) signs.push({ sign: 'bolt', x: x1 + 1, call: faulty });
  });
  return signs;
}

/** Writes to the API that share a bar: as high as the most of them. */
export interface WriteMark {
  readonly x: number;
  readonly h: number;
  readonly count: number;
  /** The step with the most writes. */
  readonly step: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

const WRITE_PITCH = 4;

/** Lays the API server's row out on an axis. */
export function writeMarksOf({ writes, most }: TimelineData, axis: Axis): readonly WriteMark[] {
  const marks: WriteMark[] = [];
  for (let index = firstFrom(writes, axis.from, (write) => write.at); index < writes.length; index += 1) {
    const write = writes[index];
    if (write === undefined || write.at > axis.to) break;
    const x = Math.round(xOf(axis, write.at) / WRITE_PITCH) * WRITE_PITCH;
    const { step, count } = write;
    const h = 3 + (9 * count) / most;
    const last = marks.at(-1);
    if (last?.x !== x) marks.push({ x, h, count, step, firstStep: step, lastStep: step });
    else
      marks[marks.length - 1] =
        count > last.count ? { ...last, h, count, step, lastStep: step } : { ...last, lastStep: step };
  }
  return marks;
}

/** A call of a bar that is split: its own thin bar. */
export interface Piece {
  readonly call: RecordedCall;
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly h: number;
}

/** Thinner pieces cannot be told apart. */
const MOST_PIECES = 6;

/** The calls of a bar one below the other; those that do not run side by side share a line. */
export function piecesOf({ calls }: BarMark, axis: Axis): readonly Piece[] {
  const ends: number[] = [];
  const placed = calls.map((call) => {
    const x1 = clamped(axis, call.beganAt);
    const x2 = Math.max(x1 + THIN, clamped(axis, call.endedAt ?? axis.to));
    const free = ends.findIndex((end) => end <= x1);
    const line = free < 0 ? ends.length : free;
    ends[line] = x2;
    return { call, x1, x2, line };
  });
  const lines = Math.min(MOST_PIECES, ends.length);
  const h = BAR / lines;
  return placed.map(({ call, x1, x2, line }) => ({ call, x1, x2, y: BAR_TOP + (line % lines) * h, h }));
}

/** What lies under the pointer. */
export type Mark =
  | { readonly kind: 'call'; readonly call: RecordedCall; readonly bar: BarMark; readonly x: number }
  | { readonly kind: 'tick'; readonly tick: Tick; readonly x: number }
  | { readonly kind: 'wait'; readonly wait: Wait; readonly x: number }
  | { readonly kind: 'writes'; readonly writes: WriteMark; readonly x: number };

const REACH = 3;

/**
 * The mark at a place of a row: a call before a tick, a tick before a wait. Of a bar of several calls the piece that is
 * there, or the first.
 */
export function markAt(marks: Marks, axis: Axis, x: number, y: number): Mark | undefined {
  const bar = marks.bars.findLast(({ x1, x2 }) => x >= x1 - 1 && x <= x2 + 1);
  if (bar !== undefined) {
    const piece = piecesOf(bar, axis).find(
      (one) => x >= one.x1 - 1 && x <= one.x2 + 1 && y >= one.y && y < one.y + one.h,
    );
    const call = piece?.call ?? bar.calls[0];
    if (call !== undefined) return { kind: 'call', call, bar, x: bar.x1 };
  }
  const near = nearest(marks.ticks, x);
  if (near !== undefined) return { kind: 'tick', tick: near.tick, x: near.x };
  const line = marks.waits.findLast(({ x1, x2 }) => x >= x1 - 1 && x <= x2 + 1);
  return line === undefined ? undefined : { kind: 'wait', wait: line.wait, x: line.x1 };
}

/** The bar of writes at a place of the API server's row. */
export function writesAt(marks: readonly WriteMark[], x: number): Mark | undefined {
  const found = marks.find((mark) => x >= mark.x - 1 && x <= mark.x + WRITE_PITCH);
  return found === undefined ? undefined : { kind: 'writes', writes: found, x: found.x };
}

function nearest(ticks: readonly TickMark[], x: number): TickMark | undefined {
  let best: TickMark | undefined;
  for (let index = firstFrom(ticks, x - REACH, (mark) => mark.x); index < ticks.length; index += 1) {
    const mark = ticks[index];
    if (mark === undefined || mark.x > x + REACH) break;
    if (best === undefined || Math.abs(mark.x - x) < Math.abs(best.x - x)) best = mark;
  }
  return best;
}

/** All marks of a row from left to right, as keys go along them. */
export function marksInTurn(marks: Marks): readonly Mark[] {
  const found: Mark[] = [
    ...marks.bars.flatMap((bar) => bar.calls.map((call): Mark => ({ kind: 'call', call, bar, x: bar.x1 }))),
    ...marks.ticks.map(({ x, tick }): Mark => ({ kind: 'tick', tick, x })),
    ...marks.waits.map(({ x1, wait }): Mark => ({ kind: 'wait', wait, x: x1 })),
  ];
  return found.sort((a, b) => stepOfMark(a) - stepOfMark(b) || a.x - b.x);
}

/** The step that a mark stands for: of a call and a wait the one that it begins with. */
export function stepOfMark(mark: Mark): number {
  switch (mark.kind) {
    case 'call':
      return mark.call.beganStep;
    case 'tick':
      return mark.tick.step;
    case 'wait':
      return mark.wait.step;
    case 'writes':
      return mark.writes.step;
  }
}

/** Objects that a mark is about, the first one to be shown first. */
export function objectsOfMark(mark: Mark): readonly ObjectId[] {
  switch (mark.kind) {
    case 'call':
      return mark.call.about;
    case 'tick':
      return mark.tick.about;
    case 'wait':
      return mark.wait.about;
    case 'writes':
      return [];
  }
}
