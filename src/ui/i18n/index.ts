import i18next, { type ResourceLanguage } from 'i18next';
import { initReactI18next } from 'react-i18next';
import { LANGUAGES, type Language, preferences } from '../store/preferences.ts';

/** Each language is a chunk of its own: nobody reads two at a time. */
const SENTENCES: Readonly<Record<Language, () => Promise<{ readonly SENTENCES: ResourceLanguage }>>> = {
  en: () => import('./en/index.ts'),
  'zh-CN': () => import('./zh-CN/index.ts'),
};

async function load(language: Language): Promise<ResourceLanguage> {
  return (await SENTENCES[language]()).SENTENCES;
}

function show(language: Language): void {
  document.documentElement.lang = language;
  document.title = i18next.t('shell.title');
}

/** Changes to a language as soon as its sentences are there; one that was chosen meanwhile goes before it. */
async function change(language: Language): Promise<void> {
  const sentences = await load(language);
  if (preferences.getState().language !== language) return;
  i18next.addResourceBundle(language, 'translation', sentences);
  await i18next.changeLanguage(language);
  show(language);
}

/** Starts the page's texts in the preferred language, and follows the preference. */
export async function startTexts(): Promise<void> {
  const { language } = preferences.getState();
  await i18next.use(initReactI18next).init({
    resources: { [language]: { translation: await load(language) } },
    lng: language,
    // Each language has every sentence.
    fallbackLng: false,
    supportedLngs: [...LANGUAGES],
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  show(language);
  preferences.subscribe((state, before) => {
    if (state.language === before.language) return;
    // Sentences that cannot be fetched leave the page in the language that it has.
    change(state.language).catch(() => preferences.setState({ language: before.language }));
  });
}
