import { formatTime } from '../api/duration.ts';
import type { Condition, Container, ContainerStatus, Pod, PodStatus } from '../api/object.ts';
import type { VirtualTime } from '../sim/types.ts';
import type { Kubelet } from './kubelet.ts';
import { hostAddress, type RuntimeContainer, type RuntimePod, restartsAlways } from './runtime.ts';

/** A pod's status with the lists that the kubelet fills beside hostIP and podIP. */
export interface FullPodStatus extends PodStatus {
  readonly hostIPs?: readonly { readonly ip: string }[];
  readonly podIPs?: readonly { readonly ip: string }[];
}

const KUBELET_CONDITIONS = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

/** Reason of a container that the kubelet could not make. */
const CONFIG_ERROR = 'CreateContainerConfigError';

export const isTerminalPhase = (phase: string | undefined): boolean => phase === 'Succeeded' || phase === 'Failed';

/**
 * The pod's status as the kubelet reports it.
 * @param refused why containers could not be made, by name
 * @see pkg/kubelet/kubelet_pods.go generateAPIPodStatus
 */
export function generateAPIPodStatus(
  kl: Kubelet,
  pod: Pod,
  runtime: RuntimePod,
  podIsTerminal: boolean,
  refused: Readonly<Record<string, string>> = {},
): FullPodStatus {
  const old: FullPodStatus = pod.status ?? {};
  const init = pod.spec.initContainers ?? [];
  const stamp = kl.api.timestamp(kl.ctx);
  const initContainerStatuses = init.map((c) =>
    containerStatus(kl, pod, c, runtime.containers[c.name], refused[c.name]),
  );
  const containerStatuses = pod.spec.containers.map((c) =>
    containerStatus(kl, pod, c, runtime.containers[c.name], refused[c.name]),
  );
  const computed = getPhase(pod, initContainerStatuses, containerStatuses, podIsTerminal);
  const phase = isTerminalPhase(old.phase) ? (old.phase as string) : computed;
  const hostIP = hostAddress(kl);
  const podIP = runtime.podIP;
  const status: Writable<FullPodStatus> = { ...old };
  if (phase !== old.phase) {
    delete status.reason;
    delete status.message;
  }
  const { generation } = pod.metadata;
  if (generation !== undefined) status.observedGeneration = generation;
  status.phase = phase;
  status.conditions = conditions(pod, old, {
    phase,
    stamp,
    sandbox: runtime.sandbox,
    initContainerStatuses,
    containerStatuses,
  });
  status.hostIP = hostIP;
  status.hostIPs = [{ ip: hostIP }];
  if (podIP !== undefined) {
    status.podIP = podIP;
    status.podIPs = [{ ip: podIP }];
  }
  status.startTime = old.startTime ?? stamp;
  if (init.length > 0) status.initContainerStatuses = initContainerStatuses;
  status.containerStatuses = containerStatuses;
  return status;
}

/** A status while it is put together: written field by field, because many spreads are slow. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function containerStatus(
  kl: Kubelet,
  pod: Pod,
  container: Container,
  known: RuntimeContainer | undefined,
  refused: string | undefined,
): ContainerStatus {
  const { name, image = '' } = container;
  if (!known) {
    const reason = (pod.spec.initContainers ?? []).length > 0 ? 'PodInitializing' : 'ContainerCreating';
    const state = { waiting: refused === undefined ? { reason } : { reason: CONFIG_ERROR, message: refused } };
    return { name, state, lastState: {}, ready: false, restartCount: 0, image, imageID: '', started: false };
  }
  const containerID = `containerd://${known.id}`;
  const startedAt = timeOf(kl, known.startedAt);
  const base = { name, lastState: {}, restartCount: known.restartCount, image, imageID: image, containerID };
  if (known.state === 'running') {
    const isInit = pod.spec.initContainers?.includes(container) && !restartsAlways(container);
    return { ...base, state: { running: { startedAt } }, ready: !isInit, started: !isInit };
  }
  const exitCode = known.exitCode ?? 0;
  const reason = exitCode === 0 ? 'Completed' : 'Error';
  const terminated = { exitCode, reason, startedAt, finishedAt: timeOf(kl, known.finishedAt ?? 0), containerID };
  const done = exitCode === 0 && pod.spec.initContainers?.includes(container) === true;
  return { ...base, state: { terminated }, ready: done, started: false };
}

const timeOf = ({ api, ctx }: Kubelet, at: VirtualTime): string =>
  at === ctx.now ? api.timestamp(ctx) : formatTime(api.epochMillis(ctx) - ctx.now + at);

/** @see pkg/kubelet/kubelet_pods.go getPhase */
export function getPhase(
  { spec }: Pod,
  initStatuses: readonly ContainerStatus[],
  statuses: readonly ContainerStatus[],
  podIsTerminal: boolean,
): string {
  const sidecars = new Set((spec.initContainers ?? []).filter(restartsAlways).map(({ name }) => name));
  const ordinary = initStatuses.filter(({ name }) => !sidecars.has(name));
  const failed = ordinary.some(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0);
  if (failed && spec.restartPolicy === 'Never') return 'Failed';
  const begun = statuses.some(({ state }) => state?.waiting === undefined);
  const pendingSidecars = initStatuses.some(({ name, started }) => sidecars.has(name) && !started);
  if (ordinary.some(({ state }) => state?.terminated === undefined) || (pendingSidecars && !begun)) return 'Pending';
  if (statuses.some(({ state }) => state?.waiting !== undefined)) return 'Pending';
  if (statuses.some(({ state }) => state?.running !== undefined)) return 'Running';
  const succeeded = statuses.every(({ state }) => state?.terminated?.exitCode === 0);
  if (podIsTerminal) return succeeded ? 'Succeeded' : 'Failed';
  if (spec.restartPolicy === 'Never') return succeeded ? 'Succeeded' : 'Failed';
  return spec.restartPolicy === 'OnFailure' && succeeded ? 'Succeeded' : 'Running';
}

