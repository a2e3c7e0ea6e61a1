import { changedPaths } from '../engine/api/diff.ts';
import { formatDuration } from '../engine/api/duration.ts';
import type { EventObject, KubeObject } from '../engine/api/object.ts';
import { EVENTS } from '../engine/api/tables.ts';
import { withoutManagedFields } from '../engine/kubectl/serialize.ts';
import type { CommandOutput, NotSimulated, OperationError, Session, Warning } from '../engine/session.ts';
import { CALLS, type CallRecord } from '../engine/sim/calls.ts';
import type { Decision, Json, VirtualTime } from '../engine/sim/types.ts';

export interface ReportedEvent {
  readonly type: string;
  readonly reason: string;
  /** `Kind/namespace/name`, or `Kind/name` for a cluster-scoped object. */
  readonly on: string;
  readonly message: string;
  readonly count: number;
  readonly at: string;
  readonly source: string;
}

export interface ReportedCall {
  readonly at: string;
  readonly by: string;
  readonly node?: string;
  readonly driver: string;
  readonly method: string;
  readonly request: Json;
  readonly response?: Json;
  readonly code?: string;
  readonly message?: string;
}

export interface ReportedWrite {
  readonly at: string;
  readonly by: string;
  readonly verb: 'create' | 'update' | 'delete' | 'gone';
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly changed: readonly string[];
}

export interface RunResult {
  readonly id: unknown;
  readonly ok: true;
  readonly settled: boolean;
  readonly now: string;
  readonly steps: number;
  readonly objects: readonly KubeObject[];
  readonly events: readonly ReportedEvent[];
  readonly calls: readonly ReportedCall[];
  readonly writes: readonly ReportedWrite[];
  readonly decisions: readonly (Decision & { readonly at: string; readonly step: number })[];
  readonly outputs: readonly CommandOutput[];
  readonly warnings: readonly Warning[];
  /** Fields that were taken, but on which nothing acts. */
  readonly notSimulated: readonly NotSimulated[];
  readonly opErrors: readonly OperationError[];
  readonly atEnd?: readonly Omit<CommandOutput, 'op'>[];
}

/** Reads everything that the headless runner reports out of a finished run. */
export function resultOf(session: Session, id: unknown, settled: boolean): RunResult {
  const { sim } = session.cluster;
  return {
    id,
    ok: true,
    settled,
    now: formatDuration(sim.now),
    steps: sim.log.steps,
    objects: objectsOf(session),
    events: eventsOf(session),
    calls: callsOf(session),
    writes: writesOf(session),
    decisions: decisionsOf(session),
    outputs: session.outputs,
    warnings: session.warnings,
    notSimulated: session.notSimulated,
    opErrors: session.errors,
  };
}

function decisionsOf({ cluster: { sim } }: Session): RunResult['decisions'] {
  return sim.decisions.flatMap((list, step) => {
    if (!list) return [];
    const at = formatDuration(sim.log.step(step).at);
    return list.map((decision) => ({ step, at, ...decision }));
  });
}

function objectsOf({ cluster: { sim } }: Session): readonly KubeObject[] {
  const { store } = sim;
  return store.catalog.published.flatMap((table) =>
    store.keys(table).map((key) => withoutManagedFields(store.get(table, key)) as KubeObject),
  );
}

function eventsOf({ cluster: { sim } }: Session): readonly ReportedEvent[] {
  // Also what the API has meanwhile dropped: every Event as it was last seen.
  const { log } = sim;
  const last = new Map<string, EventObject>();
  const first = new Map<string, VirtualTime>();
  for (let row = 0; row < log.rows; row++) {
    const { table, key } = log.address(log.rowAddress[row] as number);
    const after = log.rowAfter[row] as EventObject | undefined;
    if (table !== EVENTS || after === undefined) continue;
    if (!last.has(key)) first.set(key, log.step(log.stepOfRow(row)).at);
    last.set(key, after);
  }
  return [...last].map(
    ([key, { type, reason, message, involvedObject, count, series, source, reportingComponent }]) => ({
      type,
      reason,
      on: [involvedObject.kind, involvedObject.namespace, involvedObject.name]
        .filter((part) => part !== undefined && part !== '')
        .join('/'),
      message,
      count: series?.count ?? count ?? 1,
      at: formatDuration(first.get(key) ?? 0),
      source: source?.component ?? reportingComponent ?? '',
    }),
  );
}

function callsOf({ cluster: { sim } }: Session): readonly ReportedCall[] {
  const { log } = sim;
  const calls = new Map<string, CallRecord>();
  for (let row = 0; row < log.rows; row++) {
    const { table } = log.address(log.rowAddress[row] as number);
    const after = log.rowAfter[row] as CallRecord | undefined;
    if (table === CALLS && after !== undefined) calls.set(after.id, after);
  }
  return [...calls.values()].map(({ at, process, node, target, method, request, response, code, message }) => ({
    at: formatDuration(at),
    by: process,
    ...(node !== undefined && { node }),
    driver: target,
    method,
    request,
    ...(response !== undefined && { response }),
    ...(code !== undefined && { code }),
    ...(message !== undefined && { message }),
  }));
}

function writesOf({ cluster: { sim } }: Session): readonly ReportedWrite[] {
  const { log, store } = sim;
  const writes: ReportedWrite[] = [];
  for (let step = 0; step < log.steps; step++) {
    const head = log.step(step);
    if (head.process === 'load') continue;
    const at = formatDuration(head.at);
    for (let row = head.firstRow; row < head.endRow; row++) {
      const { table } = log.address(log.rowAddress[row] as number);
      if (table === EVENTS || store.catalog.find(table).class !== 'published') continue;
      const before = log.rowBefore[row] as KubeObject | undefined;
      const after = log.rowAfter[row] as KubeObject | undefined;
      const object = after ?? before;
      if (!object) continue;
      writes.push({
        at,
        by: head.process,
        verb: verbOf(before, after),
        kind: object.kind,
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name,
        changed: before && after ? changedPaths(before, after) : [],
      });
    }
  }
  return writes;
}

/** What a row of an API table means to a watcher. */
export function verbOf(before: KubeObject | undefined, after: KubeObject | undefined): ReportedWrite['verb'] {
  if (before === undefined) return 'create';
  if (after === undefined) return 'gone';
  return before.metadata.deletionTimestamp === undefined && after.metadata.deletionTimestamp !== undefined
    ? 'delete'
    : 'update';
}
