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
    const batch = new Batch(context);
    if (content.kind === 'writes') drawWrites(drawing, batch, content.marks);
    else drawMarks(drawing, batch, content.marks);
    batch.paint();
    context.globalAlpha = 1;
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

function drawMarks(drawing: Drawing, batch: Batch, { ticks, bars, waits, signs }: Marks): void {
  for (const wait of waits) drawWait(drawing, batch, wait);
  for (const tick of ticks) drawTick(drawing, batch, tick);
  batch.paint();
  for (const wait of waits) if (wait.label !== '') drawWaitLabel(drawing, wait);
  for (const bar of bars) drawBar(drawing, batch, bar);
  batch.paint();
  for (const bar of bars) if (bar.label !== '' || bar.note !== '') drawBarText(drawing, bar);
  for (const sign of signs) drawSign(drawing, sign);
}

/** Rectangles, discs and outlines of the same colour and strength are painted together: a view has thousands. */
class Batch {
  readonly #context: CanvasRenderingContext2D;
  readonly #fills = new Map<string, { readonly colour: string; readonly alpha: number; readonly path: Path2D }>();
  readonly #strokes = new Map<
    string,
    { readonly colour: string; readonly alpha: number; readonly dash: readonly number[]; readonly path: Path2D }
  >();

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  rect(colour: string, alpha: number, x: number, y: number, width: number, height: number): void {
    if (width > 0) this.#fill(colour, alpha).rect(x, y, width, height);
  }

  disc(colour: string, alpha: number, x: number, y: number, radius: number): void {
    const path = this.#fill(colour, alpha);
    path.moveTo(x + radius, y);
    path.arc(x, y, radius, 0, Math.PI * 2);
  }

  outline(colour: string, alpha: number, { x1, x2, y, h }: Shape, dash: readonly number[]): void {
    const key = `${colour} ${alpha} ${dash.length}`;
    const known = this.#strokes.get(key) ?? { colour, alpha, dash, path: new Path2D() };
    this.#strokes.set(key, known);
    known.path.rect(x1 + 0.5, y + 0.5, Math.max(x2 - x1 - 1, 1), h - 1);
  }

  /** Paints what was gathered, fills before outlines, and begins anew. */
  paint(): void {
    const context = this.#context;
    for (const { colour, alpha, path } of this.#fills.values()) {
      context.globalAlpha = alpha;
      context.fillStyle = colour;
      context.fill(path);
    }
    context.lineWidth = 1;
    for (const { colour, alpha, dash, path } of this.#strokes.values()) {
      context.globalAlpha = alpha;
      context.strokeStyle = colour;
      context.setLineDash([...dash]);
      context.stroke(path);
    }
    context.setLineDash([]);
    this.#fills.clear();
    this.#strokes.clear();
  }

  #fill(colour: string, alpha: number): Path2D {
    const key = `${colour} ${alpha}`;
    const known = this.#fills.get(key) ?? { colour, alpha, path: new Path2D() };
    this.#fills.set(key, known);
    return known.path;
  }
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

function drawWrites({ palette, replica, step, selected }: Drawing, batch: Batch, marks: readonly WriteMark[]): void {
  const changes = selected === null ? undefined : replica.changesOf(selected);
  for (const { x, h, firstStep, lastStep } of marks) {
    const next = changes?.[firstFrom(changes, firstStep, (change) => change)];
    const isAbout = next !== undefined && next <= lastStep;
    const alpha = (changes === undefined || isAbout ? 1 : DIMMED) * (firstStep > step ? 0.7 : 1);
    batch.rect(isAbout ? palette.ink : palette.edge, alpha, x, 14 - h, 3, h);
  }
}

function drawTick({ palette, step, selected }: Drawing, batch: Batch, { x, tick }: TickMark): void {
  const alpha = alphaOf(selected, tick.about) * (tick.step > step ? 0.55 : 1);
  const isSelected = selected !== null && tick.about.includes(selected);
  const colour = tick.no ? palette.waitingLine : isSelected ? palette.ink : palette.edge;
  batch.rect(colour, alpha, x, 3, 1.5, 10);
  if (tick.no) batch.disc(colour, alpha, x + 0.75, 4.5, 2.8);
}

const DASH = [3, 3];

