import { attempt, StatusError } from '../api/errors.ts';
import type { Condition, Node } from '../api/object.ts';
import { NODES } from '../api/tables.ts';
import { attachesItself, type Kubelet, QUEUE } from './kubelet.ts';
import { hostAddress } from './runtime.ts';
import { setVolumeManagerState, volumeManagerState } from './volumemanager/reconciler.ts';
import { actual, desired } from './volumemanager/world.ts';

const CONTROLLER_MANAGED_ATTACH = 'volumes.kubernetes.io/controller-managed-attach-detach';
/** Type, reason and message of a healthy node's conditions, in the kubelet's order. */
const HEALTHY: readonly (readonly [type: string, status: string, reason: string, message: string])[] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
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
    const written = attempt(() => api.updateStatus<Node>(ctx, { ...found, status }));
    if (written instanceof StatusError) return;
  }
  const { volumesInUse: reportedInUse = [] } = status;
  if (sameList(reportedInUse, manager.reportedInUse)) return;
  setVolumeManagerState(kl, { ...manager, reportedInUse });
  ctx.enqueue(QUEUE.reconciler, '');
}

/** The status the node should have; the same object where nothing changes. */
function nodeStatus(kl: Kubelet, { status }: Node, inUse: readonly string[]): NonNullable<Node['status']> {
  const stamp = kl.api.timestamp(kl.ctx);
  const before = status?.conditions ?? [];
  const healthy = HEALTHY.every(([type, value, reason]) =>
    before.some((c) => c.type === type && c.status === value && c.reason === reason),
  );
  if (healthy && status?.addresses && status.nodeInfo && sameList(status.volumesInUse ?? [], inUse)) return status;
  const own = HEALTHY.map(([type, value, reason, message]): Condition => {
    const last = before.find((condition) => condition.type === type);
    const since = last?.status === value ? (last.lastTransitionTime ?? stamp) : stamp;
    return { type, status: value, lastHeartbeatTime: stamp, lastTransitionTime: since, reason, message };
  });
  const foreign = before.filter(({ type }) => !HEALTHY.some(([known]) => known === type));
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
