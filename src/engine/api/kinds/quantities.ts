import type { ResourceList } from '../object.ts';
import { canonicalQuantity, formatQuantity, isQuantityError, parseQuantity } from '../quantity.ts';

const MILLI = 1_000_000n;

/** An amount in lists of resources: nothing finer than a thousandth. @see pkg/apis/core/v1/defaults.go SetDefaults_ResourceList */
function roundUpToMilli(value: string): string {
  const parsed = parseQuantity(value);
  if (isQuantityError(parsed) || parsed.nano % MILLI === 0n) return canonicalQuantity(value);
  const { nano, format } = parsed;
  const away = nano < 0n ? -MILLI : MILLI;
  return formatQuantity({ nano: nano - (nano % MILLI) + away, format, text: undefined });
}

/** A list of resources with every amount as the API server writes it back: `1024Mi` becomes `1Gi`. */
export function canonicalResources<T extends ResourceList | undefined>(list: T): T {
  if (!list) return list;
  let changed: Record<string, string> | undefined;
  for (const name in list) {
    const canonical = roundUpToMilli(list[name] ?? '');
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
