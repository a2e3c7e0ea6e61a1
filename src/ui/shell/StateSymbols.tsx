import type { ReactNode } from 'react';
import { Glyph, type GlyphName } from '../graph/Glyph.tsx';

const STATES = ['ok', 'working', 'waiting', 'failed', 'ending', 'idle', 'unborn', 'gone', 'barred', 'no'] as const;

/** The glyphs of the states as symbols, for places that React does not draw. */
export function StateSymbols(): ReactNode {
  return (
    <svg width="0" height="0" className="symbols" aria-hidden="true">
      {STATES.map((state) => (
        <g key={state} id={`glyph-s-${state}`}>
          <Glyph name={`s-${state}` satisfies GlyphName} size="s" />
        </g>
      ))}
    </svg>
  );
}
