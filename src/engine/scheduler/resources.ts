import { type Amounts, podUsage } from '../api/kinds/podrequests.ts';
import type { Node, Pod } from '../api/object.ts';
import { quantityMilliValue, quantityValue } from '../api/quantity.ts';

export type { Amounts };

/** What a pod asks for, by resource: cpu in thousandths, all else in whole units. */
export const requestsOf = ({ spec }: Pod): Amounts => podUsage(spec);

/** What scoring counts for a pod's cpu and memory: defaults where nothing is requested. */
export const NON_ZERO = 'nonzero/';

const offers = new WeakMap<Node, Amounts>();

/** What a node offers, remembered per version of the node. */
export function allocatableOf(node: Node): Amounts {
  const known = offers.get(node);
  if (known) return known;
  const amounts: Record<string, number> = {};
  const list = node.status?.allocatable ?? {};
  for (const name in list)
    amounts[name] = Number(name === 'cpu' ? quantityMilliValue(list[name]) : quantityValue(list[name]));
  offers.set(node, amounts);
  return amounts;
}
