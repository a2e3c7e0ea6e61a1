import { deepEqual } from '../../api/diff.ts';
import type { Node, Pod } from '../../api/object.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { type Cycle, type HintEvent, type Plugin, SKIP, unresolvable, unschedulable } from '../framework.ts';
import { asKin, forEachKin, podsWithAffinity, remembered } from '../population.ts';
import { joinsNode, leavesNode } from '../snapshot.ts';
import { type AffinityTerm, matchesAllTerms, preferredTerms, requiredTerms } from './affinityterms.ts';

/** Numbers by topology key and value. */
class TopologyCounts {
  readonly #counts = new Map<string, number>();

  add({ metadata }: Node, key: string, amount: number): void {
    const value = metadata.labels?.[key];
    if (value === undefined) return;
    const pair = `${key}=${value}`;
    this.#counts.set(pair, (this.#counts.get(pair) ?? 0) + amount);
  }

  at({ metadata }: Node, key: string): number {
    return this.#counts.get(`${key}=${metadata.labels?.[key] ?? ''}`) ?? 0;
  }

  /** Sum over all labels of a node. */
  of({ metadata: { labels = {} } }: Node): number {
    let sum = 0;
    for (const key in labels) sum += this.#counts.get(`${key}=${labels[key]}`) ?? 0;
    return sum;
  }

  get isEmpty(): boolean {
    return this.#counts.size === 0;
  }
}

interface State {
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  /** Pods that the pod wants near, pods that it wants away, and pods that want it away. */
  readonly near: TopologyCounts;
  readonly away: TopologyCounts;
  readonly repelling: TopologyCounts;
}

const EXISTING_ANTI = "node(s) didn't satisfy existing pods anti-affinity rules";
const AFFINITY = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules";

const nodesByName = ({ nodes }: Cycle): ReadonlyMap<string, Node> =>
  new Map(nodes.map(({ node }) => [node.metadata.name, node]));

/** @see pkg/scheduler/framework/plugins/interpodaffinity/filtering.go PreFilter */
function filterState(cycle: Cycle): State | undefined {
  const { ctx, pod, nodes } = cycle;
  const affinity = requiredTerms(ctx, pod, 'podAffinity');
  const antiAffinity = requiredTerms(ctx, pod, 'podAntiAffinity');
  const [near, away, repelling] = [new TopologyCounts(), new TopologyCounts(), new TopologyCounts()];
  const repellers = podsWithAffinity(ctx, 'anti');
  if (repellers.length > 0) {
    const byName = nodesByName(cycle);
    const self = asKin(pod);
    for (const { pod: other, node } of repellers) {
      const at = byName.get(node);
      if (!at) continue;
      for (const { topologyKey, matches } of requiredTerms(ctx, other, 'podAntiAffinity'))
        if (matches(self)) repelling.add(at, topologyKey, 1);
    }
  }
  if (affinity.length + antiAffinity.length > 0) {
    const attracts = remembered((kin) => matchesAllTerms(affinity, kin));
    const repels = antiAffinity.map(({ matches }) => remembered(matches));
    for (const { node } of nodes) {
      forEachKin(ctx, node.metadata.name, (kin, count, key) => {
        if (attracts(kin, key)) for (const { topologyKey } of affinity) near.add(node, topologyKey, count);
        for (const [i, { topologyKey }] of antiAffinity.entries())
          if (repels[i]?.(kin, key)) away.add(node, topologyKey, count);
      });
    }
  }
  if (repelling.isEmpty && affinity.length + antiAffinity.length === 0) return undefined;
  return { affinity, antiAffinity, near, away, repelling };
}

/** The first pod of a group that wants to be near its own kind has nobody to be near to yet. @see satisfyPodAffinity */
function satisfiesAffinity(pod: Pod, node: Node, { affinity, near }: State): boolean {
  if (affinity.some(({ topologyKey }) => node.metadata.labels?.[topologyKey] === undefined)) return false;
  if (affinity.every(({ topologyKey }) => near.at(node, topologyKey) > 0)) return true;
  return near.isEmpty && matchesAllTerms(affinity, asKin(pod));
}

/** A required term of a pod that is there already pulls with this weight. @see HardPodAffinityWeight */
const HARD_WEIGHT = 1;

