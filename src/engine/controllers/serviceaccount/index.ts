import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { KubeObject, Namespace } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NAMESPACES, SERVICE_ACCOUNTS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';

const QUEUE = 'serviceaccount';
const DEFAULT_NAME = 'default';

/**
 * Gives every active namespace its ServiceAccount `default`.
 * @see pkg/controller/serviceaccount/serviceaccounts_controller.go
 */
export function serviceAccountController(api: ApiServer): ComponentType {
  return {
    type: 'serviceaccount-controller',
    queues: { [QUEUE]: { sync: (ctx, namespace) => syncNamespace(api, ctx, namespace) } },
    watches: [
      // Added before the accounts are listed, a namespace whose account is there already needs no look.
      {
        table: NAMESPACES,
        on: (ctx: Context, { key, after }: WatchEvent<Namespace>) => {
          if (after && ctx.get(SERVICE_ACCOUNTS, keyOf(key, DEFAULT_NAME)) === undefined) ctx.enqueue(QUEUE, key);
        },
      },
      {
        table: SERVICE_ACCOUNTS,
        relist: () => [],
        on: (ctx: Context, { before, after }: WatchEvent<KubeObject>) => {
          if (before && !after) ctx.enqueue(QUEUE, before.metadata.namespace ?? '');
        },
      },
    ],
  };
}

/** @see syncNamespace */
function syncNamespace(api: ApiServer, ctx: Context, namespace: string): void {
  if (ctx.get<Namespace>(NAMESPACES, namespace)?.status?.phase !== 'Active') return;
  if (ctx.get(SERVICE_ACCOUNTS, keyOf(namespace, DEFAULT_NAME)) !== undefined) return;
  const metadata = { name: DEFAULT_NAME, namespace };
  const failed = attempt(() => api.create(ctx, { apiVersion: 'v1', kind: 'ServiceAccount', metadata }));
  if (failed instanceof StatusError && failed.reason !== 'AlreadyExists') ctx.enqueueRateLimited(QUEUE, namespace);
  else ctx.forget(QUEUE, namespace);
}
