/** A line of the graph: one S-curve with level ends up to `bend`, and straight on from there. */
export interface Curve {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  /** Where the curve has reached `y2`; `x2` unless something lies behind it. */
  readonly bend: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export function curve(x1: number, y1: number, x2: number, y2: number, bend = x2): Curve {
  return { x1, y1, x2, y2, bend };
}

const SLACK = 0.69;

/** The curve as an SVG path. */
export function pathOf({ x1, y1, x2, y2, bend }: Curve): string {
  if (y1 === y2) return `M${round(x1)} ${round(y1)}H${round(x2)}`;
  const dx = bend - x1;
  const bow = `C${round(x1 + dx * SLACK)} ${round(y1)} ${round(bend - dx * SLACK)} ${round(y2)} ${round(bend)} ${round(y2)}`;
  return `M${round(x1)} ${round(y1)}${bow}${bend === x2 ? '' : `H${round(x2)}`}`;
}

/** The point at a share of the way, 0 to 1. */
export function pointAt(line: Curve, share: number): Point {
  const x = line.x1 + (line.x2 - line.x1) * share;
  const dx = line.bend - line.x1;
  const along = dx === 0 ? 1 : (x - line.x1) / dx;
  if (along >= 1 || line.y1 === line.y2) return { x, y: line.y2 };
  // x grows with the curve's parameter: find the parameter by halving.
  let low = 0;
  let high = 1;
  for (let round = 0; round < 14; round += 1) {
    const middle = (low + high) / 2;
    if (bezier(middle, 0, SLACK, 1 - SLACK, 1) < along) low = middle;
    else high = middle;
  }
  return { x, y: bezier(low, line.y1, line.y1, line.y2, line.y2) };
}

/** The curve's part between two shares of its way, straight where the whole is straight. */
export function partOf(line: Curve, from: number, to: number): string {
  if (line.y1 === line.y2) {
    const start = line.x1 + (line.x2 - line.x1) * from;
    const end = line.x1 + (line.x2 - line.x1) * to;
    return `M${round(start)} ${round(line.y1)}H${round(end)}`;
  }
  const points: string[] = [];
  for (let index = 0; index <= 16; index += 1) {
    const point = pointAt(line, from + ((to - from) * index) / 16);
    points.push(`${round(point.x)} ${round(point.y)}`);
  }
  return `M${points.join('L')}`;
}

export function reversed(line: Curve): Curve {
  return { x1: line.x2, y1: line.y2, x2: line.x1, y2: line.y1, bend: line.x1 };
}

function bezier(t: number, a: number, b: number, c: number, d: number): number {
  const u = 1 - t;
  return u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
