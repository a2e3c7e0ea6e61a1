import { goToHit, openBreakpoints } from '../breakpoints/menu.ts';
import { openFaults } from '../faults/faultMenu.ts';
import { currentView } from '../graph/commands.ts';
import { focusFilter, toggleList } from '../list/listing.ts';
import { openOverlay } from '../palette/overlay.ts';
import { leavePresenter, presenter, togglePresenter } from '../presenter/presenter.ts';
import { pause, play, player, seek, stepBy } from '../store/player.ts';
import { preferences } from '../store/preferences.ts';
import { recording, run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { INSPECTOR_TABS, select, showTab, view } from '../store/view.ts';

/** Elements that use the keys of text themselves. */
const TEXT_FIELDS =
  'input:not([type="range"], [type="checkbox"]), textarea, select, [contenteditable="true"], .monaco-editor';
/** Elements that Space and Enter press. */
const PRESSED =
  'input[type="checkbox"], button, a[href], summary, [role="button"], [role="tab"], [role="option"], [role="menuitem"]';
/** Elements that Home, End and arrows move in. */
const RANGES = 'input, [role="slider"], [role="separator"], [role="tablist"]';

/** The landmarks in the order of F6. */
const REGIONS = ['editor', 'graph', 'inspector', 'dock'] as const;
export type RegionName = (typeof REGIONS)[number];

export function isReducedMotion(): boolean {
  return preferences.getState().reducedMotion || window.matchMedia('(prefers-reduced-motion: reduce)').matches;
}

export function togglePlaying(): void {
  if (player.getState().playing) pause();
  else play(recording());
}

export function stepOnce(direction: 1 | -1): void {
  const { speed } = player.getState();
  stepBy(direction, run.getState().replica.steps, !isReducedMotion() && speed !== '4');
}

export function jumpToEnd(): void {
  seek(run.getState().replica.steps);
}

/** Goes to the change of the selected object that comes next, or that came before. */
function goToChange(direction: 1 | -1): void {
  const { selected } = view.getState();
  if (selected === null) return;
  const { replica } = run.getState();
  const { step } = player.getState();
  const to =
    direction === 1
      ? replica.nextChange(selected, step)
      : replica.changesOf(selected).findLast((change) => change < step && change > 0);
  if (to !== undefined) seek(to);
}

/** Leaves what lies over the page, else lets go of the selection. */
function goUp(): void {
  if (presenter.getState().isOn) leavePresenter();
  else select(null);
}

export interface Binding {
  /** As `KeyboardEvent.key` has it. */
  readonly keys: readonly string[];
  readonly ctrl?: boolean;
  /** Held down too, where the key does not say so itself. */
  readonly shift?: boolean;
  /** Key of the sentence that says what it does. */
  readonly name: string;
  /** Something that the palette offers, too. */
  readonly isAction?: boolean;
  /** Acts before what has the focus gets the key. */
  readonly isFirst?: boolean;
  /** Where the key belongs to what has the focus. */
  readonly notIn?: string;
  readonly act: (session: Session, key: string) => void;
}

/** Every key that works anywhere in the page; the sheet of keys shows this table. */
export const BINDINGS: readonly Binding[] = [
  { keys: ['k'], ctrl: true, isFirst: true, name: 'palette.keyFind', act: () => openOverlay('palette') },
  { keys: ['?'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyKeys', act: () => openOverlay('keys') },
  {
    keys: ['Enter'],
    ctrl: true,
    isAction: true,
    name: 'palette.keyApply',
    act: (session) => void session.applyTexts(),
  },
  {
    keys: [' '],
    notIn: `${TEXT_FIELDS}, ${PRESSED}`,
    isAction: true,
    name: 'palette.keyPlay',
    act: togglePlaying,
  },
  { keys: [','], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyStepBack', act: () => stepOnce(-1) },
  { keys: ['.'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyStepForward', act: () => stepOnce(1) },
  {
    keys: ['<'],
    notIn: TEXT_FIELDS,
    isAction: true,
    name: 'palette.keyPreviousChange',
    act: () => goToChange(-1),
  },
  { keys: ['>'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyNextChange', act: () => goToChange(1) },
  { keys: ['['], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyPreviousHit', act: () => goToHit(-1) },
  { keys: [']'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyNextHit', act: () => goToHit(1) },
  {
    keys: ['Home'],
    notIn: `${TEXT_FIELDS}, ${RANGES}`,
    isAction: true,
    name: 'palette.keyStart',
    act: () => seek(0),
  },
  { keys: ['End'], notIn: `${TEXT_FIELDS}, ${RANGES}`, isAction: true, name: 'palette.keyEnd', act: jumpToEnd },
  {
    keys: INSPECTOR_TABS.map((_, index) => String(index + 1)),
    notIn: TEXT_FIELDS,
    name: 'palette.keyTab',
    act: (_, key) => showTab(INSPECTOR_TABS[Number(key) - 1] ?? 'why'),
  },
  { keys: ['g'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyList', act: toggleList },
  { keys: ['/'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyFilter', act: focusFilter },
  { keys: ['b'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyBreakpoint', act: () => openBreakpoints() },
  { keys: ['f'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyFit', act: () => currentView()?.fit() },
  {
    keys: ['F'],
    shift: true,
    notIn: TEXT_FIELDS,
    isAction: true,
    name: 'palette.keyFitSelection',
    act: () => currentView()?.fitSelection(),
  },
  { keys: ['+'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyZoomIn', act: () => currentView()?.zoomIn() },
  { keys: ['-'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyZoomOut', act: () => currentView()?.zoomOut() },
  { keys: ['x'], notIn: TEXT_FIELDS, isAction: true, name: 'faults.open', act: () => openFaults() },
  { keys: ['p'], notIn: TEXT_FIELDS, isAction: true, name: 'presenter.present', act: togglePresenter },
  { keys: ['Escape'], notIn: TEXT_FIELDS, isAction: true, name: 'palette.keyClear', act: goUp },
  { keys: ['F6'], shift: false, name: 'palette.keyRegion', act: () => focusRegion(1) },
  { keys: ['F6'], shift: true, name: 'palette.keyRegionBack', act: () => focusRegion(-1) },
];

/** Moves the focus to the next landmark, or to the one before. */
export function focusRegion(direction: 1 | -1): void {
  const here = REGIONS.findIndex((name) => regionElement(name)?.contains(document.activeElement));
  const from = here < 0 && direction === -1 ? 0 : here;
  focusOn(REGIONS[(from + direction + REGIONS.length) % REGIONS.length] ?? 'editor');
}

/** Gives a landmark the focus; in a narrow window it is shown first. */
export function focusOn(name: RegionName): void {
  view.setState({ region: name });
  requestAnimationFrame(() => {
    const element = regionElement(name);
    if (element === null) return;
    if (!element.hasAttribute('tabindex')) element.tabIndex = -1;
    element.focus();
  });
}

function regionElement(name: RegionName): HTMLElement | null {
  return document.querySelector<HTMLElement>(`.work section.${name}`);
}

/**
 * Listens to the keys of the page. Single keys act outside of text fields only.
 * @returns ends it
 */
export function listenToKeys(session: Session): () => void {
  const onKeyDown = (event: KeyboardEvent, isFirst: boolean): void => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    const isCtrl = event.ctrlKey || event.metaKey;
    const target = event.target instanceof Element ? event.target : document.body;
    // A panel or a menu over the page has its own keys.
    if (target.closest('[role="dialog"], [role="menu"]') !== null) return;
    const binding = BINDINGS.find(
      (candidate) =>
        candidate.keys.includes(event.key) &&
        (candidate.isFirst ?? false) === isFirst &&
        (candidate.ctrl ?? false) === isCtrl &&
        (candidate.shift ?? event.shiftKey) === event.shiftKey &&
        (candidate.notIn === undefined || target.closest(candidate.notIn) === null),
    );
    if (binding === undefined) return;
    event.preventDefault();
    if (isFirst) event.stopPropagation();
    binding.act(session, event.key);
  };
  const onFirst = (event: KeyboardEvent): void => onKeyDown(event, true);
  const onLast = (event: KeyboardEvent): void => onKeyDown(event, false);
  window.addEventListener('keydown', onFirst, true);
  document.addEventListener('keydown', onLast);
  return () => {
    window.removeEventListener('keydown', onFirst, true);
    document.removeEventListener('keydown', onLast);
  };
}
