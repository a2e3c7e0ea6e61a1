import type { Node, Pod } from '../../api/object.ts';
import { NODES, PODS } from '../../api/tables.ts';
import type { Json } from '../../sim/types.ts';
import type { HintEvent, Plugin, Status } from '../framework.ts';
import { type Amounts, allocatableOf, NON_ZERO, requestsOf } from '../resources.ts';
import { leavesNode } from '../snapshot.ts';

interface Shortage {
  readonly resource: string;
  readonly reason: string;
  readonly request: number;
  readonly used: number;
  readonly capacity: number;
}

const COMMON: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/** Resources of a pod in the order in which they are checked; zero requests are none. */
function requestedResources(pod: Amounts): readonly string[] {
  const extended = Object.keys(pod).filter((name) => !COMMON.includes(name) && !name.startsWith(NON_ZERO));
  return [...COMMON, ...extended.sort()].filter((name) => (pod[name] ?? 0) > 0);
}

const resourceLists = new WeakMap<Amounts, readonly string[]>();

function resourcesOf(pod: Amounts): readonly string[] {
  const known = resourceLists.get(pod);
  if (known) return known;
  const list = requestedResources(pod);
  resourceLists.set(pod, list);
  return list;
}

/** What of a node's resources is too little for a pod. @see pkg/scheduler/framework/plugins/noderesources/fit.go fitsRequest */
export function fitsRequest(pod: Amounts, allocatable: Amounts, pods: number, requested: Amounts): readonly Shortage[] {
  const short: Shortage[] = [];
  const allowed = allocatable['pods'] ?? 0;
  if (pods + 1 > allowed)
    short.push({ resource: 'pods', reason: 'Too many pods', request: 1, used: pods, capacity: allowed });
  for (const resource of resourcesOf(pod)) {
    const [request, used, capacity] = [pod[resource] ?? 0, requested[resource] ?? 0, allocatable[resource] ?? 0];
    if (request > capacity - used)
      short.push({ resource, reason: `Insufficient ${resource}`, request, used, capacity });
  }
  return short;
}

function refusal(short: readonly Shortage[]): Status | undefined {
  if (short.length === 0) return undefined;
  const tooSmall = short.some(({ resource, request, capacity }) => resource !== 'pods' && request > capacity);
  const values = (pick: (shortage: Shortage) => Json): Json =>
    Object.fromEntries(short.map((shortage) => [shortage.resource, pick(shortage)]));
  return {
    code: tooSmall ? 'UnschedulableAndUnresolvable' : 'Unschedulable',
    reasons: short.map(({ reason }) => reason),
    have: values(({ used, capacity }) => ({ used, allocatable: capacity })),
    want: values(({ request }) => request),
  };
}

const MAX_NODE_SCORE = 100;
const SCORED: readonly string[] = ['cpu', 'memory'];

const leastRequested = (requested: number, capacity: number): number =>
  requested > capacity ? 0 : Math.trunc(((capacity - requested) * MAX_NODE_SCORE) / capacity);

/** @see pkg/scheduler/framework/plugins/noderesources/fit.go, least_allocated.go */
export const nodeResourcesFit: Plugin<undefined, Amounts> = {
  name: 'NodeResourcesFit',
  filter: ({ requests }, { allocatable, pods, requested }) =>
    refusal(fitsRequest(requests, allocatable, pods, requested)),
  scoring: {
    weight: 1,
    preScore: ({ requests }) => requests,
    score: (_cycle, { allocatable, requested }, pod) => {
      let sum = 0;
      let count = 0;
      for (const resource of SCORED) {
        const capacity = allocatable[resource] ?? 0;
        if (capacity === 0) continue;
        const name = NON_ZERO + resource;
        sum += leastRequested((requested[name] ?? 0) + (pod[name] ?? 0), capacity);
        count += 1;
      }
      return count === 0 ? 0 : Math.trunc(sum / count);
    },
  },
  hints: [
    {
      table: PODS,
      actions: ['update', 'delete'],
      wakes: (_pod, { before, after }: HintEvent<Pod>) => leavesNode(before, after),
    },
    {
      table: NODES,
      actions: ['add', 'update'],
      wakes: (pod, { before, after }: HintEvent<Node>) => {
        if (!after) return false;
        const [requests, now] = [requestsOf(pod), allocatableOf(after)];
        if (fitsRequest(requests, now, 0, {}).length > 0) return false;
        return before === undefined || hasMore(requests, allocatableOf(before), now);
      },
    },
  ],
};

/** Whether a node got more of something that the pod asks for. @see haveAnyRequestedResourcesIncreased */
const hasMore = (pod: Amounts, before: Amounts, after: Amounts): boolean =>
  ['pods', ...resourcesOf(pod)].some((resource) => (after[resource] ?? 0) > (before[resource] ?? 0));
