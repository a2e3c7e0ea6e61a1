import type { Context } from '../../sim/context.ts';
import { formatTime, parseTime } from '../duration.ts';
import { type KindDefinition, tableOf } from '../kind.ts';
import { claimClass } from '../kinds/modes.ts';
import { isFinished, qosClass } from '../kinds/podrequests.ts';
import { addResources, podResources } from '../kinds/podresources.ts';
import type { ScopeRequirement } from '../kinds/resourcequota.ts';
import type { Container, KubeObject, PersistentVolumeClaim, Pod, PodSpec, ResourceList } from '../object.ts';
import { compareQuantities, newQuantity, parseQuantity, quantityValue } from '../quantity.ts';
import { requirementMatches } from '../requirement.ts';

/** How objects of one kind are charged to a quota. @see staging/src/k8s.io/apiserver/pkg/quota/v1/interfaces.go Evaluator */
export interface Evaluator {
  /** Which names of a quota's `hard` this kind is charged to. */
  readonly isCharged: (name: string) => boolean;
  /** What one object is charged with; `now` is RFC 3339. */
  readonly usage: (object: KubeObject, now: string) => ResourceList;
  /** Whether an object lies in a scope; left out: it lies in none. */
  readonly matchesScope?: (requirement: ScopeRequirement, object: KubeObject) => boolean;
  /** What the object must say for the quota to be able to count it, if it does not. */
  readonly constraints?: (names: readonly string[], object: KubeObject) => string | undefined;
  /** Whether a change of the object is charged; left out: only its creation is. */
  readonly handlesUpdate?: (object: KubeObject, old: KubeObject) => boolean;
  /** The same for its status. */
  readonly handlesStatusUpdate?: (object: KubeObject, old: KubeObject) => boolean;
  /** Whether a change may free something, so that the controller has to count again. */
  readonly replenishes?: (object: KubeObject, old: KubeObject, now: string) => boolean;
}

const ONE = '1';

/** @see staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go ObjectCountQuotaResourceNameFor */
const countName = (definition: Pick<KindDefinition, 'plural' | 'group'>): string => `count/${tableOf(definition)}`;

/* Claims. */

const CLAIM_RESOURCES: readonly string[] = ['persistentvolumeclaims', 'requests.storage'];
const CLASS_SUFFIX = '.storageclass.storage.k8s.io/';

/** The larger of what is asked for and what is allocated already, in whole bytes. @see getStorageUsage */
function claimStorage({ spec, status }: PersistentVolumeClaim): string | undefined {
  const request = spec.resources?.requests?.['storage'];
  if (request === undefined) return undefined;
  const allocated = status?.allocatedResources?.['storage'];
  const size = allocated !== undefined && compareQuantities(allocated, request) > 0 ? allocated : request;
  const parsed = parseQuantity(size);
  if ('error' in parsed) return size;
  return parsed.nano % 1_000_000_000n === 0n ? size : newQuantity(quantityValue(size), parsed.format);
}

/** @see getReferencedVolumeAttributesClassNames */
function attributesClasses(object: KubeObject): readonly string[] {
  const { spec, status } = object as PersistentVolumeClaim;
  const names = [
    spec.volumeAttributesClassName,
    status?.currentVolumeAttributesClassName,
    status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
  ];
  return [...new Set(names.flatMap((name) => name || []))].sort();
}

/** @see RequiresQuotaReplenish */
function claimReplenishes(object: KubeObject, old: KubeObject): boolean {
  const allocated = (claim: KubeObject): string | undefined =>
    (claim as PersistentVolumeClaim).status?.allocatedResources?.['storage'];
  return (
    compareQuantities(allocated(object), allocated(old)) !== 0 ||
    attributesClasses(object).join() !== attributesClasses(old).join()
  );
}

