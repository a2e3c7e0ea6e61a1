import type { Container, Node, Pod } from '../api/object.ts';
import { NODES, PODS } from '../api/tables.ts';
import type { VirtualTime } from '../sim/types.ts';
import type { Kubelet } from './kubelet.ts';

/** A container as the container runtime knows it. */
export interface RuntimeContainer {
  readonly id: string;
  readonly state: 'running' | 'exited';
  readonly startedAt: VirtualTime;
  /** When a container that ends by itself does so. */
  readonly endsAt?: VirtualTime;
  readonly finishedAt?: VirtualTime;
  readonly exitCode?: number;
  readonly restartCount: number;
}

/** A pod's sandbox and containers, in durable table `runtime/<node>` under its UID: they live on when the kubelet dies. */
export interface RuntimePod {
  readonly sandbox: boolean;
  readonly podIP?: string;
  readonly containers: Readonly<Record<string, RuntimeContainer>>;
}

const EMPTY: RuntimePod = { sandbox: false, containers: {} };
/** A container is started and ready after this time. */
export const START_TIME = 100;
/** Containers that are there to end do so after this time. */
const RUN_TIME = 1000;

const table = ({ node }: Kubelet): string => `runtime/${node}`;

/** What the runtime has of a pod; a pod that was stored as running counts as started before the run began. */
export function runtimePod(kl: Kubelet, pod: Pod): RuntimePod {
  return kl.ctx.live<RuntimePod>(table(kl), pod.metadata.uid) ?? adopted(pod) ?? EMPTY;
}

function adopted({ status }: Pod): RuntimePod | undefined {
  const statuses = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])];
  const known = statuses.filter(({ state }) => state?.running || state?.terminated);
  if (known.length === 0) return undefined;
  const containers = known.map(({ name, state, containerID = '', restartCount }): [string, RuntimeContainer] => {
    const ended = state?.terminated;
    const base = { id: containerID.replace('containerd://', ''), startedAt: 0, restartCount };
    return [
      name,
      ended ? { ...base, state: 'exited', exitCode: ended.exitCode, finishedAt: 0 } : { ...base, state: 'running' },
    ];
  });
  const podIP = status?.podIP;
  return { sandbox: true, ...(podIP !== undefined && { podIP }), containers: Object.fromEntries(containers) };
}

export function setRuntimePod(kl: Kubelet, uid: string, pod: RuntimePod | undefined): void {
  kl.ctx.write(table(kl), uid, pod);
}

/**
 * Stops what still runs of pods that went while the kubelet was down.
 * @see pkg/kubelet/kubelet_pods.go HandlePodCleanups
 */
export function cleanUpOrphanedPods(kl: Kubelet): void {
  const { ctx, node } = kl;
  const known = new Set(ctx.bucket(PODS, 'byNode', node).map((key) => ctx.get<Pod>(PODS, key)?.metadata.uid));
  for (const uid of [...ctx.liveKeys(table(kl))]) if (!known.has(uid)) setRuntimePod(kl, uid, undefined);
}

export const restartsAlways = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

/** The containers to start next: the first init container that has not ended, else all that have not started. */
export function containersToStart({ spec }: Pod, { containers }: RuntimePod): readonly string[] {
  for (const container of spec.initContainers ?? []) {
    const known = containers[container.name];
    if (!known) return [container.name];
    if (known.state === 'running' && !restartsAlways(container)) return [];
    if (known.state === 'exited' && known.exitCode !== 0 && spec.restartPolicy === 'Never') return [];
    if (known.state === 'exited' && (known.exitCode !== 0 || restartsAlways(container))) return [container.name];
  }
  return spec.containers.filter(({ name }) => restarts(spec.restartPolicy, containers[name])).map(({ name }) => name);
}

/** @see pkg/kubelet/container/helpers.go ShouldContainerBeRestarted */
function restarts(policy: string | undefined, container: RuntimeContainer | undefined): boolean {
  if (!container) return true;
  if (container.state === 'running') return false;
  return policy === 'Never' ? false : policy === 'OnFailure' ? container.exitCode !== 0 : true;
}

