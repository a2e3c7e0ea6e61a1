import type { Language } from '../store/preferences.ts';

/** What a field means, by the type that has it: short sentences of our own. */
export type FieldTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const TRANSLATED: Readonly<Record<Exclude<Language, 'en'>, () => Promise<{ readonly default: FieldTexts }>>> = {
  'zh-CN': () => import('./zh-CN/fields.json'),
};

/** The meanings in a language, given those that the engine has; a chunk of their own, as only the editor shows them. */
export async function fieldTexts(language: Language, english: FieldTexts): Promise<FieldTexts> {
  return language === 'en' ? english : (await TRANSLATED[language]()).default;
}
