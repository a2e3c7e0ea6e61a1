import './scenarios.css';
import {
  Combobox,
  ComboboxGroup,
  ComboboxGroupLabel,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
  Dialog,
} from '@ariakit/react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Scenario } from '../../scenarios/index.ts';
import { SCENARIOS } from '../../scenarios/library.ts';
import { SCENARIO_GROUPS } from '../../scenarios/scenario.ts';
import { useSession } from '../shell/hooks.ts';
import { focusOn } from '../shell/shortcuts.ts';
import { preferences } from '../store/preferences.ts';
import { openScenario } from './open.ts';
import { searchScenarios } from './search.ts';
import { story } from './story.ts';

const GROUP_KEYS = {
  start: 'scenarios.groupStart',
  bind: 'scenarios.groupBind',
  provision: 'scenarios.groupProvision',
  schedule: 'scenarios.groupSchedule',
  attach: 'scenarios.groupAttach',
  mount: 'scenarios.groupMount',
  reclaim: 'scenarios.groupReclaim',
  workload: 'scenarios.groupWorkload',
} as const;

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

/** The library: a field to search in, and under it every scenario that has its words. */
export function ScenarioDialog({ isOpen, onClose }: Props): ReactNode {
  const { t } = useTranslation();
  const session = useSession();
  const [query, setQuery] = useState('');
  const hasChosen = useRef(false);
  const found = searchScenarios(SCENARIOS, query);
  const choose = (scenario: Scenario): void => {
    hasChosen.current = true;
    onClose();
    focusOn('graph');
    void openScenario(session, scenario);
  };
  const returnsFocus = (): boolean => {
    const returns = !hasChosen.current;
    hasChosen.current = false;
    return returns;
  };
  return (
    <Dialog
      className="scenarios"
      open={isOpen}
      onClose={onClose}
      aria-label={t('scenarios.button')}
      backdrop={<div className="backdrop" />}
      autoFocusOnHide={returnsFocus}
    >
      <ComboboxProvider value={query} setValue={setQuery} open={isOpen} focusLoop={false}>
        <div className="scenarios-head">
          <Combobox
            className="scenarios-search"
            autoSelect="always"
            autoFocus
            aria-label={t('scenarios.search')}
            placeholder={t('scenarios.search')}
          />
          <button type="button" className="btn" onClick={onClose}>
            {t('scenarios.close')}
          </button>
        </div>
        <ComboboxList className="scenarios-list" alwaysVisible aria-label={t('scenarios.button')}>
          {SCENARIO_GROUPS.map((group) => {
            const members = found.filter((scenario) => scenario.group === group);
            if (members.length === 0) return null;
            return (
              <ComboboxGroup key={group} className="scenarios-group">
                <ComboboxGroupLabel className="scenarios-group-name">{t(GROUP_KEYS[group])}</ComboboxGroupLabel>
                {members.map((scenario) => (
                  <ScenarioItem key={scenario.id} scenario={scenario} onChoose={() => choose(scenario)} />
                ))}
              </ComboboxGroup>
            );
          })}
        </ComboboxList>
        {found.length === 0 && (
          <div className="scenarios-none">
            <p role="status">{t('scenarios.none')}</p>
            <button type="button" className="btn box" onClick={() => setQuery('')}>
              {t('scenarios.clear')}
            </button>
          </div>
        )}
      </ComboboxProvider>
    </Dialog>
  );
}

interface ItemProps {
  readonly scenario: Scenario;
  readonly onChoose: () => void;
}

function ScenarioItem({ scenario, onChoose }: ItemProps): ReactNode {
  const { id, title, text } = scenario;
  const language = useStore(preferences, (state) => state.language);
  const isShown = useStore(story, (state) => state.scenario?.id === id);
  return (
    <ComboboxItem className="scenario" hideOnClick={false} onClick={onChoose} data-shown={isShown || undefined}>
      <b>{title[language]}</b>
      <span>{text[language]}</span>
    </ComboboxItem>
  );
}
