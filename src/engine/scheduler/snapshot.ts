import { populationKey, withAffinity } from '../api/kinds/pod.ts';
import { isFinished } from '../api/kinds/podrequests.ts';
import type { Node, Pod } from '../api/object.ts';
import { PODS } from '../api/tables.ts';
import { zoneKeyOf } from '../api/zone.ts';
import type { Context } from '../sim/context.ts';
import type { TableSpec } from '../sim/types.ts';
import { type Amounts, allocatableOf, requestsOf } from './resources.ts';

/** A node with what it offers and what its pods, the assumed ones included, take of it. */
export interface NodeInfo {
  readonly node: Node;
  readonly allocatable: Amounts;
  readonly pods: number;
  /** Sum of the pods' requests. */
  readonly requested: Amounts;
}

/** A pod that has a node in the scheduler's memory and not yet in the API. */
export interface AssumedPod {
  readonly node: string;
  readonly pod: Pod;
}

interface Zone {
  readonly name: string;
  readonly nodes: readonly string[];
}

export const ASSUMED = 'assumedPods';
const NODE_TREE = 'nodeTree';
const CACHED_NODES = 'cachedNodes';

const assumedAsBound = ({ node, pod }: AssumedPod): Pod => ({ ...pod, spec: { ...pod.spec, nodeName: node } });

/** Assumed pods are indexed as those are that have their node. */
export const SNAPSHOT_TABLES: readonly TableSpec[] = [
  {
    name: `*/${ASSUMED}`,
    class: 'memory',
    indices: {
      byNode: { of: ({ node }: AssumedPod) => [node] },
      withAffinity: { of: (assumed: AssumedPod) => withAffinity.of(assumedAsBound(assumed), '') },
    },
    aggregates: {
      usageByNode: { of: ({ node, pod }: AssumedPod) => ({ bucket: node, amounts: requestsOf(pod) }) },
      labelsByNode: {
        of: ({ node, pod }: AssumedPod) => ({ bucket: node, amounts: { [populationKey(pod.metadata)]: 1 } }),
      },
    },
  },
];

/** @see pkg/scheduler/backend/cache/cache.go AssumePod */
export const assumePod = (ctx: Context, key: string, pod: Pod, node: string): void =>
  ctx.mem<AssumedPod>(ASSUMED).set(key, { node, pod });

/** @see pkg/scheduler/backend/cache/cache.go ForgetPod */
export function forgetPod(ctx: Context, key: string): void {
  if (ctx.mem<AssumedPod>(ASSUMED).has(key)) ctx.mem<AssumedPod>(ASSUMED).delete(key);
}

export const isAssumed = (ctx: Context, key: string): boolean => ctx.mem<AssumedPod>(ASSUMED).has(key);

/** Pods on a node, assumed ones included. */
export function podsOn(ctx: Context, node: string): readonly Pod[] {
  const assumed = ctx.mem<AssumedPod>(ASSUMED);
  const pods: Pod[] = [];
  for (const key of ctx.bucket(PODS, 'byNode', node)) {
    const pod = ctx.get<Pod>(PODS, key);
    if (pod && !isFinished(pod)) pods.push(pod);
  }
  for (const key of assumed.bucket('byNode', node)) {
    const entry = assumed.get(key);
    if (entry) pods.push(entry.pod);
  }
  return pods;
}

/** Whether a change gives a pod its node. */
export const joinsNode = (before: Pod | undefined, after: Pod | undefined): boolean =>
  after?.spec.nodeName !== undefined && !isFinished(after) && !before?.spec.nodeName;

/** Whether a change takes a pod off its node: it goes, or it finishes, which for the scheduler is the same. */
export const leavesNode = (before: Pod | undefined, after: Pod | undefined): boolean =>
  before?.spec.nodeName !== undefined && !isFinished(before) && (after === undefined || isFinished(after));

/** Keeps the scheduler's own copy of the nodes, and the tree of zones and their nodes, both in order of appearance. @see pkg/scheduler/backend/cache/node_tree.go */
export function updateNodeTree(ctx: Context, before: Node | undefined, after: Node | undefined): void {
  const [from, to] = [before && zoneKeyOf(before), after && zoneKeyOf(after)];
  const name = (after ?? before)?.metadata.name ?? '';
  const nodes = ctx.mem<Node>(CACHED_NODES);
  if (after) nodes.set(name, after);
  else nodes.delete(name);
  if (from === to) return;
  const tree = ctx.mem<readonly Zone[]>(NODE_TREE);
  let zones = tree.get('') ?? [];
  if (from !== undefined) {
    zones = zones
      .map((zone) => (zone.name === from ? { ...zone, nodes: zone.nodes.filter((other) => other !== name) } : zone))
      .filter(({ nodes }) => nodes.length > 0);
  }
  if (to !== undefined) {
    const known = zones.some((zone) => zone.name === to);
    zones = known
      ? zones.map((zone) => (zone.name === to ? { ...zone, nodes: [...zone.nodes, name] } : zone))
      : [...zones, { name: to, nodes: [name] }];
  }
  tree.set('', zones);
}

const lists = new WeakMap<readonly Zone[], readonly string[]>();

/** One node of each zone in turn. @see pkg/scheduler/backend/cache/node_tree.go list */
function listNodes(zones: readonly Zone[]): readonly string[] {
  const known = lists.get(zones);
  if (known) return known;
  const names: string[] = [];
  const longest = Math.max(0, ...zones.map(({ nodes }) => nodes.length));
  for (let i = 0; i < longest; i++) {
    for (const { nodes } of zones) {
      const name = nodes[i];
      if (name !== undefined) names.push(name);
    }
  }
  lists.set(zones, names);
  return names;
}

/** The nodes as they are now, in the order in which upstream examines them. @see UpdateSnapshot */
export function snapshot(ctx: Context): readonly NodeInfo[] {
  const infos: NodeInfo[] = [];
  const nodes = ctx.mem<Node>(CACHED_NODES);
  const someAssumed = ctx.mem<AssumedPod>(ASSUMED).size > 0;
  for (const name of listNodes(ctx.mem<readonly Zone[]>(NODE_TREE).get('') ?? [])) {
    const node = nodes.get(name);
    if (node) infos.push(nodeInfo(ctx, node, someAssumed));
  }
  return infos;
}

function nodeInfo(ctx: Context, node: Node, someAssumed: boolean): NodeInfo {
  const { name } = node.metadata;
  const bound = ctx.totals(PODS, 'usageByNode', name);
  const allocatable = allocatableOf(node);
  const assumed = someAssumed ? ctx.totals(`m/${ctx.process}/${ASSUMED}`, 'usageByNode', name) : undefined;
  if (!assumed || assumed.count === 0) return { node, allocatable, pods: bound.count, requested: bound.sums };
  const requested: Record<string, number> = { ...bound.sums };
  for (const resource in assumed.sums) requested[resource] = (requested[resource] ?? 0) + (assumed.sums[resource] ?? 0);
  return { node, allocatable, pods: bound.count + assumed.count, requested };
}
