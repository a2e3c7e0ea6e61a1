import { readdirSync, readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'vite';
import { describe, expect, it } from 'vitest';
import englishFields from '../../engine/api/schema/meanings.json';
import { TABLES } from './tables.ts';
import chineseFields from './zh-CN/fields.json';

const root = new URL('../', import.meta.url);
const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
  .sort()
  .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));

interface Table {
  readonly [key: string]: string | Table;
}

/** Every sentence of a table by its whole key. */
function sentencesOf(table: Table, prefix = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(table)) {
    if (typeof value === 'string') found.set(prefix + key, value);
    else for (const [inner, sentence] of sentencesOf(value, `${prefix}${key}.`)) found.set(inner, sentence);
  }
  return found;
}

const english = sentencesOf({ ...TABLES.en, fields: englishFields });
const chinese = sentencesOf({ ...TABLES['zh-CN'], fields: chineseFields });
const withoutPlural = (key: string): string => key.replace(/_(zero|one|other)$/, '');
const known = new Set([...english.keys()].flatMap((key) => [key, withoutPlural(key)]));
const tables = Object.keys(TABLES.en).join('|');
/** Monaco's commands are named like keys of the editor's table. */
const isCommand = (text: string): boolean => text.startsWith('editor.action.');
const looksLikeKey = new RegExp(`^(?:${tables})\\.[A-Za-z][A-Za-z0-9.]*$`);

/** What a source shows: texts between tags and in attributes that are read out, and the literals that may be keys. */
function wordsOf(path: string, text: string): { readonly shown: string[]; readonly literals: string[] } {
  const { program } = parseSync(path, text);
  const shown: string[] = [];
  const literals: string[] = [];
  const names = new Set<unknown>();
  new Visitor({
    JSXText({ value }) {
      if (/\p{L}/u.test(value)) shown.push(value.trim());
    },
    JSXAttribute({ name, value }) {
      const isRead = name.type === 'JSXIdentifier' && /^(aria-label|title|placeholder|alt)$/.test(name.name);
      if (isRead && value?.type === 'Literal') shown.push(String(value.value));
    },
    Property({ key }) {
      names.add(key);
    },
    Literal(node) {
      const { value } = node;
      if (typeof value === 'string' && looksLikeKey.test(value) && !isCommand(value) && !names.has(node))
        literals.push(value);
    },
  }).visit(program);
  return { shown, literals };
}

const words = sources.map(({ path, text }) => ({ path, ...wordsOf(path, text) }));

describe('the texts of the page', () => {
  it('are found in the sources', () => {
    expect(words.flatMap(({ literals }) => literals).length).toBeGreaterThan(100);
  });

  it('are there in both languages', () => {
    // Languages differ in how many plurals they have.
    const keysOf = (sentences: ReadonlyMap<string, string>): string[] =>
      [...new Set([...sentences.keys()].map(withoutPlural))].sort();
    expect(keysOf(chinese)).toEqual(keysOf(english));
  });

  it('have every plural of their language', () => {
    const lacking = (language: string, sentences: ReadonlyMap<string, string>): string[] => {
      const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
      const bases = new Set([...sentences.keys()].filter((key) => key !== withoutPlural(key)).map(withoutPlural));
      return [...bases].flatMap((base) =>
        pluralCategories.map((category) => `${base}_${category}`).filter((key) => !sentences.has(key)),
      );
    };
    expect(lacking('en', english)).toEqual([]);
    expect(lacking('zh-CN', chinese)).toEqual([]);
  });

  it('are empty in neither language', () => {
    const empty = [...english, ...chinese].filter(([, sentence]) => sentence.trim() === '').map(([key]) => key);
    expect(empty).toEqual([]);
  });

  it('take the same values in both languages', () => {
    const valuesOf = (sentence: string | undefined): string[] =>
      [...new Set(sentence?.match(/\{\{\w+\}\}/g) ?? [])].sort();
    const different = [...english].filter(([key, sentence]) => {
      const there = chinese.get(key) ?? chinese.get(`${withoutPlural(key)}_other`);
      return valuesOf(sentence).join() !== valuesOf(there).join();
    });
    expect(different.map(([key]) => key)).toEqual([]);
  });

  it('are used by keys that exist', () => {
    const missing = words.flatMap(({ path, literals }) =>
      literals.filter((key) => !known.has(key)).map((key) => `${path}: ${key}`),
    );
    expect(missing).toEqual([]);
  });

  it('stand in the tables, not in the components', () => {
    const outside = words.flatMap(({ path, shown }) => shown.map((text) => `${path}: ${text}`));
    expect(outside).toEqual([]);
  });

  it('of the inspector exist for every sentence that an explanation can be', () => {
    const why = sources.find(({ path }) => path === 'inspector/why.ts')?.text ?? '';
    const keys = [...why.matchAll(/\bsay\(\s*'(\w+)'/g)].map(([, key]) => `why.${key}`);
    expect(keys.length).toBeGreaterThan(30);
    expect(keys.filter((key) => !known.has(key))).toEqual([]);
  });
});
