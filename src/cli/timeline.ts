import { changedPaths } from '../engine/api/diff.ts';
import { formatDuration } from '../engine/api/duration.ts';
import type { EventObject, KubeObject } from '../engine/api/object.ts';
import { EVENTS } from '../engine/api/tables.ts';
import type { Session } from '../engine/session.ts';
import { CALLS, type CallRecord } from '../engine/sim/calls.ts';
import { verbOf } from './result.ts';

interface Line {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

/** What happened, a line each: writes, calls as they end, and Events as they are first recorded, in the order of the log. */
export function timeline({ cluster: { sim } }: Session): string {
  const { log, store } = sim;
  const lines: Line[] = [];
  for (let row = 0; row < log.rows; row++) {
    const { at, process } = log.step(log.stepOfRow(row));
    if (process === 'load') continue;
    const { table } = log.address(log.rowAddress[row] as number);
    const [before, after] = [log.rowBefore[row], log.rowAfter[row]];
    const line =
      table === CALLS
        ? callLine(before as CallRecord | undefined, after as CallRecord | undefined)
        : table === EVENTS
          ? eventLine(before, after as EventObject | undefined)
          : store.catalog.find(table).class === 'published'
            ? { who: process, what: writeText(before as KubeObject | undefined, after as KubeObject | undefined) }
            : undefined;
    if (line) lines.push({ at, ...line });
  }
  const width = Math.min(44, Math.max(0, ...lines.map(({ who }) => who.length)));
  return lines
    .map(({ at, who, what }) => `${formatDuration(at).padStart(10)}  ${who.padEnd(width)}  ${what}`)
    .join('\n');
}

function callLine(before: CallRecord | undefined, after: CallRecord | undefined): Omit<Line, 'at'> | undefined {
  if (after?.doneAt === undefined || before?.doneAt !== undefined) return undefined;
  const { process, target, method, node, code = '', message } = after;
  const place = node === undefined ? '' : ` on ${node}`;
  return { who: process, what: `call ${target} ${method}${place}: ${code}${message ? ` ${message}` : ''}` };
}

function eventLine(before: unknown, after: EventObject | undefined): Omit<Line, 'at'> | undefined {
  if (before !== undefined || !after) return undefined;
  const { involvedObject, source, reportingComponent, type, reason, message } = after;
  const on = [involvedObject.kind, involvedObject.namespace, involvedObject.name].filter((part) => part).join('/');
  return { who: source?.component ?? reportingComponent ?? '', what: `${type} ${reason} on ${on}: ${message}` };
}

function writeText(before: KubeObject | undefined, after: KubeObject | undefined): string {
  const object = after ?? before;
  if (!object) return '';
  const { name, namespace } = object.metadata;
  const changed = before && after ? ` (${changedPaths(before, after).join(', ')})` : '';
  return `${verbOf(before, after)} ${object.kind}/${namespace ? `${namespace}/` : ''}${name}${changed}`;
}
