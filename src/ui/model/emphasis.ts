import type { ObjectId } from '../../worker/protocol.ts';
import type { Scene } from './scene.ts';

/** How much a card stands out: `dim` while another chain is looked at, `loser` while its refusal is. */
export type Emphasis = 'plain' | 'chain' | 'dim' | 'loser';

const losersKnown = new WeakMap<Scene, ReadonlySet<ObjectId>>();

/** What the selected claim's latest decision turned down. */
function losersOf(scene: Scene): ReadonlySet<ObjectId> {
  const known = losersKnown.get(scene);
  if (known !== undefined) return known;
  const rejected = scene.edges.filter(({ edge }) => edge.relation === 'rejected');
  const losers = new Set(rejected.map(({ edge }) => edge.to));
  losersKnown.set(scene, losers);
  return losers;
}

export function emphasisOf(scene: Scene, chain: ReadonlySet<ObjectId> | undefined, id: ObjectId): Emphasis {
  if (chain !== undefined) return chain.has(id) ? 'chain' : 'dim';
  return losersOf(scene).has(id) ? 'loser' : 'plain';
}
