import { focusFilter, toggleList } from '../list/listing.ts';
import { pause, play, player, seek, stepBy } from '../store/player.ts';
import { recording, run } from '../store/run.ts';
import type { Session } from '../store/session.ts';
import { INSPECTOR_TABS, select, showTab, view } from '../store/view.ts';

/** Elements that use the keys of text themselves. */
const TEXT_FIELDS = 'input, textarea, select, [contenteditable="true"], .monaco-editor';
/** Elements that Space and Enter press. */
const PRESSED = 'button, a[href], summary, [role="button"], [role="tab"], [role="option"], [role="menuitem"]';
/** Elements that Home, End and arrows move in. */
const RANGES = 'input, [role="slider"], [role="separator"], [role="tablist"]';

/** The landmarks in the order of F6. */
const REGIONS = ['editor', 'graph', 'inspector', 'dock'] as const;
export type RegionName = (typeof REGIONS)[number];

export function isReducedMotion(): boolean {
  return window.matchMedia('(prefers-reduced-motion: reduce)').matches;
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

interface Binding {
  /** As `KeyboardEvent.key` has it. */
  readonly keys: readonly string[];
  readonly ctrl?: boolean;
  /** Where the key belongs to what has the focus. */
  readonly notIn?: string;
  readonly act: (session: Session, key: string) => void;
}

const BINDINGS: readonly Binding[] = [
  { keys: ['Enter'], ctrl: true, act: (session) => void session.applyTexts() },
  { keys: [' '], notIn: `${TEXT_FIELDS}, ${PRESSED}`, act: togglePlaying },
  { keys: [','], notIn: TEXT_FIELDS, act: () => stepOnce(-1) },
  { keys: ['.'], notIn: TEXT_FIELDS, act: () => stepOnce(1) },
  { keys: ['Home'], notIn: `${TEXT_FIELDS}, ${RANGES}`, act: () => seek(0) },
  { keys: ['End'], notIn: `${TEXT_FIELDS}, ${RANGES}`, act: jumpToEnd },
  {
    keys: INSPECTOR_TABS.map((_, index) => String(index + 1)),
    notIn: TEXT_FIELDS,
    act: (_, key) => showTab(INSPECTOR_TABS[Number(key) - 1] ?? 'why'),
  },
  { keys: ['g'], notIn: TEXT_FIELDS, act: toggleList },
  { keys: ['/'], notIn: TEXT_FIELDS, act: focusFilter },
  { keys: ['Escape'], notIn: TEXT_FIELDS, act: () => select(null) },
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
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (event.key === 'F6') {
      event.preventDefault();
      focusRegion(event.shiftKey ? -1 : 1);
      return;
    }
    const isCtrl = event.ctrlKey || event.metaKey;
    const target = event.target instanceof Element ? event.target : document.body;
    const binding = BINDINGS.find(
      ({ keys, ctrl = false, notIn }) =>
        keys.includes(event.key) && ctrl === isCtrl && (notIn === undefined || target.closest(notIn) === null),
    );
    if (binding === undefined) return;
    event.preventDefault();
    binding.act(session, event.key);
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
