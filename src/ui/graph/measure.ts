import type { Measure } from '../model/names.ts';

let context: CanvasRenderingContext2D | null | undefined;
const widths = new Map<string, number>();

/** Measures texts in the page's own font; every text once. */
export function measureIn(font: string): Measure {
  context ??= document.createElement('canvas').getContext('2d');
  const drawing = context;
  if (drawing === null) return (text) => text.length * 6.5;
  const family = getComputedStyle(document.documentElement).getPropertyValue('--sans') || 'sans-serif';
  const whole = `${font} ${family}`;
  return (text) => {
    const key = `${whole}|${text}`;
    const known = widths.get(key);
    if (known !== undefined) return known;
    drawing.font = whole;
    const width = drawing.measureText(text).width;
    widths.set(key, width);
    return width;
  };
}

export const NAME_FONT = '600 12px';
export const SMALL_FONT = '400 11px';
