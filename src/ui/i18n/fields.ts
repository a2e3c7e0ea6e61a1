import type { Language } from '../store/preferences.ts';

/** What a field means, by the type that has it: short sentences of our own. */
export type FieldTexts = Readonly<Record<string, Readonly<Record<string, string>>>>;

const TABLES: Readonly<Record<Language, () => Promise<{ readonly default: FieldTexts }>>> = {
  en: () => import('./en/fields.json'),
  'zh-CN': () => import('./zh-CN/fields.json'),
};

/** The meanings in a language, a chunk of their own: only the editor shows them. */
export async function fieldTexts(language: Language): Promise<FieldTexts> {
  return (await TABLES[language]()).default;
}
