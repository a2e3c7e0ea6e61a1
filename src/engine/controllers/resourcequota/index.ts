import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { type KindDefinition, tableOf } from '../../api/kind.ts';
import { addResources } from '../../api/kinds/podresources.ts';
import type { ResourceQuota } from '../../api/kinds/resourcequota.ts';
import type { KubeObject, ResourceList } from '../../api/object.ts';
import { type Evaluator, evaluatorOf, objectsIn } from '../../api/quota/evaluators.ts';
import { equalResources, inScopes, maskResources } from '../../api/quota/quota.ts';
import type { ApiServer } from '../../api/server.ts';
import { RESOURCE_QUOTAS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';

const PRIMARY = 'resourcequota_primary';
const PRIORITY = 'resourcequota_priority';
const RESYNC = 'resync';
const WORKERS = 5;
/** `--resource-quota-sync-period`. */
const SYNC_PERIOD = 300_000;

interface Charged {
  readonly definition: KindDefinition;
  readonly evaluator: Evaluator;
}

/**
 * Counts what each quota's namespace uses: when the quota is new or changes, when something goes, and every 5 minutes.
 * What comes is added by the admission of its request.
 * @see pkg/controller/resourcequota/resource_quota_controller.go
 */
export function resourceQuotaController(api: ApiServer): ComponentType {
  const kinds = api.registry.kinds.flatMap((definition): Charged[] => {
    const evaluator = evaluatorOf(definition);
    return evaluator ? [{ definition, evaluator }] : [];
  });
  const sync = (queue: string) => ({
    sync: (ctx: Context, key: string) => syncFromKey(api, kinds, ctx, queue, key),
    workers: WORKERS,
  });
  return {
    type: 'resourcequota-controller',
    queues: {
      [PRIMARY]: sync(PRIMARY),
      [PRIORITY]: sync(PRIORITY),
      [RESYNC]: { sync: (ctx) => resync(api, kinds, ctx), every: SYNC_PERIOD },
    },
    watches: [
      { table: RESOURCE_QUOTAS, on: (ctx: Context, event: WatchEvent<ResourceQuota>) => quotaChanged(ctx, event) },
      ...kinds.map(({ definition, evaluator }) => ({
        table: tableOf(definition),
        relist: () => [],
        on: (ctx: Context, event: WatchEvent<KubeObject>) => replenishQuota(api, ctx, evaluator, event),
      })),
    ],
  };
}

/** @see addQuota: a quota whose usage is not known goes before the others */
function quotaChanged(ctx: Context, { key, before, after }: WatchEvent<ResourceQuota>): void {
  if (!after || (before && deepEqual(before.spec?.hard, after.spec?.hard))) return;
  const { hard = {}, used = {} } = after.status ?? {};
  const known = deepEqual(after.spec?.hard ?? {}, hard) && Object.keys(hard).every((name) => Object.hasOwn(used, name));
  ctx.enqueue(known ? PRIMARY : PRIORITY, key);
}

/** @see replenishQuota */
function replenishQuota(
  api: ApiServer,
  ctx: Context,
  evaluator: Evaluator,
  { before, after }: WatchEvent<KubeObject>,
): void {
  if (!before) return;
  const keys = ctx.bucket(RESOURCE_QUOTAS, 'byNamespace', before.metadata.namespace ?? '');
  if (keys.length === 0 || (after && !evaluator.replenishes?.(after, before, api.timestamp(ctx)))) return;
  for (const key of keys) {
    const { hard = {} } = ctx.get<ResourceQuota>(RESOURCE_QUOTAS, key)?.status ?? {};
    if (Object.keys(hard).some(evaluator.isCharged)) ctx.enqueue(PRIMARY, key);
  }
}

function resync(api: ApiServer, kinds: readonly Charged[], ctx: Context): void {
  for (const key of ctx.keys(RESOURCE_QUOTAS)) {
    if (!ctx.isQueued(PRIMARY, key) && ctx.probe(() => syncResourceQuota(api, kinds, ctx, key)))
      ctx.enqueue(PRIMARY, key);
  }
}

function syncFromKey(api: ApiServer, kinds: readonly Charged[], ctx: Context, queue: string, key: string): void {
  const failed = attempt(() => syncResourceQuota(api, kinds, ctx, key));
  if (failed instanceof StatusError) ctx.enqueueRateLimited(queue, key);
  else ctx.forget(queue, key);
}

/** @see syncResourceQuota */
function syncResourceQuota(api: ApiServer, kinds: readonly Charged[], ctx: Context, key: string): void {
  const quota = ctx.get<ResourceQuota>(RESOURCE_QUOTAS, key);
  if (!quota) return;
  const hard = quota.spec?.hard ?? {};
  const used = maskResources({ ...quota.status?.used, ...calculateUsage(api, kinds, ctx, quota) }, Object.keys(hard));
  const { status } = quota;
  const clean = status?.hard && status.used && deepEqual(hard, status.hard) && equalResources(used, status.used);
  if (!clean) api.updateStatus(ctx, { ...quota, status: { hard, used } });
}

/** @see staging/src/k8s.io/apiserver/pkg/quota/v1/resources.go CalculateUsage */
function calculateUsage(api: ApiServer, kinds: readonly Charged[], ctx: Context, quota: ResourceQuota): ResourceList {
  const now = api.timestamp(ctx);
  let used: ResourceList = {};
  for (const { definition, evaluator } of kinds) {
    const names = Object.keys(quota.spec?.hard ?? {}).filter(evaluator.isCharged);
    if (names.length === 0) continue;
    used = addResources(used, Object.fromEntries(names.map((name) => [name, '0'])));
    for (const object of objectsIn(ctx, definition, quota.metadata.namespace ?? '')) {
      if (inScopes(evaluator, quota, object))
        used = addResources(used, maskResources(evaluator.usage(object, now), names));
    }
  }
  return used;
}
