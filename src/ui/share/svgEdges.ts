import type { Ball } from '../model/balls.ts';
import { type Curve, partOf, pathOf, pointAt } from '../model/geometry.ts';
import type { DrawnEdge } from '../model/scene.ts';
import { type Attributes, element } from './markup.ts';
import { type Colour, type Pen, textAt } from './pen.ts';

/** Ends of lines, by name. */
export function markers(pen: Pen): string {
  const { edge, 'waiting-line': no } = pen.colours;
  const marker = (id: string, size: number, refX: number, orient: string | undefined, shape: string): string =>
    element(
      'marker',
      {
        id,
        viewBox: '0 0 8 8',
        refX,
        refY: 4,
        markerWidth: size,
        markerHeight: size,
        markerUnits: 'userSpaceOnUse',
        orient,
      },
      shape,
    );
  return [
    marker(
      'arrow',
      7,
      6.5,
      'auto',
      element('path', { d: 'M1.5 1.2L6.5 4 1.5 6.8', fill: 'none', stroke: edge, 'stroke-width': 1.3 }),
    ),
    marker('dot', 8, 4, undefined, element('circle', { cx: 4, cy: 4, r: 2.8, fill: edge })),
    marker('square', 8, 4, undefined, element('rect', { x: 1, y: 1, width: 6, height: 6, fill: edge })),
    marker('x', 8, 5, undefined, element('path', { d: 'M1.5 1.5l5 5M6.5 1.5l-5 5', stroke: no, 'stroke-width': 1.6 })),
  ].join('');
}

/** An edge at rest, as the grammar of the graph has it. */
export function svgEdge(pen: Pen, drawn: DrawnEdge): string {
  const { edge, lines } = drawn;
  const first = lines[0];
  const d = lines.map(pathOf).join('');
  const line = (attributes: Attributes, colour: Colour = 'edge', path = d): string =>
    element('path', { d: path, fill: 'none', stroke: pen.colours[colour], ...attributes });
  const tone = edge.family === 'failed' ? 'failed' : edge.family === 'working' ? 'working' : 'edge';
  switch (edge.relation) {
    case 'half-bound':
      return first === undefined ? '' : halfBound(pen, drawn, first, tone);
    case 'attached':
    case 'attaching':
    case 'detaching':
      return line({ 'stroke-width': 4.6 }, tone) + line({ 'stroke-width': 2.2 }, 'canvas');
    case 'clone-of':
    case 'snapshot-of':
      return first === undefined
        ? ''
        : line({ 'stroke-width': 1.25, 'stroke-dasharray': '6 3 1 3' }, 'edge', bow(first));
    case 'claims': {
      const dots = { 'stroke-width': 1.6, 'stroke-dasharray': '0.1 4', 'stroke-linecap': 'round' } as const;
      return line({ ...dots, 'marker-end': 'url(#arrow)' }, tone === 'failed' ? 'failed' : 'edge');
    }
    case 'mounted':
      return line({ 'stroke-width': 3.2, 'marker-start': 'url(#square)', 'marker-end': 'url(#square)' });
    case 'staged':
      return line({ 'stroke-width': 1.6, 'marker-end': 'url(#square)' });
    case 'bound':
      return line({ 'stroke-width': 1.6, 'marker-start': 'url(#dot)', 'marker-end': 'url(#dot)' });
    case 'rejected':
      return line({ 'stroke-width': 1.25, 'stroke-dasharray': '4 3', 'marker-end': 'url(#x)' }, 'waiting-line');
    case 'owns':
      return line({ 'stroke-width': 1 });
    case 'unborn':
      return line({ 'stroke-width': 1.25, 'stroke-dasharray': '1 4' }, 'line-2');
    case 'backs':
      return line({ 'stroke-width': 1.1 });
  }
}

/** Solid from the side that has written to a stop bar in the middle, dotted from there to a hollow ring. */
function halfBound(pen: Pen, { edge }: DrawnEdge, line: Curve, tone: Colour): string {
  const isVolume = edge.half?.side === 'to';
  const middle = pointAt(line, 0.5);
  const [from, to] = [
    { x: line.x1, y: line.y1 },
    { x: line.x2, y: line.y2 },
  ];
  const [dot, ring] = isVolume ? [to, from] : [from, to];
  const { edge: grey, canvas, [tone]: colour } = pen.colours;
  const path = (d: string, attributes: Attributes): string => element('path', { d, fill: 'none', ...attributes });
  return [
    path(isVolume ? partOf(line, 0, 0.5) : partOf(line, 0.5, 1), { stroke: grey, 'stroke-dasharray': '2 3' }),
    element('circle', { cx: ring.x, cy: ring.y, r: 2.6, fill: canvas, stroke: grey, 'stroke-width': 1.2 }),
    path(isVolume ? partOf(line, 0.5, 1) : partOf(line, 0, 0.5), { stroke: colour, 'stroke-width': 1.6 }),
    path(`M${middle.x} ${middle.y - 6}v12`, { stroke: colour, 'stroke-width': 1.6 }),
    element('circle', { cx: dot.x, cy: dot.y, r: 2.8, fill: colour }),
    textAt(pen, middle.x, middle.y - 11, edge.half?.field ?? '', { colour, size: 10, anchor: 'middle' }),
  ].join('');
}

/** Copy and source stand in the same lane: the line bows out to the left. */
function bow({ x1, y1, x2, y2 }: Curve): string {
  return `M${x1} ${y1}C${x1 - 24} ${y1} ${x2 - 24} ${y2} ${x2} ${y2}`;
}

/** A call in flight on its way. */
export function svgBall(pen: Pen, ball: Ball): string {
  const { x, y } = pointAt(ball.line, ball.at);
  const { working, failed, canvas } = pen.colours;
  if (ball.failed) {
    const d = `M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`;
    return element('path', { d, fill: 'none', stroke: failed, 'stroke-width': 2.2, 'stroke-linecap': 'round' });
  }
  return element('circle', { cx: x, cy: y, r: 4.2, fill: working, stroke: canvas, 'stroke-width': 1.5 });
}
