import './hover.css';
import { type ReactFlowState, useStore } from '@xyflow/react';
import type { CSSProperties, ReactNode } from 'react';
import { type HoverCard as Content, hoverCard } from '../model/hover.ts';
import type { Slot } from '../model/layout.ts';
import { say, type Translate } from '../model/message.ts';
import { SEGMENTS } from '../model/path.ts';
import type { Scene } from '../model/scene.ts';
import { Glyph } from './Glyph.tsx';
import { SEGMENT_CLASS } from './segments.ts';
import { useTranslate } from './useTranslate.ts';

const transformOf = ({ transform }: ReactFlowState): ReactFlowState['transform'] => transform;
const heightOf = ({ height }: ReactFlowState): number => height;
const widthOf = ({ width }: ReactFlowState): number => width;

export interface HoverCardProps {
  readonly scene: Scene;
  readonly slot: string;
}

/**
 * Beside a card, all that it has no room for. The pointer goes through it to the cards below; readers have heard it from
 * the card, and the inspector keeps it for who selects the card.
 */
export function HoverCard({ scene, slot: id }: HoverCardProps): ReactNode {
  const t = useTranslate();
  const [x, y, zoom] = useStore(transformOf);
  const height = useStore(heightOf);
  const width = useStore(widthOf);
  const slot = scene.layout.slots.find((candidate) => candidate.id === id);
  const content = hoverCard(scene, id);
  if (slot === undefined || content === undefined) return null;
  return (
    <div
      className="hover-card"
      data-testid="hover-card"
      aria-hidden="true"
      style={placeOf(slot, { x, y, zoom }, { width, height })}
    >
      <Lines content={content} t={t} />
    </div>
  );
}

const CARD_WIDTH = 280;

/** Below the card, or above it in the lower half of the view; always whole within the width. */
function placeOf(
  slot: Slot,
  { x, y, zoom }: { readonly x: number; readonly y: number; readonly zoom: number },
  room: { readonly width: number; readonly height: number },
): CSSProperties {
  const top = slot.y * zoom + y;
  const bottom = top + slot.h * zoom;
  const left = Math.max(4, Math.min(slot.x * zoom + x, room.width - CARD_WIDTH - 4));
  return top + bottom > room.height ? { left, bottom: room.height - top + 5 } : { left, top: bottom + 5 };
}

function Lines({ content, t }: { readonly content: Content; readonly t: Translate }): ReactNode {
  const { kind, namespace, name, state, facts, volumes, quiet, event } = content;
  const word = say(t, state.word) || state.phase;
  return (
    <>
      <b>{name}</b>
      <span className="faint">{namespace === '' ? kind : t('graph.hoverKind', { kind, namespace })}</span>
      {word !== '' && (
        <span className={`st is-${state.family}`}>
          <Glyph name={`s-${state.glyph}`} size="s" />
          {word}
        </span>
      )}
      {facts.length > 0 && (
        <dl>
          {facts.map(({ key, value }) => (
            <div key={key}>
              <dt>{t(key)}</dt>
              <dd>{say(t, value)}</dd>
            </div>
          ))}
        </dl>
      )}
      {volumes.length > 0 && (
        <ul>
          {volumes.map((volume) => (
            <li key={volume.name}>
              <span className="path">
                {SEGMENTS.map((segment) => (
                  <i key={segment} className={SEGMENT_CLASS[volume.segments[segment]]} />
                ))}
              </span>
              <span>{volume.name}</span>
              <span className="faint">{say(t, volume.word)}</span>
              {volume.source !== volume.name && <span className="faint">{volume.source}</span>}
            </li>
          ))}
        </ul>
      )}
      {quiet.map((volume) => (
        <span key={volume} className="faint">
          {t('graph.hoverQuiet', { name: volume })}
        </span>
      ))}
      {event !== undefined && (
        <span className="hover-event">
          <b>{event.reason}</b> {event.message}
        </span>
      )}
    </>
  );
}
