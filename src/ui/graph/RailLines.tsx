import { type ReactFlowState, useStore } from '@xyflow/react';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import { parseId } from '../model/ids.ts';
import { type RailLink, railLinks } from '../model/rail.ts';
import type { Scene } from '../model/scene.ts';

const transformOf = ({ transform }: ReactFlowState): ReactFlowState['transform'] => transform;

export interface RailLinesProps {
  readonly scene: Scene;
  readonly chain: ReadonlySet<ObjectId>;
}

/** Thin lines from the chain that is looked at to its nodes and classes, through the gaps between the lanes. */
export function RailLines({ scene, chain }: RailLinesProps): ReactNode {
  const own = useRef<SVGSVGElement>(null);
  const transform = useStore(transformOf);
  const [d, setD] = useState('');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view moves the cards on the screen
  useLayoutEffect(() => {
    const graph = own.current?.closest<HTMLElement>('.graph');
    if (graph === null || graph === undefined) return;
    setD(
      railLinks(scene, chain)
        .flatMap((link) => pathOf(graph, scene, link))
        .join(''),
    );
  }, [scene, chain, transform]);
  return (
    <svg ref={own} className="rail-lines" aria-hidden="true" focusable="false">
      <path d={d} data-testid="rail-lines" />
    </svg>
  );
}

/** How far left of a card a line comes down: in the gap between two lanes, or between a volume and its attachment. */
const BESIDE = 9;
const BESIDE_PILL = 4;

/** From the chip straight down, along above the lanes, down beside the card and to its upper edge. */
function pathOf(graph: HTMLElement, scene: Scene, { from, to }: RailLink): string[] {
  const { kind, name } = parseId(to);
  const chip = graph.querySelector(`.rail [data-kind="${kind}"][data-name="${CSS.escape(name)}"]`);
  const slot = scene.layout.slotOf.get(from);
  const card = slot === undefined ? null : graph.querySelector(`[data-slot="${CSS.escape(slot.id)}"]`);
  const canvas = graph.querySelector('.canvas');
  if (chip === null || card === null || canvas === null) return [];
  const origin = graph.getBoundingClientRect();
  const a = chip.getBoundingClientRect();
  const b = card.getBoundingClientRect();
  const lanes = canvas.getBoundingClientRect();
  const x1 = Math.round(a.left + Math.min(14, a.width / 2) - origin.left) + 0.5;
  const y1 = a.bottom - origin.top;
  const top = Math.round(lanes.top - origin.top) - 3.5;
  const beside = slot?.shape === 'pill' ? BESIDE_PILL : BESIDE;
  const x2 = Math.round(b.left - origin.left - beside) + 0.5;
  const y2 = Math.round(b.top - origin.top + Math.min(9, b.height / 2)) + 0.5;
  if (y2 < top) return [];
  return [`M${x1} ${y1}V${top}H${x2}V${y2}h${beside}`];
}
