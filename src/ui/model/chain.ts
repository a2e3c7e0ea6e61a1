import type { ObjectId } from '../../worker/protocol.ts';
import type { Slot } from './layout.ts';
import type { Relation } from './relations.ts';
import type { Scene } from './scene.ts';

/** Everything between workload and volume that an object hangs together with: to the left of it, and to the right. */
export function chainOf(scene: Scene, id: ObjectId): ReadonlySet<ObjectId> {
  // An attachment stands beside the line from the persistent volume to the backend: it goes with them.
  const attached = volumeAttachedBy(scene, id);
  const starts = attached === undefined ? [id] : [id, attached];
  const chain = new Set<ObjectId>(starts);
  for (const direction of [-1, 1] as const) {
    const queue: ObjectId[] = [...starts];
    const seen = new Set<ObjectId>(starts);
    while (queue.length > 0) {
      const here = queue.pop();
      if (here === undefined) break;
      for (const next of neighbours(scene, here, direction)) {
        if (seen.has(next)) continue;
        seen.add(next);
        chain.add(next);
        queue.push(next);
      }
    }
  }
  for (const { edge } of scene.edges) if (isAttachment(edge.relation) && chain.has(edge.to)) chain.add(edge.from);
  return chain;
}

function isAttachment(relation: Relation): boolean {
  return relation === 'attached' || relation === 'attaching' || relation === 'detaching';
}

function volumeAttachedBy(scene: Scene, id: ObjectId): ObjectId | undefined {
  const edge = scene.edges.find((drawn) => drawn.edge.from === id && isAttachment(drawn.edge.relation))?.edge;
  return edge === undefined ? undefined : scene.moment.structure.volumeOfBackend.get(edge.to);
}

/** Objects at the other ends of edges that lead to the left (-1) or to the right (1), the nearest row first. */
export function neighbours(scene: Scene, id: ObjectId, direction: -1 | 1): ObjectId[] {
  const from = scene.layout.slotOf.get(id);
  if (from === undefined) return [];
  const found: { readonly id: ObjectId; readonly far: number }[] = [];
  for (const { edge } of scene.ends.get(id) ?? []) {
    const other = edge.from === id ? edge.to : edge.from;
    const slot = scene.layout.slotOf.get(other);
    if (slot === undefined || Math.sign(slot.x - from.x) !== direction) continue;
    found.push({ id: other, far: Math.abs(slot.y + slot.h / 2 - from.y - from.h / 2) });
  }
  return found.sort((a, b) => a.far - b.far).map((neighbour) => neighbour.id);
}

/** The next drawn slot of the same column, up (-1) or down (1). */
export function inLane(scene: Scene, slot: Slot, direction: -1 | 1): Slot | undefined {
  let best: Slot | undefined;
  for (const other of scene.layout.slots) {
    if (Math.abs(other.x - slot.x) > 1 || !scene.cards.has(other.id)) continue;
    if (Math.sign(other.y - slot.y) !== direction) continue;
    if (best === undefined || Math.abs(other.y - slot.y) < Math.abs(best.y - slot.y)) best = other;
  }
  return best;
}
