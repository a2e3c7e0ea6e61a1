import { parseDuration } from '../engine/api/duration.ts';
import type { ObjectInput } from '../engine/api/object.ts';
import { clusterSpecOf, unknownClusterKeys } from '../engine/clusterspec.ts';
import { HORIZON, MAX_STEPS, Session, type SessionOperation } from '../engine/session.ts';
import { type RunResult, resultOf } from './result.ts';

type Plain = Readonly<Record<string, unknown>>;

/** A request that was not understood, or the run's result. */
export type Answer = RunResult | { readonly id: unknown; readonly ok: false; readonly error: string };

/** Serves one request of the exchange format. Never throws. */
export function serve(request: unknown): Answer {
  const id = isPlain(request) ? request['id'] : undefined;
  try {
    if (!isPlain(request)) throw new Error('a request is a JSON object');
    return run(request);
  } catch (error) {
    return { id, ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

function run(request: Plain): RunResult {
  const { id, cluster = {}, files = {}, given = [], do: operations = [], until = 'settled', runAtEnd = [] } = request;
  if (!isPlain(cluster)) throw new Error('cluster must be an object');
  const unknown = unknownClusterKeys(cluster);
  if (unknown.length > 0) throw new Error(`cluster.${unknown[0]} is not known`);
  if (!isPlain(files)) throw new Error('files must be an object');
  if (!Array.isArray(given) || !Array.isArray(operations) || !Array.isArray(runAtEnd))
    throw new Error('given, do and runAtEnd must be lists');
  const session = new Session({ spec: clusterSpecOf(cluster), given: given as ObjectInput[], files });
  for (const operation of operations as SessionOperation[]) session.operate(operation);
  const settled = finish(session, until);
  const atEnd = (runAtEnd as unknown[]).map((command) => session.command(String(command)));
  const result = resultOf(session, id, settled);
  return runAtEnd.length > 0 ? { ...result, atEnd } : result;
}

/** Runs to the end that is asked for. Returns whether the run is settled there. */
function finish(session: Session, until: unknown): boolean {
  const { sim } = session.cluster;
  if (until === 'settled') return sim.runUntilSettled(Math.max(HORIZON, sim.now), MAX_STEPS) === true;
  const end = parseDuration(String(until), { days: true });
  if (typeof end !== 'number') throw new Error(`until: ${JSON.stringify(until)} is neither settled nor a duration`);
  if (end > sim.now) sim.run(end, MAX_STEPS);
  return sim.settled();
}

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
