import type { ObjectId } from '../../worker/protocol.ts';
import { type Axis, xOf } from '../model/axis.ts';
import type { RecordedCall, Replica } from '../model/replica.ts';
import { firstFrom, type Tick, type TimelineData, type Track, type Wait } from '../model/timeline.ts';

export const ROW = 16;

/** Colours of the theme. */
export interface Palette {
  readonly panel: string;
  readonly fill: string;
  readonly line: string;
  readonly line2: string;
  readonly edge: string;
  readonly ink: string;
  readonly ink2: string;
  readonly working: string;
  readonly workingSoft: string;
  readonly waitingLine: string;
  readonly failed: string;
  readonly failedSoft: string;
  readonly ending: string;
  readonly sans: string;
}

const palettes = new Map<string, Palette>();

/** The palette of a theme; the theme's name stands for its colours. */
export function paletteOf(element: Element, theme: string): Palette {
  const known = palettes.get(theme);
  if (known !== undefined) return known;
  const palette = readPalette(element);
  palettes.set(theme, palette);
  return palette;
}

function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    panel: read('--panel'),
    fill: read('--fill'),
    line: read('--line'),
    line2: read('--line-2'),
    edge: read('--edge'),
    ink: read('--ink'),
    ink2: read('--ink-2'),
    working: read('--working'),
    workingSoft: read('--working-soft'),
    waitingLine: read('--waiting-line'),
    failed: read('--failed'),
    failedSoft: read('--failed-soft'),
    ending: read('--ending'),
    sans: read('--sans'),
  };
}

export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly axis: Axis;
  readonly replica: Replica;
  readonly data: TimelineData;
  /** Undefined is the API server's row. */
  readonly rows: readonly (Track | undefined)[];
  readonly ticks: readonly number[];
  readonly step: number;
  readonly selected: ObjectId | null;
}

/** Draws all rows; where several marks share a pixel, one is drawn. */
export function drawTracks(drawing: Drawing): void {
  const { context, palette, axis, rows, replica, step } = drawing;
  const height = rows.length * ROW;
  context.clearRect(0, 0, axis.width, height);
  drawGround(drawing, height);
  rows.forEach((track, index) => {
    context.save();
    context.translate(0, index * ROW);
    if (track === undefined) drawWrites(drawing);
    else {
      drawWaits(drawing, track);
      drawTicks(drawing, track);
      drawCalls(drawing, track);
    }
    context.restore();
  });
  const now = xOf(axis, replica.timeAt(step));
  context.globalAlpha = 0.2;
  context.fillStyle = palette.panel;
  context.fillRect(Math.max(0, now), 0, axis.width, height);
  context.globalAlpha = 1;
}

function drawGround({ context, palette, axis, rows, ticks }: Drawing, height: number): void {
  context.fillStyle = palette.line;
  rows.forEach((_, index) => {
    context.fillRect(0, index * ROW, axis.width, 1);
  });
  for (const x of ticks) context.fillRect(Math.round(x), 0, 1, height);
  for (const stretch of axis.stretches) {
    if (!stretch.collapsed) continue;
    context.fillStyle = palette.panel;
    context.fillRect(stretch.x1, 0, stretch.x2 - stretch.x1, height);
    hatch(context, stretch.x1, 0, stretch.x2 - stretch.x1, height, palette.line, 5);
    context.fillStyle = palette.line2;
    context.fillRect(Math.round(stretch.x1), 0, 1, height);
    context.fillRect(Math.round(stretch.x2) - 1, 0, 1, height);
  }
}

function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
  gap: number,
  thickness = 1,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.beginPath();
  for (let at = x - height; at < x + width; at += gap * 1.4) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

/** Others step back while an object is selected. */
function alphaOf(selected: ObjectId | null, isAbout: boolean): number {
  return selected === null || isAbout ? 1 : 0.4;
}

/** What stands at the same pixels whatever the step: found once for each axis, and there is another axis for each change of the recording. */
function onceForAxis<Of extends object, Found>(find: (axis: Axis, of: Of) => Found): (axis: Axis, of: Of) => Found {
  const known = new WeakMap<Axis, WeakMap<Of, Found>>();
  return (axis, of) => {
    const ofAxis = known.get(axis) ?? new WeakMap<Of, Found>();
    known.set(axis, ofAxis);
    const before = ofAxis.get(of);
    if (before !== undefined) return before;
    const found = find(axis, of);
    ofAxis.set(of, found);
    return found;
  };
}

