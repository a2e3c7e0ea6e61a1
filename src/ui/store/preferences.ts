import { createStore } from 'zustand/vanilla';
import { readLocal, writeLocal } from './storage.ts';

export const LANGUAGES = ['en', 'zh-CN'] as const;
export type Language = (typeof LANGUAGES)[number];

export type Theme = 'light' | 'dark';

/** Panels whose inner border can be dragged. */
export type Panel = 'editor' | 'inspector' | 'dock';

export interface Preferences {
  readonly language: Language;
  /** As chosen in the page or the address; null follows the system. */
  readonly theme: Theme | null;
  /** Nothing moves by itself, also where the system does not ask for that. */
  readonly reducedMotion: boolean;
  /** Sizes in pixels of panels that were dragged; the others have the size that fits the window. */
  readonly sizes: Readonly<Partial<Record<Panel, number>>>;
  readonly folded: Readonly<Partial<Record<Panel, boolean>>>;
}

const KEY = 'playground.preferences';

function isLanguage(value: unknown): value is Language {
  return LANGUAGES.some((language) => language === value);
}

function isTheme(value: unknown): value is Theme {
  return value === 'light' || value === 'dark';
}

/** The language of the address, of the last visit, or of the browser. */
function languageOf(asked: string | null, kept: unknown, browser: readonly string[]): Language {
  if (isLanguage(asked)) return asked;
  if (isLanguage(kept)) return kept;
  const first = browser.find((tag) => /^(en|zh)\b/i.test(tag));
  return first !== undefined && /^zh\b/i.test(first) ? 'zh-CN' : 'en';
}

/** Preferences at the start of a visit: those of the address go before those that were kept. */
export function initialPreferences(
  search: string,
  kept: Readonly<Record<string, unknown>>,
  browser: readonly string[],
): Preferences {
  const asked = new URLSearchParams(search);
  const theme = asked.get('theme') ?? kept.theme;
  return {
    language: languageOf(asked.get('lang'), kept.language, browser),
    theme: isTheme(theme) ? theme : null,
    reducedMotion: kept.reducedMotion === true,
    sizes: numbersOf(kept.sizes),
    folded: flagsOf(kept.folded),
  };
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return value !== null && typeof value === 'object' ? Object.entries(value) : [];
}

function numbersOf(value: unknown): Preferences['sizes'] {
  return Object.fromEntries(entriesOf(value).filter(([, size]) => typeof size === 'number' && Number.isFinite(size)));
}

function flagsOf(value: unknown): Preferences['folded'] {
  return Object.fromEntries(entriesOf(value).filter(([, flag]) => typeof flag === 'boolean'));
}

const kept = readLocal(KEY);

export const preferences = createStore<Preferences>(() =>
  initialPreferences(
    window.location.search,
    kept !== null && typeof kept === 'object' ? (kept as Readonly<Record<string, unknown>>) : {},
    navigator.languages,
  ),
);

preferences.subscribe((state) => writeLocal(KEY, state));

/** The size a panel was dragged to; undefined gives it back the size that fits the window. */
export function resizePanel(panel: Panel, size: number | undefined): void {
  preferences.setState(({ sizes }) => {
    const { [panel]: _, ...others } = sizes;
    return { sizes: size === undefined ? others : { ...others, [panel]: size } };
  });
}

export function foldPanel(panel: Panel, isFolded: boolean): void {
  preferences.setState(({ folded }) => ({ folded: { ...folded, [panel]: isFolded } }));
}
