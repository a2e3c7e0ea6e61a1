import { readScenario, SCENARIO_GROUPS, type Scenario } from './scenario.ts';

const FILES = import.meta.glob<string>('./*.yaml', { query: '?raw', import: 'default', eager: true });

const place = ({ group, order }: Scenario): number => SCENARIO_GROUPS.indexOf(group) * 1000 + order;

/** Every scenario, in the order in which they are shown. */
export const SCENARIOS: readonly Scenario[] = Object.values(FILES)
  .map(readScenario)
  .sort((a, b) => place(a) - place(b));
