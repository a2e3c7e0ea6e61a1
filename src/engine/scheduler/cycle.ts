import type { Cycle, Plugin, Status } from './framework.ts';
import { PLUGINS } from './plugins/index.ts';
import type { NodeInfo } from './snapshot.ts';

/** A node that was refused, by whom and why. */
export interface NodeStatus {
  readonly node: string;
  readonly plugin: string;
  readonly status: Status;
}

/** Scores of the nodes that passed, in their order. */
export interface NodeScores {
  readonly nodes: readonly NodeInfo[];
  readonly totals: readonly number[];
  /** Weighted scores of each plugin that had something to say. */
  readonly byPlugin: readonly { readonly plugin: string; readonly scores: readonly number[] }[];
}

/** States that PreFilter left, by plugin; a plugin that skipped has none. */
export type States = ReadonlyMap<Plugin, unknown>;

/** How an attempt ended. */
export type ScheduleResult =
  | { readonly kind: 'fits'; readonly node: NodeInfo; readonly scores?: NodeScores; readonly states: States }
  | { readonly kind: 'noNodes' }
  | {
      readonly kind: 'preFilter';
      readonly plugin: string;
      readonly status: Status;
      readonly topics: readonly string[];
    }
  | {
      readonly kind: 'noFit';
      readonly nodes: readonly NodeStatus[];
      readonly plugins: readonly string[];
      readonly states: States;
    }
  | { readonly kind: 'error'; readonly message: string };

const MIN_FEASIBLE_NODES = 100;

/**
 * Finds the best node for a pod.
 * @see pkg/scheduler/schedule_one.go schedulePod
 */
export function schedulePod(cycle: Cycle): ScheduleResult {
  if (cycle.nodes.length === 0) return { kind: 'noNodes' };
  const prepared = runPreFilterPlugins(cycle);
  if ('kind' in prepared) return prepared;
  const { states } = prepared;
  const nominated = cycle.nodes.find(({ node }) => node.metadata.name === cycle.pod.status?.nominatedNodeName);
  if (nominated && runFilterPlugins(cycle, nominated, states) === undefined)
    return { kind: 'fits', node: nominated, states };
  const found = findNodesThatPassFilters(cycle, prepared);
  if (!('feasible' in found)) return found;
  const { feasible, refused } = found;
  const [first] = feasible;
  if (!first) {
    const plugins = [...new Set([...prepared.restrictedBy, ...refused.map(({ plugin }) => plugin)])].sort();
    return { kind: 'noFit', nodes: refused, plugins, states };
  }
  if (feasible.length === 1) return { kind: 'fits', node: first, states };
  const scores = prioritizeNodes(cycle, feasible);
  return { kind: 'fits', node: best(scores) ?? first, scores, states };
}

interface Prepared {
  readonly states: States;
  /** The only nodes that PreFilter left, and who restricted them. */
  readonly names: ReadonlySet<string> | undefined;
  readonly restrictedBy: readonly string[];
}

/** @see pkg/scheduler/framework/runtime/framework.go RunPreFilterPlugins */
function runPreFilterPlugins(cycle: Cycle): Prepared | ScheduleResult {
  const states = new Map<Plugin, unknown>();
  let names: ReadonlySet<string> | undefined;
  const restrictedBy: string[] = [];
  for (const plugin of PLUGINS) {
    const result = plugin.preFilter?.(cycle);
    if (result === undefined) {
      if (plugin.filter) states.set(plugin, undefined);
      continue;
    }
    if ('skip' in result) continue;
    if ('status' in result) {
      if (result.status.code === 'Error')
        return {
          kind: 'error',
          message: `running PreFilter plugin "${plugin.name}": ${result.status.reasons.join(', ')}`,
        };
      const { status, topics = [] } = result;
      return { kind: 'preFilter', plugin: plugin.name, status, topics };
    }
    states.set(plugin, result.state);
    if (!result.nodeNames) continue;
    const allowed: ReadonlySet<string> | undefined = names;
    names = new Set(result.nodeNames.filter((name) => allowed?.has(name) ?? true));
    restrictedBy.push(plugin.name);
  }
  return { states, names, restrictedBy };
}

