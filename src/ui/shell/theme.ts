import { preferences, type Theme } from '../store/preferences.ts';

const DARK = '(prefers-color-scheme: dark)';

/** The theme that is shown: the chosen one, else the system's. */
export function currentTheme(): Theme {
  return preferences.getState().theme ?? (window.matchMedia(DARK).matches ? 'dark' : 'light');
}

/** Keeps the page in the chosen theme, or in the system's. */
export function followTheme(): void {
  const show = (): void => {
    document.documentElement.dataset.theme = currentTheme();
  };
  preferences.subscribe(show);
  window.matchMedia(DARK).addEventListener('change', show);
  show();
}
