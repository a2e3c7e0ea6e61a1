import { glyphOfKind } from '../graph/Glyph.tsx';
import type { Card } from '../model/card.ts';
import type { Family } from '../model/family.ts';
import type { Slot } from '../model/layout.ts';
import { say } from '../model/message.ts';
import { middleCut } from '../model/names.ts';
import { SEGMENTS, type SegmentState } from '../model/path.ts';
import { type Attributes, element } from './markup.ts';
import { type Colour, glyphAt, type Pen, round, stateColour, textAt } from './pen.ts';

/** Patterns that cards are filled with: what is about to leave, and what goes on. */
export function patterns({ colours }: Pen): string {
  const pattern = (id: string, size: number, turn: number, ...shapes: readonly string[]): string => {
    const look = { id, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${turn})` };
    return element('pattern', look, ...shapes);
  };
  const bar = (x: number, w: number, h: number, fill: string): string =>
    element('rect', { x, y: 0, width: w, height: h, fill });
  return [
    pattern('hatch', 8, 45, bar(0, 8, 8, colours.card), bar(5, 3, 8, colours['ending-soft'])),
    pattern('stripes', 4, 25, bar(0, 2, 4, colours.working)),
  ].join('');
}

interface Border {
  readonly stroke: Colour;
  readonly fill: Colour | 'hatch';
  readonly dash?: string;
  readonly width: number;
}

const BORDERS: Readonly<Record<Family, Border>> = {
  ok: { stroke: 'line-2', fill: 'card', width: 1 },
  idle: { stroke: 'line-2', fill: 'card', width: 1 },
  working: { stroke: 'working', fill: 'card', width: 1 },
  waiting: { stroke: 'waiting-line', fill: 'card', width: 1 },
  failed: { stroke: 'failed', fill: 'failed-soft', width: 1.5 },
  ending: { stroke: 'ending', fill: 'hatch', dash: '4 3', width: 1 },
  unborn: { stroke: 'edge', fill: 'canvas', dash: '1 2', width: 1 },
  gone: { stroke: 'line-2', fill: 'canvas', dash: '1 2', width: 1 },
};

const RADIUS: Readonly<Record<Slot['shape'], number>> = {
  bracket: 8,
  pod: 10,
  compact: 9,
  claim: 5,
  pv: 5,
  row: 3,
  inline: 5,
  cylinder: 7,
  pill: 10,
  stub: 0,
  folded: 5,
};

/** A card as the graph draws it, at rest. */
export function svgCard(pen: Pen, slot: Slot, card: Card, isSelected: boolean): string {
  if (card.shape === 'stub') {
    return textAt(pen, slot.x + 6, slot.y + 14, pen.t('graph.elsewhere', { name: card.name }));
  }
  const title = element('title', {}, titleOf(pen, card));
  return element('g', {}, title, isSelected ? ring(pen, slot) : '', box(pen, slot, card), lines(pen, slot, card));
}

function titleOf(pen: Pen, card: Card): string {
  const text = [`${card.kind} ${card.name}`, say(pen.t, card.state.word)].filter(Boolean).join(', ');
  return text.replace(/[&<>]/g, ' ');
}

function ring(pen: Pen, { x, y, w, h, shape }: Slot): string {
  const look = { x: x - 2, y: y - 2, width: w + 4, height: h + 4, rx: RADIUS[shape] + 2 };
  return element('rect', { ...look, fill: 'none', stroke: pen.colours.ink, 'stroke-width': 2 });
}

function box(pen: Pen, { x, y, w, h }: Slot, card: Card): string {
  const { family } = card.state;
  const isBracket = card.shape === 'bracket';
  const border = isBracket && (family === 'working' || family === 'ok') ? BORDERS.ok : BORDERS[family];
  const fill = isBracket ? 'none' : border.fill === 'hatch' ? 'url(#hatch)' : pen.colours[border.fill];
  const look: Attributes = {
    fill,
    stroke: pen.colours[border.stroke],
    'stroke-width': border.width,
    'stroke-dasharray': border.dash,
  };
  const inner = { x: x + 0.5, y: y + 0.5, width: w - 1, height: h - 1 };
  if (card.shape === 'cylinder') {
    const cap = `a${(w - 1) / 2} 6.5 0 0 1 ${w - 1} 0`;
    const foot = `a${(w - 1) / 2} 6.5 0 0 1 ${1 - w} 0z`;
    const left = x + 0.5;
    const top = y + 7;
    const body = `M${left} ${top}${cap}v${h - 14}${foot}`;
    return (
      element('path', { d: body, ...look }) +
      element('ellipse', { cx: x + w / 2, cy: top, rx: (w - 1) / 2, ry: 6.5, ...look, fill: fillOfLid(pen, family) })
    );
  }
  const rect = element('rect', { ...inner, rx: RADIUS[card.shape], ...look });
  if (card.shape !== 'pv' || card.life !== 'alive') return rect;
  return rect + element('path', { d: `M${x + 4} ${y + h - 2}h${w - 8}`, stroke: pen.colours.fill, 'stroke-width': 2 });
}

function fillOfLid(pen: Pen, family: Family): string {
  return family === 'unborn' || family === 'gone' ? pen.colours.canvas : pen.colours.card;
}

function lines(pen: Pen, slot: Slot, card: Card): string {
  switch (card.shape) {
    case 'pill':
      return pillLine(pen, slot, card);
    case 'row':
      return rowLine(pen, slot, card);
    case 'bracket':
      return workloadLines(pen, slot, card);
    case 'folded':
      return foldedLine(pen, slot, card);
    default:
      return cardLines(pen, slot, card);
  }
}

function pillLine(pen: Pen, { x, y, w }: Slot, card: Card): string {
  if (card.life === 'unborn') {
    const step = typeof card.state.word === 'string' ? '' : (card.state.word.values?.step ?? '');
    return textAt(pen, x + w / 2, y + 14, pen.t('graph.stepShort', { step }), { fill: 'ink-3', anchor: 'middle' });
  }
  const name = middleCut(card.title, w - 26, pen.measureSmall);
  const width = pen.measureSmall(name) + 15;
  const left = x + (w - width) / 2;
  return stateGlyph(pen, left, y + 4, card) + textAt(pen, left + 15, y + 14, name, { fill: 'ink' });
}

function rowLine(pen: Pen, { x, y, w }: Slot, card: Card): string {
  const right = card.state.family === 'ending' ? say(pen.t, card.state.word) : (card.size ?? '');
  const room = w - 33 - (right === '' ? 0 : pen.measureSmall(right) + 6);
  return [
    stateGlyph(pen, x + 7, y + 4, card),
    textAt(pen, x + 24, y + 14, middleCut(card.title, room, pen.measureSmall), { fill: 'ink' }),
    textAt(pen, x + w - 7, y + 14, right, { fill: 'ink-3', anchor: 'end' }),
  ].join('');
}

/** Brackets from this height on have room for what each pod brings. */
const TALL = 88;

function workloadLines(pen: Pen, { x, y, w, h }: Slot, card: Card): string {
  const small = (content: string): string => middleCut(content, w - 12, pen.measureSmall);
  const ready = card.life === 'alive' ? card.ready : card.state.word;
  const lower =
    card.template === undefined || h < TALL
      ? ''
      : textAt(pen, x + 6, y + 66, small(pen.t('graph.eachPod')), { fill: 'ink-3' }) +
        textAt(pen, x + 6, y + 80, small(card.template));
  return [
    nameLine(pen, x + 6, y + 20, card, w - 35),
    textAt(pen, x + 6, y + 35, small(card.kind)),
    textAt(pen, x + 6, y + 49, small(ready === undefined ? '' : say(pen.t, ready))),
    lower,
  ].join('');
}

function foldedLine(pen: Pen, { x, y }: Slot, card: Card): string {
  const counts = countsOf(card);
  let at = x + 190;
  const shown = counts.map(([family, count]) => {
    const word = String(count);
    const here = at;
    at += pen.measureSmall(word) + 32;
    const colour = stateColour(pen, family);
    return glyphAt(pen, here, y + 8, `s-${family}`, 12, colour) + textAt(pen, here + 16, y + 18, word, { colour });
  });
  return nameLine(pen, x + 6, y + 18, card, 160) + shown.join('');
}

/** How many objects of a folded group stand how, whatever their lanes. */
function countsOf({ summary = [] }: Card): [Family, number][] {
  const counts = new Map<Family, number>();
  for (const { family, count } of summary.flatMap(({ parts }) => parts)) {
    counts.set(family, (counts.get(family) ?? 0) + count);
  }
  return [...counts];
}

/** The kind's glyph and the name, cut so that it fits into the room. */
function nameLine(pen: Pen, x: number, y: number, card: Card, room: number): string {
  const glyph = card.shape === 'cylinder' ? undefined : glyphOfKind(card.kind);
  const name = middleCut(card.title, room, pen.measureName);
  const isThere = card.life === 'alive';
  const look = { fill: isThere ? 'ink' : 'ink-3', size: 12, bold: isThere } as const;
  if (glyph === undefined) return textAt(pen, x, y, name, look);
  return glyphAt(pen, x - 1, y - 11.5, glyph, 14, pen.colours['ink-3']) + textAt(pen, x + 18, y, name, look);
}

function stateGlyph(pen: Pen, x: number, y: number, card: Card): string {
  return glyphAt(pen, x, y, `s-${card.state.glyph}`, 12, stateColour(pen, card.state.family));
}

const COLOURED: ReadonlySet<Family> = new Set(['working', 'waiting', 'failed', 'ending']);

/** Three lines, always in this order: what it is called, how it stands, facts. */
function cardLines(pen: Pen, { x, y, w, h }: Slot, card: Card): string {
  const { t, measureSmall } = pen;
  const left = x + 9;
  const right = x + w - 9;
  const isShort = h < 56;
  const isCylinder = card.shape === 'cylinder';
  const top = isCylinder ? y + 27 : isShort ? y + (h - 36) / 2 + 15 : y + (h - 56) / 2 + 18;
  const place = card.place === undefined ? '' : middleCut(say(t, card.place), 48, measureSmall);
  const glyphRoom = isCylinder || glyphOfKind(card.kind) === undefined ? 0 : 18;
  const room = w - 18 - glyphRoom - (place === '' ? 0 : measureSmall(place) + 6);
  const isColoured = COLOURED.has(card.state.family) || card.kind === 'Pod';
  const look = isColoured ? { colour: stateColour(pen, card.state.family) } : {};
  const detail = card.state.detail === undefined ? (card.size ?? '') : say(t, card.state.detail);
  const wordRoom = w - 36 - (detail === '' ? 0 : measureSmall(detail) + 4);
  const name = nameLine(pen, left, top, card, room);
  // A low cylinder has one line, which says what it is called; its border says how it stands.
  if (isShort && isCylinder) return name;
  return [
    name,
    textAt(pen, right, top, place, { fill: 'ink-3', anchor: 'end' }),
    stateGlyph(pen, left, top + 5, card),
    textAt(pen, left + 16, top + 15, middleCut(wordOf(pen, card, w - 36), wordRoom, measureSmall), look),
    textAt(pen, right, top + 15, detail, { fill: 'ink-3', anchor: 'end' }),
    isShort || isCylinder ? '' : thirdLine(pen, left, right, top + 29, card),
  ].join('');
}

/** `created at step 231`, or the step alone where there is no room for it. */
function wordOf(pen: Pen, { state, life }: Card, room: number): string {
  const word = say(pen.t, state.word);
  if (life === 'alive' || pen.measureSmall(word) <= room || typeof state.word === 'string') return word;
  return pen.t('graph.stepShort', { step: state.word.values?.step ?? '' });
}

function thirdLine(pen: Pen, left: number, right: number, y: number, card: Card): string {
  const { path, facts, modes = '' } = card;
  if (path !== undefined) {
    const more = path.more > 0 ? ` ${pen.t('graph.pathMore', { count: path.more })}` : '';
    const word = middleCut(say(pen.t, path.word) + more, right - left - 64, pen.measureSmall);
    const bars = SEGMENTS.map((segment, index) => bar(pen, left + index * 15, y - 7, path.segments[segment]));
    return bars.join('') + textAt(pen, left + 64, y, word, { fill: 'ink-3' });
  }
  if (facts === undefined) return '';
  const room = right - left - (modes === '' ? 0 : pen.measureSmall(modes) + 4);
  return (
    textAt(pen, left, y, middleCut(say(pen.t, facts), room, pen.measureSmall), { fill: 'ink-3' }) +
    textAt(pen, right, y, modes, { fill: 'ink-3', anchor: 'end' })
  );
}

/** One segment of a volume's way: done, now, to do, not needed, failed. */
function bar(pen: Pen, x: number, y: number, state: SegmentState): string {
  const { edge, working, failed } = pen.colours;
  if (state === 'none') return element('path', { d: `M${x} ${y + 3}h13`, stroke: edge });
  const rect = (stroke: string, fill: string): string =>
    element('rect', { x: round(x + 0.5), y: round(y + 0.5), width: 12, height: 5, rx: 1, stroke, fill });
  if (state === 'done') return rect(edge, edge);
  if (state === 'now') return rect(working, 'url(#stripes)');
  if (state === 'todo') return rect(edge, 'none');
  return (
    rect(failed, 'none') + element('path', { d: `M${x + 1} ${y + 1}l11 4M${x + 12} ${y + 1}l-11 4`, stroke: failed })
  );
}
