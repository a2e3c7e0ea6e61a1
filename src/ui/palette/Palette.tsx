import '../share/sheet.css';
import './palette.css';
import {
  Combobox,
  ComboboxGroup,
  ComboboxGroupLabel,
  ComboboxItem,
  ComboboxList,
  ComboboxProvider,
  Dialog,
} from '@ariakit/react';
import { type ReactNode, useDeferredValue, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { loadScenarios, type Scenario } from '../../scenarios/index.ts';
import { breakpointEntries } from '../breakpoints/entries.ts';
import { useTranslate } from '../graph/useTranslate.ts';
import { type KeptState, otherStates } from '../share/states.ts';
import { useSession } from '../shell/hooks.ts';
import { useMoment } from '../store/moment.ts';
import { preferences } from '../store/preferences.ts';
import { run } from '../store/run.ts';
import {
  actionEntries,
  commandEntries,
  eventEntries,
  objectEntries,
  runEntries,
  scenarioEntries,
  settingEntries,
  stepEntries,
} from './entries.ts';
import { Keys } from './Keys.tsx';
import { type Entry, type Group, searchEntries } from './search.ts';

const GROUP_KEYS: Readonly<Record<Group, string>> = {
  step: 'palette.groupStep',
  command: 'palette.groupCommand',
  object: 'palette.groupObject',
  event: 'palette.groupEvent',
  action: 'palette.groupAction',
  setting: 'palette.groupSetting',
  run: 'palette.groupRun',
  scenario: 'palette.groupScenario',
};

/** One field that finds objects, steps, Events and scenarios, and does what the page can do. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const asked = useDeferredValue(query);
  const fixed = useEntries();
  const steps = useMoment().replica.steps;
  const session = useSession();
  const found = useMemo(
    () => searchEntries([...stepEntries(asked, steps, t), ...commandEntries(asked, session, t), ...fixed], asked),
    [asked, fixed, steps, session, t],
  );
  const choose = (entry: Entry): void => {
    onClose();
    entry.act();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      backdrop={<div className="sheet-backdrop" />}
      className="sheet palette"
      aria-label={t('palette.find')}
    >
      <ComboboxProvider open setValue={setQuery} focusLoop includesBaseElement={false}>
        <Combobox
          autoSelect="always"
          autoFocus
          className="palette-field"
          aria-label={t('palette.find')}
          placeholder={t('palette.placeholder')}
          onKeyDown={(event) => {
            if (event.key === 'Escape') onClose();
          }}
        />
        <ComboboxList alwaysVisible className="palette-list" aria-label={t('palette.results')}>
          {found.map(({ group, entries, more }) => (
            <ComboboxGroup key={group} className="palette-group">
              <ComboboxGroupLabel className="palette-label">{t(GROUP_KEYS[group])}</ComboboxGroupLabel>
              {entries.map((entry) => (
                <ComboboxItem
                  key={entry.id}
                  className="palette-item"
                  focusOnHover
                  hideOnClick={false}
                  setValueOnClick={false}
                  onClick={() => choose(entry)}
                >
                  <span className="cut">{entry.text}</span>
                  {entry.detail !== undefined && <span className="faint cut">{entry.detail}</span>}
                  {entry.keys !== undefined && <Keys keys={entry.keys.split(/ (?=.)/)} />}
                </ComboboxItem>
              ))}
              {more > 0 && <p className="faint palette-more">{t('palette.more', { count: more })}</p>}
            </ComboboxGroup>
          ))}
        </ComboboxList>
        <p className={found.length === 0 ? 'palette-none' : 'only-spoken'} role="status">
          {found.length === 0 ? t('palette.nothing', { query: asked }) : ''}
        </p>
      </ComboboxProvider>
    </Dialog>
  );
}

/** Everything that does not depend on the query. */
function useEntries(): readonly Entry[] {
  const { t } = useTranslation();
  const translate = useTranslate();
  const session = useSession();
  const moment = useMoment();
  const [scenarios, setScenarios] = useState<readonly Scenario[]>([]);
  const [states, setStates] = useState<readonly KeptState[]>([]);
  useEffect(() => void loadScenarios().then(setScenarios), []);
  useEffect(() => void otherStates(run.getState().source).then(setStates), []);
  return useMemo(
    () => [
      ...actionEntries(session, t),
      ...breakpointEntries(t),
      ...objectEntries(moment, translate),
      ...eventEntries(moment, t),
      ...runEntries(states, session, t, preferences.getState().language),
      ...scenarioEntries(scenarios, session, preferences.getState().language),
      ...settingEntries(t),
    ],
    [session, moment, scenarios, states, t, translate],
  );
}
