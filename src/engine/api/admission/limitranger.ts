import type { Context } from '../../sim/context.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, KindDefinition } from '../kind.ts';
import type { LimitRange, LimitRangeItem } from '../kinds/limitrange.ts';
import { podResources } from '../kinds/podresources.ts';
import type {
  Container,
  KubeObject,
  ObjectInput,
  PersistentVolumeClaim,
  Pod,
  PodSpec,
  ResourceList,
} from '../object.ts';
import { own } from '../own.ts';
import { canonicalQuantity, compareQuantities, isZeroQuantity, quantityMilliValue } from '../quantity.ts';
import { LIMIT_RANGES } from '../tables.ts';

const ANNOTATION = 'kubernetes.io/limit-ranger';

const isPod = ({ group, kind }: KindDefinition): boolean => group === '' && kind === 'Pod';
const isClaim = ({ group, kind }: KindDefinition): boolean => group === '' && kind === 'PersistentVolumeClaim';

function limitRangesOf(ctx: Context, namespace: string | undefined): readonly LimitRange[] {
  const keys = ctx.liveBucket(LIMIT_RANGES, 'byNamespace', namespace ?? '');
  return keys.flatMap((key) => ctx.live<LimitRange>(LIMIT_RANGES, key) ?? []);
}

/** One bound that is not kept, for a resource of a container, a pod or a claim. */
type Constraint = (
  about: { readonly type: string; readonly resource: string; readonly enforced: string },
  requests: ResourceList,
  limits: ResourceList,
) => string | undefined;

/** @see minConstraint */
const minConstraint: Constraint = ({ type, resource, enforced }, requests, limits) => {
  const [request, limit] = [own(requests, resource), own(limits, resource)];
  const text = `minimum ${resource} usage per ${type} is ${canonicalQuantity(enforced)}`;
  if (request === undefined) return `${text}.  No request is specified`;
  if (compareQuantities(request, enforced) < 0) return `${text}, but request is ${canonicalQuantity(request)}`;
  if (limit === undefined || compareQuantities(limit, enforced) >= 0) return undefined;
  return `${text}, but limit is ${canonicalQuantity(limit)}`;
};

/** @see maxConstraint */
const maxConstraint: Constraint = ({ type, resource, enforced }, requests, limits) => {
  const [request, limit] = [own(requests, resource), own(limits, resource)];
  const text = `maximum ${resource} usage per ${type} is ${canonicalQuantity(enforced)}`;
  if (limit === undefined) return `${text}.  No limit is specified`;
  if (compareQuantities(limit, enforced) > 0) return `${text}, but limit is ${canonicalQuantity(limit)}`;
  if (request === undefined || compareQuantities(request, enforced) <= 0) return undefined;
  return `${text}, but request is ${canonicalQuantity(request)}`;
};

/** @see maxRequestConstraint */
const maxRequestConstraint: Constraint = ({ type, resource, enforced }, requests) => {
  const request = own(requests, resource);
  const text = `maximum ${resource} usage per ${type} is ${canonicalQuantity(enforced)}`;
  if (request === undefined) return `${text}.  No request is specified`;
  return compareQuantities(request, enforced) > 0 ? `${text}, but request is ${canonicalQuantity(request)}` : undefined;
};

/** @see limitRequestRatioConstraint */
const ratioConstraint: Constraint = ({ type, resource, enforced }, requests, limits) => {
  const [request, limit] = [own(requests, resource), own(limits, resource)];
  const text = `${resource} max limit to request ratio per ${type} is ${canonicalQuantity(enforced)}`;
  if (request === undefined || isZeroQuantity(request)) return `${text}, but no request is specified or request is 0`;
  if (limit === undefined || isZeroQuantity(limit)) return `${text}, but no limit is specified or limit is 0`;
  const ratio = Number(quantityMilliValue(limit)) / Number(quantityMilliValue(request));
  if (ratio * 1000 <= Number(quantityMilliValue(enforced))) return undefined;
  return `${text}, but provided ratio is ${ratio.toFixed(6)}`;
};

interface Resources {
  readonly requests?: ResourceList;
  readonly limits?: ResourceList;
}

function broken(
  type: string,
  bounds: ResourceList | undefined,
  constraint: Constraint,
  { requests = {}, limits = {} }: Resources,
): string[] {
  return Object.entries(bounds ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([resource, enforced]) => constraint({ type, resource, enforced }, requests, limits) ?? []);
}

