import { BASE_GAPS, BASE_WIDTH, type Layout } from './layout.ts';

export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP_AT_MOST = 1.3;
const ZOOM_AT_LEAST = 0.86;
const ZOOM_AT_MOST = 1.35;

/** Factor on the gaps between lanes: a wider canvas first gets more room between its cards. */
export function gapFor(width: number): number {
  return Math.min(GAP_AT_MOST, Math.max(1, 1 + (width - BASE_WIDTH) / BASE_GAPS));
}

/**
 * The view that shows the whole width from the top, and the whole height where texts then stay readable: what has to be
 * scrolled anyway is not made smaller. A presented layout takes the whole width, up to `presentedZoom`.
 */
export function fitted(layout: Pick<Layout, 'width' | 'height'>, size: Size, presentedZoom?: number): Viewport {
  if (size.width === 0 || size.height === 0) return { x: 0, y: 0, zoom: 1 };
  const byWidth = Math.min(size.width / layout.width, presentedZoom ?? ZOOM_AT_MOST);
  const byHeight = size.height / layout.height;
  const zoom = Math.min(
    byWidth,
    byHeight >= ZOOM_AT_LEAST ? Math.max(byHeight, presentedZoom ?? 0) : (presentedZoom ?? 1),
  );
  return { x: Math.max(0, (size.width - layout.width * zoom) / 2), y: 0, zoom };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

const MARGIN = 24;

/** The view with some boxes in its middle, as large as texts are of use; undefined without any. */
export function fittedTo(boxes: readonly Box[], size: Size): Viewport | undefined {
  if (boxes.length === 0 || size.width === 0 || size.height === 0) return undefined;
  const left = Math.min(...boxes.map(({ x }) => x));
  const top = Math.min(...boxes.map(({ y }) => y));
  const width = Math.max(...boxes.map(({ x, w }) => x + w)) - left;
  const height = Math.max(...boxes.map(({ y, h }) => y + h)) - top;
  const zoom = Math.min((size.width - 2 * MARGIN) / width, (size.height - 2 * MARGIN) / height, ZOOM_AT_MOST);
  return { x: (size.width - width * zoom) / 2 - left * zoom, y: (size.height - height * zoom) / 2 - top * zoom, zoom };
}

/** The view moved just as far as is needed to show a box; undefined where it is in view already. */
export function revealing(view: Viewport, size: Size, box: Box): Viewport | undefined {
  const margin = 12;
  const x = shift(box.x * view.zoom + view.x, box.w * view.zoom, size.width, margin);
  const y = shift(box.y * view.zoom + view.y, box.h * view.zoom, size.height, margin);
  return x === 0 && y === 0 ? undefined : { x: view.x + x, y: view.y + y, zoom: view.zoom };
}

function shift(start: number, length: number, room: number, margin: number): number {
  if (start < 0) return margin - start;
  if (start + length > room) return room - margin - start - length;
  return 0;
}
