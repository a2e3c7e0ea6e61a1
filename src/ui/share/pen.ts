import { isValidElement, type ReactNode } from 'react';
import { Glyph, type GlyphName } from '../graph/Glyph.tsx';
import type { Family } from '../model/family.ts';
import type { Translate } from '../model/message.ts';
import type { Measure } from '../model/names.ts';
import { element, escapeXml, markupOf } from './markup.ts';

/** Custom properties of the look that pictures use. */
export const COLOURS = [
  'canvas',
  'card',
  'fill',
  'line',
  'line-2',
  'edge',
  'ink',
  'ink-2',
  'ink-3',
  'ok',
  'working',
  'waiting',
  'waiting-line',
  'failed',
  'failed-soft',
  'ending',
  'ending-soft',
] as const;
export type Colour = (typeof COLOURS)[number];

/** What drawing a picture takes besides what it shows. */
export interface Pen {
  readonly colours: Readonly<Record<Colour, string>>;
  readonly t: Translate;
  /** Widths of names, bold in 12 px, and of all else, in 11 px. */
  readonly measureName: Measure;
  readonly measureSmall: Measure;
}

const STATE: Readonly<Record<Family, Colour>> = {
  ok: 'ok',
  working: 'working',
  waiting: 'waiting',
  failed: 'failed',
  ending: 'ending',
  idle: 'ink-3',
  unborn: 'ink-3',
  gone: 'ink-3',
};

/** The colour of a state's glyph and word. */
export function stateColour(pen: Pen, family: Family): string {
  return pen.colours[STATE[family]];
}

export interface TextLook {
  readonly fill?: Colour | undefined;
  /** A colour that is none of the look's names. */
  readonly colour?: string | undefined;
  readonly size?: number;
  readonly bold?: boolean;
  readonly anchor?: 'middle' | 'end';
}

/** One line of text with its baseline at `y`. */
export function textAt(pen: Pen, x: number, y: number, content: string, look: TextLook = {}): string {
  if (content === '') return '';
  const { fill = 'ink-2', colour, size = 11, bold = false, anchor } = look;
  const attributes = {
    x: round(x),
    y: round(y),
    'font-size': size,
    'font-weight': bold ? 600 : undefined,
    'text-anchor': anchor,
    fill: colour ?? pen.colours[fill],
  };
  return element('text', attributes, escapeXml(content));
}

/** A glyph of the page with its upper left corner at a place. */
export function glyphAt(pen: Pen, x: number, y: number, name: GlyphName, size: number, colour: string): string {
  const drawing = Glyph({ name, size: size <= 12 ? 's' : 'g' });
  const paint = (value: string): string =>
    value === 'currentColor' ? colour : value.replace(/^var\(--([\w-]+)\)$/, (_, token) => tokenOf(pen, token));
  const inner = isValidElement<{ readonly children?: ReactNode }>(drawing) ? drawing.props.children : undefined;
  const attributes = {
    transform: `translate(${round(x)} ${round(y)}) scale(${round(size / 16)})`,
    fill: 'none',
    stroke: colour,
    'stroke-width': size <= 12 ? 1.6 : 1.4,
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
  };
  return element('g', attributes, markupOf(inner, paint));
}

function tokenOf(pen: Pen, token: string): string {
  return (pen.colours as Readonly<Record<string, string>>)[token] ?? pen.colours.card;
}

export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
