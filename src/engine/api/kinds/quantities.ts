import type { ResourceList } from '../object.ts';
import { canonicalQuantity } from '../quantity.ts';

/** A list of resources with every amount as the API server writes it back: `1024Mi` becomes `1Gi`. */
export function canonicalResources<T extends ResourceList | undefined>(list: T): T {
  if (!list) return list;
  let changed: Record<string, string> | undefined;
  for (const name in list) {
    const canonical = canonicalQuantity(list[name] ?? '');
    if (canonical === list[name]) continue;
    changed ??= { ...list };
    changed[name] = canonical;
  }
  return (changed as T | undefined) ?? list;
}

interface Requirements {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

/** The same for the requests and limits of a container, a pod or a claim. */
export function canonicalRequirements<T extends Requirements | undefined>(resources: T): T {
  if (!resources) return resources;
  const [requests, limits] = [canonicalResources(resources.requests), canonicalResources(resources.limits)];
  if (requests === resources.requests && limits === resources.limits) return resources;
  return { ...resources, ...(requests && { requests }), ...(limits && { limits }) };
}