/** @see pkg/scheduler/framework/runtime/framework.go RunFilterPlugins */
function runFilterPlugins(cycle: Cycle, node: NodeInfo, states: States): Omit<NodeStatus, 'node'> | undefined {
  for (const [plugin, state] of states) {
    const status = plugin.filter?.(cycle, node, state);
    if (status) return { plugin: plugin.name, status };
  }
  return undefined;
}

/** Upstream examines a part of large clusters only. @see numFeasibleNodesToFind */
function numFeasibleNodesToFind(all: number): number {
  if (all < MIN_FEASIBLE_NODES) return all;
  const percentage = Math.max(50 - Math.trunc(all / 125), 5);
  return Math.max(Math.trunc((all * percentage) / 100), MIN_FEASIBLE_NODES);
}

function findNodesThatPassFilters(
  cycle: Cycle,
  { states, names, restrictedBy }: Prepared,
): { readonly feasible: readonly NodeInfo[]; readonly refused: readonly NodeStatus[] } | ScheduleResult {
  const nodes = names ? cycle.nodes.filter(({ node }) => names.has(node.metadata.name)) : cycle.nodes;
  const feasible: NodeInfo[] = [];
  const refused: NodeStatus[] = [];
  const wanted = numFeasibleNodesToFind(nodes.length);
  const all = nodes.length;
  const start = startIndex(cycle, all);
  for (let i = 0; i < all && feasible.length < wanted; i++) {
    const node = nodes[(start + i) % all];
    if (!node) continue;
    const refusal = runFilterPlugins(cycle, node, states);
    if (!refusal) feasible.push(node);
    else if (refusal.status.code === 'Error')
      return {
        kind: 'error',
        message: `running "${refusal.plugin}" filter plugin: ${refusal.status.reasons.join(', ')}`,
      };
    else refused.push({ node: node.node.metadata.name, ...refusal });
  }
  if (all >= MIN_FEASIBLE_NODES)
    cycle.ctx.mem<number>(CURSOR).set('', (start + feasible.length + refused.length) % cycle.nodes.length);
  if (names && feasible.length === 0) {
    const status: Status = {
      code: 'UnschedulableAndUnresolvable',
      reasons: [`node(s) didn't satisfy plugin(s) [${restrictedBy.join(' ')}]`],
    };
    for (const { node } of cycle.nodes) {
      if (!names.has(node.metadata.name))
        refused.push({ node: node.metadata.name, plugin: restrictedBy.join(' '), status });
    }
  }
  return { feasible, refused };
}

const CURSOR = 'nextStartNodeIndex';

/** Where the search goes on in a large cluster; in a small one every node is looked at anyway. */
const startIndex = ({ ctx }: Cycle, all: number): number =>
  all >= MIN_FEASIBLE_NODES ? (ctx.mem<number>(CURSOR).get('') ?? 0) % all : 0;

/** @see pkg/scheduler/schedule_one.go prioritizeNodes */
function prioritizeNodes(cycle: Cycle, nodes: readonly NodeInfo[]): NodeScores {
  const totals = nodes.map(() => 0);
  const byPlugin: { plugin: string; scores: readonly number[] }[] = [];
  for (const { name, scoring } of PLUGINS) {
    const state = scoring?.preScore(cycle, nodes);
    if (!scoring || state === undefined) continue;
    const raw = nodes.map((node) => scoring.score(cycle, node, state));
    const scores = (scoring.normalize?.(raw) ?? raw).map((score) => score * scoring.weight);
    for (let i = 0; i < scores.length; i++) totals[i] = (totals[i] ?? 0) + (scores[i] ?? 0);
    byPlugin.push({ plugin: name, scores });
  }
  return { nodes, totals, byPlugin };
}

/** The first of the nodes with the highest score. */
const best = ({ nodes, totals }: NodeScores): NodeInfo | undefined => nodes[totals.indexOf(Math.max(...totals))];
