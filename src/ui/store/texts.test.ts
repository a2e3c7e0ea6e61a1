import { describe, expect, it } from 'vitest';
import { countDocuments, mergeDiagnostics } from './texts.ts';

describe('documents of a text', () => {
  it.each([
    ['', 0],
    ['# only a comment\n', 0],
    ['---\n---\n', 0],
    ['a: 1\n', 1],
    ['\uFEFFa: 1\r\n---\r\nb: 2\r\n', 2],
    ['---\na: 1\n---\n# nothing\n---\nb: 1\n...\n', 2],
    ['--- {a: 1}\n---\nb: 1', 2],
  ])('in %j are counted', (text, count) => {
    expect(countDocuments(text)).toBe(count);
  });
});

describe('problems of a text', () => {
  it('are said once and by line', () => {
    const at = (line: number, message: string) =>
      ({ severity: 'error', message, line, column: 1, endLine: line, endColumn: 2 }) as const;
    const merged = mergeDiagnostics([at(4, 'b'), at(9, 'c')], [at(4, 'b'), at(2, 'a')]);
    expect(merged.map(({ line, message }) => `${line} ${message}`)).toEqual(['2 a', '4 b', '9 c']);
  });
});
