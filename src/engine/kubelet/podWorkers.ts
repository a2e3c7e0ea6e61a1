import { type EventType, recordEvent } from '../api/events.ts';
import type { Pod } from '../api/object.ts';
import { findPluginByName } from '../volumes/registry.ts';
import { admitPod, rejectPod } from './admission.ts';
import { currentPod, type Kubelet, type PodWorker, QUEUE, workers } from './kubelet.ts';
import { generateAPIPodStatus, isTerminalPhase } from './podStatus.ts';
import {
  containersToStart,
  endContainers,
  killPod,
  type RuntimePod,
  runtimePod,
  START_TIME,
  setRuntimePod,
  startContainers,
} from './runtime.ts';
import { deletePod, setPodStatus, terminatedStatus } from './statusManager.ts';
import { prepareSubPaths } from './subPath.ts';
import { reprocessPod } from './volumemanager/populator.ts';
import { waitForAttachAndMount, waitForUnmount } from './volumemanager/wait.ts';
import { desired, processed } from './volumemanager/world.ts';

/** Milliseconds; a sync that failed is repeated after the first, one that went well after the second, times 1 to 1.5. */
const BACKOFF_PERIOD = 10_000;
export const RESYNC_INTERVAL = 60_000;

export const jitter = ({ ctx }: Kubelet, period: number): number =>
  Math.round(period * (1 + (ctx.random() / 2 ** 32) * 0.5));

/**
 * One step of a pod's worker.
 * @see pkg/kubelet/pod_workers.go podWorkerLoop
 */
export function syncPodWorker(kl: Kubelet, uid: string): void {
  const worker = workers(kl).get(uid);
  if (!worker) return;
  if (worker.stage !== 'sync') return syncTerminatedPod(kl, worker);
  const pod = currentPod(kl, worker);
  const gone = !worker.exists || pod.metadata.deletionTimestamp !== undefined;
  if (gone || isTerminalPhase(pod.status?.phase)) return syncTerminatingPod(kl, worker, pod);
  if (worker.admitted) return syncPod(kl, worker, pod);
  const refusal = admitPod(kl, pod);
  if (!refusal) return syncPod(kl, { ...worker, admitted: true }, pod);
  rejectPod(kl, worker, pod, refusal);
  syncTerminatingPod(kl, worker, currentPod(kl, worker));
}

/**
 * Brings the pod nearer to what its spec says: status, volumes, containers.
 * @see pkg/kubelet/kubelet.go SyncPod
 */
function syncPod(kl: Kubelet, worker: PodWorker, pod: Pod): void {
  const { ctx } = kl;
  const { starting } = worker;
  let runtime = endContainers(kl, pod, runtimePod(kl, pod));
  let next = worker;
  if (starting && starting.due <= ctx.now) {
    next = start(kl, omit(worker, 'starting'), pod, starting.names);
    runtime = runtimePod(kl, pod);
  }
  const status = generateAPIPodStatus(kl, pod, runtime, false, next.refused);
  setPodStatus(kl, next, status);
  if (isTerminalPhase(status.phase)) return syncTerminatingPod(kl, next, currentPod(kl, next));
  if (next.starting) return sleepUntil(kl, next, next.starting.due);
  if (next.retryAt !== undefined && next.retryAt > ctx.now) return sleepUntil(kl, next, next.retryAt);
  const ready = mountVolumes(kl, omit(next, 'retryAt'), pod);
  if (ready) syncContainers(kl, ready, pod, runtime);
}

/** Starts containers whose time has come; one that cannot be made is tried again with the pod's next sync. */
function start(kl: Kubelet, worker: PodWorker, pod: Pod, names: readonly string[]): PodWorker {
  const refused: Record<string, string> = {};
  for (const name of names) {
    const error = prepareSubPaths(kl, pod, name);
    if (error !== undefined) refused[name] = error;
  }
  const made = names.filter((name) => refused[name] === undefined);
  if (made.length > 0) startContainers(kl, pod, made);
  for (const name of made) containerStarted(kl, pod, name);
  for (const [name, error] of Object.entries(refused)) {
    containerPulled(kl, pod, name);
    podEvent(kl, pod, 'Warning', 'Failed', `Error: ${error}`, name);
  }
  if (made.length === names.length) return omit(worker, 'refused');
  return { ...worker, refused, retryAt: kl.ctx.now + jitter(kl, BACKOFF_PERIOD) };
}

/** The worker once all volumes are mounted. */
function mountVolumes(kl: Kubelet, worker: PodWorker, pod: Pod): PodWorker | undefined {
  if (worker.mounted) return worker;
  const result = waitForAttachAndMount(kl, worker, pod);
  if (result === 'waiting') return undefined;
  const waited = omit(worker, 'waitingSince');
  if (result === 'mounted') {
    if (needsResync(kl, pod)) kl.ctx.enqueue(QUEUE.resync, pod.metadata.uid, jitter(kl, RESYNC_INTERVAL));
    return { ...waited, mounted: true };
  }
  if (result.limitExceeded) {
    const message = `Node has reached its volume attachment limit, rejecting pod. ${result.error}`;
    rejectPod(kl, waited, pod, { reason: 'VolumeAttachmentLimitExceeded', message });
    syncTerminatingPod(kl, waited, currentPod(kl, waited));
    return undefined;
  }
  const retryAt = kl.ctx.now + jitter(kl, BACKOFF_PERIOD);
  sleepUntil(kl, { ...waited, retryAt }, retryAt);
  if (!result.interrupted)
    podEvent(kl, pod, 'Warning', 'FailedMount', `Unable to attach or mount volumes: ${result.error}`);
  return undefined;
}

