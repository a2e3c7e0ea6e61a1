import { formatDuration, isDurationError, parseDuration } from '../engine/api/duration.ts';
import type { RunResult } from './result.ts';

interface Line {
  readonly at: number;
  readonly who: string;
  readonly what: string;
}

const millis = (text: string): number => {
  const parsed = parseDuration(text);
  return isDurationError(parsed) ? 0 : parsed;
};

/** What happened, a line each: writes, calls and Events in the order of the virtual clock. */
export function timeline({ writes, calls, events }: RunResult): string {
  const lines: Line[] = [
    ...writes.map(({ at, by, verb, kind, namespace, name, changed }) => ({
      at: millis(at),
      who: by,
      what: `${verb} ${kind}/${namespace === '' ? '' : `${namespace}/`}${name}${changed.length > 0 ? ` (${changed.join(', ')})` : ''}`,
    })),
    ...calls.map(({ at, by, driver, method, node, code, message }) => ({
      at: millis(at),
      who: by,
      what: `call ${driver} ${method}${node === undefined ? '' : ` on ${node}`}: ${code ?? 'no answer'}${message === undefined ? '' : ` ${message}`}`,
    })),
    ...events.map(({ at, source, type, reason, on, message, count }) => ({
      at: millis(at),
      who: source,
      what: `${type} ${reason} on ${on}: ${message}${count > 1 ? ` (x${count})` : ''}`,
    })),
  ];
  const order = lines.map((line, i) => ({ line, i })).sort((a, b) => a.line.at - b.line.at || a.i - b.i);
  const width = Math.min(40, Math.max(0, ...lines.map(({ who }) => who.length)));
  return order.map(({ line: { at, who, what } }) => `${formatDuration(at).padStart(10)}  ${who.padEnd(width)}  ${what}`).join('\n');
}
