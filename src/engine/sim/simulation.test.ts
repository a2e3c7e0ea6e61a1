import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashLog } from '../loghash.ts';
import type { CallRecord, CallResult } from './calls.ts';
import type { ComponentType } from './component.ts';
import type { Context } from './context.ts';
import { Simulation } from './simulation.ts';
import { TableCatalog } from './store.ts';
import type { WatchEvent } from './types.ts';

/**
 * A small world with everything that the real one has: orders are published, a maker calls a factory for each and writes the
 * answer, a checker polls on a tick and confirms, an auditor makes periodic rounds.
 */
interface Order {
  readonly wanted: number;
  readonly made?: number;
  readonly confirmed?: boolean;
  readonly tries?: number;
}

const ORDERS = 'orders';

const order = (ctx: Context, key: string): Order | undefined => ctx.get<Order>(ORDERS, key);

const enqueueTo =
  (queue: string) =>
  (ctx: Context, { key }: WatchEvent<never>): void =>
    ctx.enqueue(queue, key);

const maker: ComponentType = {
  type: 'maker',
  watches: [{ table: ORDERS, on: enqueueTo('work') }],
  queues: {
    work: {
      workers: 3,
      limiter: { base: 100, max: 2000 },
      sync: (ctx, key) => {
        const found = order(ctx, key);
        if (!found || found.made !== undefined) return undefined;
        ctx.call({
          target: 'factory',
          method: 'Make',
          request: { key, wanted: found.wanted },
          data: key,
          deadline: 500,
        });
        return 'blocked';
      },
    },
  },
  onCall: (ctx, call: CallRecord) => {
    const key = String(call.data);
    const found = order(ctx, key);
    if (call.code === 'OK' && found) {
      ctx.write(ORDERS, key, { ...found, made: Number(call.response), tries: ctx.failures('work', key) });
      ctx.forget('work', key);
      ctx.done('work', key);
      return;
    }
    ctx.done('work', key);
    ctx.enqueueRateLimited('work', key);
  },
};

const checker: ComponentType = {
  type: 'checker',
  watches: [{ table: ORDERS, on: (ctx) => ctx.enqueue('poll', '') }],
  queues: {
    poll: {
      tick: 100,
      sync: (ctx) => {
        for (const key of [...ctx.bucket(ORDERS, 'byState', 'made')]) {
          const found = order(ctx, key);
          if (found) ctx.write(ORDERS, key, { ...found, confirmed: true });
          ctx.mem<number>('seen').set(key, ctx.now);
        }
      },
    },
  },
};

const auditor: ComponentType = {
  type: 'auditor',
  watches: [],
  queues: {
    audit: {
      sync: (ctx, key) => {
        const found = order(ctx, key);
        if (found?.confirmed && found.wanted % 2 === 1) ctx.write(ORDERS, key, { ...found, wanted: found.wanted + 1 });
      },
    },
    resync: {
      every: 15_000,
      settles: true,
      sync: (ctx) => {
        for (const key of ctx.keys(ORDERS)) {
          if (ctx.probe(() => auditor.queues['audit']?.sync(ctx, key))) ctx.enqueue('audit', key);
        }
      },
    },
  },
};

function factory(ctx: Context, call: CallRecord): CallResult {
  const { key, wanted } = call.request as { key: string; wanted: number };
  if (ctx.random() % 3 === 0) return { code: 'UNAVAILABLE', message: 'try again' };
  ctx.write('made', key, wanted);
  return { code: 'OK', response: wanted };
}

type Deed = { readonly at: number; readonly key: string; readonly wanted: number };

function world(seed: number, lag = 0): Simulation {
  const catalog = new TableCatalog();
  catalog.declare({
    name: ORDERS,
    class: 'published',
    indices: { byState: { of: (o: Order) => [o.confirmed ? 'confirmed' : o.made !== undefined ? 'made' : 'new'] } },
    aggregates: { wanted: { of: (o: Order) => ({ bucket: 'all', amounts: { wanted: o.wanted } }) } },
  });
  const sim = new Simulation({ catalog, components: [maker, checker, auditor], answer: factory, seed, freeze: true });
  sim.load((ctx) => {
    if (lag > 0) ctx.write('settings', 'watchLag', { maker: lag, checker: lag });
    for (const type of ['maker', 'checker', 'auditor']) ctx.startProcess(type, type, {});
  });
  sim.run(0);
  return sim;
}

function play(sim: Simulation, deeds: readonly Deed[], step = Number.POSITIVE_INFINITY): void {
  for (const { at, key, wanted } of [...deeds].sort((a, b) => a.at - b.at)) {
    advance(sim, at, step);
    sim.operate(`order ${key}`, (ctx) => ctx.write(ORDERS, key, { wanted }));
  }
  advance(sim, 300_000, step);
}

function advance(sim: Simulation, until: number, step: number): void {
  while (sim.now < until) sim.run(Math.min(until, sim.now + step));
  sim.run(until);
}

/** All that holds in the store, by table and key. */
function contents(sim: Simulation): string {
  return JSON.stringify(
    sim.store.tables('').map((table) => [table, sim.store.keys(table).map((key) => [key, sim.store.get(table, key)])]),
  );
}

const deeds = fc.array(
  fc.record({
    // Few different moments, so that ties are frequent.
    at: fc.integer({ min: 0, max: 40 }).map((n) => n * 1000),
    key: fc.constantFrom('a', 'b', 'c', 'd'),
    wanted: fc.integer({ min: 0, max: 9 }),
  }),
  { minLength: 1, maxLength: 8 },
);
const lags = fc.constantFrom(0, 0, 70);

