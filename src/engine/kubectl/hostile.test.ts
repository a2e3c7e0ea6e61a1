import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAt } from '../reading.ts';
import { Session } from '../session.ts';
import { complete } from './complete.ts';
import { COMMAND_NAMES } from './index.ts';
import { isReading } from './shell.ts';

const PIECES = [
  ...COMMAND_NAMES,
  ...['kubectl', 'grep', 'sort', 'head', 'wc', 'echo', '|', ';', '&&', '||', '<<EOF', '2>&1', '\n', "'", '"', '\\'],
  ...['pv', 'pvc,pv', 'nodes', 'no/node-1', 'cm/a', 'all', '__proto__', 'constructor', 'a/b/c', ',', '/', '-'],
  ...[
    '-A',
    '-n',
    '-o',
    'yaml',
    '-o=jsonpath={..x[?(@.a==1)]}',
    '--for=condition=Ready',
    '--timeout=1s',
    '-l',
    'a in (b',
    '-f',
  ],
  ...[
    '-p',
    '{"a":',
    'disk=ssd:NoSchedule',
    'a=b',
    'a-',
    '--replicas=2',
    '--all',
    '-k99',
    '--wait=false',
    '\u{1f4be}',
    '\ud800',
  ],
];
const line = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((words) => words.join(' ')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 6 }).map((words) => `kubectl ${words.join(' ')}`),
);

const session = new Session({ spec: { controllers: [], nodes: [{ name: 'node-1' }] } });

describe('any line at all', () => {
  it('is answered by the console', () => {
    fc.assert(
      fc.property(line, (text) => {
        const { out, err, exit } = session.command(text);
        expect([typeof out, typeof err, typeof exit]).toEqual(['string', 'string', 'number']);
      }),
      { numRuns: 1500 },
    );
  });

  it('that is said to read writes nothing', () => {
    const { sim } = session.cluster;
    fc.assert(
      fc.property(line, (text) => {
        fc.pre(isReading(text));
        const { rows } = sim.log;
        session.read(text);
        expect(sim.log.rows).toBe(rows);
      }),
      { numRuns: 500 },
    );
  });

  it('can be completed at any place', () => {
    const { api, sim } = session.cluster;
    fc.assert(
      fc.property(line, fc.nat(60), (text, at) => {
        const cursor = Math.min(at, text.length);
        const { start } = readAt(sim, sim.position, (ctx) => complete(text, cursor, api, ctx));
        expect(start).toBeLessThanOrEqual(cursor);
        expect(start).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 500 },
    );
  });
});
