import type { Container, PodSpec, ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { addQuantities, compareQuantities } from '../quantity.ts';

type Lists = 'requests' | 'limits';

/** Sums of two lists, resource by resource. @see staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go Add */
export function addResources(a: ResourceList | undefined, b: ResourceList | undefined): ResourceList {
  const sum: Record<string, string> = { ...a };
  for (const [name, value] of Object.entries(b ?? {})) {
    const before = own(sum, name);
    sum[name] = before === undefined ? value : addQuantities(before, value);
  }
  return sum;
}

function maxResources(a: ResourceList, b: ResourceList): ResourceList {
  const most: Record<string, string> = { ...a };
  for (const [name, value] of Object.entries(b)) if (compareQuantities(own(most, name), value) < 0) most[name] = value;
  return most;
}

const POD_LEVEL = /^(cpu|memory|hugepages-.*)$/;

/**
 * What a pod requests, or is limited to, as exact quantities: the sum over containers and sidecars, or what the start
 * takes where that is more; what the pod says of itself comes first. Its overhead is not in it.
 * @see plugin/pkg/admission/limitranger/admission.go podRequests, podLimits
 */
export function podResources(spec: PodSpec, which: Lists): ResourceList {
  const listOf = ({ resources }: Container): ResourceList => resources?.[which] ?? {};
  let sum = (spec.containers ?? []).reduce<ResourceList>(
    (total, container) => addResources(total, listOf(container)),
    {},
  );
  let sidecars: ResourceList = {};
  let starting: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const list = listOf(container);
    if (container.restartPolicy === 'Always') {
      sum = addResources(sum, list);
      sidecars = addResources(sidecars, list);
      starting = maxResources(starting, sidecars);
    } else {
      starting = maxResources(starting, addResources(list, sidecars));
    }
  }
  const own = (spec['resources'] as Partial<Record<Lists, ResourceList>> | undefined)?.[which] ?? {};
  const chosen = Object.entries(own).filter(([name]) => POD_LEVEL.test(name));
  return { ...maxResources(sum, starting), ...Object.fromEntries(chosen) };
}
