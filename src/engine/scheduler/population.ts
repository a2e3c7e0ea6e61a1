import { populationKey } from '../api/kinds/pod.ts';
import { isFinished } from '../api/kinds/podrequests.ts';
import type { Pod } from '../api/object.ts';
import { PODS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import { ASSUMED, type AssumedPod } from './snapshot.ts';

/** Pods that are alike to every selector. */
export interface Kin {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly terminating: boolean;
}

const MEMO_LIMIT = 10_000;
const kinds = new Map<string, Kin>();

/** What a key of the aggregate `labelsByNode` says; remembered, as it depends on the text alone. */
function kinOf(key: string): Kin {
  const known = kinds.get(key);
  if (known) return known;
  const first = key.indexOf('|');
  const second = key.indexOf('|', first + 1);
  const labels = Object.fromEntries(JSON.parse(key.slice(second + 1)) as [string, string][]);
  const kin: Kin = { namespace: key.slice(0, first), terminating: second > first + 1, labels };
  if (kinds.size >= MEMO_LIMIT) kinds.clear();
  kinds.set(key, kin);
  return kin;
}

/** Calls back for each group of like pods on a node, assumed ones included, with their number. */
export function forEachKin(ctx: Context, node: string, use: (kin: Kin, count: number, key: string) => void): void {
  const bound = ctx.totals(PODS, 'labelsByNode', node).sums;
  for (const key in bound) {
    const count = bound[key] ?? 0;
    if (count > 0) use(kinOf(key), count, key);
  }
  if (ctx.mem<AssumedPod>(ASSUMED).size === 0) return;
  const assumed = ctx.totals(`m/${ctx.process}/${ASSUMED}`, 'labelsByNode', node).sums;
  for (const key in assumed) {
    const count = assumed[key] ?? 0;
    if (count > 0) use(kinOf(key), count, key);
  }
}

/** A test of groups of pods that looks at each group once. */
export function remembered(test: (kin: Kin) => boolean): (kin: Kin, key: string) => boolean {
  const results = new Map<string, boolean>();
  return (kin, key) => {
    const known = results.get(key);
    if (known !== undefined) return known;
    const result = test(kin);
    results.set(key, result);
    return result;
  };
}

/** A pod as its kin. */
export const asKin = ({ metadata }: Pod): Kin => kinOf(populationKey(metadata));

/** Pods with a node, assumed ones included, that say something about their neighbours; `anti`: that must keep some away. */
export function podsWithAffinity(
  ctx: Context,
  which: 'any' | 'anti',
): readonly { readonly pod: Pod; readonly node: string }[] {
  const found: { pod: Pod; node: string }[] = [];
  for (const key of ctx.bucket(PODS, 'withAffinity', which)) {
    const pod = ctx.get<Pod>(PODS, key);
    if (pod?.spec.nodeName && !isFinished(pod)) found.push({ pod, node: pod.spec.nodeName });
  }
  const assumed = ctx.mem<AssumedPod>(ASSUMED);
  for (const key of assumed.bucket('withAffinity', which)) {
    const entry = assumed.get(key);
    if (entry) found.push(entry);
  }
  return found;
}
