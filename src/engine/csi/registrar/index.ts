import { attempt, StatusError } from '../../api/errors.ts';
import type { CSIDriver } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { CSI_DRIVERS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { ComponentType, SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { RANK } from '../../sim/lanes.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { DRIVERS, type Driver, driverOf } from '../spec/driver.ts';
import type { NodeGetInfoResponse } from '../spec/messages.ts';
import { ensureCSINode } from './csinode.ts';
import { installDriver, uninstallDriver, updateAllocatable } from './install.ts';

/** Type of the process: one runs on each node and stands for the registrars of all drivers there. */
export const NODE_DRIVER_REGISTRAR = 'node-driver-registrar';

/** A driver that the kubelet of a node can call, in durable table `registered/<node>` under the driver's name. */
export interface RegisteredDriver {
  readonly name: string;
  readonly endpoint: string;
}

export const registeredOn = (node: string): string => `registered/${node}`;

/** Durable table of registrations that a fault took away (true) or brought about (false), by `<driver> <node>`. */
const UNREGISTERED = 'unregistered';

/** A failed registration ends the registrar; its container comes back after this. */
const RESTART_LIMITER = { base: 10_000, max: 300_000 };

/**
 * Registers the drivers of one node: asks NodeGetInfo and writes CSINode, Node labels and the annotation with node ids, as
 * registrar and kubelet do together.
 * @see pkg/volume/csi/csi_plugin.go RegisterPlugin
 */
export function nodeDriverRegistrar(api: ApiServer): ComponentType {
  return {
    type: NODE_DRIVER_REGISTRAR,
    queues: {
      node: { rank: RANK.starting, sync: (ctx) => void attempt(() => ensureCSINode(api, ctx, nodeOf(ctx))) },
      drivers: {
        rank: RANK.starting,
        workers: Number.POSITIVE_INFINITY,
        limiter: RESTART_LIMITER,
        sync: (ctx, driver) => syncDriver(api, ctx, driver),
      },
      allocatable: { background: true, workers: Number.POSITIVE_INFINITY, sync: refreshAllocatable },
    },
    watches: [
      {
        table: CSI_DRIVERS,
        on: (ctx, { key, before, after }: WatchEvent<CSIDriver>) => {
          if (before && after && periodOf(before) !== periodOf(after)) scheduleRefresh(ctx, key);
        },
      },
    ],
    start: (ctx) => {
      for (const driver of [...ctx.liveKeys(registeredOn(nodeOf(ctx)))])
        ctx.write(registeredOn(nodeOf(ctx)), driver, undefined);
      ctx.enqueue('node', '');
      for (const driver of ctx.liveKeys(DRIVERS)) ctx.enqueue('drivers', driver);
    },
    onCall: (ctx, call) => answered(api, ctx, call),
  };
}

const nodeOf = (ctx: Context): string => ctx.params['node'] ?? '';

function syncDriver(api: ApiServer, ctx: Context, name: string): SyncResult {
  const node = nodeOf(ctx);
  const registered = ctx.live(registeredOn(node), name) !== undefined;
  if (!runsHere(ctx, driverOf(ctx, name), name)) {
    if (registered) {
      ctx.write(registeredOn(node), name, undefined);
      attempt(() => uninstallDriver(api, ctx, node, name));
    }
    ctx.forget('drivers', name);
    return undefined;
  }
  if (registered) return undefined;
  // Who starts a node waits for its drivers, so this takes no time unless a fault says so.
  ctx.call({
    target: name,
    method: 'NodeGetInfo',
    node,
    request: {},
    data: 'register',
    latency: 0,
    deadline: NODE_GET_INFO_TIMEOUT,
  });
  return 'blocked';
}

/** @see pkg/volume/csi/csi_plugin.go csiTimeout */
const NODE_GET_INFO_TIMEOUT = 120_000;

function runsHere(ctx: Context, driver: Driver | undefined, name: string): boolean {
  const node = nodeOf(ctx);
  const unregistered = ctx.live<boolean>(UNREGISTERED, `${name} ${node}`);
  if (unregistered !== undefined) return !unregistered;
  return driver !== undefined && (driver.nodes?.includes(node) ?? true);
}

function answered(api: ApiServer, ctx: Context, call: CallRecord): void {
  const { target: driver, data } = call;
  if (data !== 'register') {
    if (call.code === 'OK') attempt(() => updateAllocatable(api, ctx, nodeOf(ctx), driver, infoOf(call)));
    scheduleRefresh(ctx, driver);
    return;
  }
  ctx.done('drivers', driver);
  const node = nodeOf(ctx);
  const installed =
    call.code === 'OK' ? attempt(() => installDriver(api, ctx, node, driver, infoOf(call))) : call.message;
  if (installed !== undefined) {
    const error = installed instanceof StatusError ? installed.message : installed;
    ctx.decide({ about: `Node/${node}`, by: 'RegisterPlugin', outcome: 'failed', facts: { driver, error } });
    attempt(() => uninstallDriver(api, ctx, node, driver));
    ctx.enqueueRateLimited('drivers', driver);
    return;
  }
  const entry: RegisteredDriver = { name: driver, endpoint: `/var/lib/kubelet/plugins/${driver}/csi.sock` };
  ctx.write(registeredOn(node), driver, entry);
  ctx.forget('drivers', driver);
  scheduleRefresh(ctx, driver);
}

const infoOf = ({ response }: CallRecord): NodeGetInfoResponse => (response ?? {}) as NodeGetInfoResponse;

const periodOf = ({ spec }: CSIDriver): number | undefined => spec.nodeAllocatableUpdatePeriodSeconds;

/** @see pkg/volume/csi/csi_plugin.go updateCSIDriver */
function scheduleRefresh(ctx: Context, name: string): void {
  const driver = ctx.get<CSIDriver>(CSI_DRIVERS, name);
  const seconds = driver && periodOf(driver);
  ctx.dequeue('allocatable', name);
  if (seconds !== undefined && ctx.live(registeredOn(nodeOf(ctx)), name) !== undefined)
    ctx.enqueue('allocatable', name, seconds * 1000);
}

function refreshAllocatable(ctx: Context, name: string): void {
  const node = nodeOf(ctx);
  if (ctx.live(registeredOn(node), name) === undefined) return;
  ctx.call({
    target: name,
    method: 'NodeGetInfo',
    node,
    request: {},
    data: 'refresh',
    deadline: NODE_GET_INFO_TIMEOUT,
  });
}
