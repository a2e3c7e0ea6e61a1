import { createStore } from 'zustand/vanilla';
import { loadScenarios, type Scenario } from '../../scenarios/index.ts';
import { run } from '../store/run.ts';
import { texts } from '../store/texts.ts';
import { scenariosAfter } from './search.ts';

/** How many scenarios are offered after one. */
const OFFERED = 3;

interface Story {
  /** The scenario that the page shows, for as long as text and run are the scenario's own. */
  readonly scenario: Scenario | null;
  /** What may be looked at next. */
  readonly next: readonly Scenario[];
}

export const story = createStore<Story>(() => ({ scenario: null, next: [] }));

let unfollow: () => void = () => undefined;

/** Tells the story of the scenario whose run has just been started, until the visitor goes a way of his own. */
export function tellStory(scenario: Scenario): void {
  unfollow();
  const { manifests, cluster } = texts.getState();
  const { source } = run.getState();
  const endings = [
    texts.subscribe((state) => {
      if (state.manifests !== manifests || state.cluster !== cluster) endStory();
    }),
    run.subscribe((state) => {
      if (state.source !== source) endStory();
    }),
  ];
  unfollow = () => {
    for (const end of endings) end();
  };
  story.setState({ scenario, next: [] });
  void loadScenarios().then((all) => {
    if (story.getState().scenario === scenario) story.setState({ next: scenariosAfter(all, scenario.id, OFFERED) });
  });
}

/** The address names a scenario no longer than its story is told: a reload must not take away what came after it. */
function endStory(): void {
  unfollow();
  nameInAddress(null);
  story.setState({ scenario: null, next: [] });
}

export function nameInAddress(id: string | null): void {
  const url = new URL(window.location.href);
  if (url.searchParams.get('scenario') === id) return;
  if (id === null) url.searchParams.delete('scenario');
  else url.searchParams.set('scenario', id);
  window.history.replaceState(window.history.state, '', url);
}
