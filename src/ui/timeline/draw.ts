import type { ObjectId } from '../../worker/protocol.ts';
import { type Axis, xOf } from '../model/axis.ts';
import {
  BAR,
  BAR_TOP,
  type BarMark,
  type Marks,
  piecesOf,
  ROW,
  type SignMark,
  type TickMark,
  type WaitMark,
  type WriteMark,
} from '../model/marks.ts';
import type { RecordedCall, Replica } from '../model/replica.ts';
import { firstFrom } from '../model/timeline.ts';

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

/** A row in view, with what it draws. */
export interface DrawnRow {
  /** Its upper edge on the canvas. */
  readonly y: number;
  readonly content:
    | { readonly kind: 'writes'; readonly marks: readonly WriteMark[] }
    | { readonly kind: 'track'; readonly marks: Marks }
    | { readonly kind: 'none' };
}

export interface Drawing {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  readonly axis: Axis;
  readonly replica: Replica;
  readonly rows: readonly DrawnRow[];
  /** Height of the canvas. */
  readonly height: number;
  /** Places of the ruler's times. */
  readonly ticks: readonly number[];
  readonly step: number;
  readonly selected: ObjectId | null;
  /** The bar whose calls are told apart. */
  readonly split: BarMark | undefined;
}

/** Draws the rows in view as they stand at a step. */
export function drawTracks(drawing: Drawing): void {
  const { context, palette, axis, rows, replica, step, height } = drawing;
  context.clearRect(0, 0, axis.width, height);
  context.font = `10px ${palette.sans}`;
  context.textBaseline = 'middle';
  drawGround(drawing);
  for (const { y, content } of rows) {
    if (content.kind === 'none') continue;
    context.save();
    context.translate(0, y);
    if (content.kind === 'writes') drawWrites(drawing, content.marks);
    else drawMarks(drawing, content.marks);
    context.restore();
  }
  const now = xOf(axis, replica.timeAt(step));
  context.globalAlpha = WASH;
  context.fillStyle = palette.panel;
  context.fillRect(Math.max(0, now), 0, axis.width, height);
  context.globalAlpha = 1;
}

/** How much of what is still to come is washed out. */
const WASH = 0.2;

function drawMarks(drawing: Drawing, { ticks, bars, waits, signs }: Marks): void {
  for (const wait of waits) drawWait(drawing, wait);
  for (const tick of ticks) drawTick(drawing, tick);
  for (const bar of bars) drawBar(drawing, bar);
  for (const sign of signs) drawSign(drawing, sign);
  drawing.context.globalAlpha = 1;
}

