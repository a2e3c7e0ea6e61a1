import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import type { Moment } from '../model/moment.ts';

/** Brings the menu when it is first asked for. */
const ObjectMenu = lazy(async () => ({ default: (await import('../inspector/ObjectMenu.tsx')).ObjectMenu }));

export interface OpenMenu {
  readonly open: (id: ObjectId, beside: HTMLElement) => void;
  /** False while no menu is open. */
  readonly element: ReactNode;
}

/** The actions of an object, beside whatever stands for it; the focus returns there. */
export function useObjectMenu(moment: Moment): OpenMenu {
  const beside = useRef<HTMLElement>(null);
  const [id, setId] = useState<ObjectId>();
  const open = useCallback((of: ObjectId, at: HTMLElement) => {
    beside.current = at;
    setId(of);
  }, []);
  const element = id === undefined ? undefined : moment.structure.elements.get(id);
  return {
    open,
    element: element !== undefined && (
      <Suspense>
        <ObjectMenu
          moment={moment}
          element={element}
          button={beside}
          isOpen
          onOpen={(isOpen) => {
            if (!isOpen) setId(undefined);
          }}
        />
      </Suspense>
    ),
  };
}
