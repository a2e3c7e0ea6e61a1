import { deepEqual } from '../../api/diff.ts';
import type { Node, Pod } from '../../api/object.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { type Cycle, type HintEvent, type Plugin, SKIP, unresolvable, unschedulable } from '../framework.ts';
import { asKin, forEachKin, remembered } from '../population.ts';
import { joinsNode, leavesNode, type NodeInfo } from '../snapshot.ts';
import { constraintsOf, HOSTNAME, hasAllKeys, includesNode, type SpreadConstraint } from './spreadconstraints.ts';

/** Matching pods of a constraint by value of its topology key. */
type Counts = Map<string, number>;

interface FilterState {
  readonly constraints: readonly SpreadConstraint[];
  readonly counts: readonly Counts[];
  readonly minima: readonly number[];
}

const NO_MATCH = "node(s) didn't match pod topology spread constraints";

/** @see pkg/scheduler/framework/plugins/podtopologyspread/filtering.go calPreFilterState */
function filterState(cycle: Cycle, constraints: readonly SpreadConstraint[]): FilterState {
  const nodes = cycle.nodes.filter(({ node }) => hasAllKeys(node, constraints));
  const counts = constraints.map((constraint) => {
    const byValue: Counts = new Map();
    const countOn = counter(cycle, constraint);
    for (const { node } of nodes) {
      if (!includesNode(constraint, cycle.pod, node)) continue;
      const value = node.metadata.labels?.[constraint.topologyKey] ?? '';
      byValue.set(value, (byValue.get(value) ?? 0) + countOn(node));
    }
    return byValue;
  });
  const minima = counts.map((byValue, i) =>
    byValue.size < (constraints[i]?.minDomains ?? 1) ? 0 : Math.min(...byValue.values()),
  );
  return { constraints, counts, minima };
}

/** Counts the pods on a node that a constraint selects; terminating ones do not count. @see countPodsMatchSelector */
function counter({ ctx, pod }: Cycle, { selects }: SpreadConstraint): (node: Node) => number {
  const namespace = pod.metadata.namespace ?? '';
  const matches = remembered((kin) => !kin.terminating && kin.namespace === namespace && selects(kin.labels));
  const counts = new Map<string, number>();
  return ({ metadata: { name } }) => {
    const known = counts.get(name);
    if (known !== undefined) return known;
    let count = 0;
    forEachKin(ctx, name, (kin, number, key) => {
      if (matches(kin, key)) count += number;
    });
    counts.set(name, count);
    return count;
  };
}

interface ScoreState {
  readonly constraints: readonly SpreadConstraint[];
  /** Whether nodes that lack a key are left out. */
  readonly requireAllTopologies: boolean;
  readonly counts: readonly Counts[];
  readonly counters: readonly ((node: Node) => number)[];
  readonly weights: readonly number[];
}

/** Score of a node that lacks a topology key; becomes the worst. */
const IGNORED = -1;

/** @see pkg/scheduler/framework/plugins/podtopologyspread/scoring.go PreScore, initPreScoreState */
function scoreState(cycle: Cycle, nodes: readonly NodeInfo[]): ScoreState | undefined {
  const constraints = constraintsOf(cycle.ctx, cycle.pod, 'ScheduleAnyway');
  if (constraints.length === 0) return undefined;
  const requireAllTopologies = cycle.pod.spec['topologySpreadConstraints'] !== undefined;
  const considered = ({ node }: NodeInfo): boolean => !requireAllTopologies || hasAllKeys(node, constraints);
  const scored = nodes.filter(considered);
  const [first] = constraints;
  const shared = first && counter(cycle, first);
  // The system's constraints have one selector.
  const counters = constraints.map((constraint) =>
    shared && constraint.selects === first.selects ? shared : counter(cycle, constraint),
  );
  const counts = constraints.map((constraint, i) => {
    const byValue: Counts = new Map();
    if (constraint.topologyKey === HOSTNAME) return byValue;
    for (const { node } of scored) byValue.set(node.metadata.labels?.[constraint.topologyKey] ?? '', 0);
    for (const info of cycle.nodes) {
      const value = info.node.metadata.labels?.[constraint.topologyKey] ?? '';
      const known = byValue.get(value);
      if (known === undefined || !considered(info) || !includesNode(constraint, cycle.pod, info.node)) continue;
      byValue.set(value, known + (counters[i]?.(info.node) ?? 0));
    }
    return byValue;
  });
  const weights = constraints.map(({ topologyKey }, i) =>
    Math.log((topologyKey === HOSTNAME ? scored.length : (counts[i]?.size ?? 0)) + 2),
  );
  return { constraints, requireAllTopologies, counts, counters, weights };
}

