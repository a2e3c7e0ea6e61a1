import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES, type Language, preferences } from '../store/preferences.ts';
import { TABLES } from './tables.ts';

function show(language: Language): void {
  document.documentElement.lang = language;
  document.title = i18next.t('shell.title');
}

/** Starts the page's texts in the preferred language, and follows the preference. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    resources: Object.fromEntries(LANGUAGES.map((language) => [language, { translation: TABLES[language] }])),
    lng: preferences.getState().language,
    fallbackLng: 'en',
    supportedLngs: [...LANGUAGES],
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  show(preferences.getState().language);
  preferences.subscribe(({ language }, before) => {
    if (language === before.language) return;
    void i18next.changeLanguage(language).then(() => show(language));
  });
}
