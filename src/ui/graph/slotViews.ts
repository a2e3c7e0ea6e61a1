import type { ObjectId } from '../../worker/protocol.ts';
import { retriesIn, timeOf, waitLeft } from '../model/backoff.ts';
import type { Card } from '../model/card.ts';
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

/** What each slot draws in a frame. */
export function slotViews(input: SlotViewsInput): Map<string, SlotView> {
  const { before, after, frame, selected, chain, tabStop, reducedMotion } = input;
  const views = new Map<string, SlotView>();
  const retries = retriesIn(after);
  const time = timeOf(before, after, input.fraction);
  for (const slot of after.layout.slots) {
    const moving = frame.cards.get(slot.id);
    const card: Card | undefined =
      moving?.show === 'before' ? (before.cards.get(slot.id) ?? undefined) : after.cards.get(slot.id);
    if (card === undefined) continue;
    const retry = retries.get(slot.id);
    views.set(slot.id, {
      card,
      flash: moving?.flash ?? false,
      opacity: moving?.opacity ?? 1,
      scale: moving?.scale ?? 1,
      fill: moving?.fill,
      wait: retry === undefined ? undefined : waitLeft(retry, time),
      selected: card.id === selected,
      emphasis: emphasisOf(after, chain, card.id),
      underlined: reducedMotion && frame.changed.has(slot.id),
      tabStop: tabStop === slot.id,
    });
  }
  return views;
}