function scoreOf(
  { node }: NodeInfo,
  { constraints, requireAllTopologies, counts, counters, weights }: ScoreState,
): number {
  if (requireAllTopologies && !hasAllKeys(node, constraints)) return IGNORED;
  let score = 0;
  for (const [i, { topologyKey, maxSkew }] of constraints.entries()) {
    const value = node.metadata.labels?.[topologyKey];
    if (value === undefined) continue;
    const count = topologyKey === HOSTNAME ? (counters[i]?.(node) ?? 0) : (counts[i]?.get(value) ?? 0);
    score += count * (weights[i] ?? 0) + (maxSkew - 1);
  }
  return Math.round(score);
}

/** The emptiest topology has 100. @see NormalizeScore */
function normalize(scores: readonly number[]): readonly number[] {
  const counted = scores.filter((score) => score !== IGNORED);
  const max = Math.max(0, ...counted);
  const min = Math.min(...counted);
  return scores.map((score) =>
    score === IGNORED ? 0 : max === 0 ? 100 : Math.trunc((100 * (max + min - score)) / max),
  );
}

/** @see pkg/scheduler/framework/plugins/podtopologyspread/plugin.go */
export const podTopologySpread: Plugin<FilterState, ScoreState> = {
  name: 'PodTopologySpread',
  preFilter: (cycle) => {
    const constraints = constraintsOf(cycle.ctx, cycle.pod, 'DoNotSchedule');
    return constraints.length === 0 ? SKIP : { state: filterState(cycle, constraints) };
  },
  filter: ({ pod }, { node }, { constraints, counts, minima }) => {
    for (const [i, { topologyKey, maxSkew, selects }] of constraints.entries()) {
      const value = node.metadata.labels?.[topologyKey];
      if (value === undefined) return unresolvable(`${NO_MATCH} (missing required label)`, { want: { topologyKey } });
      const [matching, min] = [counts[i]?.get(value) ?? 0, minima[i] ?? 0];
      const skew = matching + (selects(pod.metadata.labels ?? {}) ? 1 : 0) - min;
      if (skew > maxSkew)
        return unschedulable(NO_MATCH, { have: { [topologyKey]: value, matching, min, skew }, want: { maxSkew } });
    }
    return undefined;
  },
  scoring: { weight: 2, preScore: scoreState, score: (_cycle, node, state) => scoreOf(node, state), normalize },
  hints: [
    {
      table: PODS,
      actions: ['add', 'update', 'delete'],
      wakes: (pod, { before, after }: HintEvent<Pod>, ctx) => {
        const constraints = constraintsOf(ctx, pod, 'DoNotSchedule');
        const selected = (other: Pod): readonly boolean[] =>
          constraints.map(
            ({ selects }) => other.metadata.namespace === pod.metadata.namespace && selects(asKin(other).labels),
          );
        if (after && joinsNode(before, after)) return selected(after).includes(true);
        if (before && leavesNode(before, after)) return selected(before).includes(true);
        if (!before || !after || (!after.spec.nodeName && after.metadata.uid !== pod.metadata.uid)) return false;
        const tolerated =
          after.metadata.uid === pod.metadata.uid && !deepEqual(before.spec.tolerations, after.spec.tolerations);
        if (tolerated && constraints.some(({ honorsTaints }) => honorsTaints)) return true;
        return !deepEqual(selected(before), selected(after));
      },
    },
    {
      table: NODES,
      actions: ['add', 'update', 'delete'],
      wakes: (pod, { before, after }: HintEvent<Node>, ctx) => {
        const constraints = constraintsOf(ctx, pod, 'DoNotSchedule');
        const [was, is] = [
          before !== undefined && hasAllKeys(before, constraints),
          after !== undefined && hasAllKeys(after, constraints),
        ];
        if (!before || !after) return was || is;
        if (was !== is) return true;
        const moved = constraints.some(
          ({ topologyKey }) => before.metadata.labels?.[topologyKey] !== after.metadata.labels?.[topologyKey],
        );
        return is && (moved || !deepEqual(before.spec?.taints, after.spec?.taints));
      },
    },
  ],
};
