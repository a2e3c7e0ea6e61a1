import type { Context } from '../../sim/context.ts';
import { forbidden } from '../errors.ts';
import type { AdmissionPlugin, KindDefinition, RequestInfo } from '../kind.ts';
import { addResources } from '../kinds/podresources.ts';
import type { ResourceQuota } from '../kinds/resourcequota.ts';
import type { KubeObject, ResourceList } from '../object.ts';
import { own } from '../own.ts';
import { compareQuantities, isZeroQuantity, subtractQuantities } from '../quantity.ts';
import { type Evaluator, evaluatorOf } from '../quota/evaluators.ts';
import { equalResources, inScopes, maskResources, printResources } from '../quota/quota.ts';
import { RESOURCE_QUOTAS } from '../tables.ts';

/** A quota that the request is charged to, and with what. */
interface Charge {
  readonly key: string;
  readonly quota: ResourceQuota;
  readonly delta: ResourceList;
}

/** What a change adds; nothing is given back by a request. @see SubtractWithNonNegativeResult, RemoveZeros */
function growth(usage: ResourceList, before: ResourceList): ResourceList {
  const grown = Object.entries(usage).map(
    ([name, value]) => [name, subtractQuantities(value, own(before, name))] as const,
  );
  return Object.fromEntries(grown.filter(([, value]) => compareQuantities(value, '0') > 0));
}

const withoutZeros = (list: ResourceList): ResourceList =>
  Object.fromEntries(Object.entries(list).filter(([, value]) => !isZeroQuantity(value)));

/** The quotas of the namespace that the object counts against. */
function charges(
  ctx: Context,
  evaluator: Evaluator,
  object: KubeObject,
  old: KubeObject | undefined,
  definition: KindDefinition,
  now: string,
): readonly Charge[] {
  const found: Charge[] = [];
  for (const key of ctx.liveBucket(RESOURCE_QUOTAS, 'byNamespace', object.metadata.namespace ?? '')) {
    const quota = ctx.live<ResourceQuota>(RESOURCE_QUOTAS, key);
    const { hard = {}, used = {} } = quota?.status ?? {};
    const names = Object.keys(hard).filter(evaluator.isCharged).sort();
    if (!quota || names.length === 0 || !inScopes(evaluator, quota, object)) continue;
    const { name } = quota.metadata;
    const unmet = evaluator.constraints?.(names, object);
    if (unmet !== undefined) throw forbidden(definition, object.metadata.name, `failed quota: ${name}: ${unmet}`);
    if (names.some((resource) => !Object.hasOwn(used, resource))) {
      const text = `status unknown for quota: ${name}, resources: ${names.join(',')}`;
      throw forbidden(definition, object.metadata.name, text);
    }
    const usage = evaluator.usage(object, now);
    const delta =
      old && inScopes(evaluator, quota, old) ? growth(usage, evaluator.usage(old, now)) : withoutZeros(usage);
    if (Object.keys(delta).length > 0) found.push({ key, quota, delta });
  }
  return found;
}

/**
 * Refuses what does not fit into every quota of the namespace and adds what does to their `status.used`.
 * @see staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go CheckRequest
 */
function charge(
  object: KubeObject,
  old: KubeObject | undefined,
  definition: KindDefinition,
  { ctx, timestamp, dryRun }: RequestInfo,
  evaluator: Evaluator,
  enforced: boolean,
): void {
  const written = charges(ctx, evaluator, object, old, definition, timestamp).map(({ key, quota, delta }) => {
    const { hard = {}, used = {} } = quota.status ?? {};
    const requested = maskResources(delta, Object.keys(hard));
    const next = addResources(used, requested);
    const exceeded = Object.keys(requested).filter((name) => compareQuantities(own(next, name), own(hard, name)) > 0);
    if (enforced && exceeded.length > 0) {
      const [asked, before, limited] = [requested, used, hard].map((list) =>
        printResources(maskResources(list, exceeded)),
      );
      const text = `exceeded quota: ${quota.metadata.name}, requested: ${asked}, used: ${before}, limited: ${limited}`;
      throw forbidden(definition, object.metadata.name, text);
    }
    return { key, quota, used: next, changed: !equalResources(used, next) };
  });
  if (dryRun) return;
  for (const { key, quota, used, changed } of written) {
    if (!changed) continue;
    const metadata = { ...quota.metadata, resourceVersion: String(ctx.log.rows + 1) };
    ctx.write(RESOURCE_QUOTAS, key, { ...quota, metadata, status: { ...quota.status, used } });
  }
}

const hasQuotas = (ctx: Context, { metadata }: KubeObject): boolean =>
  ctx.liveBucket(RESOURCE_QUOTAS, 'byNamespace', metadata.namespace ?? '').length > 0;

/** @see staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/admission.go */
export const resourceQuotaAdmission: AdmissionPlugin = {
  name: 'ResourceQuota',
  validateCreate: (object, definition, request) => {
    if (!hasQuotas(request.ctx, object)) return;
    const evaluator = evaluatorOf(definition);
    if (evaluator) charge(object, undefined, definition, request, evaluator, true);
  },
  validateUpdate: (object, old, definition, request) => {
    if (!hasQuotas(request.ctx, object)) return;
    const evaluator = evaluatorOf(definition);
    if (evaluator?.handlesUpdate?.(object, old)) charge(object, old, definition, request, evaluator, true);
  },
  validateStatusUpdate: (object, old, definition, request) => {
    if (!hasQuotas(request.ctx, object)) return;
    const evaluator = evaluatorOf(definition);
    if (evaluator?.handlesStatusUpdate?.(object, old)) charge(object, old, definition, request, evaluator, false);
  },
};
