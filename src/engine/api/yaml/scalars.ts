/**
 * What a plain scalar means to kubectl: YAML 1.1 booleans, octals in both spellings, floats with exponents, no
 * sexagesimal numbers, timestamps as texts.
 *
 * @see sigs.k8s.io/yaml goyaml.v2/resolve.go resolve
 */

/** A number that cannot be kept: either JSON has none, or its digits do not fit. */
export interface UnkeepableNumber {
  readonly unkeepable: 'notFinite' | 'tooManyDigits';
}

export type ResolvedScalar = string | number | boolean | null | UnkeepableNumber;

const WORDS: ReadonlyMap<string, boolean | null | UnkeepableNumber> = new Map<
  string,
  boolean | null | UnkeepableNumber
>([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'].map(
    (word) => [word, { unkeepable: 'notFinite' }] as const,
  ),
]);
const LONGEST_WORD = 5;

const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** Characters that a number, a word or a null can begin with. */
function mayBeSpecial(first: number): boolean {
  switch (first) {
    case 0x2b: // +
    case 0x2d: // -
    case 0x2e: // .
    case 0x7e: // ~
    case 0x79: // y
    case 0x59:
    case 0x6e: // n
    case 0x4e:
    case 0x74: // t
    case 0x54:
    case 0x66: // f
    case 0x46:
    case 0x6f: // o
    case 0x4f:
      return true;
    default:
      return first >= 0x30 && first <= 0x39;
  }
}

/** The value of an unquoted, untagged scalar. */
export function resolvePlain(text: string): ResolvedScalar {
  if (text === '') return null;
  if (!mayBeSpecial(text.charCodeAt(0))) return text;
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  return resolveNumber(text) ?? text;
}

/** The number that a text is, `undefined` where it is none. */
export function resolveNumber(text: string): number | UnkeepableNumber | undefined {
  const first = text.charCodeAt(0);
  // Underscores are ignored, but not where the number begins with its point.
  const plain = first !== 0x2e && text.includes('_') ? text.replaceAll('_', '') : text;
  const integer = first === 0x2e ? null : INTEGER.exec(plain);
  if (integer !== null) return resolveInteger(integer);
  if (!FLOAT.test(plain)) return undefined;
  const value = Number(plain);
  // A float that overflows is a text.
  return Number.isFinite(value) ? value + 0 : undefined;
}

function resolveInteger(match: RegExpExecArray): number | UnkeepableNumber {
  const [, sign, hexadecimal, binary, octal, decimal] = match;
  const digits =
    hexadecimal !== undefined
      ? `0x${hexadecimal}`
      : binary !== undefined
        ? `0b${binary}`
        : octal !== undefined
          ? `0o${octal}`
          : (decimal ?? '0');
  const magnitude = Number(digits);
  // Go keeps every digit. A number here keeps those of the integers it can represent; its text must show them again.
  if (!Number.isSafeInteger(magnitude) && (magnitude >= 1e21 || BigInt(magnitude) !== BigInt(digits))) {
    return { unkeepable: 'tooManyDigits' };
  }
  return sign === '-' && magnitude !== 0 ? -magnitude : magnitude;
}
