import type { TFunction } from 'i18next';
import type { Scenario } from '../../scenarios/index.ts';
import { compareWith } from '../compare/start.ts';
import { consoleStore, runLine, showDockTab } from '../console/store.ts';
import { editorActions } from '../editor/actions.ts';
import { stateOf } from '../model/family.ts';
import { objectId, parseId, text } from '../model/ids.ts';
import { placeOf } from '../model/kindOrder.ts';
import type { Translate } from '../model/message.ts';
import { say } from '../model/message.ts';
import { lifeOf, type Moment } from '../model/moment.ts';
import { openScenario } from '../scenarios/open.ts';
import { openScene, orTell } from '../share/open.ts';
import type { KeptState } from '../share/states.ts';
import { summaryOf } from '../share/summary.ts';
import { BINDINGS, type Binding } from '../shell/shortcuts.ts';
import { seek } from '../store/player.ts';
import { foldPanel, type Language, preferences } from '../store/preferences.ts';
import type { Session } from '../store/session.ts';
import { select, showTab, view } from '../store/view.ts';
import { openOverlay } from './overlay.ts';
import { type Entry, stepOfQuery } from './search.ts';

/** Kinds that the inspector tells nothing of. */
const HIDDEN = new Set(['Event', 'Mount', 'Lease']);

/** Short names of kinds, as kubectl takes them. */
const SHORT: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: 'pvc',
  Pod: 'po',
  PersistentVolume: 'pv',
  Deployment: 'deploy',
  StatefulSet: 'sts',
  DaemonSet: 'ds',
  ReplicaSet: 'rs',
  StorageClass: 'sc',
  Node: 'no',
  ConfigMap: 'cm',
  Namespace: 'ns',
};

/** Objects that are there go before those to come and those that are gone: choosing one goes to a step that has it. */
export function objectEntries(moment: Moment, translate: Translate): Entry[] {
  const there: Entry[] = [];
  const others: Entry[] = [];
  const elements = [...moment.structure.elements.values()].filter(({ kind }) => !HIDDEN.has(kind));
  for (const element of elements.sort((a, b) => placeOf(a.kind) - placeOf(b.kind))) {
    const { id, kind, namespace, name, firstStep } = element;
    const life = lifeOf(moment, element);
    const { word, phase } = stateOf(moment, element);
    const state = say(translate, word) || phase;
    const act = (): void => {
      if (life !== 'alive') seek(life === 'unborn' ? firstStep : Math.max(firstStep, (element.lastStep ?? 1) - 1));
      select(id);
    };
    const detail = [kind, namespace, state].filter(Boolean).join(', ');
    (life === 'alive' ? there : others).push({
      id: `object ${id}`,
      group: 'object',
      text: name,
      detail,
      words: SHORT[kind] ?? '',
      act,
    });
  }
  return [...there, ...others];
}

/** Events of the whole recording, the latest first. */
export function eventEntries({ replica }: Moment, t: TFunction): Entry[] {
  return replica
    .union()
    .filter(({ kind }) => kind === 'Event')
    .map(({ id, firstStep }): Entry => {
      const value = replica.lastValue(id);
      const on = value?.involvedObject ?? value?.regarding;
      const about = objectId(text(on, 'kind'), text(on, 'namespace'), text(on, 'name'));
      const { kind, name } = parseId(about);
      return {
        id: `event ${id}`,
        group: 'event',
        text: `${text(value, 'reason')}: ${text(value, 'message') || text(value, 'note')}`,
        detail: t('palette.eventOn', { object: `${kind} ${name}`, step: firstStep }),
        words: text(value, 'type'),
        act: () => {
          seek(firstStep);
          select(about);
          showTab('events');
        },
      };
    })
    .reverse();
}

/** The step that the query asks for. */
export function stepEntries(query: string, steps: number, t: TFunction): Entry[] {
  const step = stepOfQuery(query);
  if (step === undefined || step > steps) return [];
  const words = query;
  return [{ id: 'step', group: 'step', text: t('palette.goToStep', { step, steps }), words, act: () => seek(step) }];
}

