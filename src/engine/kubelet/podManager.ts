import type { Pod } from '../api/object.ts';
import type { WatchEvent } from '../sim/types.ts';
import { type Kubelet, QUEUE, workers } from './kubelet.ts';
import { isTerminalPhase } from './podStatus.ts';
import { desired } from './volumemanager/world.ts';

/**
 * Pods of this node that come, change and go. The kubelet's own status writes are no news.
 * @see pkg/kubelet/config/apiserver.go, pkg/kubelet/kubelet.go HandlePodAdditions, HandlePodUpdates, HandlePodRemoves
 */
export function podChanged(kl: Kubelet, { before, after }: WatchEvent<Pod>): void {
  if (before && before.metadata.uid !== after?.metadata.uid) podRemoved(kl, before);
  if (!after) return;
  const { uid } = after.metadata;
  const worker = workers(kl).get(uid);
  if (!worker) {
    workers(kl).set(uid, { pod: after, exists: true, stage: 'sync' });
    kl.ctx.enqueue(QUEUE.pods, uid);
  } else if (before && isNews(before, after)) {
    workers(kl).set(uid, { ...worker, pod: after });
    kl.ctx.enqueue(QUEUE.pods, uid);
  }
}

function isNews(before: Pod, after: Pod): boolean {
  if (before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp) return true;
  if (before.spec !== after.spec) return true;
  return isTerminalPhase(after.status?.phase) && before.status?.phase !== after.status?.phase;
}

function podRemoved(kl: Kubelet, { metadata: { uid } }: Pod): void {
  const worker = workers(kl).get(uid);
  if (!worker) return;
  workers(kl).set(uid, { ...worker, exists: false });
  kl.ctx.enqueue(QUEUE.pods, uid);
  if (desired(kl).bucket('byPod', uid).length > 0) kl.ctx.enqueue(QUEUE.reconciler, '');
}
