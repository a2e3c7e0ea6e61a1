import { attempt, StatusError } from '../../api/errors.ts';
import { tableOf } from '../../api/kind.ts';
import type { KubeObject, Namespace } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NAMESPACES } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { deleteNamespace } from './deleter.ts';

const QUEUE = 'namespace';
/** Namespaces that wait for others to take finalizers off: looked at again as upstream does, but a run settles without. */
const WAITING = 'waiting';
const WORKERS = 10;
const GRACE = 5_000;
const LIMITER = { base: 5, max: 60_000, bucket: { perSecond: 10, burst: 100 } };

/**
 * Empties namespaces that are being deleted and lets them go.
 * @see pkg/controller/namespace/namespace_controller.go
 */
export function namespaceController(api: ApiServer): ComponentType {
  const sync = (ctx: Context, name: string): void => syncNamespace(api, ctx, name);
  return {
    type: 'namespace-controller',
    queues: {
      [QUEUE]: { sync, workers: WORKERS, limiter: LIMITER },
      [WAITING]: { sync, workers: WORKERS, background: true },
    },
    watches: [
      {
        table: NAMESPACES,
        on: (ctx: Context, { key, after }: WatchEvent<Namespace>) => {
          if (after?.metadata.deletionTimestamp === undefined || ctx.isQueued(WAITING, key)) return;
          ctx.enqueue(QUEUE, key, GRACE);
        },
      },
      ...api.registry.kinds
        .filter(({ namespaced, aside }) => namespaced && !aside)
        .map((kind) => ({ table: tableOf(kind), relist: () => [], on: contentGone })),
    ],
  };
}

/** Something has gone that a namespace may have waited for: its next look, at the time set already, will not be idle. */
function contentGone(ctx: Context, { before, after }: WatchEvent<KubeObject>): void {
  const namespace = before?.metadata.namespace;
  if (after || namespace === undefined || !ctx.isQueued(WAITING, namespace)) return;
  const due = ctx.mem<number>('due').get(namespace) ?? ctx.now;
  ctx.dequeue(WAITING, namespace);
  ctx.enqueue(QUEUE, namespace, Math.max(0, due - ctx.now));
}

/** @see namespace_controller.go worker */
function syncNamespace(api: ApiServer, ctx: Context, name: string): void {
  const outcome = attempt(() => deleteNamespace(api, ctx, name));
  if (outcome instanceof StatusError || outcome.failed) {
    ctx.enqueueRateLimited(QUEUE, name);
    return;
  }
  ctx.forget(QUEUE, name);
  ctx.mem<number>('due').delete(name);
  if (outcome.estimate === 0) return;
  const wait = (Math.floor(outcome.estimate / 2) + 1) * 1000;
  ctx.mem<number>('due').set(name, ctx.now + wait);
  ctx.enqueue(outcome.progress ? QUEUE : WAITING, name, wait);
}
