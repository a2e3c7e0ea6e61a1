import { useReactFlow } from '@xyflow/react';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import type { Layout } from '../model/layout.ts';
import { fitted, fittedTo, revealing, type Size } from '../model/viewport.ts';
import { RELAYOUT_MS } from './motion.ts';

/** What moves the view: nobody but the user, the buttons, and a selection that is out of sight. */
export interface GraphView {
  readonly fit: () => void;
  /** Shows the selection with its chain, as large as is of use. */
  readonly fitSelection: () => void;
  readonly zoomIn: () => void;
  readonly zoomOut: () => void;
  readonly zoomReset: () => void;
  readonly reveal: (slot: string) => void;
  readonly onMoveStart: (event: unknown) => void;
}

export function useView(
  layout: Layout,
  size: Size,
  selected: ObjectId | null,
  chainOfSelected: () => ReadonlySet<ObjectId> | undefined,
  reducedMotion: boolean,
  presentedZoom: number | undefined,
): GraphView {
  const flow = useReactFlow();
  const isMoved = useRef(false);
  const duration = reducedMotion ? 0 : RELAYOUT_MS;

  const lastZoom = useRef(presentedZoom);
  useEffect(() => {
    // Where the view was moved to says nothing about another way of showing.
    if (lastZoom.current !== presentedZoom) isMoved.current = false;
    lastZoom.current = presentedZoom;
    if (!isMoved.current && size.width > 0) void flow.setViewport(fitted(layout, size, presentedZoom));
  }, [flow, layout, size, presentedZoom]);

  const reveal = useCallback(
    (id: string) => {
      const slot = layout.slots.find((candidate) => candidate.id === id);
      const to = slot === undefined ? undefined : revealing(flow.getViewport(), size, slot);
      if (to !== undefined) void flow.setViewport(to, { duration });
    },
    [flow, layout, size, duration],
  );
  const shown = selected === null ? undefined : layout.slotOf.get(selected)?.id;
  const chainRef = useRef(chainOfSelected);
  chainRef.current = chainOfSelected;
  const revealRef = useRef(reveal);
  revealRef.current = reveal;
  useEffect(() => {
    if (shown !== undefined) revealRef.current(shown);
  }, [shown]);

  return useMemo(() => {
    const moved = (move: () => void) => () => {
      isMoved.current = true;
      move();
    };
    return {
      fit: () => {
        isMoved.current = false;
        void flow.setViewport(fitted(layout, size, presentedZoom), { duration });
      },
      fitSelection: moved(() => {
        const chain = chainRef.current();
        const slots = chain === undefined ? [] : [...chain].flatMap((id) => layout.slotOf.get(id) ?? []);
        const to = fittedTo(slots, size);
        if (to !== undefined) void flow.setViewport(to, { duration });
      }),
      zoomIn: moved(() => void flow.zoomIn({ duration })),
      zoomOut: moved(() => void flow.zoomOut({ duration })),
      zoomReset: moved(() => void flow.zoomTo(1, { duration })),
      reveal,
      onMoveStart: (event: unknown) => {
        if (event !== null) isMoved.current = true;
      },
    };
  }, [flow, layout, size, duration, reveal, presentedZoom]);
}
