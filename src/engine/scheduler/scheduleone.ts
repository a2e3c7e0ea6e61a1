import { recordSchedulerEvent } from '../api/events.ts';
import type { Pod } from '../api/object.ts';
import type { ApiServer } from '../api/server.ts';
import { PODS } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import { bindingCycle } from './bindingcycle.ts';
import { type NodeStatus, type ScheduleResult, type States, schedulePod } from './cycle.ts';
import { decideScheduling, failureMessage } from './diagnosis.ts';
import { handleSchedulingFailure } from './failure.ts';
import type { Cycle } from './framework.ts';
import { type Attempts, attemptFailed, busyFor, popPod, type Refusal, scheduleNext } from './queue.ts';
import { requestsOf } from './resources.ts';
import { isAssumed, snapshot } from './snapshot.ts';

/** One turn of the loop: tries the next pod, then makes way for the one after it. */
export function scheduleOne(api: ApiServer, ctx: Context): void {
  if (busyFor(ctx) === 0) scheduleOnePod(api, ctx);
  scheduleNext(ctx);
}

/**
 * Takes the next pod from the queue and tries to place it.
 * @see pkg/scheduler/schedule_one.go ScheduleOne
 */
function scheduleOnePod(api: ApiServer, ctx: Context): void {
  const info = popPod(ctx);
  const pod = info && ctx.get<Pod>(PODS, info.pod);
  if (!pod || pod.spec.nodeName || isAssumed(ctx, info.pod)) return;
  if (pod.metadata.deletionTimestamp !== undefined) {
    const message = `skip schedule deleting pod: ${info.pod}`;
    recordSchedulerEvent(api, ctx, {
      about: pod,
      type: 'Warning',
      reason: 'FailedScheduling',
      action: 'Scheduling',
      message,
    });
    return;
  }
  const attempts: Attempts = { unschedulableCount: info.unschedulableCount, consecutiveErrors: info.consecutiveErrors };
  const cycle: Cycle = { ctx, api, pod, requests: requestsOf(pod), nodes: snapshot(ctx) };
  const result = schedulePod(cycle);
  if (result.kind === 'fits') {
    decideScheduling(ctx, pod, cycle.nodes.length, result, '');
    bindingCycle(cycle, result.node.node.metadata.name, result.states, attempts);
    return;
  }
  attemptFailed(ctx);
  const message = failureMessage(pod, cycle.nodes.length, result);
  decideScheduling(ctx, pod, cycle.nodes.length, result, message);
  if (result.kind === 'noFit') explainRefusals(cycle, result.nodes, result.states);
  handleSchedulingFailure(api, ctx, pod, {
    reason: result.kind === 'error' ? 'SchedulerError' : 'Unschedulable',
    message,
    refusal: refusalOf(result),
    attempts,
    clearNominatedNode: result.kind !== 'preFilter',
  });
}

/** Nodes of which a plugin tells in detail why it refused them. */
const EXPLAINED = 3;

function explainRefusals(cycle: Cycle, refused: readonly NodeStatus[], states: States): void {
  for (const [plugin, state] of states) {
    if (!plugin.explain) continue;
    const names = refused
      .filter((status) => status.plugin === plugin.name)
      .slice(0, EXPLAINED)
      .map(({ node }) => node);
    for (const info of cycle.nodes) if (names.includes(info.node.metadata.name)) plugin.explain(cycle, info, state);
  }
}

/** Who refused: the plugin of PreFilter, or all that refused a node. */
function refusalOf(result: Exclude<ScheduleResult, { kind: 'fits' }>): Refusal {
  if (result.kind === 'preFilter') return { plugins: [result.plugin], topics: result.topics };
  if (result.kind !== 'noFit') return { plugins: [], topics: [] };
  const topics = [...result.states].flatMap(([plugin, state]) => plugin.topics?.(state) ?? []);
  return { plugins: result.plugins, topics: [...new Set(topics)] };
}
