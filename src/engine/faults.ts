import { parseDuration } from './api/duration.ts';
import { badRequest } from './api/errors.ts';
import type { CallFault } from './sim/calls.ts';
import { FAULTS } from './sim/calls.ts';
import type { Context } from './sim/context.ts';
import type { Simulation } from './sim/simulation.ts';
import { loseFile, nodeDisk } from './volumes/files.ts';

type Plain = Readonly<Record<string, unknown>>;

/** How a machine is, in durable table `machines` under the node's name; missing: on and reachable. */
export interface Machine {
  readonly power: 'on' | 'off';
  readonly network: 'up' | 'cut';
}

export const MACHINES = 'machines';

const HEALTHY: Machine = { power: 'on', network: 'up' };

export const machineOf = (ctx: Context, node: string): Machine => ctx.live<Machine>(MACHINES, node) ?? HEALTHY;

/**
 * Injects a fault, or takes one back; each holds until its opposite comes.
 * @throws StatusError BadRequest, naming what is not understood
 */
export function injectFault(sim: Simulation, ctx: Context, fault: Plain): void {
  if (fault['clear'] === true) clearFaults(ctx, fault);
  else if (typeof fault['component'] === 'string') componentFault(sim, ctx, fault['component'], fault);
  else if (typeof fault['method'] === 'string') callFault(ctx, fault);
  else if (typeof fault['driver'] === 'string') driverFault(ctx, fault['driver'], fault);
  else if (typeof fault['node'] === 'string' && fault['path'] === undefined)
    nodeFault(ctx, fault['node'], String(fault['is']));
  else if (typeof fault['node'] === 'string') loseFile(ctx, nodeDisk(fault['node']), String(fault['path']));
  else
    throw badRequest(
      `fault ${JSON.stringify(fault)} is not understood: name a node, a driver, a method of a driver, or a component`,
    );
}

function callFault(ctx: Context, fault: Plain): void {
  const { driver, method, node, code, message, times, latency, hangs } = fault;
  const entry: CallFault = {
    ...(typeof driver === 'string' && { driver }),
    ...(typeof method === 'string' && { method }),
    ...(typeof node === 'string' && { node }),
    ...(typeof code === 'string' && { code }),
    ...(typeof message === 'string' && { message }),
    ...(typeof times === 'number' && { times }),
    ...(latency !== undefined && { latency: millis(latency) }),
    ...(hangs === true && { hangs }),
  };
  const last = ctx.liveKeys(FAULTS).at(-1);
  ctx.write(FAULTS, String(Number(last ?? 0) + 1).padStart(6, '0'), entry);
}

function clearFaults(ctx: Context, { clear: _, ...fields }: Plain): void {
  for (const key of [...ctx.liveKeys(FAULTS)]) {
    const entry = ctx.live<Plain>(FAULTS, key) ?? {};
    if (Object.entries(fields).every(([field, value]) => entry[field] === value)) ctx.write(FAULTS, key, undefined);
  }
}

function driverFault(ctx: Context, driver: string, fault: Plain): void {
  if (typeof fault['volume'] === 'string') {
    const table = fault['path'] === undefined ? `backend/${driver}/volumes` : `files/${driver}^${fault['volume']}`;
    ctx.write(table, fault['path'] === undefined ? fault['volume'] : String(fault['path']), undefined);
    return;
  }
  const node = String(fault['node']);
  const registrar = `node-driver-registrar/${node}`;
  const key = `${driver} ${node}`;
  const nodeInfo = fault['x-nodeInfo'] ?? fault['nodeInfo'];
  if (nodeInfo !== undefined) ctx.write('nodeinfo', key, nodeInfo);
  if (fault['is'] === 'unregistered') ctx.write('unregistered', key, true);
  else if (fault['is'] === 'registered') ctx.write('unregistered', key, false);
  else if (nodeInfo === undefined)
    throw badRequest(
      `fault of driver ${driver}: is: ${String(fault['is'])} is not understood; say registered or unregistered`,
    );
  ctx.signal(registrar, 'drivers', driver);
}

/** @see the processes that cluster.ts starts for a node */
function nodeFault(ctx: Context, node: string, is: string): void {
  const machine = machineOf(ctx, node);
  const kubelet = `kubelet/${node}`;
  const registrar = `node-driver-registrar/${node}`;
  const start = (): void => {
    ctx.startProcess(kubelet, 'kubelet', { node });
    ctx.startProcess(registrar, 'node-driver-registrar', { node });
  };
  const stopKubelet = (): void => {
    ctx.stopProcess(kubelet);
    fallSilent(ctx, node);
  };
  const stop = (): void => {
    stopKubelet();
    ctx.stopProcess(registrar);
  };
  if (is === 'down') {
    ctx.write(MACHINES, node, { ...machine, power: 'off' });
    stop();
  } else if (is === 'up') {
    ctx.write(MACHINES, node, { ...machine, power: 'on' });
    start();
  } else if (is === 'kubelet-down') stopKubelet();
  else if (is === 'kubelet-up') ctx.startProcess(kubelet, 'kubelet', { node });
  else if (is === 'partitioned') {
    ctx.write(MACHINES, node, { ...machine, network: 'cut' });
    stop();
  } else if (is === 'rejoined') {
    ctx.write(MACHINES, node, { ...machine, network: 'up' });
    start();
  } else
    throw badRequest(
      `fault of node ${node}: is: ${is} is not understood; say down, up, kubelet-down, kubelet-up, partitioned or rejoined`,
    );
}

/** Nothing is heard of a node from now on: the controller that listens is the one to find that out. */
function fallSilent(ctx: Context, node: string): void {
  ctx.signal('node-lifecycle-controller', 'gracePeriod', node);
}

function componentFault(sim: Simulation, ctx: Context, component: string, fault: Plain): void {
  const part = fault['driver'] ?? fault['node'];
  const id = part === undefined ? component : `${component}/${String(part)}`;
  if (fault['is'] === 'started') {
    const record = ctx.live<{ type: string; params: Record<string, string> }>('process', id);
    if (!record) throw badRequest(`there is no component ${id} to start`);
    ctx.startProcess(id, record.type, record.params);
  } else if (fault['is'] === 'stopped') {
    if (!ctx.isRunning(id)) throw badRequest(`component ${id} does not run`);
    if (typeof fault['afterWrites'] === 'number' && fault['afterWrites'] > 0)
      sim.stopAfterWrites(id, fault['afterWrites']);
    else {
      ctx.stopProcess(id);
      if (component === 'kubelet') fallSilent(ctx, String(part));
    }
  } else
    throw badRequest(`fault of component ${id}: is: ${String(fault['is'])} is not understood; say stopped or started`);
}

function millis(value: unknown): number {
  if (typeof value === 'number') return value;
  const parsed = parseDuration(String(value), { days: true });
  if (typeof parsed !== 'number')
    throw badRequest(`latency ${JSON.stringify(value)} is not a duration; write it as 500ms, 2s or 1m30s`);
  return parsed;
}
