import { describe, expect, it } from 'vitest';
import { hashAndIndex } from './topology.ts';

describe('the zone that a claim without a node starts with', () => {
  it.each([
    ['testpvca-testset-1', 1633848515, 1],
    ['other-testset-7', 1633848515, 7],
    ['testset-2', 1633848515, 2],
  ])('of %s comes from the set and the ordinal', (name, hash, index) => {
    expect(hashAndIndex(name)).toEqual({ hash, index });
  });

  it('of a name without an ordinal comes from the whole name', () => {
    expect(hashAndIndex('testset')).toEqual({ hash: 1633848515, index: 0 });
    expect(hashAndIndex('data-one').index).toBe(0);
    expect(hashAndIndex('data-one').hash).not.toBe(hashAndIndex('one').hash);
  });
});
