import type { ObjectId } from '../../worker/protocol.ts';
import { retryIn, timeOf, waitLeft } from '../model/backoff.ts';
import { emphasisOf } from '../model/emphasis.ts';
import type { Frame } from '../model/frame.ts';
import type { Scene } from '../model/scene.ts';
import type { SlotView } from './sceneStore.ts';

export interface SlotViewsInput {
  readonly before: Scene;
  readonly after: Scene;
  readonly frame: Frame;
  readonly selected: ObjectId | null;
  readonly chain: ReadonlySet<ObjectId> | undefined;
  readonly tabStop: string | undefined;
  readonly reducedMotion: boolean;
  /** How far time has come from `before` to `after`. */
  readonly fraction: number;
}

/** What each slot draws in a frame; nothing is worked out for those that nobody asks for. */
export function slotViews(input: SlotViewsInput): (slot: string) => SlotView | undefined {
  const { before, after, frame, selected, chain, tabStop, reducedMotion } = input;
  const time = timeOf(before, after, input.fraction);
  return (slot) => {
    const moving = frame.cards.get(slot);
    const card = moving?.show === 'before' ? before.cards.get(slot) : after.cards.get(slot);
    if (card === undefined) return undefined;
    const shown = after.cards.get(slot);
    const retry = shown === undefined ? undefined : retryIn(after, shown);
    return {
      card,
      flash: moving?.flash ?? false,
      opacity: moving?.opacity ?? 1,
      scale: moving?.scale ?? 1,
      fill: moving?.fill,
      wait: retry === undefined ? undefined : waitLeft(retry, time),
      selected: card.id === selected,
      emphasis: emphasisOf(after, chain, card.id),
      underlined: reducedMotion && frame.changed.has(slot),
      tabStop: tabStop === slot,
    };
  };
}
