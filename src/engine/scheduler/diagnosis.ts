import type { Pod } from '../api/object.ts';
import { describeRef } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Verdict } from '../sim/types.ts';
import type { NodeScore, NodeStatus, ScheduleResult } from './cycle.ts';

/** Reasons with the number of nodes that gave them, sorted as texts. */
function histogram(reasons: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort()
    .join(', ');
}

/**
 * What DefaultPreemption says: which nodes it could help on. No pod is ever evicted here.
 * @see pkg/scheduler/framework/preemption/preemption.go
 */
function preemptionMessage(pod: Pod, nodes: readonly NodeStatus[]): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.';
  const reasons = nodes.map(({ status }) =>
    status.code === 'Unschedulable'
      ? 'No preemption victims found for incoming pod'
      : 'Preemption is not helpful for scheduling',
  );
  return `0/${nodes.length} nodes are available: ${histogram(reasons)}.`;
}

/** The text of an attempt that failed. @see pkg/scheduler/framework/types.go FitError.Error */
export function failureMessage(pod: Pod, allNodes: number, result: Exclude<ScheduleResult, { kind: 'fits' }>): string {
  switch (result.kind) {
    case 'noNodes':
      return 'no nodes available to schedule pods';
    case 'error':
      return result.message;
    case 'preFilter':
      // DynamicResources' PostFilter runs first, and finds nothing that its PreFilter, which was not reached, had left.
      return `0/${allNodes} nodes are available: ${result.status.reasons.join(', ')}. not found`;
    case 'noFit': {
      const reasons = histogram(result.nodes.flatMap(({ status }) => status.reasons));
      const preemption = preemptionMessage(pod, result.nodes);
      return `0/${allNodes} nodes are available: ${reasons}. no new claims to deallocate, preemption: ${preemption}`;
    }
  }
}

const verdictOf = ({ node, plugin, status: { reasons, have, want } }: NodeStatus): Verdict => ({
  candidate: `Node/${node}`,
  ok: false,
  rule: plugin,
  message: reasons.join(', '),
  ...(have !== undefined && { have }),
  ...(want !== undefined && { want }),
});

/** Nodes shown of a successful choice: the best. */
const SHOWN_SCORES = 8;

/** Records why a pod got its node, or none. */
export function decideScheduling(
  ctx: Context,
  pod: Pod,
  allNodes: number,
  result: ScheduleResult,
  message: string,
): void {
  const about = describeRef(pod);
  const by = 'schedulePod';
  if (result.kind === 'fits') {
    const node = result.node.node.metadata.name;
    const ranked = [...result.scores].sort((a, b) => b.total - a.total);
    const shown = ranked.slice(0, SHOWN_SCORES).map((score) => scoreVerdict(score, node));
    const candidates: readonly Verdict[] =
      shown.length > 0 ? shown : [{ candidate: `Node/${node}`, ok: true, rule: 'onlyFeasibleNode' }];
    const omitted = ranked.length - shown.length;
    ctx.decide({
      about,
      by,
      outcome: 'scheduled',
      facts: { node, allNodes },
      candidates,
      ...(omitted > 0 && { omitted }),
    });
    return;
  }
  const candidates = result.kind === 'noFit' ? result.nodes.map(verdictOf) : [];
  const { plugin, have, want } = result.kind === 'preFilter' ? { plugin: result.plugin, ...result.status } : {};
  const facts = {
    message,
    allNodes,
    ...(plugin !== undefined && { plugin }),
    ...(have !== undefined && { have }),
    ...(want !== undefined && { want }),
  };
  ctx.decide({ about, by, outcome: result.kind, facts, candidates });
}

const scoreVerdict = ({ node, total, byPlugin }: NodeScore, chosen: string): Verdict => {
  const { name } = node.node.metadata;
  return { candidate: `Node/${name}`, ok: name === chosen, rule: 'score', have: { total, ...byPlugin } };
};
