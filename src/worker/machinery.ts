import { MACHINES, type Machine } from '../engine/faults.ts';
import { PROCESSES } from '../engine/sim/callrunner.ts';
import { type CallFault, FAULTS } from '../engine/sim/calls.ts';
import type { ProcessRecord } from '../engine/sim/component.ts';
import type { Log } from '../engine/sim/log.ts';
import type { Machinery } from './protocol.ts';

const UNREGISTERED = 'unregistered';

/** What runs, and what has been made to fail, once the first `rows` rows of the log hold. */
export function machineryAt(log: Log, rows: number): Machinery {
  const tables = new Map<string, (readonly [key: string, value: unknown])[]>();
  for (const table of [PROCESSES, FAULTS, MACHINES, UNREGISTERED]) tables.set(table, []);
  for (let id = 0; id < log.addresses; id++) {
    const { table, key } = log.address(id);
    const entries = tables.get(table);
    const value = entries && log.valueAt(id, rows);
    if (value !== undefined) entries?.push([key, value]);
  }
  const entriesOf = <T>(table: string): readonly (readonly [string, T])[] =>
    ((tables.get(table) ?? []) as (readonly [string, T])[]).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    processes: entriesOf<ProcessRecord>(PROCESSES).map(([id, { type, params, state, stopAfterWrites }]) => ({
      id,
      type,
      params,
      isRunning: state === 'running',
      ...(stopAfterWrites !== undefined && { stopAfterWrites }),
    })),
    calls: entriesOf<CallFault>(FAULTS).map(([, fault]) => fault),
    machines: entriesOf<Machine>(MACHINES).map(([node, { power, network }]) => ({ node, power, network })),
    unregistered: entriesOf<boolean>(UNREGISTERED)
      .filter(([, isUnregistered]) => isUnregistered)
      .map(([key]) => {
        const [driver = '', node = ''] = key.split(' ');
        return { driver, node };
      }),
  };
}
