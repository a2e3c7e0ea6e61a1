import { Context } from './sim/context.ts';
import { type Simulation, USER } from './sim/simulation.ts';

/**
 * Looks at a run as it was after its first `steps` steps; the run stays as it is.
 * @throws Error where something is written
 */
export function readAt<T>(sim: Simulation, steps: number, read: (ctx: Context) => T): T {
  const { position, now } = sim;
  const go = (to: number): void => {
    if (steps === position) return;
    sim.seek(to);
    sim.store.rederive();
  };
  try {
    go(steps);
    const ctx = new Context(sim, USER, { type: USER, params: {} }, sim.store);
    const results: T[] = [];
    sim.probe(() => results.push(read(ctx)));
    if (results.length === 0) throw new Error('what was to be read only has been written');
    return results[0] as T;
  } finally {
    go(position);
    sim.now = now;
  }
}
