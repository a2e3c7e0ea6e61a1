import type { Json, Operation, RecordedOperation, RunSource } from '../worker/protocol.ts';
import type { Scenario, ScenarioOperation } from './scenario.ts';

export type { Localized, Scenario, ScenarioGroup } from './scenario.ts';

/** What a first visit gets. */
export const FIRST_SCENARIO = 'one-claim-one-disk-one-pod';

/** Every scenario, in the order in which they are shown; fetched when first asked for. */
export async function loadScenarios(): Promise<readonly Scenario[]> {
  return (await import('./library.ts')).SCENARIOS;
}

/** The scenario of this id; undefined where there is none. */
export async function findScenario(id: string): Promise<Scenario | undefined> {
  return (await loadScenarios()).find((scenario) => scenario.id === id);
}

/** The run that a scenario is, in a cluster: its manifests at 0 s, and what it does after that. */
export function sourceOf({ manifests, operations }: Scenario, cluster: string): RunSource {
  const all: Operation[] = [{ type: 'apply', text: manifests }, ...operations.flatMap(operationsOf)];
  return { cluster, operations: all.map(asSoonAsPossible) };
}

/** Each operation begins where the one before it has ended. */
const asSoonAsPossible = (operation: Operation): RecordedOperation => ({ operation, engineSteps: 0, at: 0 });

function operationsOf({ after = 'settled', ...what }: ScenarioOperation): readonly Operation[] {
  return [
    after === 'settled' ? { type: 'settle' } : { type: 'wait', duration: millisecondsOf(after) },
    operationOf(what),
  ];
}

function operationOf(what: ScenarioOperation): Operation {
  if ('apply' in what) return { type: 'apply', text: what.apply };
  if ('run' in what) return { type: 'run', command: what.run };
  return { type: 'fault', fault: what.fault as Json };
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** A duration with one unit, as `30s`. */
function millisecondsOf(duration: string): number {
  const [, amount, unit = ''] = /^(\d+)(ms|s|m|h)$/.exec(duration) ?? [];
  const length = UNITS[unit];
  if (length === undefined) throw new Error(`${duration} is not a duration with one unit, as 30s`);
  return Number(amount) * length;
}
