import type { Scenario } from '../../scenarios/index.ts';

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/).filter(Boolean);

/** Scenarios that hold every word of the query, in either language, in their own order. */
export function searchScenarios(scenarios: readonly Scenario[], query: string): readonly Scenario[] {
  const words = wordsOf(query);
  return scenarios.filter(({ id, title, text }) => {
    const all = [id, ...Object.values(title), ...Object.values(text)].join('\n').toLowerCase();
    return words.every((word) => all.includes(word));
  });
}

/** The scenarios that come after this one, the first again after the last. */
export function scenariosAfter(scenarios: readonly Scenario[], id: string, count: number): readonly Scenario[] {
  const at = scenarios.findIndex((scenario) => scenario.id === id);
  return [...scenarios.slice(at + 1), ...scenarios.slice(0, Math.max(at, 0))].slice(0, count);
}