describe('Simulation', () => {
  it('ends the same in one jump of 300 s and in 300 jumps of 1 s', () => {
    fc.assert(
      fc.property(deeds, fc.integer(), lags, (list, seed, lag) => {
        const [one, many] = [world(seed, lag), world(seed, lag)];
        play(one, list);
        play(many, list, 1000);
        expect(hashLog(many.log)).toBe(hashLog(one.log));
        expect(contents(many) === contents(one)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('holds at every step, reached forwards or backwards, what a fresh run holds there', () => {
    fc.assert(
      fc.property(deeds, fc.array(fc.nat(), { minLength: 2, maxLength: 6 }), (list, stops) => {
        const sim = world(7);
        play(sim, list);
        const fresh = new Map<number, string>();
        const steps = sim.log.steps;
        for (let step = 0; step <= steps; step++) {
          sim.seek(step);
          fresh.set(step, contents(sim));
        }
        for (const stop of stops) {
          sim.seek(stop % (steps + 1));
          expect(contents(sim) === fresh.get(stop % (steps + 1))).toBe(true);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('runs on from any step to the same log, whatever came after it before', () => {
    fc.assert(
      fc.property(deeds, fc.nat(), lags, (list, stop, lag) => {
        const sim = world(3, lag);
        play(sim, list);
        const hash = hashLog(sim.log);
        const loaded = 4;
        const target = Math.max(loaded, stop % (sim.log.steps + 1));
        const lastDeed = findLastOperation(sim);
        if (target <= lastDeed) return;
        sim.seek(target);
        sim.resume();
        advance(sim, 300_000, Number.POSITIVE_INFINITY);
        expect(hashLog(sim.log)).toBe(hash);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same log when the same operation forks twice from the same step', () => {
    fc.assert(
      fc.property(deeds, fc.nat(), (list, stop) => {
        const fork = (): string => {
          const sim = world(11);
          play(sim, list);
          sim.seek(Math.max(4, stop % (sim.log.steps + 1)));
          sim.resume();
          sim.operate('order z', (ctx) => ctx.write(ORDERS, 'z', { wanted: 3 }));
          sim.run(sim.now + 100_000);
          return hashLog(sim.log);
        };
        expect(fork()).toBe(fork());
      }),
      { numRuns: 15 },
    );
  });

  it('settles at the same objects when a process dies after any of its writes and comes back', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('maker', 'checker', 'auditor'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer(),
        (victim, writes, seed) => {
          const settledOrders = (sim: Simulation): string =>
            JSON.stringify(
              sim.store.keys(ORDERS).map((key) => [key, { ...(sim.store.get(ORDERS, key) as Order), tries: 0 }]),
            );
          const list = ['a', 'b', 'c'].map((key, i) => ({ at: 0, key, wanted: i }));
          const undisturbed = world(seed);
          play(undisturbed, list);
          const sim = world(seed);
          sim.operate('arm', () => sim.stopAfterWrites(victim, writes));
          play(sim, list);
          sim.operate('restart', (ctx) => ctx.startProcess(victim, victim, {}));
          sim.run(sim.now + 300_000);
          expect(settledOrders(sim)).toBe(settledOrders(undisturbed));
        },
      ),
      { numRuns: 40 },
    );
  });

  it('stays broken when a process comes back without listing what is there', () => {
    const forgetful: ComponentType = {
      ...maker,
      watches: maker.watches.map((watch) => ({ ...watch, relist: () => [] })),
    };
    const catalog = new TableCatalog();
    catalog.declare({ name: ORDERS, class: 'published', indices: {} });
    const sim = new Simulation({ catalog, components: [forgetful], answer: factory, seed: 1 });
    sim.load((ctx) => {
      ctx.startProcess('maker', 'maker', {});
      ctx.write('faults', '1', { method: 'Make', code: 'INTERNAL', message: 'no', times: 1 });
    });
    sim.operate('order', (ctx) => ctx.write(ORDERS, 'a', { wanted: 1 }));
    sim.run(50);
    sim.operate('kill', (ctx) => ctx.stopProcess('maker'));
    sim.operate('start', (ctx) => ctx.startProcess('maker', 'maker', {}));
    sim.run(300_000);
    expect(sim.store.get(ORDERS, 'a')).toEqual({ wanted: 1 });
  });

  it('logs nothing for a round that would write nothing', () => {
    const sim = world(5);
    sim.operate('order', (ctx) => ctx.write(ORDERS, 'a', { wanted: 2 }));
    sim.runUntilSettled(3_600_000, 10_000);
    const rows = sim.log.rows;
    sim.run(sim.now + 3_600_000);
    expect(sim.log.rows).toBe(rows);
  });

  it('is settled once a full round has passed after the last write', () => {
    const sim = world(5);
    sim.operate('order', (ctx) => ctx.write(ORDERS, 'a', { wanted: 2 }));
    expect(sim.runUntilSettled(3_600_000, 10_000)).toBe(true);
    expect(sim.now).toBe(15_000);
  });

  it('tells a caller DEADLINE_EXCEEDED when the other side hangs', () => {
    const sim = world(5);
    sim.operate('hang', (ctx) => ctx.write('faults', '1', { method: 'Make', hangs: true, times: 2 }));
    sim.operate('order', (ctx) => ctx.write(ORDERS, 'a', { wanted: 2 }));
    sim.run(60_000);
    expect((sim.store.get(ORDERS, 'a') as Order).tries).toBeGreaterThanOrEqual(2);
  });
});

function findLastOperation(sim: Simulation): number {
  for (let step = sim.log.steps - 1; step >= 0; step--) if (sim.log.stepProcess[step] === 'user') return step;
  return -1;
}