function syncContainers(kl: Kubelet, worker: PodWorker, pod: Pod, runtime: RuntimePod): void {
  const names = containersToStart(pod, runtime);
  if (names.length > 0) {
    const due = kl.ctx.now + START_TIME * names.length;
    return sleepUntil(kl, { ...worker, starting: { names, due } }, due);
  }
  const ends = Object.values(runtime.containers).flatMap(({ state, endsAt }) =>
    state === 'running' && endsAt !== undefined ? endsAt : [],
  );
  if (ends.length > 0) sleepUntil(kl, worker, Math.min(...ends));
  else remember(kl, worker);
}

function remember(kl: Kubelet, worker: PodWorker): void {
  workers(kl).set(worker.pod.metadata.uid, worker);
}

function sleepUntil(kl: Kubelet, worker: PodWorker, at: number): void {
  remember(kl, worker);
  kl.ctx.enqueue(QUEUE.pods, worker.pod.metadata.uid, at - kl.ctx.now);
}

function omit(worker: PodWorker, field: 'starting' | 'retryAt' | 'waitingSince' | 'refused'): PodWorker {
  if (worker[field] === undefined) return worker;
  const { [field]: _, ...rest } = worker;
  return rest;
}

/** Whether some volume of the pod is set up anew at each resync. */
function needsResync(kl: Kubelet, pod: Pod): boolean {
  const { uid } = pod.metadata;
  return desired(kl)
    .bucket('byPod', uid)
    .some((volume) => {
      const entry = desired(kl).get(volume);
      return entry !== undefined && findPluginByName(entry.plugin)?.requiresRemount?.(kl.ctx, entry.spec) === true;
    });
}

/** The resync of a healthy pod, as far as it does anything: volumes that are to be set up anew. */
export function resyncPod(kl: Kubelet, uid: string): void {
  if (workers(kl).get(uid)?.stage !== 'sync') return;
  reprocessPod(kl, uid);
  kl.ctx.enqueue(QUEUE.resync, uid, jitter(kl, RESYNC_INTERVAL));
}

/**
 * Stops the containers and reports how they ended.
 * @see pkg/kubelet/kubelet.go SyncTerminatingPod
 */
function syncTerminatingPod(kl: Kubelet, worker: PodWorker, pod: Pod): void {
  const before = endContainers(kl, pod, runtimePod(kl, pod));
  for (const [name, { state }] of Object.entries(before.containers)) {
    if (state === 'running') podEvent(kl, pod, 'Normal', 'Killing', `Stopping container ${name}`, name);
  }
  const runtime = killPod(kl, pod, before);
  setPodStatus(kl, worker, generateAPIPodStatus(kl, pod, runtime, true));
  const { starting: _1, retryAt: _2, waitingSince: _3, ...rest } = worker;
  const terminated: PodWorker = { ...rest, stage: 'terminated' };
  kl.ctx.dequeue(QUEUE.resync, pod.metadata.uid);
  remember(kl, terminated);
  if (desired(kl).bucket('byPod', pod.metadata.uid).length > 0) kl.ctx.enqueue(QUEUE.reconciler, '');
  syncTerminatedPod(kl, terminated);
}

/**
 * Waits until the volumes are unmounted, writes the last status and lets the pod go.
 * @see pkg/kubelet/kubelet.go SyncTerminatedPod
 */
function syncTerminatedPod(kl: Kubelet, worker: PodWorker): void {
  const { uid } = worker.pod.metadata;
  if (worker.stage === 'terminated') {
    if (!waitForUnmount(kl, worker)) return;
    const pod = currentPod(kl, worker);
    const last = generateAPIPodStatus(kl, pod, runtimePod(kl, pod), true);
    setPodStatus(kl, worker, terminatedStatus(pod, last));
    remember(kl, { ...omit(worker, 'waitingSince'), stage: 'finished' });
  }
  deletePod(kl, worker);
  const after = workers(kl).get(uid);
  if (after && !after.exists) forgetPod(kl, uid);
}

/** The pod is gone and nothing of it is left on the node. */
function forgetPod(kl: Kubelet, uid: string): void {
  setRuntimePod(kl, uid, undefined);
  processed(kl).delete(uid);
  workers(kl).delete(uid);
  if (desired(kl).bucket('byPod', uid).length > 0) kl.ctx.enqueue(QUEUE.reconciler, '');
}

function containerPulled(kl: Kubelet, pod: Pod, name: string): void {
  const image = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((c) => c.name === name)?.image ?? '';
  const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
  podEvent(kl, pod, 'Normal', 'Pulled', message, name);
}

function containerStarted(kl: Kubelet, pod: Pod, name: string): void {
  containerPulled(kl, pod, name);
  podEvent(kl, pod, 'Normal', 'Created', 'Container created', name);
  podEvent(kl, pod, 'Normal', 'Started', 'Container started', name);
}

function podEvent(kl: Kubelet, about: Pod, type: EventType, reason: string, message: string, container?: string): void {
  const init = about.spec.initContainers?.some(({ name }) => name === container);
  const fieldPath =
    container === undefined ? {} : { fieldPath: `spec.${init ? 'initContainers' : 'containers'}{${container}}` };
  recordEvent(kl.api, kl.ctx, { source: 'kubelet', host: kl.node, about, type, reason, message, ...fieldPath });
}
