import { attempt, StatusError } from '../api/errors.ts';
import { recordEvent } from '../api/events.ts';
import type { Condition, Node } from '../api/object.ts';
import { NODES } from '../api/tables.ts';
import { attachesItself, type Kubelet, QUEUE } from './kubelet.ts';
import { hostAddress } from './runtime.ts';
import { setVolumeManagerState, volumeManagerState } from './volumemanager/reconciler.ts';
import { actual, desired } from './volumemanager/world.ts';

const CONTROLLER_MANAGED_ATTACH = 'volumes.kubernetes.io/controller-managed-attach-detach';

/** A condition as a healthy node has it, and the Event that tells of its becoming so. */
interface HealthyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly event: string;
}

const healthyCondition = (
  type: string,
  status: string,
  reason: string,
  message: string,
  event: string,
): HealthyCondition => ({ type, status, reason, message: `kubelet ${message}`, event });

/** In the kubelet's order. @see pkg/kubelet/nodestatus/setters.go */
const HEALTHY: readonly HealthyCondition[] = [
  healthyCondition(
    'MemoryPressure',
    'False',
    'KubeletHasSufficientMemory',
    'has sufficient memory available',
    'NodeHasSufficientMemory',
  ),
  healthyCondition(
    'DiskPressure',
    'False',
    'KubeletHasNoDiskPressure',
    'has no disk pressure',
    'NodeHasNoDiskPressure',
  ),
  healthyCondition(
    'PIDPressure',
    'False',
    'KubeletHasSufficientPID',
    'has sufficient PID available',
    'NodeHasSufficientPID',
  ),
  healthyCondition('Ready', 'True', 'KubeletReady', 'is posting ready status', 'NodeReady'),
];

const NODE_INFO = {
  architecture: 'amd64',
  containerRuntimeVersion: 'containerd://2.2.0',
  kubeletVersion: 'v1.36.2',
  operatingSystem: 'linux',
};

/**
 * What the kubelet writes into its Node when it starts; its CSINode comes with the registrar.
 * @see pkg/kubelet/kubelet_node_status.go registerWithAPIServer
 */
export function registerNode(kl: Kubelet): void {
  const { api, ctx, node } = kl;
  const found = ctx.live<Node>(NODES, node);
  if (!found) return;
  const { [CONTROLLER_MANAGED_ATTACH]: _, ...annotations } = found.metadata.annotations ?? {};
  const wanted = attachesItself(kl) ? annotations : { ...annotations, [CONTROLLER_MANAGED_ATTACH]: 'true' };
  attempt(() => api.update(ctx, { ...found, metadata: { ...found.metadata, annotations: wanted } }));
}

/**
 * Evaluates the node's status and writes it where anything changed, then lets the volume manager know which volumes are
 * reported as in use.
 * @see pkg/kubelet/kubelet_node_status.go tryUpdateNodeStatus
 */
export function syncNodeStatus(kl: Kubelet): void {
  const { api, ctx, node } = kl;
  const found = ctx.live<Node>(NODES, node);
  if (!found) return;
  const manager = volumeManagerState(kl);
  const status = nodeStatus(kl, found, manager.synced ? volumesInUse(kl) : (found.status?.volumesInUse ?? []));
  if (status !== found.status) {
    reportRecovery(kl, found);
    const written = attempt(() => api.updateStatus<Node>(ctx, { ...found, status }));
    if (written instanceof StatusError) return;
  }
  const { volumesInUse: reportedInUse = [] } = status;
  if (sameList(reportedInUse, manager.reportedInUse)) return;
  setVolumeManagerState(kl, { ...manager, reportedInUse });
  ctx.enqueue(QUEUE.reconciler, '');
}

/** Tells of the conditions that were not well and are. @see pkg/kubelet/kubelet_node_status.go recordNodeStatusEvent */
function reportRecovery({ api, ctx, node }: Kubelet, { status }: Node): void {
  for (const { type, status: value, event } of HEALTHY) {
    const last = status?.conditions?.find((condition) => condition.type === type);
    if (!last || last.status === value) continue;
    const about = { apiVersion: 'v1', kind: 'Node', metadata: { name: node } };
    const message = `Node ${node} status is now: ${event}`;
    recordEvent(api, ctx, { source: 'kubelet', host: node, about, type: 'Normal', reason: event, message });
  }
}

/** The status the node should have; the same object where nothing changes. */
function nodeStatus(kl: Kubelet, { status }: Node, inUse: readonly string[]): NonNullable<Node['status']> {
  const stamp = kl.api.timestamp(kl.ctx);
  const before = status?.conditions ?? [];
  const healthy = HEALTHY.every(({ type, status: value, reason }) =>
    before.some((c) => c.type === type && c.status === value && c.reason === reason),
  );
  if (healthy && status?.addresses && status.nodeInfo && sameList(status.volumesInUse ?? [], inUse)) return status;
  const own = HEALTHY.map(({ type, status: value, reason, message }): Condition => {
    const last = before.find((condition) => condition.type === type);
    const since = last?.status === value ? (last.lastTransitionTime ?? stamp) : stamp;
    return { type, status: value, lastHeartbeatTime: stamp, lastTransitionTime: since, reason, message };
  });
  const foreign = before.filter(({ type }) => !HEALTHY.some((known) => known.type === type));
  const { volumesInUse: _, ...rest } = status ?? {};
  return {
    ...rest,
    addresses: status?.addresses ?? [
      { type: 'InternalIP', address: hostAddress(kl) },
      { type: 'Hostname', address: kl.node },
    ],
    nodeInfo: status?.nodeInfo ?? NODE_INFO,
    conditions: [...foreign, ...own],
    ...(inUse.length > 0 && { volumesInUse: inUse }),
  };
}

/** Attachable volumes that are wanted or attached. @see pkg/kubelet/volumemanager/volume_manager.go GetVolumesInUse */
function volumesInUse(kl: Kubelet): readonly string[] {
  const names = new Set<string>();
  for (const table of [desired(kl), actual(kl)]) {
    for (const name of table.keys()) if (table.get(name)?.attachable) names.add(name);
  }
  return [...names].sort();
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name, i) => name === b[i]);
