import { useCallback, useEffect, useState } from 'react';

/** How long the pointer or the focus rests on a card before more is told of it. */
const AFTER_MS = 350;

export interface CloserLook {
  /** The slot of which more is told. */
  readonly slot: string | undefined;
  readonly dismiss: () => void;
}

/** Follows the card that is looked at, late enough that passing over cards shows nothing. */
export function useCloserLook(hovered: string | undefined): CloserLook {
  const [slot, setSlot] = useState<string>();
  useEffect(() => {
    if (hovered === undefined) {
      setSlot(undefined);
      return;
    }
    const timer = setTimeout(() => setSlot(hovered), AFTER_MS);
    return () => clearTimeout(timer);
  }, [hovered]);
  const dismiss = useCallback(() => setSlot(undefined), []);
  return { slot: slot === hovered ? slot : undefined, dismiss };
}