function drawGround({ context, palette, axis, rows, ticks, height }: Drawing): void {
  context.fillStyle = palette.line;
  for (const { y } of rows) context.fillRect(0, y, axis.width, 1);
  const bottom = Math.min(height, (rows.at(-1)?.y ?? 0) + ROW);
  for (const x of ticks) context.fillRect(Math.round(x), 0, 1, bottom);
  for (const { collapsed, x1, x2 } of axis.stretches) {
    if (!collapsed) continue;
    context.fillStyle = palette.panel;
    context.fillRect(x1, 0, x2 - x1, bottom);
    hatch(context, x1, 0, x2 - x1, bottom, palette.line, 5);
    context.fillStyle = palette.line2;
    context.fillRect(Math.round(x1), 0, 1, bottom);
    context.fillRect(Math.round(x2) - 1, 0, 1, bottom);
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

const DIMMED = 0.4;

/** Others step back while an object is selected. */
function alphaOf(selected: ObjectId | null, about: readonly ObjectId[]): number {
  return selected === null || about.includes(selected) ? 1 : DIMMED;
}

function drawWrites({ context, palette, replica, step, selected }: Drawing, marks: readonly WriteMark[]): void {
  const changes = selected === null ? undefined : replica.changesOf(selected);
  for (const { x, h, firstStep, lastStep } of marks) {
    const next = changes?.[firstFrom(changes, firstStep, (change) => change)];
    const isAbout = next !== undefined && next <= lastStep;
    context.globalAlpha = (changes === undefined || isAbout ? 1 : DIMMED) * (firstStep > step ? 0.7 : 1);
    context.fillStyle = isAbout ? palette.ink : palette.edge;
    context.fillRect(x, 14 - h, 3, h);
  }
  context.globalAlpha = 1;
}

function drawTick({ context, palette, step, selected }: Drawing, { x, tick }: TickMark): void {
  context.globalAlpha = alphaOf(selected, tick.about) * (tick.step > step ? 0.55 : 1);
  const isSelected = selected !== null && tick.about.includes(selected);
  context.fillStyle = tick.no ? palette.waitingLine : isSelected ? palette.ink : palette.edge;
  context.fillRect(x, 3, 1.5, 10);
  if (!tick.no) return;
  context.beginPath();
  context.arc(x + 0.75, 4.5, 2.8, 0, Math.PI * 2);
  context.fill();
}

/** A thin line with caps where it begins and ends; dashed where it is still to come. */
function drawWait({ context, palette, axis, replica, step, selected }: Drawing, mark: WaitMark): void {
  const { x1, x2, wait, label } = mark;
  const now = Math.min(Math.max(xOf(axis, replica.timeAt(step)), x1), x2);
  const hasBegun = wait.step <= step;
  const hasEnded = wait.endStep !== undefined && wait.endStep <= step;
  context.globalAlpha = alphaOf(selected, wait.about);
  if (hasBegun) {
    const isSelected = selected !== null && wait.about.includes(selected);
    const resting = isSelected ? palette.ink : palette.edge;
    context.fillStyle = wait.family === 'ending' ? palette.ending : hasEnded ? resting : palette.working;
    context.fillRect(x1, 7, now - x1, 2);
    context.fillRect(x1, 4, 1.5, 8);
    if (hasEnded) context.fillRect(x2 - 1.5, 4, 1.5, 8);
  }
  context.fillStyle = palette.edge;
  for (let x = hasBegun ? now : x1; x < x2; x += 6) context.fillRect(x, 7, Math.min(3, x2 - x), 2);
  if (label === '') return;
  const width = context.measureText(label).width;
  const x = (x1 + x2 - width) / 2;
  context.fillStyle = palette.panel;
  context.fillRect(x - 4, 3, width + 8, 10);
  context.fillStyle = palette.ink2;
  context.fillText(label, x, 8.5);
}

interface Shape {
  readonly x1: number;
  readonly x2: number;
  readonly y: number;
  readonly h: number;
}

type Stand = 'future' | 'flying' | 'done';

/** How a call, or several in one bar, stand at a step. */
function standOf(calls: readonly RecordedCall[], step: number): Stand {
  if (calls.every(({ beganStep }) => beganStep > step)) return 'future';
  return calls.every(({ endedStep }) => endedStep !== undefined && endedStep <= step) ? 'done' : 'flying';
}

function drawBar(drawing: Drawing, bar: BarMark): void {
  const { context, palette, axis, step, selected, split } = drawing;
  const { calls, x1, x2, failed, label, note } = bar;
  const about = calls.flatMap((call) => call.about);
  context.globalAlpha = alphaOf(selected, about);
  const isSelected = selected !== null && about.includes(selected);
  if (split !== undefined && split.calls.length > 1 && split.calls[0] === calls[0] && split.x1 === x1) {
    for (const { call, x1: left, x2: right, y, h } of piecesOf(bar, axis)) {
      drawShape(
        drawing,
        { x1: left, x2: right, y, h },
        standOf([call], step),
        failed,
        selected !== null && call.about.includes(selected),
      );
    }
    return;
  }
  const stand = standOf(calls, step);
  drawShape(drawing, { x1, x2, y: BAR_TOP, h: BAR }, stand, failed, isSelected);
  const left = calls.some(({ began }) => began.faulty === true) ? 12 : 4;
  context.fillStyle = failed && stand === 'done' ? palette.failed : palette.ink2;
  if (label !== '') context.fillText(label, x1 + left, 8.5);
  context.fillStyle = palette.ink2;
  if (note !== '') context.fillText(note, x2 + 4, 8.5);
}

function drawShape(drawing: Drawing, shape: Shape, stand: Stand, failed: boolean, isSelected: boolean): void {
  const { context, palette, axis, replica, step } = drawing;
  const { x1, x2, y, h } = shape;
  if (stand === 'future') {
    outline(context, shape, palette.edge, true);
    return;
  }
  if (stand === 'flying') {
    const now = Math.min(x2, Math.max(x1 + 2, xOf(axis, replica.timeAt(step))));
    context.fillStyle = palette.panel;
    context.fillRect(x1, y, now - x1, h);
    hatch(context, x1, y, now - x1, h, palette.workingSoft, 5, 4);
    openOutline(context, { ...shape, x2: now }, palette.working);
    if (x2 > now) outline(context, { ...shape, x1: now }, palette.working, true);
    return;
  }
  context.fillStyle = failed ? palette.failedSoft : palette.fill;
  context.fillRect(x1, y, x2 - x1, h);
  outline(context, shape, failed ? palette.failed : isSelected ? palette.ink : palette.line2, false);
  if (!failed) return;
  context.fillStyle = palette.failed;
  context.fillRect(x2 - 3, y, 3, h);
}

function outline(context: CanvasRenderingContext2D, { x1, x2, y, h }: Shape, colour: string, dashed: boolean): void {
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.setLineDash(dashed ? [3, 3] : []);
  context.strokeRect(x1 + 0.5, y + 0.5, Math.max(x2 - x1 - 1, 1), h - 1);
  context.setLineDash([]);
}

/** What is in flight has no right end. */
function openOutline(context: CanvasRenderingContext2D, { x1, x2, y, h }: Shape, colour: string): void {
  context.lineWidth = 1;
  context.strokeStyle = colour;
  context.beginPath();
  context.moveTo(x2, y + 0.5);
  context.lineTo(x1 + 0.5, y + 0.5);
  context.lineTo(x1 + 0.5, y + h - 0.5);
  context.lineTo(x2, y + h - 0.5);
  context.stroke();
}

/** The same shapes as the glyphs of the page, on a grid of 16. */
const BOLT = new Path2D('M9.2 1.5L3.4 9h4l-.8 5.5L12.6 7h-4z');
const RETRY = new Path2D('M12.9 6.2A5.3 5.3 0 1 0 13.3 9M13.4 2.6v3.8H9.6');
const SIGN_SIZE = 12;

function drawSign({ context, palette, step, selected }: Drawing, { sign, x, call }: SignMark): void {
  context.globalAlpha = alphaOf(selected, call.about) * (call.beganStep > step ? 0.7 : 1);
  context.fillStyle = palette.panel;
  context.beginPath();
  context.arc(x, ROW / 2, 6.5, 0, Math.PI * 2);
  context.fill();
  context.save();
  context.translate(x - SIGN_SIZE / 2, (ROW - SIGN_SIZE) / 2);
  context.scale(SIGN_SIZE / 16, SIGN_SIZE / 16);
  if (sign === 'bolt') {
    context.fillStyle = palette.failed;
    context.fill(BOLT);
  } else {
    context.strokeStyle = call.beganStep > step ? palette.edge : palette.working;
    context.lineWidth = 1.6;
    context.stroke(RETRY);
  }
  context.restore();
}