/** @see pkg/quota/v1/evaluator/core/persistent_volume_claims.go */
const claims: Evaluator = {
  isCharged: (name) =>
    name === 'count/persistentvolumeclaims' ||
    CLAIM_RESOURCES.some((resource) => name === resource || name.endsWith(`${CLASS_SUFFIX}${resource}`)),
  usage: (object) => {
    const claim = object as PersistentVolumeClaim;
    const className = claimClass(claim);
    const storage = claimStorage(claim);
    return {
      persistentvolumeclaims: ONE,
      'count/persistentvolumeclaims': ONE,
      ...(className !== '' && { [`${className}${CLASS_SUFFIX}persistentvolumeclaims`]: ONE }),
      ...(storage !== undefined && { 'requests.storage': storage }),
      ...(storage !== undefined && className !== '' && { [`${className}${CLASS_SUFFIX}requests.storage`]: storage }),
    };
  },
  matchesScope: (requirement, object) => {
    if (requirement.scopeName !== 'VolumeAttributesClass') return false;
    const names = attributesClasses(object);
    if (names.length === 0) return scopeMatches(requirement, undefined);
    return names.some((name) => scopeMatches(requirement, name));
  },
  handlesUpdate: () => true,
  handlesStatusUpdate: claimReplenishes,
  replenishes: claimReplenishes,
};

const scopeMatches = ({ scopeName, operator, values }: ScopeRequirement, value: string | undefined): boolean =>
  requirementMatches({ key: scopeName, operator, values }, value);

/* Pods. */

const POD_RESOURCES: readonly string[] = [
  'count/pods',
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
];
const COMPUTE: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
const MUST_BE_SET: readonly string[] = [
  'cpu',
  'limits.cpu',
  'limits.memory',
  'memory',
  'requests.cpu',
  'requests.memory',
];

const isExtended = (name: string): boolean => /^requests\.[^/]+\//.test(name) && !name.includes('kubernetes.io/');

/** @see podComputeUsageHelper */
function computeUsage(requests: ResourceList, limits: ResourceList): ResourceList {
  const usage: Record<string, string> = { pods: ONE };
  for (const [name, value] of Object.entries(requests)) {
    if (COMPUTE.includes(name) || name.startsWith('hugepages-')) usage[name] = value;
    if (COMPUTE.includes(name) || name.startsWith('hugepages-') || name.includes('/'))
      usage[`requests.${name}`] = value;
  }
  for (const [name, value] of Object.entries(limits)) if (COMPUTE.includes(name)) usage[`limits.${name}`] = value;
  return usage;
}

/** Whether a pod still counts: it has not ended and is not overdue to go. @see QuotaV1Pod */
function isQuotaPod(object: KubeObject, now: string): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = object.metadata;
  if (isFinished(object as Pod)) return false;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return now <= formatTime((parseTime(deletionTimestamp) ?? 0) + deletionGracePeriodSeconds * 1000);
}

const isTerminating = (object: KubeObject): boolean =>
  ((object as Pod).spec['activeDeadlineSeconds'] as number | undefined) !== undefined;

function podConstraints(names: readonly string[], object: KubeObject): string | undefined {
  const { containers = [], initContainers = [], ...spec } = (object as Pod).spec;
  const own = spec['resources'] as { readonly requests?: ResourceList; readonly limits?: ResourceList } | undefined;
  if (Object.keys(own?.requests ?? {}).length + Object.keys(own?.limits ?? {}).length > 0) return undefined;
  const unset = ({ resources }: Container, name: string): boolean =>
    !Object.hasOwn(computeUsage(resources?.requests ?? {}, resources?.limits ?? {}), name);
  const missing = MUST_BE_SET.filter((name) => names.includes(name)).flatMap((name) => {
    const without = [...containers, ...initContainers].filter((container) => unset(container, name));
    return without.length === 0 ? [] : `${name} for: ${[...new Set(without.map((one) => one.name))].sort().join(',')}`;
  });
  return missing.length === 0 ? undefined : `must specify ${missing.join('; ')}`;
}

function crossesNamespaces({ affinity }: PodSpec): boolean {
  type Term = { readonly namespaces?: readonly string[]; readonly namespaceSelector?: unknown };
  type Weighted = { readonly podAffinityTerm?: Term };
  type Terms = Readonly<Record<string, readonly (Term & Weighted)[] | undefined>>;
  const terms = [affinity?.['podAffinity'], affinity?.['podAntiAffinity']].flatMap((part) =>
    Object.values((part as Terms | undefined) ?? {}).flatMap((list) => list ?? []),
  );
  return terms.some((term) => {
    const { namespaces = [], namespaceSelector } = term.podAffinityTerm ?? term;
    return namespaces.length > 0 || namespaceSelector !== undefined;
  });
}

