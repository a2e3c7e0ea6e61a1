import { attempt, StatusError } from '../api/errors.ts';
import { keyOf } from '../api/kind.ts';
import type { ContainerStatus, Pod } from '../api/object.ts';
import { PODS } from '../api/tables.ts';
import { currentPod, type Kubelet, type PodWorker, QUEUE } from './kubelet.ts';
import { type FullPodStatus, isTerminalPhase } from './podStatus.ts';

/** A write that the API server refused is tried again after this. */
const RETRY = 1000;

const LOST = {
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
  exitCode: 137,
};

/**
 * Writes a status that differs from the API's; a pod that is gone gets none.
 * @see pkg/kubelet/status/status_manager.go syncPod
 */
export function setPodStatus(kl: Kubelet, worker: PodWorker, status: FullPodStatus): void {
  if (!worker.exists) return;
  const { namespace, name, uid } = worker.pod.metadata;
  const pod = kl.ctx.live<Pod>(PODS, keyOf(namespace, name));
  if (pod?.metadata.uid !== uid) return;
  const written = attempt(() => kl.api.updateStatus(kl.ctx, { ...pod, status }));
  if (written instanceof StatusError && written.reason !== 'NotFound') kl.ctx.enqueue(QUEUE.pods, uid, RETRY);
}

/**
 * The last status of a pod whose containers have all ended: what never ran has failed.
 * @see pkg/kubelet/status/status_manager.go TerminatePod
 */
export function terminatedStatus(pod: Pod, status: FullPodStatus): FullPodStatus {
  const phase = isTerminalPhase(status.phase) ? (status.phase as string) : 'Failed';
  if (!hasPodInitialized(pod, status)) return { ...status, phase };
  const containerStatuses = (status.containerStatuses ?? []).map((container): ContainerStatus => {
    if (container.state?.terminated) return container;
    return { ...container, state: { terminated: LOST } };
  });
  return { ...status, phase, containerStatuses };
}

/** @see pkg/kubelet/status/status_manager.go hasPodInitialized */
function hasPodInitialized(
  { spec }: Pod,
  { containerStatuses = [], initContainerStatuses = [] }: FullPodStatus,
): boolean {
  if ((spec.initContainers ?? []).length === 0) return true;
  if (containerStatuses.some(({ state }) => state?.waiting === undefined)) return true;
  return initContainerStatuses.at(-1)?.state?.terminated?.exitCode === 0;
}

/** Takes a terminated pod that is to go out of the API. */
export function deletePod(kl: Kubelet, worker: PodWorker): void {
  if (!worker.exists) return;
  const {
    namespace = 'default',
    name,
    uid,
    deletionTimestamp,
    deletionGracePeriodSeconds,
  } = currentPod(kl, worker).metadata;
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === 0) return;
  const ref = { apiVersion: 'v1', kind: 'Pod', namespace, name };
  const removed = attempt(() => kl.api.remove(kl.ctx, ref, { gracePeriodSeconds: 0, preconditions: { uid } }));
  if (removed instanceof StatusError && removed.reason !== 'NotFound') kl.ctx.enqueue(QUEUE.pods, uid, RETRY);
}
