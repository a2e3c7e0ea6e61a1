import type { ObjectId } from '../../worker/protocol.ts';
import type { VolumeLine } from './card.ts';
import { quietVolumes } from './facts.ts';
import type { ObjectState } from './family.ts';
import type { MessageKey, Phrase } from './message.ts';
import type { EventAt } from './replica.ts';
import type { Scene } from './scene.ts';

/** One line of facts: what it is, and what it is here. */
export interface HoverFact {
  readonly key: MessageKey;
  readonly value: Phrase;
}

/** All that a card has no room for. */
export interface HoverCard {
  readonly id: ObjectId;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly state: ObjectState;
  readonly facts: readonly HoverFact[];
  readonly volumes: readonly VolumeLine[];
  /** Volumes that the pod has not from its author. */
  readonly quiet: readonly string[];
  readonly event?: Pick<EventAt, 'reason' | 'message'>;
}

/** What is told of a slot's object on a closer look; undefined where a card has nothing more to tell. */
export function hoverCard(scene: Scene, slot: string): HoverCard | undefined {
  const card = scene.cards.get(slot);
  if (card === undefined || card.shape === 'folded' || card.shape === 'stub') return undefined;
  const { id, kind, namespace, name, state } = card;
  const facts: HoverFact[] = [];
  const add = (key: MessageKey, value: Phrase | undefined): void => {
    if (value !== undefined && value !== '') facts.push({ key, value });
  };
  if (card.life === 'alive') {
    add('graph.hoverDetail', state.detail);
    add(kind === 'Pod' ? 'graph.hoverNode' : 'graph.hoverSource', card.place);
    add('graph.hoverSize', card.size);
    add('graph.hoverModes', card.modes);
    add(kind === 'PersistentVolumeClaim' ? 'graph.hoverClass' : 'graph.hoverFacts', card.facts);
    add('graph.hoverReady', card.ready);
    add('graph.hoverTemplate', card.template);
    add('graph.hoverClaims', (card.claims ?? []).join(', '));
    add('graph.hoverBound', (card.boundTo ?? card.halfBoundTo ?? []).join(', '));
  }
  const object = scene.moment.at(id);
  const [event] = scene.moment.replica.eventsOn(id, scene.moment.step);
  return {
    id,
    kind,
    namespace,
    name,
    state,
    facts,
    volumes: card.volumes ?? [],
    quiet: kind === 'Pod' && object !== undefined ? quietVolumes(object) : [],
    ...(event !== undefined && { event: { reason: event.reason, message: event.message } }),
  };
}
