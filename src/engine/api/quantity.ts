/**
 * Amounts as the API writes them: `5Gi`, `1500m`, `1e3`.
 *
 * A quantity is an exact number of billionths together with the family of suffixes it was written in. The number
 * decides comparisons, the family decides how a result is written back.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go
 */

/** The family of suffixes a quantity is written in. */
export type QuantityFormat = 'DecimalExponent' | 'BinarySI' | 'DecimalSI';

/** An exact amount. */
export interface Quantity {
  /** The amount in billionths (`1` is `1_000_000_000n`). */
  readonly nano: bigint;
  readonly format: QuantityFormat;
  /** The text as it was typed, where the API server keeps it; otherwise the canonical form is computed. */
  readonly text: string | undefined;
}

/** Why a text is no quantity. */
export interface QuantityError {
  readonly error: string;
}

/** The text is not of the form of a quantity at all. */
export const ErrFormatWrong =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
/** The part before the suffix is no number. */
export const ErrNumeric = 'unable to parse numeric part of quantity';
/** The suffix is not one of the three families. */
export const ErrSuffix = "unable to parse quantity's suffix";

const NANO = 1_000_000_000n;
const MILLI = 1_000_000n;
const MAX_ALLOWED = (1n << 63n) - 1n;
/** Digits that surely fit into 64 bits; a longer number takes the path that never keeps its text. */
const MAX_INT64_FACTORS = 18;
/** Exponents beyond this are refused rather than computed: no amount of anything is that large. */
const MAX_EXPONENT = 4096;

const BINARY_SUFFIXES: readonly string[] = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL_SUFFIXES: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const DECIMAL_BY_EXPONENT: ReadonlyMap<number, string> = new Map(
  [...DECIMAL_SUFFIXES].map(([suffix, exponent]) => [exponent, suffix]),
);

interface Suffix {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpretSuffix(suffix: string): Suffix | undefined {
  const decimal = DECIMAL_SUFFIXES.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = BINARY_SUFFIXES.indexOf(suffix);
  if (binary > 0) return { base: 2, exponent: binary * 10, format: 'BinarySI' };
  const exponent = /^[eE]([-+]?[0-9]+)$/.exec(suffix);
  if (exponent === null) return undefined;
  const parsed = Number(exponent[1]);
  if (Math.abs(parsed) > MAX_EXPONENT) return undefined;
  return { base: 10, exponent: parsed, format: 'DecimalExponent' };
}

/** Divides and rounds away from zero. */
function divideRoundingUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  if (quotient * divisor === dividend) return quotient;
  return dividend < 0n ? quotient - 1n : quotient + 1n;
}

/** `digits` × 10^`scale` in billionths, rounded away from zero. */
function scaleToNano(digits: bigint, scale: number): bigint {
  const shift = scale + 9;
  return shift >= 0 ? digits * 10n ** BigInt(shift) : divideRoundingUp(digits, 10n ** BigInt(-shift));
}

