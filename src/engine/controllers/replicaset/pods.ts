import { parseTime } from '../../api/duration.ts';
import { isFinished } from '../../api/kinds/podrequests.ts';
import type { Pod, ReplicaSet } from '../../api/object.ts';
import { matchesLabelSelector, matchesLabels } from '../../api/selectors.ts';
import { PODS, REPLICA_SETS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { controllerOf } from '../owners.ts';

/** How many pods a ReplicaSet has, by what they are doing; only pods that its selector matches. */
export interface PodCounts {
  readonly active: number;
  readonly ready: number;
  readonly fullyLabeled: number;
  readonly terminating: number;
  /** Pods that it controls and no longer selects. */
  readonly unselected: number;
}

/** Counts the pods without looking at them: there are few different sets of labels. */
export function countPods(ctx: Context, { metadata, spec }: ReplicaSet): PodCounts {
  const counts = { active: 0, ready: 0, fullyLabeled: 0, terminating: 0, unselected: 0 };
  const { sums } = ctx.totals(PODS, 'byControllerState', metadata.uid);
  for (const key in sums) {
    const count = sums[key] ?? 0;
    if (count === 0) continue;
    const cut = key.indexOf('|');
    const labels = Object.fromEntries(JSON.parse(key.slice(cut + 1)) as [string, string][]);
    const state = key.slice(0, cut) as 'active' | 'ready' | 'terminating';
    if (!matchesLabelSelector(spec.selector, labels)) {
      if (state === 'active') counts.unselected += count;
      continue;
    }
    counts[state] += count;
    if (state === 'active' && matchesLabels(spec.template.metadata?.labels, labels)) counts.fullyLabeled += count;
  }
  return counts;
}

const isActive = (pod: Pod): boolean => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;

/** The unfinished pods that a controller has. */
export const activePodsOf = (ctx: Context, uid: string): readonly Pod[] =>
  ctx.bucket(PODS, 'byOwner', uid).flatMap((key) => {
    const pod = ctx.get<Pod>(PODS, key);
    return pod && isActive(pod) ? [pod] : [];
  });

/** Unfinished pods of a namespace that nobody controls. */
export const orphanPods = (ctx: Context, namespace: string): readonly Pod[] =>
  ctx.bucket(PODS, 'orphans', namespace).flatMap((key) => {
    const pod = ctx.get<Pod>(PODS, key);
    return pod && isActive(pod) ? [pod] : [];
  });

const readyCondition = ({ status }: Pod) =>
  status?.conditions?.find(({ type, status: value }) => type === 'Ready' && value === 'True');

/** When a pod became ready; undefined while it is not. */
export function readySince(pod: Pod): number | undefined {
  const ready = readyCondition(pod);
  return ready && (parseTime(ready.lastTransitionTime ?? '') ?? 0);
}

const PHASES: Readonly<Record<string, number>> = { Pending: 0, Unknown: 1, Running: 2 };

const restarts = ({ status }: Pod): number =>
  Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));

/** Ages are compared by their orders of magnitude, so that equals are told apart by chance, which is their uid. */
const magnitude = (age: number): number => (age > 0 ? Math.trunc(Math.log2(age * 1e6)) : -1);

const deletionCost = ({ metadata }: Pod): number =>
  Number(metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0) || 0;

/**
 * The pods to delete first: those that would be missed least.
 * @see pkg/controller/replicaset/replica_set.go getPodsToDelete; controller_utils.go ActivePodsWithRanks
 */
export function podsToDelete(
  ctx: Context,
  rs: ReplicaSet,
  pods: readonly Pod[],
  count: number,
  now: number,
): readonly Pod[] {
  if (count >= pods.length) return pods;
  const onNode = relatedPodsByNode(ctx, rs);
  const rank = ({ spec }: Pod): number => (spec.nodeName ? (onNode.get(spec.nodeName) ?? 0) : 0);
  const phase = ({ status }: Pod): number => PHASES[status?.phase ?? 'Pending'] ?? 1;
  const byAge = (a: number, b: number, first: Pod, second: Pod): number =>
    magnitude(now - a) - magnitude(now - b) || (first.metadata.uid < second.metadata.uid ? -1 : 1);
  const order = (a: Pod, b: Pod): number => {
    const [readyA, readyB] = [readySince(a), readySince(b)];
    const rules =
      Number(!!a.spec.nodeName) - Number(!!b.spec.nodeName) ||
      phase(a) - phase(b) ||
      Number(readyA !== undefined) - Number(readyB !== undefined) ||
      deletionCost(a) - deletionCost(b) ||
      rank(b) - rank(a);
    if (rules !== 0) return rules;
    if (readyA !== undefined && readyB !== undefined && readyA !== readyB) return byAge(readyA, readyB, a, b);
    if (restarts(a) !== restarts(b)) return restarts(b) - restarts(a);
    const [createdA, createdB] = [
      parseTime(a.metadata.creationTimestamp) ?? 0,
      parseTime(b.metadata.creationTimestamp) ?? 0,
    ];
    return createdA === createdB ? 0 : byAge(createdA, createdB, a, b);
  };
  return [...pods].sort(order).slice(0, count);
}

/** Active pods per node, of all ReplicaSets of the same owner. @see getIndirectlyRelatedPods */
function relatedPodsByNode(ctx: Context, rs: ReplicaSet): ReadonlyMap<string, number> {
  const owner = controllerOf(rs)?.uid;
  const names = owner === undefined ? [] : ctx.bucket(REPLICA_SETS, 'byOwner', owner);
  const related = names.flatMap((name) => ctx.get<ReplicaSet>(REPLICA_SETS, name) ?? []);
  const counts = new Map<string, number>();
  for (const { metadata } of related.length > 0 ? related : [rs]) {
    for (const { spec } of activePodsOf(ctx, metadata.uid)) {
      if (spec.nodeName) counts.set(spec.nodeName, (counts.get(spec.nodeName) ?? 0) + 1);
    }
  }
  return counts;
}