/** Writes that share a bar, and the step of the one that is as high as the bar. */
interface WriteBar {
  readonly x: number;
  readonly h: number;
  readonly step: number;
  readonly firstStep: number;
  readonly lastStep: number;
}

const WRITE_PITCH = 4;

const writeBarsOf = onceForAxis((axis, data: TimelineData): readonly WriteBar[] => {
  const bars: WriteBar[] = [];
  for (let index = firstFrom(data.writes, axis.from, (write) => write.at); index < data.writes.length; index += 1) {
    const write = data.writes[index];
    if (write === undefined || write.at > axis.to) break;
    const x = Math.round(xOf(axis, write.at) / WRITE_PITCH) * WRITE_PITCH;
    const h = 3 + (9 * write.count) / data.most;
    const { step } = write;
    const last = bars.at(-1);
    if (last?.x !== x) bars.push({ x, h, step, firstStep: step, lastStep: step });
    else bars[bars.length - 1] = h > last.h ? { ...last, h, step, lastStep: step } : { ...last, lastStep: step };
  }
  return bars;
});

function drawWrites({ context, palette, axis, replica, data, step, selected }: Drawing): void {
  const changes = selected === null ? undefined : replica.changesOf(selected);
  context.fillStyle = palette.edge;
  for (const bar of writeBarsOf(axis, data)) {
    const next = changes?.[firstFrom(changes, bar.firstStep, (change) => change)];
    const isAbout = changes === undefined || (next !== undefined && next <= bar.lastStep);
    context.globalAlpha = alphaOf(selected, isAbout) * (bar.step > step ? 0.7 : 1);
    context.fillRect(bar.x, 14 - bar.h, 3, bar.h);
  }
  context.globalAlpha = 1;
}

interface PlacedTick {
  readonly x: number;
  readonly tick: Tick;
}

/** One tick a pixel, and over it the first that turned everything down. */
const placedTicksOf = onceForAxis((axis, track: Track): readonly PlacedTick[] => {
  const placed: PlacedTick[] = [];
  for (let index = firstFrom(track.ticks, axis.from, (tick) => tick.at); index < track.ticks.length; index += 1) {
    const tick = track.ticks[index];
    if (tick === undefined || tick.at > axis.to) break;
    const x = Math.round(xOf(axis, tick.at));
    const last = placed.at(-1);
    if (last?.x === x && (last.tick.no || !tick.no)) continue;
    placed.push({ x, tick });
  }
  return placed;
});

function drawTicks({ context, palette, axis, step, selected }: Drawing, track: Track): void {
  for (const { x, tick } of placedTicksOf(axis, track)) {
    const isAbout = selected !== null && tick.about.includes(selected);
    context.globalAlpha = alphaOf(selected, isAbout) * (tick.step > step ? 0.55 : 1);
    context.fillStyle = tick.no ? palette.waitingLine : palette.edge;
    context.fillRect(x, 3, 1.5, 10);
    if (tick.no) disc(context, x + 0.75, 4.5, 2.8);
  }
  context.globalAlpha = 1;
}

function disc(context: CanvasRenderingContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.fill();
}

function drawWaits({ context, palette, axis, replica, step, selected }: Drawing, track: Track): void {
  const now = replica.timeAt(step);
  for (const wait of track.waits) {
    const to = wait.to ?? axis.to;
    if (to < axis.from || wait.from > axis.to) continue;
    const x1 = clamped(axis, wait.from);
    const x2 = clamped(axis, to);
    context.globalAlpha = alphaOf(selected, wait.about === selected);
    const split = Math.min(Math.max(xOf(axis, now), x1), x2);
    context.fillStyle = waitColour(palette, wait, now);
    context.fillRect(x1, 7, split - x1, 2);
    if (wait.from <= now) context.fillRect(x1, 4, 1.5, 8);
    if (wait.to !== undefined && wait.to <= now) context.fillRect(x2 - 1.5, 4, 1.5, 8);
    context.fillStyle = palette.edge;
    for (let x = split; x < x2; x += 6) context.fillRect(x, 7, Math.min(3, x2 - x), 2);
  }
  context.globalAlpha = 1;
}

function waitColour(palette: Palette, wait: Wait, now: number): string {
  if (wait.family === 'ending') return palette.ending;
  return wait.from <= now && (wait.to === undefined || wait.to > now) ? palette.working : palette.edge;
}

function clamped(axis: Axis, time: number): number {
  return Math.min(axis.width, Math.max(0, time <= axis.from ? 0 : time >= axis.to ? axis.width : xOf(axis, time)));
}

export interface Bar {
  readonly call: RecordedCall;
  readonly x1: number;
  readonly x2: number;
  readonly count: number;
}

