import type { CallFault, Json, Machinery } from '../../worker/protocol.ts';
import { componentName } from '../model/names.ts';

/** Something that has been made to fail and still does. */
export interface ActiveFault {
  /** Tells it from the others. */
  readonly id: string;
  /** Its sentence, with values. */
  readonly key: ActiveKey;
  readonly values: Readonly<Record<string, string | number>>;
  /** How it is, where the sentence does not say all: an error's code and message, a latency. */
  readonly details: readonly string[];
  /** Calls that it still applies to; left out: all. */
  readonly times?: number;
  /** The fault that takes it back; left out where nothing can. */
  readonly undo?: Json;
}

export type ActiveKey =
  | 'faults.isDown'
  | 'faults.isCutOff'
  | 'faults.isKubeletDown'
  | 'faults.isUnregistered'
  | 'faults.isStopped'
  | 'faults.willStop'
  | 'faults.callFails'
  | 'faults.callHangs'
  | 'faults.callSlow';

/** Processes of a node that go down with its machine. */
const OF_NODES = new Set(['kubelet', 'node-driver-registrar']);

/** What is wrong on purpose, in a fixed order: machines, drivers, components, calls. */
export function activeFaults(machinery: Machinery): readonly ActiveFault[] {
  return [...ofMachines(machinery), ...ofDrivers(machinery), ...ofComponents(machinery), ...ofCalls(machinery)];
}

function ofMachines({ machines, processes }: Machinery): ActiveFault[] {
  const found: ActiveFault[] = [];
  const unreachable = new Set<string>();
  const add = (key: ActiveKey, node: string, undo: string): void => {
    unreachable.add(node);
    found.push({ id: `${key} ${node}`, key, values: { node }, details: [], undo: { node, is: undo } });
  };
  for (const { node, power } of machines) if (power === 'off') add('faults.isDown', node, 'up');
  for (const { node, network } of machines) if (network === 'cut') add('faults.isCutOff', node, 'rejoined');
  for (const { type, params, isRunning } of processes) {
    const { node = '' } = params;
    if (type === 'kubelet' && !isRunning && !unreachable.has(node)) add('faults.isKubeletDown', node, 'kubelet-up');
  }
  return found;
}

function ofDrivers({ unregistered }: Machinery): ActiveFault[] {
  return unregistered.map(({ driver, node }) => ({
    id: `unregistered ${driver} ${node}`,
    key: 'faults.isUnregistered',
    values: { driver, node },
    details: [],
    undo: { driver, node, is: 'registered' },
  }));
}

function ofComponents({ processes }: Machinery): ActiveFault[] {
  return processes.flatMap(({ id, type, isRunning, stopAfterWrites }): ActiveFault[] => {
    const values = { component: componentLabel(id) };
    if (isRunning && stopAfterWrites !== undefined && stopAfterWrites > 0) {
      return [{ id, key: 'faults.willStop', values: { ...values, count: stopAfterWrites }, details: [] }];
    }
    if (isRunning || OF_NODES.has(type)) return [];
    const undo = { ...componentFault(id), is: 'started' };
    return [{ id, key: 'faults.isStopped', values, details: [], undo }];
  });
}

function ofCalls({ calls }: Machinery): ActiveFault[] {
  return calls.flatMap((fault, index): ActiveFault[] => {
    if (fault.times === 0) return [];
    const { driver = '*', method = '*', node, code, message, latency, hangs, times } = fault;
    const fails = code !== undefined || message !== undefined;
    const details = [node, fails ? code : undefined, fails ? message : undefined].filter(
      (text): text is string => text !== undefined && text !== '',
    );
    if (latency !== undefined) details.push(`${latency} ms`);
    return [
      {
        id: `call ${index}`,
        key: hangs === true ? 'faults.callHangs' : fails ? 'faults.callFails' : 'faults.callSlow',
        values: { driver, method },
        details,
        ...(times !== undefined && { times }),
        undo: { clear: true, ...(fault as { readonly [Field in keyof CallFault]: Json }) },
      },
    ];
  });
}

/** The fault's way of naming a process: the component, and the driver or node behind the slash. */
export function componentFault(id: string): { readonly component: string; readonly driver?: string } {
  const slash = id.indexOf('/');
  return slash < 0 ? { component: id } : { component: id.slice(0, slash), driver: id.slice(slash + 1) };
}

/** A component's name, with its driver where several drivers have one. */
export function componentLabel(id: string): string {
  const { driver } = componentFault(id);
  return driver === undefined ? componentName(id) : `${componentName(id)} (${driver})`;
}
