import type { Pod } from '../../api/object.ts';
import { type Kubelet, type PodWorker, QUEUE, workers } from '../kubelet.ts';
import { reprocessPod, usedVolumes } from './populator.ts';
import { actual, desired, POD_ATTACH_AND_MOUNT_TIMEOUT, pluginOf, processed } from './world.ts';

export type WaitResult =
  | 'mounted'
  | 'waiting'
  /** `interrupted`: the time is over, which is only logged. */
  | { readonly error: string; readonly interrupted: boolean; readonly limitExceeded?: boolean };

/**
 * Waits until all volumes that the pod's containers use are mounted: looks now and every 300 ms, for 2 min 3 s.
 * A pod worker calls it at each of its steps; the populator looks at the pod anew at the first of them.
 * @see pkg/kubelet/volumemanager/volume_manager.go WaitForAttachAndMount
 */
export function waitForAttachAndMount(kl: Kubelet, worker: PodWorker, pod: Pod): WaitResult {
  const expected = expectedVolumes(pod);
  if (expected.length === 0) return 'mounted';
  const { uid } = pod.metadata;
  const { ctx } = kl;
  if (worker.waitingSince === undefined) {
    reprocessPod(kl, uid);
    if (unmountedVolumes(kl, uid, expected).length === 0) return 'mounted';
    workers(kl).set(uid, { ...worker, waitingSince: ctx.now });
    ctx.enqueue(QUEUE.pods, uid, POD_ATTACH_AND_MOUNT_TIMEOUT);
    return 'waiting';
  }
  const errors = processed(kl).get(uid)?.errors ?? [];
  const unmounted = unmountedVolumes(kl, uid, expected);
  if (unmounted.length === 0 && errors.length === 0) return 'mounted';
  const expired = ctx.now - worker.waitingSince >= POD_ATTACH_AND_MOUNT_TIMEOUT;
  if (errors.length === 0 && !expired) {
    ctx.enqueue(QUEUE.pods, uid, worker.waitingSince + POD_ATTACH_AND_MOUNT_TIMEOUT - ctx.now);
    return 'waiting';
  }
  const why = errors.length > 0 ? errors.join('; ') : 'context deadline exceeded';
  const list = (names: readonly string[]): string => `[${names.join(' ')}]`;
  const { unattached, unprocessed } = unfinishedVolumes(kl, uid, expected);
  const error = `unmounted volumes=${list(unmounted)}, unattached volumes=${list(unattached)}, failed to process volumes=${list(unprocessed)}: ${why}`;
  if (errors.length > 0) return { error, interrupted: false };
  return { error, interrupted: true, limitExceeded: attachLimitExceeded(kl, uid) };
}

/** @see volume_manager.go isAttachLimitExceeded */
function attachLimitExceeded(kl: Kubelet, uid: string): boolean {
  return desired(kl)
    .bucket('byPod', uid)
    .some((volume) => {
      const entry = desired(kl).get(volume);
      if (!entry?.attachable || actual(kl).has(volume)) return false;
      return pluginOf(entry.plugin).verifyExhaustedResource?.(kl, entry.spec) === true;
    });
}

/** @see volume_manager.go getExpectedVolumes */
function expectedVolumes(pod: Pod): readonly string[] {
  if ((pod.spec.volumes ?? []).length === 0) return [];
  const { mounts, devices } = usedVolumes(pod);
  return [...new Set([...mounts, ...devices])].sort();
}

function unmountedVolumes(kl: Kubelet, uid: string, expected: readonly string[]): readonly string[] {
  const mounted = new Set<string>();
  for (const volume of actual(kl).bucket('byPod', uid)) {
    const pod = actual(kl).get(volume)?.pods[uid];
    if (pod?.state !== 'Mounted') continue;
    for (const name of [...pod.names, ...(desired(kl).get(volume)?.pods[uid]?.names ?? [])]) mounted.add(name);
  }
  return expected.filter((name) => !mounted.has(name));
}

/** Attachable volumes that are not attached, and used ones that the populator could not add. */
function unfinishedVolumes(
  kl: Kubelet,
  uid: string,
  expected: readonly string[],
): { readonly unattached: readonly string[]; readonly unprocessed: readonly string[] } {
  const unattached: string[] = [];
  const known = new Set<string>();
  for (const volume of desired(kl).bucket('byPod', uid)) {
    const entry = desired(kl).get(volume);
    for (const name of entry?.pods[uid]?.names ?? []) {
      known.add(name);
      if (entry?.attachable && !actual(kl).has(volume)) unattached.push(name);
    }
  }
  return { unattached: unattached.sort(), unprocessed: expected.filter((name) => !known.has(name)) };
}

/** Whether nothing of the pod's volumes is mounted any more; else the pod worker looks again after each unmount. */
export function waitForUnmount(kl: Kubelet, worker: PodWorker): boolean {
  const { uid } = worker.pod.metadata;
  if (actual(kl).bucket('byPod', uid).length === 0) return true;
  if (worker.waitingSince === undefined) workers(kl).set(uid, { ...worker, waitingSince: kl.ctx.now });
  kl.ctx.enqueue(QUEUE.reconciler, '');
  return false;
}
