import { attempt } from '../../api/errors.ts';
import { isFinished } from '../../api/kinds/podrequests.ts';
import type { Condition, Node, Pod } from '../../api/object.ts';
import { withCondition } from '../../api/podconditions.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, PODS } from '../../api/tables.ts';
import type { Context, Memory } from '../../sim/context.ts';
import type { VirtualTime } from '../../sim/types.ts';
import { disruptionTarget } from '../disruption.ts';
import { numberFlag } from '../flags.ts';

const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';
const QUARANTINE_TIME = 40_000;
const TERMINATED_POD_THRESHOLD = 12_500;

/** Names of nodes that are not there and may have pods. */
export const orphanedNodes = (ctx: Context): Memory<true> => ctx.mem('orphanedNodes');
/** When nodes that were missing are looked for once more. */
const quarantine = (ctx: Context): Memory<VirtualTime> => ctx.mem('quarantine');

/** Not ready, and known to stay so. @see pkg/util/node/node.go IsNodeReady */
export const isOutOfService = ({ spec, status }: Node): boolean =>
  (spec?.taints?.some(({ key }) => key === OUT_OF_SERVICE) ?? false) &&
  !status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');

const surplus = (ctx: Context): number => {
  const threshold = numberFlag(ctx, 'terminated-pod-gc-threshold', TERMINATED_POD_THRESHOLD);
  return threshold > 0 ? Math.max(0, ctx.bucket(PODS, 'ending', 'finished').length - threshold) : 0;
};

export const isTooManyTerminated = (ctx: Context): boolean => surplus(ctx) > 0;

/** One look. Returns when the next is due for a node in quarantine. */
export function gc(api: ApiServer, ctx: Context): VirtualTime | undefined {
  gcTerminated(api, ctx);
  gcTerminating(api, ctx);
  const next = gcOrphaned(api, ctx);
  gcUnscheduledTerminating(api, ctx);
  return next;
}

const podsIn = (ctx: Context, index: string, bucket: string): readonly Pod[] =>
  ctx.bucket(PODS, index, bucket).flatMap((key) => ctx.get<Pod>(PODS, key) ?? []);

function gcTerminated(api: ApiServer, ctx: Context): void {
  const count = surplus(ctx);
  if (count === 0) return;
  for (const pod of inOrder(podsIn(ctx, 'ending', 'finished')).slice(0, count)) markFailedAndDeletePod(api, ctx, pod);
}

function gcTerminating(api: ApiServer, ctx: Context): void {
  const pods = podsIn(ctx, 'ending', 'terminating').filter(({ spec }) => {
    const node = spec.nodeName ? ctx.get<Node>(NODES, spec.nodeName) : undefined;
    return node !== undefined && isOutOfService(node);
  });
  for (const pod of inOrder(pods)) markFailedAndDeletePod(api, ctx, pod);
}

/** Evicted ones first, then the oldest. @see byEvictionAndCreationTimestamp */
function inOrder(pods: readonly Pod[]): readonly Pod[] {
  const rank = ({ metadata, status }: Pod): string =>
    [
      status?.phase === 'Failed' && status.reason === 'Evicted' ? 0 : 1,
      metadata.creationTimestamp,
      metadata.name,
    ].join();
  return [...pods].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/**
 * Deletes the pods of nodes that are still missing when their quarantine is over, and begins that of nodes newly missing.
 * @see gcOrphaned, discoverDeletedNodes
 */
function gcOrphaned(api: ApiServer, ctx: Context): VirtualTime | undefined {
  for (const name of [...orphanedNodes(ctx).keys()]) {
    const isOrphaned = !ctx.get(NODES, name) && ctx.bucket(PODS, 'byNode', name).length > 0;
    if (!isOrphaned) orphanedNodes(ctx).delete(name);
    else if (!quarantine(ctx).has(name)) quarantine(ctx).set(name, ctx.now + QUARANTINE_TIME);
  }
  let next: VirtualTime | undefined;
  for (const name of [...quarantine(ctx).keys()]) {
    const until = quarantine(ctx).get(name) ?? ctx.now;
    if (until <= ctx.now) {
      quarantine(ctx).delete(name);
      if (!ctx.live(NODES, name)) deletePodsOf(api, ctx, name);
    } else next = Math.min(next ?? until, until);
  }
  return next;
}

function deletePodsOf(api: ApiServer, ctx: Context, node: string): void {
  for (const pod of podsIn(ctx, 'byNode', node)) {
    const condition = disruptionTarget(pod, 'DeletionByPodGC', 'PodGC: node no longer exists');
    markFailedAndDeletePod(api, ctx, pod, condition);
  }
  orphanedNodes(ctx).delete(node);
}

function gcUnscheduledTerminating(api: ApiServer, ctx: Context): void {
  for (const pod of podsIn(ctx, 'ending', 'terminating')) if (!pod.spec.nodeName) markFailedAndDeletePod(api, ctx, pod);
}

/** @see markFailedAndDeletePodWithCondition */
function markFailedAndDeletePod(api: ApiServer, ctx: Context, pod: Pod, condition?: Condition): void {
  const { namespace = '', name, generation } = pod.metadata;
  attempt(() => {
    if (!isFinished(pod)) {
      const failed = {
        ...pod.status,
        phase: 'Failed',
        ...(generation !== undefined && { observedGeneration: generation }),
      };
      const status = condition ? withCondition(failed, condition, api.timestamp(ctx)) : failed;
      api.updateStatus<Pod>(ctx, { ...api.get<Pod>(ctx, { apiVersion: 'v1', kind: 'Pod', namespace, name }), status });
    }
    api.remove(ctx, { apiVersion: 'v1', kind: 'Pod', namespace, name }, { gracePeriodSeconds: 0 });
  });
}
