import './story.css';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Scenario } from '../../scenarios/index.ts';
import { useSession } from '../shell/hooks.ts';
import { preferences } from '../store/preferences.ts';
import { openScenario } from './open.ts';
import { story } from './story.ts';

/** What the shown scenario tells, and what may be looked at next where its run has ended; nothing without a scenario. */
export function Story({ isEnd }: { readonly isEnd: boolean }): ReactNode {
  const { t } = useTranslation();
  const language = useStore(preferences, (state) => state.language);
  const { scenario, next } = useStore(story);
  if (scenario === null) return null;
  return (
    <div className="story">
      <h3>{scenario.title[language]}</h3>
      <p>{scenario.text[language]}</p>
      {isEnd && next.length > 0 && (
        <>
          <h3>{t('scenarios.next')}</h3>
          <ScenarioButtons scenarios={next} />
        </>
      )}
    </div>
  );
}

/** Buttons that open scenarios, one under the other. */
export function ScenarioButtons({ scenarios }: { readonly scenarios: readonly Scenario[] }): ReactNode {
  const session = useSession();
  const language = useStore(preferences, (state) => state.language);
  return (
    <ul className="scenario-buttons">
      {scenarios.map((scenario) => (
        <li key={scenario.id}>
          <button type="button" className="btn box" onClick={() => void openScenario(session, scenario)}>
            {scenario.title[language]}
          </button>
        </li>
      ))}
    </ul>
  );
}
