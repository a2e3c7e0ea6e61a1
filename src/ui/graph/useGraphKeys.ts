import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { inLane, neighbours } from '../model/chain.ts';
import type { Scene } from '../model/scene.ts';
import type { GraphView } from './useView.ts';

export interface GraphKeysInput {
  readonly scene: Scene;
  readonly onFocus: (slot: string) => void;
  readonly view: GraphView;
  /** Folds the group of a card; undefined where groups do not fold. */
  readonly onFold: ((group: string, isOpen: false) => void) | undefined;
  readonly onMenu: (id: ObjectId, beside: HTMLElement) => void;
  /** Takes away what is told on a closer look; undefined while nothing is. */
  readonly onDismiss: (() => void) | undefined;
}

/**
 * One tab stop for the whole graph: arrows to the sides follow edges along the chain, up and down stay in the lane,
 * Enter inspects as a click does, the Menu key opens the actions, Backspace folds the group.
 */
export function useGraphKeys({
  scene,
  onFocus,
  view,
  onFold,
  onMenu,
  onDismiss,
}: GraphKeysInput): (event: KeyboardEvent) => void {
  const wanted = useRef<string>(undefined);

  // A card out of view is not in the document until the view has moved: the focus follows as soon as it is.
  useEffect(() => {
    if (wanted.current === undefined) return;
    const element = document.querySelector<HTMLElement>(`.graph [data-slot="${CSS.escape(wanted.current)}"]`);
    if (element === null) return;
    wanted.current = undefined;
    element.focus({ preventScroll: true });
  });

  return useCallback(
    (event: KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
      const slotId = event.target.dataset.slot;
      const card = slotId === undefined ? undefined : scene.cards.get(slotId);
      const slot = scene.layout.slots.find((candidate) => candidate.id === slotId);
      const go = (to: string | undefined): void => {
        if (to === undefined) return;
        wanted.current = to;
        view.reveal(to);
        onFocus(to);
      };
      const side = (direction: -1 | 1): string | undefined => {
        const next = card === undefined ? undefined : neighbours(scene, card.id, direction)[0];
        return next === undefined ? undefined : scene.layout.slotOf.get(next)?.id;
      };
      switch (event.key) {
        case 'ArrowLeft':
          go(side(-1));
          break;
        case 'ArrowRight':
          go(side(1));
          break;
        case 'ArrowUp':
          go(slot === undefined ? undefined : inLane(scene, slot, -1)?.id);
          break;
        case 'ArrowDown':
          go(slot === undefined ? undefined : inLane(scene, slot, 1)?.id);
          break;
        case 'Backspace':
          if (slot === undefined || onFold === undefined) return;
          onFold(slot.group, false);
          go(`folded/${slot.group}`);
          break;
        case 'ContextMenu':
        case 'F10':
          if (card === undefined || (event.key === 'F10' && !event.shiftKey)) return;
          if (card.shape !== 'folded') onMenu(card.id, event.target);
          break;
        case 'Escape':
          if (onDismiss === undefined) return;
          onDismiss();
          event.stopPropagation();
          break;
        default:
          return;
      }
      event.preventDefault();
    },
    [scene, onFocus, view, onFold, onMenu, onDismiss],
  );
}