/** Bars of a row; those that run side by side become one. */
export const barsOf = onceForAxis((axis, track: Track): readonly Bar[] => {
  const bars: Bar[] = [];
  for (const call of track.calls) {
    if ((call.endedAt ?? axis.to) < axis.from) continue;
    if (call.beganAt > axis.to) break;
    const x1 = clamped(axis, call.beganAt);
    const x2 = Math.max(x1 + 3, clamped(axis, call.endedAt ?? axis.to));
    const last = bars.at(-1);
    if (
      last !== undefined &&
      last.x2 > x1 + 1 &&
      last.call.began.method === call.began.method &&
      sameEnd(last.call, call)
    ) {
      bars[bars.length - 1] = { call: last.call, x1: last.x1, x2: Math.max(last.x2, x2), count: last.count + 1 };
    } else {
      bars.push({ call, x1, x2, count: 1 });
    }
  }
  return bars;
});

function sameEnd(a: RecordedCall, b: RecordedCall): boolean {
  return (a.ended === undefined) === (b.ended === undefined) && (a.ended?.code === 'OK') === (b.ended?.code === 'OK');
}

function drawCalls(drawing: Drawing, track: Track): void {
  const { context, palette, axis, selected } = drawing;
  context.font = `10px ${palette.sans}`;
  context.textBaseline = 'middle';
  const bars = barsOf(axis, track);
  bars.forEach((bar, index) => {
    const isAbout = selected !== null && bar.call.about.includes(selected);
    context.globalAlpha = alphaOf(selected, isAbout);
    drawBar(drawing, bar);
    drawBarText(drawing, track, bar, bars[index + 1]?.x1 ?? axis.width);
  });
  context.globalAlpha = 1;
}

function drawBar({ context, palette, axis, replica, step }: Drawing, { call, x1, x2 }: Bar): void {
  const width = x2 - x1;
  const isFuture = call.beganStep > step;
  const isFlying = !isFuture && (call.endedStep === undefined || call.endedStep > step);
  const failed = call.ended !== undefined && call.ended.code !== 'OK';
  context.lineWidth = 1;
  if (isFuture) {
    outline(context, x1, width, palette.edge, true);
    return;
  }
  if (isFlying) {
    const split = Math.min(x2, Math.max(x1 + 2, xOf(axis, replica.timeAt(step))));
    context.fillStyle = palette.panel;
    context.fillRect(x1, 2, split - x1, 12);
    hatch(context, x1, 2, split - x1, 12, palette.workingSoft, 5, 4);
    outline(context, x1, split - x1, palette.working, false);
    if (x2 > split) outline(context, split, x2 - split, palette.working, true);
    return;
  }
  context.fillStyle = failed ? palette.failedSoft : palette.fill;
  context.fillRect(x1, 2, width, 12);
  outline(context, x1, width, failed ? palette.failed : palette.line2, false);
  if (failed) {
    context.fillStyle = palette.failed;
    context.fillRect(x2 - 3, 2, 3, 12);
  }
}

function outline(context: CanvasRenderingContext2D, x: number, width: number, colour: string, dashed: boolean): void {
  context.strokeStyle = colour;
  context.setLineDash(dashed ? [3, 3] : []);
  context.strokeRect(x + 0.5, 2.5, Math.max(width - 1, 1), 11);
  context.setLineDash([]);
}

/** The method where it fits into the bar; behind it how many there are, or which try it is. */
function drawBarText({ context, palette, step }: Drawing, track: Track, bar: Bar, next: number): void {
  const { call, x1, x2, count } = bar;
  const failed = call.endedStep !== undefined && call.endedStep <= step && call.ended?.code !== 'OK';
  context.fillStyle = failed ? palette.failed : palette.ink2;
  const room = x2 - x1 - 8;
  if (track.kind === 'component' && room > 0 && widthOf(context, call.began.method) <= room) {
    context.fillText(call.began.method, x1 + 4, 8.5);
  }
  const behind = count > 1 ? `×${count}` : call.began.attempt > 1 ? String(call.began.attempt) : '';
  if (behind !== '' && widthOf(context, behind) + 6 <= next - x2) {
    context.fillStyle = palette.ink2;
    context.fillText(behind, x2 + 4, 8.5);
  }
}

const widths = new Map<string, number>();

/** Methods are few and drawn often: each is measured once. */
function widthOf(context: CanvasRenderingContext2D, text: string): number {
  const known = widths.get(text);
  if (known !== undefined) return known;
  const { width } = context.measureText(text);
  widths.set(text, width);
  return width;
}
