import { recordEvent } from '../api/events.ts';
import type { Node, Pod } from '../api/object.ts';
import { matchesLabels, matchesNodeSelector } from '../api/selectors.ts';
import { NODES } from '../api/tables.ts';
import type { Kubelet, PodWorker } from './kubelet.ts';
import { setPodStatus } from './statusManager.ts';

export interface Refusal {
  readonly reason: string;
  readonly message: string;
}

/**
 * What the kubelet checks before it takes a pod on; pods get past the scheduler with spec.nodeName.
 * @see pkg/kubelet/lifecycle/predicate.go
 */
export function admitPod({ ctx, node }: Kubelet, { spec }: Pod): Refusal | undefined {
  const labels = ctx.get<Node>(NODES, node)?.metadata.labels ?? {};
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const fits =
    matchesLabels(spec.nodeSelector, labels) &&
    (!required || matchesNodeSelector(required, { metadata: { name: node, labels } }));
  if (fits) return undefined;
  return {
    reason: 'NodeAffinity',
    message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
  };
}

/** @see pkg/kubelet/kubelet.go rejectPod */
export function rejectPod(kl: Kubelet, worker: PodWorker, pod: Pod, { reason, message }: Refusal): void {
  const { api, ctx, node } = kl;
  recordEvent(api, ctx, { source: 'kubelet', host: node, about: pod, type: 'Warning', reason, message });
  const startTime = pod.status?.startTime ?? api.timestamp(ctx);
  setPodStatus(kl, worker, {
    ...pod.status,
    phase: 'Failed',
    reason,
    message: `Pod was rejected: ${message}`,
    startTime,
  });
}
