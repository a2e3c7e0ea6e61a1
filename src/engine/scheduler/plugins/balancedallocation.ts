import type { Plugin } from '../framework.ts';
import type { Amounts } from '../resources.ts';

const MAX_NODE_SCORE = 100;

/** 100 where cpu and memory are used to the same degree. @see balancedResourceScore */
function balance(cpu: number, memory: number, allocatable: Amounts): number {
  const share = (used: number, capacity = 0): number | undefined =>
    capacity > 0 ? Math.min(used / capacity, 1) : undefined;
  const [first, second] = [share(cpu, allocatable['cpu']), share(memory, allocatable['memory'])];
  const deviation = first === undefined || second === undefined ? 0 : Math.abs((first - second) / 2);
  return Math.trunc((1 - deviation) * MAX_NODE_SCORE);
}

/** @see pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go */
export const nodeResourcesBalancedAllocation: Plugin<undefined, Amounts> = {
  name: 'NodeResourcesBalancedAllocation',
  scoring: {
    weight: 1,
    // Pods without requests would all be drawn to one node.
    preScore: ({ requests }) =>
      (requests['cpu'] ?? 0) === 0 && (requests['memory'] ?? 0) === 0 ? undefined : requests,
    score: (_cycle, { allocatable, requested }, pod) => {
      const [cpu, memory] = [requested['cpu'] ?? 0, requested['memory'] ?? 0];
      const without = balance(cpu, memory, allocatable);
      const withPod = balance(cpu + (pod['cpu'] ?? 0), memory + (pod['memory'] ?? 0), allocatable);
      return MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + withPod - without) / 2);
    },
  },
  hints: [],
};