/** What a pod exceeds of one line of a LimitRange. @see PodValidateLimitFunc */
function podFaults({ type, min, max, maxLimitRequestRatio }: LimitRangeItem, spec: PodSpec): string[] {
  const faults = (resources: Resources): string[] => [
    ...broken(type, min, minConstraint, resources),
    ...broken(type, max, maxConstraint, resources),
    ...broken(type, maxLimitRequestRatio, ratioConstraint, resources),
  ];
  if (type === 'Container') {
    return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ resources = {} }) =>
      faults(resources),
    );
  }
  if (type !== 'Pod') return [];
  return faults({ requests: podResources(spec, 'requests'), limits: podResources(spec, 'limits') });
}

/** @see PersistentVolumeClaimValidateLimitFunc */
function claimFaults({ type, min, max }: LimitRangeItem, { spec }: PersistentVolumeClaim): string[] {
  if (type !== 'PersistentVolumeClaim') return [];
  const resources = { requests: spec.resources?.requests ?? {} };
  return [...broken(type, min, minConstraint, resources), ...broken(type, max, maxRequestConstraint, resources)];
}

function validateLimits(object: KubeObject, definition: KindDefinition, ctx: Context): void {
  const { namespace, name, deletionTimestamp } = object.metadata;
  if (deletionTimestamp !== undefined) return;
  for (const { spec } of limitRangesOf(ctx, namespace)) {
    const faults = (spec?.limits ?? []).flatMap((item) =>
      isClaim(definition) ? claimFaults(item, object as PersistentVolumeClaim) : podFaults(item, (object as Pod).spec),
    );
    const texts = [...new Set(faults)];
    if (texts.length === 0) continue;
    throw forbidden(definition, name, texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`);
  }
}

/** The amounts that containers of the namespace get where they name none. @see defaultContainerResourceRequirements */
function defaultsOf({ spec }: LimitRange): Required<Resources> {
  const items = (spec?.limits ?? []).filter(({ type }) => type === 'Container');
  return {
    requests: Object.assign({}, ...items.map(({ defaultRequest }) => defaultRequest)) as ResourceList,
    limits: Object.assign({}, ...items.map((item) => item.default)) as ResourceList,
  };
}

type PodInput = ObjectInput & { readonly spec: PodSpec };

/** @see mergePodResourceRequirements */
function withDefaults(object: PodInput, defaults: Required<Resources>): PodInput {
  const notes: string[] = [];
  const merged = (container: Container, what: string): Container => {
    const parts = (['limits', 'requests'] as const).map((part) => {
      const given: ResourceList = container.resources?.[part] ?? {};
      const missing = Object.keys(defaults[part])
        .filter((name) => !Object.hasOwn(given, name))
        .sort();
      return { part, given, missing };
    });
    for (const { part, missing } of [...parts].reverse()) {
      if (missing.length > 0) notes.push(`${missing.join(', ')} ${part.slice(0, -1)} for ${what} ${container.name}`);
    }
    if (parts.every(({ missing }) => missing.length === 0)) return container;
    const lists = parts
      .filter(({ missing }) => missing.length > 0)
      .map(({ part, given, missing }) => [
        part,
        { ...given, ...Object.fromEntries(missing.map((name) => [name, own(defaults[part], name) ?? ''])) },
      ]);
    return { ...container, resources: { ...container.resources, ...Object.fromEntries(lists) } };
  };
  const containers = (object.spec.containers ?? []).map((container) => merged(container, 'container'));
  const initContainers = object.spec.initContainers?.map((container) => merged(container, 'init container'));
  if (notes.length === 0) return object;
  const annotations = { ...object.metadata.annotations, [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}` };
  const spec = { ...object.spec, containers, ...(initContainers && { initContainers }) };
  return { ...object, metadata: { ...object.metadata, annotations }, spec };
}

/**
 * Holds pods and claims to the bounds of their namespace and gives containers its default amounts.
 * @see plugin/pkg/admission/limitranger/admission.go
 */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  admitCreate: (object, definition, { ctx }) => {
    if (!isPod(definition)) return object;
    let pod = object as PodInput;
    for (const limitRange of limitRangesOf(ctx, object.metadata.namespace)) {
      pod = withDefaults(pod, defaultsOf(limitRange));
    }
    return pod;
  },
  validateCreate: (object, definition, { ctx }) => {
    if (isPod(definition) || isClaim(definition)) validateLimits(object, definition, ctx);
  },
  validateUpdate: (object, _old, definition, { ctx }) => {
    if (isClaim(definition)) validateLimits(object, definition, ctx);
  },
};
