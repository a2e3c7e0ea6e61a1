import type { ObjectId } from '../../worker/protocol.ts';
import type { Card } from './card.ts';
import { parseId } from './ids.ts';
import { say, type Translate } from './message.ts';
import type { DrawnEdge } from './scene.ts';

/** Edges by each of their ends. */
export type EdgesByEnd = ReadonlyMap<ObjectId, readonly DrawnEdge[]>;

export function edgesByEnd(edges: readonly DrawnEdge[]): EdgesByEnd {
  const found = new Map<ObjectId, DrawnEdge[]>();
  for (const drawn of edges) {
    for (const id of [drawn.edge.from, drawn.edge.to]) {
      const known = found.get(id);
      if (known === undefined) found.set(id, [drawn]);
      else known.push(drawn);
    }
  }
  return found;
}

/** What a reader says of a card: what it is, how it stands, and what it belongs with. */
export function labelOf(card: Card, t: Translate): string {
  const state = [say(t, card.state.word), card.state.detail === undefined ? '' : say(t, card.state.detail)]
    .filter(Boolean)
    .join(', ');
  const common = {
    kind: card.kind,
    name: card.name,
    state: state || (card.ready === undefined ? '' : say(t, card.ready)),
  };
  const onNode = card.kind === 'Pod' && typeof card.place === 'string';
  const head = onNode ? t('graph.labelOnNode', { ...common, node: card.place }) : t('graph.labelState', common);
  const parts = [`${head}.`];
  const { claims = [], boundTo = [], halfBoundTo = [] } = card;
  for (const { name, spoken } of card.volumes ?? []) {
    parts.push(t('graph.labelVolume', { name, word: spoken.map((phrase) => say(t, phrase)).join(', ') }));
  }
  if (claims.length > 0) parts.push(t('graph.labelClaims', { names: claims.join(', ') }));
  if (boundTo.length > 0) parts.push(t('graph.labelBound', { names: boundTo.join(', ') }));
  if (halfBoundTo.length > 0) parts.push(t('graph.labelHalfBound', { names: halfBoundTo.join(', ') }));
  return parts.join(' ');
}

/** The names that a card's label tells, from the edges at it. */
export function partnersOf(id: ObjectId, edges: EdgesByEnd): Pick<Card, 'claims' | 'boundTo' | 'halfBoundTo'> {
  const claims: string[] = [];
  const boundTo: string[] = [];
  const halfBoundTo: string[] = [];
  for (const { edge } of edges.get(id) ?? []) {
    const { kind, name } = parseId(edge.from === id ? edge.to : edge.from);
    if (edge.relation === 'bound') boundTo.push(name);
    else if (edge.relation === 'half-bound') halfBoundTo.push(name);
    else if (edge.from === id && kind === 'PersistentVolumeClaim' && edge.relation !== 'unborn') claims.push(name);
  }
  return {
    ...(claims.length > 0 && { claims }),
    ...(boundTo.length > 0 && { boundTo }),
    ...(halfBoundTo.length > 0 && { halfBoundTo }),
  };
}
