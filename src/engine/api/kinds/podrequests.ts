import type { Container, Pod, PodSpec, ResourceList } from '../object.ts';
import { isZeroQuantity, quantityMilliValue, quantityValue } from '../quantity.ts';

/** Amounts of resources: cpu in thousandths, all else in whole units. */
export type Amounts = Readonly<Record<string, number>>;

const amountsOf = (list: ResourceList | undefined): Record<string, number> => {
  const amounts: Record<string, number> = {};
  for (const name in list)
    amounts[name] = Number(name === 'cpu' ? quantityMilliValue(list[name]) : quantityValue(list[name]));
  return amounts;
};

function add(sum: Record<string, number>, more: Amounts): void {
  for (const name in more) sum[name] = (sum[name] ?? 0) + (more[name] ?? 0);
}

function raise(most: Record<string, number>, other: Amounts): void {
  for (const name in other) most[name] = Math.max(most[name] ?? 0, other[name] ?? 0);
}

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/**
 * What a pod asks of its node, as the scheduler counts it: the sum over containers and sidecars, or what the start takes
 * where that is more, and the overhead; what the pod itself says of its requests comes first.
 * @see staging/src/k8s.io/component-helpers/resource/helpers.go PodRequests
 */
export function podRequests({ containers = [], initContainers = [], overhead, resources }: PodSpec): Amounts {
  const sum: Record<string, number> = {};
  for (const container of containers) add(sum, amountsOf(container.resources?.requests));
  const sidecars: Record<string, number> = {};
  const starting: Record<string, number> = {};
  for (const container of initContainers) {
    const requests = amountsOf(container.resources?.requests);
    if (isSidecar(container)) {
      add(sum, requests);
      add(sidecars, requests);
      raise(starting, sidecars);
    } else {
      const together = { ...requests };
      add(together, sidecars);
      raise(starting, together);
    }
  }
  raise(sum, starting);
  Object.assign(sum, amountsOf((resources as { readonly requests?: ResourceList } | undefined)?.requests));
  add(sum, amountsOf(overhead as ResourceList | undefined));
  return sum;
}

const QOS_RESOURCES: readonly string[] = ['cpu', 'memory'];

/** What scoring assumes of a container that requests nothing. @see pkg/scheduler/util/pod_resources.go */
const ASSUMED_REQUESTS: Readonly<Record<string, string>> = { cpu: '100m', memory: '200Mi' };

const withAssumed = (container: Container): Container => ({
  ...container,
  resources: { requests: { ...ASSUMED_REQUESTS, ...container.resources?.requests } },
});

function assumedRequests(spec: PodSpec, requests: Amounts): Amounts {
  const { containers = [], initContainers = [] } = spec;
  const complete = [...containers, ...initContainers].every(({ resources }) =>
    QOS_RESOURCES.every((name) => resources?.requests?.[name] !== undefined),
  );
  if (complete) return requests;
  return podRequests({
    ...spec,
    containers: containers.map(withAssumed),
    initContainers: initContainers.map(withAssumed),
  });
}

const usages = new WeakMap<PodSpec, Amounts>();

/** A pod's requests, and as `nonzero/cpu` and `nonzero/memory` what the scheduler's scores assume of it. Remembered per spec. */
export function podUsage(spec: PodSpec): Amounts {
  const known = usages.get(spec);
  if (known) return known;
  const requests = podRequests(spec);
  const assumed = assumedRequests(spec, requests);
  const usage = { ...requests, 'nonzero/cpu': assumed['cpu'] ?? 0, 'nonzero/memory': assumed['memory'] ?? 0 };
  usages.set(spec, usage);
  return usage;
}

export const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** @see pkg/apis/core/helper/qos/qos.go ComputePodQOS */
export function qosClass({ containers = [], initContainers = [] }: PodSpec): string {
  const all = [...containers, ...initContainers];
  const asked = (list: ResourceList | undefined): string[] =>
    QOS_RESOURCES.filter((name) => list?.[name] !== undefined && !isZeroQuantity(list[name]));
  if (all.every(({ resources }) => asked(resources?.requests).length + asked(resources?.limits).length === 0))
    return 'BestEffort';
  const guaranteed = all.every(({ resources }) =>
    QOS_RESOURCES.every((name) => {
      const [request, limit] = [resources?.requests?.[name], resources?.limits?.[name]];
      return (
        limit !== undefined &&
        !isZeroQuantity(limit) &&
        quantityMilliValue(request ?? limit) === quantityMilliValue(limit)
      );
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
