import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import type { Tip } from './tips.ts';

interface TipBoxProps {
  readonly tip: Tip;
  /** Where it belongs, in pixels of the window. */
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

const APART = 12;
const EDGE = 4;

/** What there is to know about the mark under the pointer: below it where there is room, else above. */
export function TipBox({ tip, x, y, zoom }: TipBoxProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { width, height } = element.getBoundingClientRect();
    const below = y + APART + height + EDGE <= window.innerHeight;
    const left = Math.max(EDGE, Math.min(x + APART, window.innerWidth - width - EDGE));
    const top = below ? y + APART : Math.max(EDGE, y - APART - height);
    element.style.left = `${left / zoom}px`;
    element.style.top = `${top / zoom}px`;
  });
  return createPortal(
    <div className="tl-tip" ref={box} style={{ zoom }} aria-hidden="true">
      <p className="tip-title">{tip.title}</p>
      <dl>
        {tip.lines.map(({ label = '', text }) => (
          <div key={`${label} ${text}`}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </div>,
    document.body,
  );
}