/** Lines of the console: the one that the query is, and those that were run before, the latest first. */
export function commandEntries(query: string, session: Session, t: TFunction): Entry[] {
  const { history } = consoleStore.getState();
  const asked = query.trim();
  const isCommand = /^kubectl\s+\S/.test(asked);
  const lines = [...(isCommand ? [asked] : []), ...[...history].reverse().filter((line) => line !== asked)];
  return lines.map((line) => ({
    id: `command ${line}`,
    group: 'command',
    text: t('palette.runCommand', { command: line }),
    words: line,
    act: () => {
      foldPanel('dock', false);
      view.setState({ region: 'dock' });
      showDockTab('console');
      void runLine(session, line);
    },
  }));
}

/** What keys do, and what has none. */
export function actionEntries(session: Session, t: TFunction): Entry[] {
  const ofKeys = BINDINGS.filter(({ isAction }) => isAction === true).map(
    (binding: Binding): Entry => ({
      id: `key ${binding.name}`,
      group: 'action',
      text: t(binding.name),
      keys: `${binding.ctrl === true ? 'Ctrl ' : ''}${binding.keys[0] ?? ''}`,
      act: () => binding.act(session, binding.keys[0] ?? ''),
    }),
  );
  const others: readonly (readonly [string, () => void])[] = [
    ['palette.actionShare', () => openOverlay('share')],
    ['palette.actionExport', () => openOverlay('export')],
    ['palette.actionCompare', () => openOverlay('compare')],
    ['palette.keyFormat', () => editorActions.getState().actions?.format()],
    ['palette.actionReset', () => void session.reset()],
    ['palette.foldEditor', () => toggle('editor')],
    ['palette.foldInspector', () => toggle('inspector')],
    ['palette.foldTimeline', () => toggle('dock')],
  ];
  return [...ofKeys, ...others.map(([key, act]): Entry => ({ id: key, group: 'action', text: t(key), act }))];
}

function toggle(panel: 'editor' | 'inspector' | 'dock'): void {
  foldPanel(panel, preferences.getState().folded[panel] !== true);
}

/** Theme, motion and language; the one that is set says so. */
export function settingEntries(t: TFunction): Entry[] {
  const { theme, language, reducedMotion } = preferences.getState();
  const entry = (key: string, isCurrent: boolean, act: () => void, words = ''): Entry => ({
    id: key,
    group: 'setting',
    text: t(key),
    words,
    act,
    ...(isCurrent && { detail: t('palette.current') }),
  });
  const speak = (to: Language): void => preferences.setState({ language: to });
  return [
    entry('palette.themeLight', theme === 'light', () => preferences.setState({ theme: 'light' })),
    entry('palette.themeDark', theme === 'dark', () => preferences.setState({ theme: 'dark' })),
    entry('palette.themeSystem', theme === null, () => preferences.setState({ theme: null })),
    entry('palette.motionReduced', reducedMotion, () => preferences.setState({ reducedMotion: true })),
    entry('palette.motionSystem', !reducedMotion, () => preferences.setState({ reducedMotion: false })),
    entry('palette.languageEnglish', language === 'en', () => speak('en'), 'english 英语'),
    entry('palette.languageChinese', language === 'zh-CN', () => speak('zh-CN'), 'chinese zhongwen 中文'),
  ];
}

/** Runs that the visitor has left: to go back to, and to compare with the one that is shown. */
export function runEntries(states: readonly KeptState[], session: Session, t: TFunction, language: Language): Entry[] {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return states.flatMap(({ at, scene }): Entry[] => {
    const when = format.format(new Date(at));
    const values = { when, what: summaryOf(scene) || t('compare.earlierEmpty') };
    return [
      {
        id: `run ${at}`,
        group: 'run',
        text: t('compare.earlier', values),
        act: () => void orTell(() => openScene(session, scene, { key: 'share.stateOpened' })),
      },
      {
        id: `compare ${at}`,
        group: 'run',
        text: t('compare.earlierCompare', values),
        act: () => void compareWith(session, scene, { key: 'compare.ofState', values: { when } }),
      },
    ];
  });
}

export function scenarioEntries(scenarios: readonly Scenario[], session: Session, language: Language): Entry[] {
  return scenarios.map((scenario) => ({
    id: `scenario ${scenario.id}`,
    group: 'scenario',
    text: scenario.title[language],
    detail: scenario.text[language],
    words: Object.values(scenario.title).join(' '),
    act: () => void openScenario(session, scenario),
  }));
}
