import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  ErrFormatWrong,
  ErrNumeric,
  ErrSuffix,
  newQuantity,
  quantityError,
  quantityKey,
  quantityMilliValue,
  quantityValue,
  subtractQuantities,
} from './quantity.ts';

describe('quantities', () => {
  it.each([
    ['0.5Gi', '512Mi'],
    ['1.5Gi', '1536Mi'],
    ['1024Mi', '1Gi'],
    ['2048Gi', '2Ti'],
    ['1000Mi', '1000Mi'],
    ['1000M', '1G'],
    ['1.5G', '1500M'],
    ['5000000000', '5G'],
    ['1073741824', '1073741824'],
    ['1e9', '1e9'],
    ['1e3', '1e3'],
    ['1.5', '1500m'],
    ['0.1', '100m'],
    ['0.1Gi', '107374182400m'],
    ['1500m', '1500m'],
    ['1000m', '1'],
    ['0', '0'],
    ['000', '0'],
    ['0Gi', '0'],
    ['-1Gi', '-1Gi'],
    ['123456Gi', '123456Gi'],
    ['1E', '1E'],
    ['0.1n', '1n'],
    ['1e-3', '1e-3'],
    ['10e-1', '1'],
    ['100e2', '10e3'],
    ['.5Ki', '512'],
    ['9Ei', '9223372036854775807'],
  ])('%s is stored as %s', (typed, stored) => expect(canonicalQuantity(typed)).toBe(stored));

  it.each(['+5Gi', '010Gi', '1E9', '5.'])('%s is kept as typed', (typed) =>
    expect(canonicalQuantity(typed)).toBe(typed),
  );

  it.each([
    ['10GB', ErrFormatWrong],
    ['1 Gi', ErrFormatWrong],
    ['1,5Gi', ErrFormatWrong],
    ['1gi', ErrFormatWrong],
    ['', ErrFormatWrong],
    ['1.1.M', ErrFormatWrong],
    ['10K', ErrSuffix],
    ['1e', ErrSuffix],
    ['1e3Gi', ErrFormatWrong],
    ['Ei', ErrNumeric],
  ])('%s is refused: %s', (typed, error) => expect(quantityError(typed)).toBe(error));

  it('reads a bare number from its JSON form and ignores white space around a text', () => {
    expect(canonicalQuantity(5)).toBe('5');
    expect(canonicalQuantity(1e21)).toBe('1e+21');
    expect(canonicalQuantity(' 1Gi ')).toBe('1Gi');
  });

  it('compares by value across the families of suffixes', () => {
    expect(compareQuantities('1024Mi', '1Gi')).toBe(0);
    expect(compareQuantities('1G', '1Gi')).toBe(-1);
    expect(compareQuantities('1500m', '1')).toBe(1);
    expect(compareQuantities(undefined, '0')).toBe(0);
  });

  it('rounds values up, away from zero', () => {
    expect(quantityValue('1500m')).toBe(2n);
    expect(quantityValue('-1500m')).toBe(-2n);
    expect(quantityValue('1Gi')).toBe(1073741824n);
    expect(quantityMilliValue('1u')).toBe(1n);
    expect(quantityValue('100E')).toBe((1n << 63n) - 1n);
  });

  it('adds in the family of the left side, or of the right side where the left is zero', () => {
    expect(addQuantities('1Gi', '1G')).toBe('2073741824');
    expect(addQuantities('9Gi', '1Gi')).toBe('10Gi');
    expect(addQuantities('0', '512Mi')).toBe('512Mi');
    expect(addQuantities(undefined, '2Gi')).toBe('2Gi');
    expect(subtractQuantities('10Gi', '9Gi')).toBe('1Gi');
    expect(subtractQuantities('1Gi', '2Gi')).toBe('-1Gi');
    expect(newQuantity(5 * 1024 ** 3, 'BinarySI')).toBe('5Gi');
  });

  // Small enough that nothing is capped.
  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'E-2');
  const number = fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 0, max: 9999 }),
      fc.boolean(),
    )
    .map(([sign, whole, fraction, hasFraction]) => `${sign}${whole}${hasFraction ? `.${fraction}` : ''}`);
  const quantity = fc.tuple(number, suffix).map(([digits, end]) => digits + end);

  it('writing back loses nothing and is stable', () => {
    fc.assert(
      fc.property(quantity, (text) => {
        const stored = canonicalQuantity(text);
        expect(quantityKey(stored)).toBe(quantityKey(text));
        expect(canonicalQuantity(stored)).toBe(stored);
      }),
    );
  });

  it('addition and subtraction undo each other, and order agrees with the difference', () => {
    fc.assert(
      fc.property(quantity, quantity, (a, b) => {
        expect(compareQuantities(subtractQuantities(addQuantities(a, b), b), a)).toBe(0);
        expect(compareQuantities(subtractQuantities(a, b), '0')).toBe(compareQuantities(a, b));
      }),
    );
  });
});
