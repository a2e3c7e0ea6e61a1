import { type RefObject, useLayoutEffect, useState } from 'react';
import { useSize } from '../graph/useSize.ts';
import { ROW } from '../model/marks.ts';
import type { Window } from './TrackNames.tsx';

/** Rows that are drawn above and below what is in view. */
const MARGIN = 2;

/** Which of so many rows are in view of an element that scrolls. */
export function useScroll(
  element: RefObject<HTMLElement | null>,
  rows: number,
): { readonly shown: Window; readonly top: number; readonly height: number } {
  const { height } = useSize(element);
  const [scrolled, setScrolled] = useState(0);
  useLayoutEffect(() => {
    const scroller = element.current;
    if (scroller === null) return;
    const read = (): void => setScrolled(scroller.scrollTop);
    scroller.addEventListener('scroll', read, { passive: true });
    return () => scroller.removeEventListener('scroll', read);
  }, [element]);
  const top = Math.max(0, Math.min(scrolled, rows * ROW - height));
  const first = Math.max(0, Math.floor(top / ROW) - MARGIN);
  const end = Math.min(rows, Math.ceil((top + height) / ROW) + MARGIN);
  return { shown: { first, end }, top, height: Math.min(height, rows * ROW) };
}