/** A thin line with caps where it begins and ends; dashed where it is still to come. */
function drawWait({ palette, axis, replica, step, selected }: Drawing, batch: Batch, { x1, x2, wait }: WaitMark): void {
  const now = Math.min(Math.max(xOf(axis, replica.timeAt(step)), x1), x2);
  const hasBegun = wait.step <= step;
  const hasEnded = wait.endStep !== undefined && wait.endStep <= step;
  const alpha = alphaOf(selected, wait.about);
  if (hasBegun) {
    const resting = selected !== null && wait.about.includes(selected) ? palette.ink : palette.edge;
    const colour = wait.family === 'ending' ? palette.ending : hasEnded ? resting : palette.working;
    batch.rect(colour, alpha, x1, 7, now - x1, 2);
    batch.rect(colour, alpha, x1, 4, 1.5, 8);
    if (hasEnded) batch.rect(colour, alpha, x2 - 1.5, 4, 1.5, 8);
  }
  for (let x = hasBegun ? now : x1; x < x2; x += 6) batch.rect(palette.edge, alpha, x, 7, Math.min(3, x2 - x), 2);
}

function drawWaitLabel({ context, palette, selected }: Drawing, { x1, x2, wait, label }: WaitMark): void {
  const width = context.measureText(label).width;
  const x = (x1 + x2 - width) / 2;
  context.globalAlpha = 1;
  context.fillStyle = palette.panel;
  context.fillRect(x - 4, 3, width + 8, 10);
  context.globalAlpha = alphaOf(selected, wait.about);
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

function drawBar(drawing: Drawing, batch: Batch, bar: BarMark): void {
  const { axis, step, selected, split } = drawing;
  const { calls, x1, x2, failed } = bar;
  if (isSplit(split, bar)) {
    for (const { call, x1: left, x2: right, y, h } of piecesOf(bar, axis)) {
      const shape = { x1: left, x2: right, y, h };
      drawShape(drawing, batch, shape, standOf([call], step), failed, aboutOf([call], selected));
    }
    return;
  }
  const shape = { x1, x2, y: BAR_TOP, h: BAR };
  drawShape(drawing, batch, shape, standOf(calls, step), failed, aboutOf(calls, selected));
}

function isSplit(split: BarMark | undefined, { calls, x1 }: BarMark): boolean {
  return split !== undefined && split.calls.length > 1 && split.calls[0] === calls[0] && split.x1 === x1;
}

/** Whether calls are about the selected object; undefined where none is selected. */
function aboutOf(calls: readonly RecordedCall[], selected: ObjectId | null): boolean | undefined {
  return selected === null ? undefined : calls.some(({ about }) => about.includes(selected));
}

function drawBarText({ context, palette, step, selected }: Drawing, bar: BarMark): void {
  const { calls, x1, x2, failed, label, note } = bar;
  const left = calls.some(({ began }) => began.faulty === true) ? 12 : 4;
  context.globalAlpha = aboutOf(calls, selected) === false ? DIMMED : 1;
  context.fillStyle = failed && standOf(calls, step) === 'done' ? palette.failed : palette.ink2;
  if (label !== '') context.fillText(label, x1 + left, 8.5);
  context.fillStyle = palette.ink2;
  if (note !== '') context.fillText(note, x2 + 4, 8.5);
}

function drawShape(
  { context, palette, axis, replica, step }: Drawing,
  batch: Batch,
  shape: Shape,
  stand: Stand,
  failed: boolean,
  isAbout: boolean | undefined,
): void {
  const { x1, x2, y, h } = shape;
  const alpha = isAbout === false ? DIMMED : 1;
  if (stand === 'future') {
    batch.outline(palette.edge, alpha, shape, DASH);
    return;
  }
  if (stand === 'flying') {
    const now = Math.min(x2, Math.max(x1 + 2, xOf(axis, replica.timeAt(step))));
    context.globalAlpha = alpha;
    context.fillStyle = palette.panel;
    context.fillRect(x1, y, now - x1, h);
    hatch(context, x1, y, now - x1, h, palette.workingSoft, 5, 4);
    openOutline(context, { ...shape, x2: now }, palette.working);
    if (x2 > now) batch.outline(palette.working, alpha, { ...shape, x1: now }, DASH);
    return;
  }
  batch.rect(failed ? palette.failedSoft : palette.fill, alpha, x1, y, x2 - x1, h);
  batch.outline(failed ? palette.failed : isAbout === true ? palette.ink : palette.line2, alpha, shape, []);
  if (failed) batch.rect(palette.failed, alpha, x2 - 3, y, 3, h);
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