/** Starts containers; the first of a pod brings its sandbox. */
export function startContainers(kl: Kubelet, pod: Pod, names: readonly string[]): RuntimePod {
  const { ctx } = kl;
  const before = runtimePod(kl, pod);
  const started = names.map((name): [string, RuntimeContainer] => {
    const runs = runTime(pod, name);
    const restartCount = before.containers[name] ? before.containers[name].restartCount + 1 : 0;
    const id = Array.from({ length: 8 }, () => ctx.random().toString(16).padStart(8, '0')).join('');
    const endsAt = runs === undefined ? {} : { endsAt: ctx.now + runs };
    return [name, { id, state: 'running', startedAt: ctx.now, restartCount, ...endsAt }];
  });
  const after: RuntimePod = {
    ...before,
    sandbox: true,
    podIP: before.podIP ?? (pod.spec['hostNetwork'] === true ? hostAddress(kl) : nextPodIP(kl)),
    containers: { ...before.containers, ...Object.fromEntries(started) },
  };
  setRuntimePod(kl, pod.metadata.uid, after);
  return after;
}

/** Ends the containers whose time has come. */
export function endContainers(kl: Kubelet, pod: Pod, runtime: RuntimePod): RuntimePod {
  const { now } = kl.ctx;
  const due = Object.entries(runtime.containers).filter(
    ([, c]) => c.state === 'running' && c.endsAt !== undefined && c.endsAt <= now,
  );
  if (due.length === 0) return runtime;
  const ended = due.map(([name, c]): [string, RuntimeContainer] => [
    name,
    { ...c, state: 'exited', exitCode: 0, finishedAt: c.endsAt ?? now },
  ]);
  const after = { ...runtime, containers: { ...runtime.containers, ...Object.fromEntries(ended) } };
  setRuntimePod(kl, pod.metadata.uid, after);
  return after;
}

/** Stops all containers: they end at once with exit 0 on SIGTERM. */
export function killPod(kl: Kubelet, pod: Pod, runtime: RuntimePod): RuntimePod {
  const { now } = kl.ctx;
  const containers = Object.entries(runtime.containers).map(([name, c]): [string, RuntimeContainer] =>
    c.state === 'running' ? [name, { ...c, state: 'exited', exitCode: 0, finishedAt: now }] : [name, c],
  );
  const after: RuntimePod = { ...runtime, sandbox: false, containers: Object.fromEntries(containers) };
  if (runtime.sandbox) setRuntimePod(kl, pod.metadata.uid, after);
  return after;
}

/** Time after which a container ends by itself: init containers, those of a Job and of the recycler. */
function runTime({ metadata, spec }: Pod, name: string): VirtualTime | undefined {
  const init = spec.initContainers?.find((container) => container.name === name);
  if (init) return restartsAlways(init) ? undefined : RUN_TIME;
  const ofJob = metadata.ownerReferences?.some(({ kind, controller }) => kind === 'Job' && controller);
  return ofJob || name === 'pv-recycler' ? RUN_TIME : undefined;
}

/** The next address of the node's pod network; counted on the node's disk, so that a restart does not repeat one. */
function nextPodIP(kl: Kubelet): string {
  const { ctx, node } = kl;
  const last = ctx.live<{ last: number }>('podips', node)?.last ?? 1;
  ctx.write('podips', node, { last: last + 1 });
  return `10.244.${nodeNumber(node)}.${((last + 1) % 253) + 1}`;
}

/** The node's own address: what the Node says, else one made from its name. */
export function hostAddress({ ctx, node }: Kubelet): string {
  const addresses = ctx.get<Node>(NODES, node)?.status?.addresses ?? [];
  return addresses.find(({ type }) => type === 'InternalIP')?.address ?? `192.168.0.${nodeNumber(node) + 10}`;
}

/** A number for a node's networks: the one at the end of its name, or one made of its letters. */
export function nodeNumber(node: string): number {
  const digits = /(\d{1,3})$/.exec(node)?.[1];
  if (digits !== undefined) return Number(digits) % 256;
  let sum = 0;
  for (const letter of node) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 251;
  return sum;
}