// A sign, digits with an optional point, and a suffix: more permissive than a number, as upstream's scanner is.
const SCANNER = /^([+-]?)(0*)([0-9]*)\.?([0-9]*)([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function parseUncached(text: string): Quantity | QuantityError {
  if (text === '') return { error: ErrFormatWrong };
  if (text === '0') return { nano: 0n, format: 'DecimalSI', text };
  const match = SCANNER.exec(text);
  if (match === null) return { error: ErrFormatWrong };
  const [, sign = '', zeros = '', significant = '', denominator = '', suffixText = ''] = match;
  const numerator = significant === '' ? '0' : significant;
  const suffix = interpretSuffix(suffixText);
  if (suffix === undefined) return { error: ErrSuffix };

  const { format, exponent } = suffix;
  const shifted = numerator + denominator;
  let precision: number;
  if (format !== 'BinarySI') precision = MAX_INT64_FACTORS - shifted.length;
  else if (denominator === '') precision = 15 - numerator.length - Math.trunc((exponent * 3) / 10) - 1;
  else precision = -1;

  let digits = BigInt(shifted);
  if (sign === '-') digits = -digits;
  const scale = (suffix.base === 10 ? exponent : 0) - denominator.length;
  const multiplied = suffix.base === 2 ? digits << BigInt(exponent) : digits;
  const nano = scaleToNano(multiplied, scale);

  if (precision >= 0 && scale >= -9) {
    // The quick test for "canonical already"; it also lets some oddities pass, which are then kept as typed.
    const keep =
      format === 'BinarySI'
        ? (BigInt(shifted) & 7n) !== 0n
        : scale % 3 === 0 && !shifted.endsWith('000') && !shifted.startsWith('0');
    return { nano, format, text: keep ? text : undefined };
  }

  if (zeros + significant + denominator === '') return { error: ErrNumeric };
  const magnitude = nano < 0n ? -nano : nano;
  if (format !== 'BinarySI') return { nano, format, text: undefined };
  const capped = magnitude > MAX_ALLOWED * NANO ? MAX_ALLOWED * NANO : magnitude;
  return {
    nano: nano < 0n ? -capped : capped,
    // A fraction of a byte would be rounded away in binary suffixes.
    format: capped < NANO && capped > 0n ? 'DecimalSI' : 'BinarySI',
    text: undefined,
  };
}

// Parsing is a pure function of the text, and a cluster uses few distinct texts very often.
const MEMO_LIMIT = 20_000;
const memo = new Map<string, Quantity | QuantityError>();
const canonical = new Map<string, string>();

/**
 * Reads a quantity as the API server decodes it (surrounding white space is ignored; a bare number is read from its
 * JSON form).
 *
 * @see ParseQuantity and Quantity.UnmarshalJSON
 */
export function parseQuantity(value: string | number): Quantity | QuantityError {
  const text = typeof value === 'number' ? String(value) : value;
  const known = memo.get(text);
  if (known !== undefined) return known;
  const parsed = parseUncached(text.trim());
  if (memo.size >= MEMO_LIMIT) memo.clear();
  memo.set(text, parsed);
  return parsed;
}

/** True where {@link parseQuantity} failed. */
export function isQuantityError(result: Quantity | QuantityError): result is QuantityError {
  return 'error' in result;
}

/** The reason why `value` is no quantity, or `undefined` for a good one. */
export function quantityError(value: string | number): string | undefined {
  const parsed = parseQuantity(value);
  return isQuantityError(parsed) ? parsed.error : undefined;
}

/**
 * The amount in billionths, cheap to compare. An absent or malformed quantity counts as zero: what is in the store
 * has passed decoding.
 */
export function quantityKey(value: string | number | undefined): bigint {
  if (value === undefined) return 0n;
  const parsed = parseQuantity(value);
  return isQuantityError(parsed) ? 0n : parsed.nano;
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. @see Quantity.Cmp */
export function compareQuantities(a: string | number | undefined, b: string | number | undefined): -1 | 0 | 1 {
  if (a === b) return 0;
  const left = quantityKey(a);
  const right = quantityKey(b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Whether the amount is zero (or absent). @see Quantity.IsZero */
export function isZeroQuantity(value: string | number | undefined): boolean {
  return quantityKey(value) === 0n;
}

/** The whole units, rounded away from zero and capped at 2^63-1. @see Quantity.Value */
export function quantityValue(value: string | number | undefined): bigint {
  return capInt64(divideRoundingUp(quantityKey(value), NANO));
}

/** The thousandths, rounded away from zero and capped at 2^63-1. @see Quantity.MilliValue */
export function quantityMilliValue(value: string | number | undefined): bigint {
  return capInt64(divideRoundingUp(quantityKey(value), MILLI));
}

function capInt64(value: bigint): bigint {
  if (value > MAX_ALLOWED) return MAX_ALLOWED;
  return value < -MAX_ALLOWED ? -MAX_ALLOWED : value;
}

/** The quantity of `units` whole units in the given family, as in `resource.NewQuantity`. */
export function newQuantity(units: bigint | number, format: QuantityFormat): string {
  return formatQuantity({ nano: BigInt(units) * NANO, format, text: undefined });
}

/**
 * The text that the API server stores for what was typed: `1024Mi` becomes `1Gi`, `0.5Gi` becomes `512Mi`.
 * A malformed text comes back unchanged.
 *
 * @see Quantity.String
 */
export function canonicalQuantity(value: string | number): string {
  const text = String(value);
  const known = canonical.get(text);
  if (known !== undefined) return known;
  const parsed = parseQuantity(value);
  const result = isQuantityError(parsed) ? text : formatQuantity(parsed);
  if (canonical.size >= MEMO_LIMIT) canonical.clear();
  canonical.set(text, result);
  return result;
}

/** The text of a quantity: as typed where that was kept, otherwise canonical. @see Quantity.CanonicalizeBytes */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.text !== undefined) return quantity.text;
  const { nano } = quantity;
  if (nano === 0n) return '0';
  const magnitude = nano < 0n ? -nano : nano;
  const whole = magnitude % NANO === 0n;
  if (quantity.format === 'BinarySI' && magnitude >= 1024n * NANO && whole) {
    let units = nano / NANO;
    let power = 0;
    while (units % 1024n === 0n) {
      units /= 1024n;
      power += 1;
    }
    return `${units}${BINARY_SUFFIXES[power] ?? ''}`;
  }
  let amount = nano;
  let exponent = -9;
  while (amount % 10n === 0n) {
    amount /= 10n;
    exponent += 1;
  }
  while (exponent % 3 !== 0) {
    amount *= 10n;
    exponent -= 1;
  }
  if (quantity.format === 'DecimalExponent') return exponent === 0 ? `${amount}` : `${amount}e${exponent}`;
  return `${amount}${DECIMAL_BY_EXPONENT.get(exponent) ?? ''}`;
}

function combine(a: string | number | undefined, b: string | number | undefined, sign: 1n | -1n): string {
  const left = parseQuantity(a ?? '0');
  const right = parseQuantity(b ?? '0');
  const rightFormat = isQuantityError(right) ? 'DecimalSI' : right.format;
  const leftNano = isQuantityError(left) ? 0n : left.nano;
  // Zero has no family of its own: it takes over the other's.
  const format = isQuantityError(left) || leftNano === 0n ? rightFormat : left.format;
  const rightNano = isQuantityError(right) ? 0n : right.nano;
  return formatQuantity({ nano: leftNano + sign * rightNano, format, text: undefined });
}

/** The canonical text of `a + b`, in the family of `a`, or of `b` where `a` is zero or absent. @see Quantity.Add */
export function addQuantities(a: string | number | undefined, b: string | number | undefined): string {
  return combine(a, b, 1n);
}

/** The canonical text of `a - b`, in the family of `a`, or of `b` where `a` is zero or absent. @see Quantity.Sub */
export function subtractQuantities(a: string | number | undefined, b: string | number | undefined): string {
  return combine(a, b, -1n);
}
