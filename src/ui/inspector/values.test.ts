import { describe, expect, it } from 'vitest';
import { comparedValues, fieldValue } from './values.ts';

describe('values of a decision', () => {
  it.each([
    ['', '""'],
    [null, '–'],
    [['ReadWriteOnce', 'ReadOnlyMany'], 'RWO,ROX'],
    [{ used: '1', allocatable: 2 }, 'used=1, allocatable=2'],
    [
      { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['a', 'b'] }] }] },
      'zone In [a, b]',
    ],
    [{ matchLabels: { tier: 'gold' } }, 'tier=gold'],
  ])('are written as people write them: %j', (value, text) => {
    expect(fieldValue(value)).toBe(text);
  });

  it('show of a node only the labels that the volume asks about', () => {
    const want = { nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['c'] }] }] };
    expect(comparedValues({ zone: 'a', 'kubernetes.io/os': 'linux' }, want)).toEqual({
      have: 'zone=a',
      want: 'zone In [c]',
    });
  });

  it('show the uid where two claims have the same name', () => {
    const ref = (uid: string) => ({ namespace: 'default', name: 'c', uid });
    expect(comparedValues(ref('5d2e0000-81b0'), ref('9b7f0000-c4aa'))).toEqual({
      have: 'uid 5d2e0000…81b0',
      want: 'uid 9b7f0000…c4aa',
    });
    expect(comparedValues({ ...ref('1'), name: 'other' }, ref('2'))).toEqual({
      have: 'default/other',
      want: 'default/c',
    });
  });
});
