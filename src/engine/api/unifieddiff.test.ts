import { describe, expect, it } from 'vitest';
import { unifiedDiff } from './unifieddiff.ts';

const lines = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i));

describe('a unified diff', () => {
  it('is empty for equal texts', () => {
    expect(unifiedDiff('a\nb', 'a\nb')).toBe('');
  });

  it('shows three lines around a change', () => {
    const text = lines(1, 20);
    expect(unifiedDiff(text.join('\n'), text.with(9, 'ten').join('\n'))).toBe(
      '@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n',
    );
  });

  it('puts changes with six lines between them into one hunk, with seven into two', () => {
    const text = lines(1, 30);
    const hunks = (gap: number): number => {
      const changed = text.with(9, 'x').with(10 + gap, 'y');
      return unifiedDiff(text.join('\n'), changed.join('\n')).split('@@ -').length - 1;
    };
    expect([hunks(6), hunks(7)]).toEqual([1, 2]);
  });

  it('takes the longest run of equal lines first, even where others would keep more', () => {
    expect(unifiedDiff(['a', 'x', 'b', 'c', 'd'].join('\n'), ['b', 'c', 'd', 'a', 'x'].join('\n'))).toBe(
      '@@ -1,5 +1,5 @@\n-a\n-x\n b\n c\n d\n+a\n+x\n',
    );
  });

  it('does not anchor at lines that a long text repeats', () => {
    const before = Array.from({ length: 250 }, (_, i) => (i % 5 === 0 ? '}' : `a${i}`));
    const after = Array.from({ length: 250 }, (_, i) => (i % 5 === 0 ? '}' : `b${i}`));
    expect(unifiedDiff(before.join('\n'), after.join('\n'))).toMatch(/^@@ -1,250 \+1,250 @@\n }\n(-a\d+\n){4}-}\n/);
  });
});
