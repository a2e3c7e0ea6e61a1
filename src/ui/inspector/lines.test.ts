import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines, foldEqual } from './lines.ts';

const shown = (before: readonly string[], after: readonly string[]): string[] =>
  diffLines(before, after).map(({ sign, text }) => sign + text);

describe('a comparison of lines', () => {
  it('marks what was taken out and put in', () => {
    expect(shown(['a', 'b', 'c', 'd'], ['a', 'x', 'c', 'd', 'e'])).toEqual([' a', '-b', '+x', ' c', ' d', '+e']);
  });

  it('holds both texts, and as few marks as the longest common sequence allows', () => {
    const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 });
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after);
        expect(diff.filter(({ sign }) => sign !== '+').map(({ text }) => text)).toEqual(before);
        expect(diff.filter(({ sign }) => sign !== '-').map(({ text }) => text)).toEqual(after);
        const back = diffLines(after, before);
        expect(back.filter(({ sign }) => sign === ' ')).toHaveLength(diff.filter(({ sign }) => sign === ' ').length);
      }),
    );
  });

  it('counts equal lines that are far from a change', () => {
    const before = Array.from({ length: 12 }, (_, index) => `line ${index}`);
    const folded = foldEqual(diffLines(before, [...before, 'new']), 2);
    expect(folded).toEqual([
      { hidden: 10 },
      { sign: ' ', text: 'line 10' },
      { sign: ' ', text: 'line 11' },
      { sign: '+', text: 'new' },
    ]);
  });
});