/** @see pkg/quota/v1/evaluator/core/pods.go */
const pods: Evaluator = {
  isCharged: (name) => POD_RESOURCES.includes(name) || /^(requests\.)?hugepages-/.test(name) || isExtended(name),
  usage: (object, now) => {
    const counted = { 'count/pods': ONE };
    if (!isQuotaPod(object, now)) return counted;
    const { spec } = object as Pod;
    const overhead = spec['overhead'] as ResourceList | undefined;
    const requests = addResources(podResources(spec, 'requests'), overhead);
    return { ...counted, ...computeUsage(requests, podResources(spec, 'limits')) };
  },
  matchesScope: (requirement, object) => {
    const { spec } = object as Pod;
    switch (requirement.scopeName) {
      case 'Terminating':
        return isTerminating(object);
      case 'NotTerminating':
        return !isTerminating(object);
      case 'BestEffort':
        return qosClass(spec) === 'BestEffort';
      case 'NotBestEffort':
        return qosClass(spec) !== 'BestEffort';
      case 'PriorityClass':
        return scopeMatches(requirement, spec.priorityClassName || undefined);
      case 'CrossNamespacePodAffinity':
        return crossesNamespaces(spec);
      default:
        return false;
    }
  },
  constraints: podConstraints,
  handlesUpdate: (object, old) => isTerminating(object) !== isTerminating(old),
  replenishes: (object, old, now) =>
    isTerminating(object) !== isTerminating(old) || (isQuotaPod(old, now) && !isQuotaPod(object, now)),
};

/* Services. */

interface ServiceSpec {
  readonly type?: string;
  readonly allocateLoadBalancerNodePorts?: boolean;
  readonly ports?: readonly { readonly nodePort?: number }[];
}

const serviceSpec = (object: KubeObject): ServiceSpec =>
  (object as KubeObject & { readonly spec?: ServiceSpec }).spec ?? {};

/** @see pkg/quota/v1/evaluator/core/services.go */
const services: Evaluator = {
  isCharged: (name) => ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'].includes(name),
  usage: (object) => {
    const { type, ports = [], allocateLoadBalancerNodePorts = true } = serviceSpec(object);
    const given = ports.filter(({ nodePort }) => nodePort).length;
    const nodePorts =
      type === 'NodePort' || (type === 'LoadBalancer' && allocateLoadBalancerNodePorts) ? ports.length : given;
    return {
      services: ONE,
      'count/services': ONE,
      'services.nodeports': type === 'NodePort' || type === 'LoadBalancer' ? String(nodePorts) : '0',
      'services.loadbalancers': type === 'LoadBalancer' ? ONE : '0',
    };
  },
  handlesUpdate: () => true,
  replenishes: (object, old) => serviceSpec(object).type !== serviceSpec(old).type,
};

/* All else is only counted. */

const ALIASES: readonly string[] = ['configmaps', 'resourcequotas', 'secrets'];

/** @see staging/src/k8s.io/apiserver/pkg/quota/v1/generic/evaluator.go NewObjectCountEvaluator */
function objectCount(definition: KindDefinition): Evaluator {
  const names = [countName(definition)];
  if (definition.group === '' && ALIASES.includes(definition.plural)) names.push(definition.plural);
  const usage = Object.fromEntries(names.map((name) => [name, ONE]));
  return { isCharged: (name) => names.includes(name), usage: () => usage };
}

const SPECIAL: Readonly<Record<string, Evaluator>> = { pods, services, persistentvolumeclaims: claims };

/** How a kind is charged; Events and what belongs to no namespace are not. */
export function evaluatorOf(definition: KindDefinition): Evaluator | undefined {
  if (!definition.namespaced || definition.plural === 'events') return undefined;
  return (definition.group === '' ? SPECIAL[definition.plural] : undefined) ?? objectCount(definition);
}

/** Objects of a kind in a namespace, as the process's cache has them. */
export const objectsIn = (ctx: Context, definition: KindDefinition, namespace: string): readonly KubeObject[] =>
  ctx
    .bucket(tableOf(definition), 'byNamespace', namespace)
    .flatMap((key) => ctx.get<KubeObject>(tableOf(definition), key) ?? []);
