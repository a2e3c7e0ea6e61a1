import { nodeFacts } from '../model/card.ts';
import { stateOf } from '../model/family.ts';
import { frameOf } from '../model/frame.ts';
import { LANES } from '../model/layout.ts';
import type { Scene } from '../model/scene.ts';
import type { Element } from '../model/structure.ts';
import { SCENE_KEYWORD } from './limits.ts';
import { element, escapeXml } from './markup.ts';
import { glyphAt, type Pen, round, stateColour, textAt } from './pen.ts';
import { patterns, svgCard } from './svgCard.ts';
import { markers, svgBall, svgEdge } from './svgEdges.ts';

export interface SvgInput {
  readonly scene: Scene;
  readonly selected: string | null;
  /** What stands above the graph, and the one sentence below it. */
  readonly title: string;
  readonly caption: string;
  /** The scene as text, to be found again. */
  readonly code: string;
  /** A list of font families. */
  readonly font: string;
}

export interface Picture {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 16;
const HEAD = 40;
const CHIP = { h: 24, gap: 6, row: 30 } as const;
const HEADINGS = 22;

const HEADING_KEYS = {
  workload: 'graph.laneWorkload',
  pod: 'graph.lanePod',
  claim: 'graph.laneClaim',
  pv: 'graph.lanePv',
  volume: 'graph.laneVolume',
} as const;

/** The graph of a scene as an SVG, drawn from the same model as the page's graph, with the scene inside it. */
export function svgOf(pen: Pen, { scene, selected, title, caption, code, font }: SvgInput): Picture {
  const { layout, moment, cards } = scene;
  const width = layout.width + 2 * MARGIN;
  const rail = railOf(pen, scene, width - 2 * MARGIN);
  const top = MARGIN + HEAD + rail.height;
  const height = Math.ceil(top + HEADINGS + layout.height + MARGIN);
  const { balls } = frameOf(moment.replica, scene, scene, 1, false);
  const headings = LANES.map((lane) =>
    textAt(pen, layout.laneX[lane], 14, pen.t(HEADING_KEYS[lane]), { fill: 'ink-3' }),
  );
  const drawn = (isPill: boolean): string[] =>
    layout.slots
      .filter(({ shape }) => (shape === 'pill') === isPill)
      .flatMap((slot) => {
        const card = cards.get(slot.id);
        return card === undefined ? [] : [svgCard(pen, slot, card, card.id === selected)];
      });
  // Pills stand on their edges, which end on the borders of the other cards.
  const edges = scene.edges.map((edge) => svgEdge(pen, edge));
  const graph = [
    ...separators(pen, scene),
    ...drawn(false),
    ...edges,
    ...drawn(true),
    ...balls.map((ball) => svgBall(pen, ball)),
  ];
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const svg = element(
    'svg',
    { xmlns: 'http://www.w3.org/2000/svg', ...size, 'font-family': font, role: 'img' },
    element('title', {}, escapeXml(`${title}. ${caption}`)),
    `<metadata id="${SCENE_KEYWORD}">${code}</metadata>`,
    element('defs', {}, markers(pen), patterns(pen)),
    element('rect', { width, height, fill: pen.colours.canvas }),
    textAt(pen, MARGIN, MARGIN + 12, title, { fill: 'ink', size: 13, bold: true }),
    textAt(pen, MARGIN, MARGIN + 29, caption, { size: 12 }),
    element('g', { transform: `translate(${MARGIN} ${MARGIN + HEAD})` }, rail.svg),
    element('g', { transform: `translate(${MARGIN} ${top})` }, ...headings),
    element('g', { transform: `translate(${MARGIN} ${top + HEADINGS})` }, ...graph),
  );
  return { svg: `${svg}\n`, width, height };
}

/** Hairlines between groups, and the namespace where there are several. */
function separators(pen: Pen, { layout }: Scene): string[] {
  const { groups, laneX, width } = layout;
  const namespaces = new Set(groups.map(({ namespace }) => namespace).filter(Boolean));
  return groups.flatMap((group, index) => {
    const isNew = namespaces.size > 1 && group.namespace !== groups[index - 1]?.namespace;
    const y = group.y - 6 - (isNew ? 20 : 0);
    const d = `M${laneX.workload} ${y}H${width - laneX.workload}`;
    const line = index === 0 || group.follows ? '' : element('path', { d, stroke: pen.colours.line });
    if (!isNew || group.namespace === '') return [line];
    const name = pen.t('graph.namespace', { name: group.namespace });
    return [line, textAt(pen, laneX.workload, y + 17, name, { fill: 'ink-3' })];
  });
}

/** Nodes and classes as chips, in as many rows as they need. */
function railOf(pen: Pen, { moment }: Scene, width: number): { readonly svg: string; readonly height: number } {
  const chips: string[] = [];
  let x = 0;
  let y = 0;
  for (const item of [...moment.structure.nodes, ...moment.structure.classes]) {
    const facts = item.kind === 'Node' ? nodeFacts(moment, item.id).zone : '';
    const chipWidth = 31 + pen.measureName(item.name) + (facts === '' ? 0 : pen.measureSmall(facts) + 6);
    if (x > 0 && x + chipWidth > width) {
      x = 0;
      y += CHIP.row;
    }
    chips.push(element('g', { transform: `translate(${round(x)} ${y})` }, chip(pen, moment, item, facts, chipWidth)));
    x += chipWidth + CHIP.gap;
  }
  return { svg: chips.join(''), height: chips.length === 0 ? 0 : y + CHIP.row };
}

function chip(pen: Pen, moment: Scene['moment'], item: Element, facts: string, width: number): string {
  const { family, glyph } = stateOf(moment, item);
  const { card, 'line-2': line, failed, 'ink-3': faint } = pen.colours;
  const look = { x: 0.5, y: 0.5, width: round(width - 1), height: CHIP.h - 1, rx: 5, fill: card };
  const showsState = glyph === 'barred' || family === 'failed' || family === 'unborn';
  const kind = item.kind === 'Node' ? 'k-node' : 'k-class';
  return [
    element('rect', { ...look, stroke: family === 'failed' ? failed : line }),
    showsState ? glyphAt(pen, 6, 6, `s-${glyph}`, 12, stateColour(pen, family)) : glyphAt(pen, 6, 5, kind, 14, faint),
    textAt(pen, 25, 16, item.name, { fill: 'ink', bold: true }),
    textAt(pen, width - 6, 16, facts, { fill: 'ink-3', anchor: 'end' }),
  ].join('');
}
