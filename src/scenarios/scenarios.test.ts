import { describe, expect, it } from 'vitest';
import { DEFAULT_CLUSTER } from '../engine/defaultcluster.ts';
import { Replica } from '../ui/model/replica.ts';
import type { Diagnostic, OperationOutcome, WorkerMessage } from '../worker/protocol.ts';
import { Runner } from '../worker/runner.ts';
import { FIRST_SCENARIO, sourceOf } from './index.ts';
import { SCENARIOS } from './library.ts';
import { SCENARIO_GROUPS, type Scenario } from './scenario.ts';
import { failuresOf } from './testing/failures.ts';

/** Runs a scenario to its end, as the page does. */
function run(scenario: Scenario): { readonly replica: Replica; readonly outcome: OperationOutcome } {
  const replica = new Replica();
  const take = (message: WorkerMessage): void => {
    if (message.type === 'run') replica.truncate(message.keptSteps);
    if (message.type === 'steps') replica.append(message.steps);
  };
  const runner = new Runner(take);
  const source = sourceOf(scenario, scenario.cluster ?? DEFAULT_CLUSTER);
  const outcome = runner.handle({ type: 'start', source }) as OperationOutcome;
  while (runner.pump());
  return { replica, outcome };
}

/** What the page says about the scenario's texts before any of them runs. */
function diagnosticsOf({ cluster = DEFAULT_CLUSTER, manifests, operations }: Scenario): readonly Diagnostic[] {
  const runner = new Runner(() => undefined);
  const check = (kind: 'manifests' | 'cluster', text: string): readonly Diagnostic[] =>
    runner.handle({ type: 'check', kind, text, cluster }) as readonly Diagnostic[];
  // A later text builds on what is there by then: what it lacks by itself is no fault.
  const later = operations.flatMap((operation) => ('apply' in operation ? check('manifests', operation.apply) : []));
  return [
    ...check('cluster', cluster),
    ...check('manifests', manifests),
    ...later.filter(({ severity }) => severity === 'error'),
  ];
}

const all = SCENARIOS.map((scenario) => [scenario.id, scenario] as const);

describe('the library', () => {
  it('begins with what a first visit gets', () => {
    expect(SCENARIOS[0]?.id).toBe(FIRST_SCENARIO);
  });

  it('names each scenario once', () => {
    expect(new Set(SCENARIOS.map(({ id }) => id)).size).toBe(SCENARIOS.length);
    const places = SCENARIOS.map(({ group, order }) => `${group} ${order}`);
    expect(new Set(places).size).toBe(SCENARIOS.length);
  });

  it.each(all)('tells of %s in both languages, in two sentences', (_, { group, title, text }) => {
    expect(SCENARIO_GROUPS).toContain(group);
    expect(title.en).toMatch(/^[A-Z]/);
    expect(title['zh-CN']).toMatch(/\p{Script=Han}/u);
    expect(text.en.match(/\.(?= [A-Z]|$)/g)).toHaveLength(2);
    expect(text['zh-CN'].match(/。/g)).toHaveLength(2);
  });
});

describe('a scenario ends as it says', () => {
  it.each(all)('%s', (_, scenario) => {
    const { replica, outcome } = run(scenario);
    expect(outcome).toMatchObject({ accepted: true });
    expect(outcome.err ?? '').toBe(scenario.expect.refused ?? '');
    expect(failuresOf(scenario.expect, replica)).toEqual([]);
  });
});

describe('the texts of a scenario', () => {
  it.each(all)('%s are without fault', (_, scenario) => {
    const { warnings = [] } = scenario.expect;
    expect(diagnosticsOf(scenario).map(({ message }) => message)).toEqual(warnings);
  });
});
