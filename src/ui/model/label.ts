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
export function labelOf(card: Card, edges: EdgesByEnd, t: Translate): string {
  const state = [say(t, card.state.word), card.state.detail === undefined ? '' : say(t, card.state.detail)]
    .filter(Boolean)
    .join(', ');
  const common = {
    kind: card.kind,
    name: card.name,
    state: state || (card.ready === undefined ? '' : say(t, card.ready)),
  };
  const onNode = card.kind === 'Pod' && typeof card.place === 'string';
  const head = onNode
    ? t('graph.labelOnNode', { ...common, node: say(t, card.place ?? '') })
    : t('graph.labelState', common);
  const parts = [`${head}.`];
  if (card.path !== undefined) {
    parts.push(t('graph.labelVolume', { name: claimedBy(card.id, edges)[0] ?? '', word: say(t, card.path.word) }));
  }
  const claims = card.kind === 'Pod' ? claimedBy(card.id, edges) : [];
  if (claims.length > 0) parts.push(t('graph.labelClaims', { names: claims.join(', ') }));
  const bound = partners(card.id, edges, 'bound');
  if (bound.length > 0) parts.push(t('graph.labelBound', { names: bound.join(', ') }));
  const half = partners(card.id, edges, 'half-bound');
  if (half.length > 0) parts.push(t('graph.labelHalfBound', { names: half.join(', ') }));
  return parts.join(' ');
}

function claimedBy(pod: ObjectId, edges: EdgesByEnd): string[] {
  return (edges.get(pod) ?? [])
    .filter(({ edge }) => edge.from === pod && parseId(edge.to).kind === 'PersistentVolumeClaim')
    .map(({ edge }) => parseId(edge.to).name);
}

function partners(id: ObjectId, edges: EdgesByEnd, relation: string): string[] {
  return (edges.get(id) ?? [])
    .filter(({ edge }) => edge.relation === relation)
    .map(({ edge }) => parseId(edge.from === id ? edge.to : edge.from).name);
}
