import { CLUSTER_PROPERTIES } from './clusterschema.ts';

/** What a Cluster document's `spec` and the runner's `cluster` say; the `x-` names of the exchange format without that prefix. */
export interface DriverSpec {
  readonly name: string;
  readonly attachRequired?: boolean;
  readonly podInfoOnMount?: boolean;
  readonly fsGroupPolicy?: string;
  readonly volumeLifecycleModes?: readonly string[];
  readonly storageCapacity?: boolean;
  readonly requiresRepublish?: boolean;
  readonly tokenRequests?: readonly { readonly audience: string; readonly expirationSeconds?: number }[];
  readonly seLinuxMount?: boolean;
  readonly nodeAllocatableUpdatePeriodSeconds?: number;
  readonly serviceAccountTokenInSecrets?: boolean;
  readonly capabilities?: {
    readonly plugin?: readonly string[];
    readonly controller?: readonly string[];
    readonly node?: readonly string[];
  };
  readonly topologyKeys?: readonly string[];
  readonly maxVolumesPerNode?: number;
  /** Nodes on which the node plugin runs; left out: all. */
  readonly nodes?: readonly string[];
  readonly responses?: readonly {
    readonly method: string;
    readonly response: Readonly<Record<string, unknown>>;
    readonly times?: number;
  }[];
  readonly nodeInfo?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly sidecarArgs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [other: string]: unknown;
}

export interface NodeSpec {
  readonly name: string;
  readonly zone?: string;
  readonly region?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly capacity?: Readonly<Record<string, string | number>>;
}

export interface ClusterSpec {
  readonly controllers?: readonly string[];
  readonly featureGates?: Readonly<Record<string, boolean>>;
  readonly drivers?: readonly DriverSpec[];
  readonly controllerManagerFlags?: Readonly<Record<string, unknown>>;
  readonly kubelet?: Readonly<Record<string, unknown>>;
  readonly nodeFiles?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly flexDrivers?: readonly Readonly<Record<string, unknown>>[];
  readonly populators?: readonly Readonly<Record<string, unknown>>[];
  readonly startTime?: string;
  readonly nodes?: readonly NodeSpec[];
  readonly latencies?: Readonly<Record<string, string | number>>;
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
  readonly legacyPlugins?: readonly string[];
  readonly seed?: number;
  readonly watchLag?: Readonly<Record<string, number>>;
  readonly writeCost?: number;
}

type Plain = Readonly<Record<string, unknown>>;

/** Takes the `x-` off the keys of a cluster and of its drivers. */
export function clusterSpecOf(value: Plain): ClusterSpec {
  const spec = unprefixed(value);
  const drivers = (spec['drivers'] as readonly Plain[] | undefined)?.map(unprefixed);
  return { ...spec, ...(drivers && { drivers }) } as unknown as ClusterSpec;
}

/** Keys that no cluster has, for a message that names them. */
export function unknownClusterKeys(value: Plain): readonly string[] {
  return Object.keys(unprefixed(value)).filter((key) => !Object.hasOwn(CLUSTER_PROPERTIES, key));
}

/** Merges Cluster documents: lists of named things by name, maps by key; the later wins. */
export function mergeClusterSpecs(specs: readonly ClusterSpec[]): ClusterSpec {
  const merged: Record<string, unknown> = {};
  for (const spec of specs) {
    for (const [key, value] of Object.entries(spec)) merged[key] = mergeValue(merged[key], value);
  }
  return merged as ClusterSpec;
}

function mergeValue(before: unknown, after: unknown): unknown {
  if (Array.isArray(before) && Array.isArray(after) && [...before, ...after].every(isNamed)) {
    const names = new Set(after.map(({ name }) => name));
    return [...before.filter(({ name }) => !names.has(name)), ...after];
  }
  if (isPlain(before) && isPlain(after)) return { ...before, ...after };
  return after;
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isNamed = (value: unknown): value is { readonly name: string } =>
  isPlain(value) && typeof value['name'] === 'string';

function unprefixed(value: Plain): Plain {
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key.startsWith('x-') ? key.slice(2) : key, part]),
  );
}
