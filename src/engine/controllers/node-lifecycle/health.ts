import { attempt, StatusError } from '../../api/errors.ts';
import type { Condition, Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES } from '../../api/tables.ts';
import { PROCESSES } from '../../sim/callrunner.ts';
import type { ProcessRecord } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { VirtualTime } from '../../sim/types.ts';
import { durationFlag } from '../flags.ts';
import { GRACE_PERIOD, NODE_MONITOR_PERIOD } from './queues.ts';
import { readyStatus } from './ready.ts';

/** A quarter of a Lease's 40 s. @see pkg/kubelet/kubelet.go, staging/src/k8s.io/component-helpers/apimachinery/lease */
const LEASE_RENEWAL = 10_000;
const NODE_MONITOR_GRACE_PERIOD = 50_000;
const NODE_STARTUP_GRACE_PERIOD = 60_000;
/** The conditions that are unknown when nothing is heard of a node, in upstream's order. */
const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/**
 * When a node gave its last sign of life; nothing for one whose kubelet lives, or that has none in this cluster. Signs of
 * life are not written: a kubelet that runs renews its Lease every 10 s from its start, so that only the last one counts.
 */
function lastHeartbeat(ctx: Context, node: string): VirtualTime | undefined {
  const kubelet = ctx.live<ProcessRecord>(PROCESSES, `kubelet/${node}`);
  if (kubelet?.stoppedAt === undefined) return undefined;
  const { startedAt, stoppedAt } = kubelet;
  return startedAt + Math.floor((stoppedAt - startedAt) / LEASE_RENEWAL) * LEASE_RENEWAL;
}

/** The first look of this process at or after a moment: it looks at its start and every 5 s from then on. */
function lookAt(ctx: Context, moment: VirtualTime): VirtualTime {
  const startedAt = ctx.live<ProcessRecord>(PROCESSES, ctx.process)?.startedAt ?? 0;
  return startedAt + Math.ceil(Math.max(0, moment - startedAt) / NODE_MONITOR_PERIOD) * NODE_MONITOR_PERIOD;
}

/** When evictions were last taken up again after all nodes had been lost: silence counts from then. */
const forgiven = 'forgiven';

/** @see pkg/controller/nodelifecycle/node_lifecycle_controller.go handleDisruption */
export function forgiveSilence(ctx: Context): void {
  ctx.mem<VirtualTime>(forgiven).set('', ctx.now);
}

/**
 * The look that finds a silent node's grace period over, counted from the look that saw its last sign of life; nothing
 * where there is none to wait for. Looks take a little time, so that one after exactly the grace period is after it.
 */
function graceEnds(ctx: Context, node: Node): VirtualTime | undefined {
  const ready = readyStatus(node);
  const heartbeat = ready === 'Unknown' ? undefined : lastHeartbeat(ctx, node.metadata.name);
  if (heartbeat === undefined) return undefined;
  const probe = Math.max(lookAt(ctx, heartbeat), ctx.mem<VirtualTime>(forgiven).get('') ?? 0);
  const grace =
    ready === undefined
      ? durationFlag(ctx, 'node-startup-grace-period', NODE_STARTUP_GRACE_PERIOD)
      : durationFlag(ctx, 'node-monitor-grace-period', NODE_MONITOR_GRACE_PERIOD);
  return lookAt(ctx, probe + grace);
}

/** Waits for a silent node; `then` runs when its grace period is over. */
export function watchSilence(ctx: Context, name: string, then: () => void): void {
  const node = ctx.get<Node>(NODES, name);
  const end = node && graceEnds(ctx, node);
  if (end === undefined) return;
  if (end <= ctx.now) return then();
  ctx.enqueue(GRACE_PERIOD, name, end - ctx.now);
  const facts = { lastHeartbeat: lastHeartbeat(ctx, name) ?? 0, until: end };
  ctx.decide({ about: `Node/${name}`, by: 'tryUpdateNodeHealth', outcome: 'silent', facts });
}

/**
 * Sets the conditions of a node whose grace period is over to Unknown and returns the node as it is then; where that was
 * refused nothing.
 * @see pkg/controller/nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth
 */
export function tryUpdateNodeHealth(api: ApiServer, ctx: Context, node: Node): Node | undefined {
  const end = graceEnds(ctx, node);
  if (end === undefined) return node;
  if (end > ctx.now) {
    if (!ctx.isQueued(GRACE_PERIOD, node.metadata.name)) ctx.enqueue(GRACE_PERIOD, node.metadata.name, end - ctx.now);
    return node;
  }
  const live = ctx.live<Node>(NODES, node.metadata.name);
  if (!live) return undefined;
  const conditions = unknownConditions(live, api.timestamp(ctx));
  const written = attempt(() => api.updateStatus<Node>(ctx, { ...live, status: { ...live.status, conditions } }));
  return written instanceof StatusError ? undefined : written;
}

function unknownConditions({ metadata, status }: Node, now: string): readonly Condition[] {
  const old = status?.conditions ?? [];
  const changed = old.map((condition): Condition => {
    if (!KUBELET_CONDITIONS.includes(condition.type) || condition.status === 'Unknown') return condition;
    return {
      ...condition,
      status: 'Unknown',
      lastTransitionTime: now,
      reason: 'NodeStatusUnknown',
      message: 'Kubelet stopped posting node status.',
    };
  });
  const missing = KUBELET_CONDITIONS.filter((type) => !old.some((condition) => condition.type === type));
  const added = missing.map(
    (type): Condition => ({
      type,
      status: 'Unknown',
      lastHeartbeatTime: metadata.creationTimestamp,
      lastTransitionTime: now,
      reason: 'NodeStatusNeverUpdated',
      message: 'Kubelet never posted node status.',
    }),
  );
  return [...changed, ...added];
}
