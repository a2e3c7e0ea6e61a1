import type { Pod } from '../api/object.ts';
import { describeRef } from '../api/server.ts';
import type { Context } from '../sim/context.ts';
import type { Verdict } from '../sim/types.ts';
import type { NodeScores, NodeStatus, ScheduleResult } from './cycle.ts';

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
    const { scores } = result;
    const candidates = scores
      ? scoreVerdicts(scores, node)
      : [{ candidate: `Node/${node}`, ok: true, rule: 'onlyFeasibleNode' }];
    const omitted = (scores?.nodes.length ?? 1) - candidates.length;
    const facts = { node, allNodes };
    ctx.decide({ about, by, outcome: 'scheduled', facts, candidates, ...(omitted > 0 && { omitted }) });
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

/** The best nodes with their scores. */
function scoreVerdicts({ nodes, totals, byPlugin }: NodeScores, chosen: string): readonly Verdict[] {
  const ranked = [...totals.keys()].sort((a, b) => (totals[b] ?? 0) - (totals[a] ?? 0)).slice(0, SHOWN_SCORES);
  return ranked.map((i) => {
    const name = nodes[i]?.node.metadata.name ?? '';
    const have: Record<string, number> = { total: totals[i] ?? 0 };
    for (const { plugin, scores } of byPlugin) have[plugin] = scores[i] ?? 0;
    return { candidate: `Node/${name}`, ok: name === chosen, rule: 'score', have };
  });
}
