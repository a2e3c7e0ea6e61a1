import type { MouseEvent, ReactNode } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { openFaults } from '../faults/faultMenu.ts';
import { nodeFacts } from '../model/card.ts';
import { stateOf } from '../model/family.ts';
import { text } from '../model/ids.ts';
import { lifeOf, type Moment } from '../model/moment.ts';
import type { Element } from '../model/structure.ts';
import { Glyph } from './Glyph.tsx';
import { useTranslate } from './useTranslate.ts';

export interface RailProps {
  readonly moment: Moment;
  readonly selected: ObjectId | null;
  readonly onSelect: (id: ObjectId) => void;
}

/** Nodes and classes, above the lanes: everything hangs together with them, so no lines are drawn. */
export function Rail({ moment, selected, onSelect }: RailProps): ReactNode {
  const t = useTranslate();
  const { nodes, classes } = moment.structure;
  if (nodes.length === 0 && classes.length === 0) return null;
  return (
    <ul className="rail" aria-label={t('graph.rail')}>
      {nodes.map((node) => (
        <Chip key={node.id} moment={moment} element={node} isSelected={node.id === selected} onSelect={onSelect} />
      ))}
      {nodes.length > 0 && classes.length > 0 && <li className="rule" aria-hidden="true" />}
      {classes.map((element) => (
        <Chip
          key={element.id}
          moment={moment}
          element={element}
          isSelected={element.id === selected}
          onSelect={onSelect}
        />
      ))}
    </ul>
  );
}

interface ChipProps {
  readonly moment: Moment;
  readonly element: Element;
  readonly isSelected: boolean;
  readonly onSelect: (id: ObjectId) => void;
}

function Chip({ moment, element, isSelected, onSelect }: ChipProps): ReactNode {
  const state = stateOf(moment, element);
  const isNode = element.kind === 'Node';
  const showsState = state.glyph === 'barred' || state.family === 'failed' || state.family === 'unborn';
  return (
    <li className={isNode ? undefined : 'chip-class'}>
      <button
        type="button"
        className={`chip is-${state.family}`}
        data-testid="graph-node"
        data-kind={element.kind}
        data-namespace={element.namespace}
        data-name={element.name}
        data-phase={state.phase}
        aria-current={isSelected}
        title={element.name}
        onClick={() => onSelect(element.id)}
        {...(isNode && {
          'aria-haspopup': 'dialog' as const,
          onContextMenu: (event: MouseEvent) => {
            event.preventDefault();
            openFaults({ node: element.name });
          },
        })}
      >
        {showsState ? <Glyph name={`s-${state.glyph}`} size="s" /> : <Glyph name={isNode ? 'k-node' : 'k-class'} />}
        <b>{element.name}</b>
        <span className="faint">
          {isNode ? <NodeFacts moment={moment} element={element} /> : <ClassFacts moment={moment} element={element} />}
        </span>
      </button>
    </li>
  );
}

function NodeFacts({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const t = useTranslate();
  const { zone, disks, attaching } = nodeFacts(moment, element.id);
  const state = stateOf(moment, element);
  const facts = [zone];
  if (lifeOf(moment, element) === 'alive') {
    if (state.family === 'failed') facts.push('NotReady');
    else if (state.glyph === 'barred') facts.push(t('graph.cordoned'));
    else if (attaching > 0) facts.push(t('graph.attachingCount', { count: attaching }));
    else if (disks > 0) facts.push(t('graph.disks', { count: disks }));
  }
  return facts.filter(Boolean).join(', ');
}

function ClassFacts({ moment, element }: { readonly moment: Moment; readonly element: Element }): ReactNode {
  const t = useTranslate();
  const value = moment.at(element.id);
  if (value === undefined) return null;
  const isDefault = stateOf(moment, element).phase === 'default';
  const details = [text(value, 'volumeBindingMode'), text(value, 'reclaimPolicy')].filter(Boolean).join(', ');
  return (
    <>
      {isDefault && t('graph.defaultClass')}
      <span className="wide">
        {[isDefault ? '' : undefined, details].filter((part) => part !== undefined).join(', ')}
      </span>
    </>
  );
}