interface Generated {
  readonly phase: string;
  readonly stamp: string;
  readonly sandbox: boolean;
  readonly initContainerStatuses: readonly ContainerStatus[];
  readonly containerStatuses: readonly ContainerStatus[];
}

type Verdict = Pick<Condition, 'status' | 'reason' | 'message'>;

/** @see pkg/kubelet/status/generate.go */
function conditions(pod: Pod, old: PodStatus, generated: Generated): readonly Condition[] {
  const ready = containersReadyCondition(generated);
  const wanted: Readonly<Record<string, Verdict>> = {
    PodReadyToStartContainers: { status: generated.sandbox ? 'True' : 'False' },
    Initialized: initializedCondition(pod, generated),
    Ready: podReadyCondition(pod, old, ready),
    ContainersReady: ready,
    PodScheduled: { status: 'True' },
  };
  const before = old.conditions ?? [];
  const foreign = before.filter(({ type }) => !KUBELET_CONDITIONS.includes(type));
  const { generation } = pod.metadata;
  const own = KUBELET_CONDITIONS.map((type): Condition => {
    const verdict = wanted[type] as Verdict;
    const last = before.find((condition) => condition.type === type);
    const since = last?.status === verdict.status ? last.lastTransitionTime : undefined;
    const condition: Writable<Condition> = {
      type,
      status: verdict.status,
      lastProbeTime: null,
      lastTransitionTime: since ?? generated.stamp,
    };
    if (generation !== undefined) condition.observedGeneration = generation;
    if (verdict.reason !== undefined) condition.reason = verdict.reason;
    if (verdict.message !== undefined) condition.message = verdict.message;
    return condition;
  });
  return [...foreign, ...own];
}

function containersReadyCondition({ phase, containerStatuses }: Generated): Verdict {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready = containerStatuses.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length === 0) return { status: 'True' };
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${unready.join(' ')}]`,
  };
}

function podReadyCondition(pod: Pod, old: PodStatus, containersReady: Verdict): Verdict {
  if (containersReady.status !== 'True') return containersReady;
  const gates = (pod.spec['readinessGates'] ?? []) as readonly { readonly conditionType: string }[];
  const unready = gates.flatMap(({ conditionType }) => {
    const status = old.conditions?.find(({ type }) => type === conditionType)?.status;
    if (status === undefined) return `corresponding condition of pod readiness gate "${conditionType}" does not exist.`;
    return status === 'True' ? [] : `the status of pod readiness gate "${conditionType}" is not "True", but ${status}`;
  });
  if (unready.length === 0) return { status: 'True' };
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: unready.join(', ') };
}

function initializedCondition(pod: Pod, { phase, initContainerStatuses, containerStatuses }: Generated): Verdict {
  const sidecars = new Set((pod.spec.initContainers ?? []).filter(restartsAlways).map(({ name }) => name));
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (containerStatuses.some(({ state }) => state?.waiting === undefined)) return { status: 'True' };
  const incomplete = initContainerStatuses.filter(({ name, ready, started }) =>
    sidecars.has(name) ? !started : !ready,
  );
  if (incomplete.length === 0) return { status: 'True' };
  const names = incomplete.map(({ name }) => name).join(' ');
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${names}]`,
  };
}
