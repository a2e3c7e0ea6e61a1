import { type MouseEvent, type ReactNode, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { openFaults } from '../faults/faultMenu.ts';
import { say } from '../model/message.ts';
import type { Moment } from '../model/moment.ts';
import { type Chip, railContent } from '../model/railChips.ts';
import { Glyph, glyphOfKind } from './Glyph.tsx';
import { useTranslate } from './useTranslate.ts';

export interface RailProps {
  readonly moment: Moment;
  readonly selected: ObjectId | null;
  readonly onSelect: (id: ObjectId) => void;
  /** The pointer or the focus has come to a chip, or left it. */
  readonly onHover: (id: ObjectId | undefined) => void;
}

/** Nodes and classes, above the lanes: everything hangs together with them, so lines are drawn on a closer look only. */
export function Rail({ moment, ...chipProps }: RailProps): ReactNode {
  const t = useTranslate();
  const [showsMore, setShowsMore] = useState(false);
  const { nodes, classes, more } = railContent(moment);
  if (nodes.length + classes.length + more.length === 0) return null;
  return (
    <ul className="rail" aria-label={t('graph.rail')}>
      {nodes.map((chip) => (
        <ChipItem key={chip.id} chip={chip} {...chipProps} />
      ))}
      {nodes.length > 0 && classes.length > 0 && <li className="rule" aria-hidden="true" />}
      {classes.map((chip) => (
        <ChipItem key={chip.id} chip={chip} {...chipProps} />
      ))}
      {showsMore && more.map((chip) => <ChipItem key={chip.id} chip={chip} {...chipProps} />)}
      {more.length > 0 && (
        <li>
          <button
            type="button"
            className="btn chip-more"
            aria-expanded={showsMore}
            onClick={() => setShowsMore(!showsMore)}
          >
            {showsMore ? t('graph.railLess') : t('graph.railMore', { count: more.length })}
          </button>
        </li>
      )}
    </ul>
  );
}

interface ChipProps extends Omit<RailProps, 'moment'> {
  readonly chip: Chip;
}

function ChipItem({ chip, selected, onSelect, onHover }: ChipProps): ReactNode {
  const t = useTranslate();
  const { id, kind, name, family, glyph, phase, showsState, facts, details } = chip;
  const isNode = kind === 'Node';
  const kindGlyph = glyphOfKind(kind);
  return (
    <li className={isNode ? undefined : 'chip-class'}>
      <button
        type="button"
        className={`chip is-${family}`}
        data-testid="graph-node"
        data-kind={kind}
        data-namespace=""
        data-name={name}
        data-phase={phase}
        aria-current={id === selected}
        title={`${kind} ${name}`}
        onClick={() => onSelect(id)}
        onMouseEnter={() => onHover(id)}
        onMouseLeave={() => onHover(undefined)}
        onFocus={(event) => {
          if (event.currentTarget.matches(':focus-visible')) onHover(id);
        }}
        onBlur={() => onHover(undefined)}
        {...(isNode && {
          'aria-haspopup': 'dialog' as const,
          onContextMenu: (event: MouseEvent) => {
            event.preventDefault();
            openFaults({ node: name });
          },
        })}
      >
        {showsState ? <Glyph name={`s-${glyph}`} size="s" /> : kindGlyph !== undefined && <Glyph name={kindGlyph} />}
        <b>{name}</b>
        {facts.length > 0 && <span className="faint">{facts.map((fact) => say(t, fact)).join(', ')}</span>}
        {details.length > 0 && <span className="faint wide">{details.map((detail) => say(t, detail)).join(', ')}</span>}
      </button>
    </li>
  );
}
