import { deepEqual } from '../../api/diff.ts';
import { attempt } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import type { Node, Pod, Taint, Toleration } from '../../api/object.ts';
import { withCondition } from '../../api/podconditions.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, PODS } from '../../api/tables.ts';
import { matchingTolerations } from '../../api/tolerations.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { RANK } from '../../sim/lanes.ts';
import type { VirtualTime, WatchEvent } from '../../sim/types.ts';
import { disruptionTarget } from '../disruption.ts';
import { addWork, cancelWork, EVICTIONS, finishWork, plannedAt } from './timedworkers.ts';

const SOURCE = 'taint-eviction-controller';
const NODE_UPDATE = 'nodeUpdate';
const POD_UPDATE = 'podUpdate';
const UPDATE_WORKERS = 8;

/**
 * Deletes the pods of nodes with NoExecute taints, as soon as they no longer tolerate them.
 * @see pkg/controller/tainteviction/taint_eviction.go
 */
export function taintEviction(api: ApiServer): ComponentType {
  return {
    type: 'taint-eviction-controller',
    queues: {
      [NODE_UPDATE]: { workers: UPDATE_WORKERS, sync: (ctx, node) => handleNodeUpdate(api, ctx, node) },
      // A node's news come before those of its pods.
      [POD_UPDATE]: {
        workers: UPDATE_WORKERS,
        rank: RANK.normal + 0.1,
        sync: (ctx, pod) => handlePodUpdate(api, ctx, pod),
      },
      [EVICTIONS]: { workers: Number.POSITIVE_INFINITY, sync: (ctx, pod) => deletePod(api, ctx, pod) },
    },
    watches: [
      { table: NODES, on: nodeUpdated },
      { table: PODS, on: podUpdated },
    ],
  };
}

const NONE: readonly Taint[] = [];

const noExecuteTaints = (node: Node | undefined): readonly Taint[] =>
  node?.spec?.taints?.filter(({ effect }) => effect === 'NoExecute') ?? NONE;

/** @see NodeUpdated */
function nodeUpdated(ctx: Context, { key, before, after }: WatchEvent<Node>): void {
  if (after && !deepEqual(noExecuteTaints(before), noExecuteTaints(after))) ctx.enqueue(NODE_UPDATE, key);
}

/** Pods whose node has no such taint are of no interest. @see PodUpdated */
function podUpdated(ctx: Context, { key, before, after }: WatchEvent<Pod>): void {
  if (before && after && before.spec === after.spec) return;
  const { spec } = after ?? before ?? {};
  if (!spec?.nodeName) return;
  const isSame =
    before?.spec.nodeName === after?.spec.nodeName && deepEqual(before?.spec.tolerations, after?.spec.tolerations);
  if (isSame) return;
  if (plannedAt(ctx, key) !== undefined || noExecuteTaints(ctx.get<Node>(NODES, spec.nodeName)).length > 0)
    ctx.enqueue(POD_UPDATE, key);
}

/** @see handleNodeUpdate */
function handleNodeUpdate(api: ApiServer, ctx: Context, name: string): void {
  const node = ctx.get<Node>(NODES, name);
  if (!node) return;
  const taints = noExecuteTaints(node);
  for (const key of [...ctx.bucket(PODS, 'byNode', name)]) {
    const pod = ctx.get<Pod>(PODS, key);
    if (taints.length === 0) cancelWorkWithEvent(api, ctx, key);
    else if (pod) processPodOnNode(api, ctx, key, pod, taints);
  }
}

/** @see handlePodUpdate */
function handlePodUpdate(api: ApiServer, ctx: Context, key: string): void {
  const pod = ctx.get<Pod>(PODS, key);
  if (!pod) return cancelWorkWithEvent(api, ctx, key);
  const taints = noExecuteTaints(ctx.get<Node>(NODES, pod.spec.nodeName ?? ''));
  if (taints.length > 0) processPodOnNode(api, ctx, key, pod, taints);
}

/** Plans the deletion of a pod for when it stops tolerating its node's taints. @see processPodOnNode */
function processPodOnNode(api: ApiServer, ctx: Context, key: string, pod: Pod, taints: readonly Taint[]): void {
  const about = `Pod/${key}`;
  const by = 'processPodOnNode';
  const used = matchingTolerations(taints, pod.spec.tolerations ?? []);
  if (!used) {
    ctx.decide({ about, by, outcome: 'notTolerated', facts: { taints: taints.map(describeTaint) } });
    cancelWorkWithEvent(api, ctx, key);
    addWork(ctx, key, ctx.now, ctx.now);
    return;
  }
  const time = minTolerationTime(used);
  if (time === undefined) {
    ctx.decide({ about, by, outcome: 'toleratedForEver', facts: { taints: taints.map(describeTaint) } });
    cancelWorkWithEvent(api, ctx, key);
    return;
  }
  const planned = plannedAt(ctx, key);
  // A plan that is older stays, also where the new one would be over sooner.
  if (planned !== undefined && planned < ctx.now) return;
  if (planned !== undefined) cancelWorkWithEvent(api, ctx, key);
  const facts = { taints: taints.map(describeTaint), until: ctx.now + time };
  ctx.decide({ about, by, outcome: 'toleratedUntil', facts });
  addWork(ctx, key, planned ?? ctx.now, (planned ?? ctx.now) + time);
}

const describeTaint = ({ key, value, effect }: Taint): string => `${key}${value ? `=${value}` : ''}:${effect}`;

/** The shortest of the times in milliseconds, nothing where none is limited. @see getMinTolerationTime */
function minTolerationTime(tolerations: readonly Toleration[]): VirtualTime | undefined {
  const limited = tolerations.flatMap(({ tolerationSeconds }) => tolerationSeconds ?? []);
  return limited.length > 0 ? Math.max(0, Math.min(...limited)) * 1000 : undefined;
}

function cancelWorkWithEvent(api: ApiServer, ctx: Context, key: string): void {
  if (cancelWork(ctx, key)) podEvent(api, ctx, key, 'Cancelling deletion of Pod');
}

/** Upstream's reference names the pod without its uid. @see emitPodDeletionEvent, emitCancelPodDeletionEvent */
function podEvent(api: ApiServer, ctx: Context, key: string, text: string): void {
  const [namespace = '', name = ''] = key.split('/');
  const about = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } };
  const message = `${text} ${key}`;
  recordEvent(api, ctx, { source: SOURCE, about, type: 'Normal', reason: 'TaintManagerEviction', message });
}

/** Upstream tries five times within 50 ms; what is refused here would be refused again. @see deletePodHandler */
function deletePod(api: ApiServer, ctx: Context, key: string): void {
  finishWork(ctx, key);
  podEvent(api, ctx, key, 'Marking for deletion Pod');
  attempt(() => addConditionAndDeletePod(api, ctx, key));
}

/** @throws StatusError what the API server refuses */
function addConditionAndDeletePod(api: ApiServer, ctx: Context, key: string): void {
  const pod = ctx.live<Pod>(PODS, key);
  if (!pod) return;
  const { namespace = '', name } = pod.metadata;
  const condition = disruptionTarget(pod, 'DeletionByTaintManager', 'Taint manager: deleting due to NoExecute taint');
  const status = withCondition(pod.status ?? {}, condition, api.timestamp(ctx));
  api.updateStatus<Pod>(ctx, { ...pod, status });
  api.remove(ctx, { apiVersion: 'v1', kind: 'Pod', namespace, name });
}
