import { describe, expect, it } from 'vitest';
import { joinTexts } from '../store/texts.ts';
import { withChange } from './changes.ts';

describe('a change that is offered', () => {
  const change = { title: { key: 'change.field' }, text: 'v1', line: 2, column: 13, endColumn: 20 };

  it('replaces the words between two places of a line', () => {
    expect(withChange('# a\napiVersion: v1beta1 # old\nkind: Pod', change)).toBe(
      '# a\napiVersion: v1 # old\nkind: Pod',
    );
  });

  it('leaves alone a text that has become shorter', () => {
    expect(withChange('# a', change)).toBe('# a');
  });
});

describe('several files', () => {
  it('become one text, document after document', () => {
    expect(joinTexts(['kind: A\n\n', 'kind: B\n'])).toBe('kind: A\n---\nkind: B');
    expect(joinTexts(['kind: A\n'])).toBe('kind: A\n');
  });
});
