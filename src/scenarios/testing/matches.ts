import { compareQuantities, quantityError } from '../../engine/api/quantity.ts';

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isPlain(value) && Object.keys(value).length === 0);

/**
 * Whether a value is as the conformance cases' format says: maps as subsets, lists element by element and in length,
 * `null` absent, `*` anything but empty, `/re/` a pattern, quantities by value.
 */
export function matches(expected: unknown, actual: unknown): boolean {
  if (expected === null) return isEmpty(actual);
  if (expected === '*') return !isEmpty(actual);
  if (isPlain(expected)) {
    const map = isPlain(actual) ? actual : {};
    return Object.entries(expected).every(([key, value]) => matches(value, map[key]));
  }
  if (Array.isArray(expected)) {
    const list: readonly unknown[] = Array.isArray(actual) ? actual : [];
    return expected.length === list.length && expected.every((value, i) => matches(value, list[i]));
  }
  if (typeof expected === 'string' && typeof actual === 'string') {
    const [, pattern] = /^\/(.*)\/$/s.exec(expected) ?? [];
    if (pattern !== undefined) return new RegExp(pattern).test(actual);
    if (expected !== actual && isQuantity(expected) && isQuantity(actual)) {
      return compareQuantities(expected, actual) === 0;
    }
  }
  return expected === actual;
}

const isQuantity = (text: string): boolean => quantityError(text) === undefined;
