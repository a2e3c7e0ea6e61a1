/** The texts with which Go's `time.Parse` refuses a timestamp. */
import { parseTime } from '../duration.ts';

interface Element {
  readonly layout: string;
  readonly pattern: RegExp;
}

const DATE_TIME: readonly Element[] = [
  { layout: '2006', pattern: /^\d{4}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '01', pattern: /^\d{2}/ },
  { layout: '-', pattern: /^-/ },
  { layout: '02', pattern: /^\d{2}/ },
  { layout: 'T', pattern: /^T/ },
  { layout: '15', pattern: /^\d{2}/ },
  { layout: ':', pattern: /^:/ },
  { layout: '04', pattern: /^\d{2}/ },
  { layout: ':', pattern: /^:/ },
  { layout: '05', pattern: /^\d{2}/ },
];
const ZONE: Element = { layout: 'Z07:00', pattern: /^(?:Z|[+-]\d{2}:\d{2})/ };
const LAYOUT = '2006-01-02T15:04:05Z07:00';
const MICRO_LAYOUT = '2006-01-02T15:04:05.000000Z07:00';
/** `time.RFC3339` reads a fraction of a second without naming it; the layout of MicroTime names six digits. */
const ANY_FRACTION: Element = { layout: '', pattern: /^(?:[.,]\d+)?/ };
const SIX_DIGITS: Element = { layout: '.000000', pattern: /^[.,]\d{6}/ };
const RANGES: readonly (readonly [string, number, number, number])[] = [
  ['month', 5, 1, 12],
  ['day', 8, 1, 31],
  ['hour', 11, 0, 23],
  ['minute', 14, 0, 59],
  ['second', 17, 0, 59],
];

/**
 * Why a text is no timestamp, as the API server says it; `undefined` for a good one.
 *
 * @see metav1.Time.UnmarshalJSON, metav1.MicroTime.UnmarshalJSON
 */
export function timeError(text: string, micro: boolean): string | undefined {
  const quoted = JSON.stringify(text);
  const layout = micro ? MICRO_LAYOUT : LAYOUT;
  let rest = text;
  for (const element of [...DATE_TIME, micro ? SIX_DIGITS : ANY_FRACTION, ZONE]) {
    const match = element.pattern.exec(rest);
    if (match === null) {
      return `parsing time ${quoted} as "${layout}": cannot parse ${JSON.stringify(rest)} as "${element.layout}"`;
    }
    rest = rest.slice(match[0].length);
  }
  if (rest !== '') return `parsing time ${quoted}: extra text: ${JSON.stringify(rest)}`;
  for (const [what, at, low, high] of RANGES) {
    const value = Number(text.slice(at, at + 2));
    if (value < low || value > high) return `parsing time ${quoted}: ${what} out of range`;
  }
  return parseTime(text) === undefined ? `parsing time ${quoted}: day out of range` : undefined;
}