/** @see pkg/scheduler/framework/plugins/interpodaffinity/scoring.go PreScore, processExistingPod */
function scoreState(cycle: Cycle): TopologyCounts | undefined {
  const { ctx, pod, nodes } = cycle;
  const scores = new TopologyCounts();
  const attractive = preferredTerms(ctx, pod, 'podAffinity');
  const repulsive = preferredTerms(ctx, pod, 'podAntiAffinity');
  const signed = [
    ...attractive.map((term) => ({ ...term })),
    ...repulsive.map((term) => ({ ...term, weight: -term.weight })),
  ];
  if (signed.length > 0) {
    const tests = signed.map(({ matches }) => remembered(matches));
    for (const { node } of nodes) {
      forEachKin(ctx, node.metadata.name, (kin, count, key) => {
        for (const [i, { topologyKey, weight }] of signed.entries())
          if (tests[i]?.(kin, key)) scores.add(node, topologyKey, weight * count);
      });
    }
  }
  const others = podsWithAffinity(ctx, 'any');
  if (others.length > 0) {
    const byName = nodesByName(cycle);
    const self = asKin(pod);
    for (const { pod: other, node } of others) {
      const at = byName.get(node);
      if (!at) continue;
      const pull = (terms: readonly AffinityTerm[], sign: number): void => {
        for (const { topologyKey, weight, matches } of terms)
          if (matches(self)) scores.add(at, topologyKey, sign * weight);
      };
      pull(requiredTerms(ctx, other, 'podAffinity'), HARD_WEIGHT);
      pull(preferredTerms(ctx, other, 'podAffinity'), 1);
      pull(preferredTerms(ctx, other, 'podAntiAffinity'), -1);
    }
  }
  return scores.isEmpty ? undefined : scores;
}

function normalize(scores: readonly number[]): readonly number[] {
  const [min, max] = [Math.min(...scores), Math.max(...scores)];
  return scores.map((score) => (max > min ? Math.trunc((100 * (score - min)) / (max - min)) : 0));
}

/** @see pkg/scheduler/framework/plugins/interpodaffinity/plugin.go */
export const interPodAffinity: Plugin<State, TopologyCounts> = {
  name: 'InterPodAffinity',
  preFilter: (cycle) => {
    const state = filterState(cycle);
    return state ? { state } : SKIP;
  },
  filter: ({ pod }, { node }, state) => {
    if (!satisfiesAffinity(pod, node, state))
      return unresolvable(AFFINITY, { want: state.affinity.map(({ topologyKey }) => topologyKey) });
    const clash = state.antiAffinity.find(({ topologyKey }) => state.away.at(node, topologyKey) > 0);
    if (clash)
      return unschedulable(ANTI_AFFINITY, {
        have: { matchingPods: state.away.at(node, clash.topologyKey) },
        want: clash.topologyKey,
      });
    return state.repelling.of(node) > 0
      ? unschedulable(EXISTING_ANTI, { have: { repellingPods: state.repelling.of(node) } })
      : undefined;
  },
  scoring: {
    weight: 2,
    preScore: (cycle) => scoreState(cycle),
    score: (_cycle, { node }, scores) => scores.of(node),
    normalize,
  },
  hints: [
    {
      table: PODS,
      actions: ['add', 'update', 'delete'],
      wakes: (pod, { before, after }: HintEvent<Pod>, ctx) => {
        const attracted = (other: Pod): boolean =>
          matchesAllTerms(requiredTerms(ctx, pod, 'podAffinity'), asKin(other));
        const repelled = (other: Pod): boolean =>
          matchesAllTerms(requiredTerms(ctx, pod, 'podAntiAffinity'), asKin(other));
        if (after && joinsNode(before, after)) return attracted(after);
        if (before && leavesNode(before, after))
          return repelled(before) || matchesAllTerms(requiredTerms(ctx, before, 'podAntiAffinity'), asKin(pod));
        if (!before || !after || deepEqual(before.metadata.labels, after.metadata.labels)) return false;
        if (after.metadata.uid === pod.metadata.uid) return true;
        return (
          after.spec.nodeName !== undefined &&
          ((!attracted(before) && attracted(after)) || (repelled(before) && !repelled(after)))
        );
      },
    },
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: (pod, { before, after }: HintEvent<Node>, ctx) => {
        const changed = ({ topologyKey }: AffinityTerm): boolean =>
          before?.metadata.labels?.[topologyKey] !== after?.metadata.labels?.[topologyKey];
        const has = ({ topologyKey }: AffinityTerm): boolean => after?.metadata.labels?.[topologyKey] !== undefined;
        if (requiredTerms(ctx, pod, 'podAffinity').some((term) => has(term) && changed(term))) return true;
        const away = requiredTerms(ctx, pod, 'podAntiAffinity');
        return before === undefined
          ? away.length > 0
          : away.some((term) => before.metadata.labels?.[term.topologyKey] !== undefined && changed(term));
      },
    },
  ],
};
