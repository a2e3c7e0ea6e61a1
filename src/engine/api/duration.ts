/**
 * Spans and points of time as texts: Go durations (`1m30s`), RFC 3339 timestamps and kubectl's ages (`5d4h`).
 *
 * Points of time are milliseconds since 1970-01-01T00:00:00Z; the calendar is computed here, so that nothing depends
 * on a clock or a time zone.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Nanoseconds per unit, as Go's `time.ParseDuration` knows them. */
const UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};
const DAY_NANOS = 86_400_000_000_000n;
const MAX_INT64 = (1n << 63n) - 1n;

/** Why a text is no duration. */
export interface DurationError {
  readonly error: string;
}

/** True where {@link parseDuration} failed. */
export function isDurationError(result: number | DurationError): result is DurationError {
  return typeof result !== 'number';
}

/**
 * Reads a Go duration (`300ms`, `-1.5h`, `2h45m`) into milliseconds, which may have a fraction. With `days` a unit `d`
 * of 24 hours is known too.
 *
 * @see time.ParseDuration
 */
export function parseDuration(text: string, options: { readonly days?: boolean } = {}): number | DurationError {
  const quoted = JSON.stringify(text);
  const negative = text.startsWith('-');
  let rest = negative || text.startsWith('+') ? text.slice(1) : text;
  if (rest === '0') return 0;
  if (rest === '') return { error: `time: invalid duration ${quoted}` };
  let nanos = 0n;
  while (rest !== '') {
    const match = /^([0-9]*)(\.?)([0-9]*)([^.0-9]*)/.exec(rest);
    const [all = '', whole = '', , fraction = '', unit = ''] = match ?? [];
    if (whole === '' && fraction === '') return { error: `time: invalid duration ${quoted}` };
    if (unit === '') return { error: `time: missing unit in duration ${quoted}` };
    const size =
      options.days === true && unit === 'd' ? DAY_NANOS : Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (size === undefined) return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${quoted}` };
    nanos += BigInt(whole === '' ? '0' : whole) * size;
    if (fraction !== '') nanos += (BigInt(fraction) * size) / 10n ** BigInt(fraction.length);
    if (nanos > MAX_INT64) return { error: `time: invalid duration ${quoted}` };
    rest = rest.slice(all.length);
  }
  const millis = Number(nanos / 1_000_000n) + Number(nanos % 1_000_000n) / 1_000_000;
  return negative && millis !== 0 ? -millis : millis;
}

/** A fraction without trailing zeros, and its point. */
function fractionOf(value: bigint, digits: number): string {
  const text = value.toString().padStart(digits, '0').replace(/0+$/, '');
  return text === '' ? '' : `.${text}`;
}

/**
 * Writes milliseconds as Go does: `1m30s`, `500ms`, `1.5s`, `0s`, `2562h0m0s`.
 *
 * @see time.Duration.String
 */
export function formatDuration(millis: number): string {
  const negative = millis < 0;
  const magnitude = Math.abs(millis);
  const whole = Math.trunc(magnitude);
  // Apart, as the product could have more digits than a number keeps.
  const nanos = BigInt(whole) * 1_000_000n + BigInt(Math.round((magnitude - whole) * 1_000_000));
  const sign = negative ? '-' : '';
  if (nanos === 0n) return '0s';
  if (nanos < 1_000n) return `${sign}${nanos}ns`;
  if (nanos < 1_000_000n) return `${sign}${nanos / 1_000n}${fractionOf(nanos % 1_000n, 3)}µs`;
  if (nanos < 1_000_000_000n) return `${sign}${nanos / 1_000_000n}${fractionOf(nanos % 1_000_000n, 6)}ms`;
  const seconds = nanos / 1_000_000_000n;
  const secondsText = `${seconds % 60n}${fractionOf(nanos % 1_000_000_000n, 9)}s`;
  const minutes = seconds / 60n;
  if (minutes === 0n) return `${sign}${secondsText}`;
  if (minutes < 60n) return `${sign}${minutes}m${secondsText}`;
  return `${sign}${minutes / 60n}h${minutes % 60n}m${secondsText}`;
}

/**
 * An age as kubectl's tables print it: `21s`, `3m23s`, `5d4h`; two to three significant figures.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go HumanDuration
 */
export function humanDuration(millis: number): string {
  const seconds = Math.trunc(millis / SECOND);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(millis / MINUTE);
  if (minutes < 10) return seconds % 60 === 0 ? `${minutes}m` : `${minutes}m${seconds % 60}s`;
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(millis / HOUR);
  if (hours < 8) return minutes % 60 === 0 ? `${hours}h` : `${hours}h${minutes % 60}m`;
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 24 * 8) return hours % 24 === 0 ? `${days}d` : `${days}d${hours % 24}h`;
  if (hours < 24 * 365 * 2) return `${days}d`;
  const years = Math.trunc(days / 365);
  if (hours < 24 * 365 * 8) return days % 365 === 0 ? `${years}y` : `${years}y${days % 365}d`;
  return `${years}y`;
}

/** Days from 1970-01-01 to a date of the proleptic Gregorian calendar. */
function daysFromCivil(year: number, month: number, day: number): number {
  // Years are counted from March, which puts the leap day last.
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

/** The inverse of {@link daysFromCivil}. */
function civilFromDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1 };
}

const DAYS_IN_MONTH: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysInMonth(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

const TIMESTAMP = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d+))?(?:Z|([+-])(\d{2}):(\d{2}))$/;

/**
 * Reads an RFC 3339 timestamp into milliseconds (digits beyond them are cut off); `undefined` where it is none.
 *
 * @see time.Parse(time.RFC3339, text)
 */
export function parseTime(text: string): number | undefined {
  const match = TIMESTAMP.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const millis = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const offsetHours = Number(match[9] ?? 0);
  const offsetMinutes = Number(match[10] ?? 0);
  if (offsetHours > 24 || offsetMinutes > 60) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * HOUR + offsetMinutes * MINUTE);
  return daysFromCivil(year, month, day) * DAY + hour * HOUR + minute * MINUTE + second * SECOND + millis - offset;
}

function pad(value: number, digits: number): string {
  return value.toString().padStart(digits, '0');
}

function dateTime(millis: number): string {
  const days = Math.floor(millis / DAY);
  const time = millis - days * DAY;
  const { year, month, day } = civilFromDays(days);
  const clock = [time / HOUR, (time % HOUR) / MINUTE, (time % MINUTE) / SECOND].map((part) => pad(Math.floor(part), 2));
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${clock.join(':')}`;
}

/** Writes a point of time as `metav1.Time` is stored: whole seconds, UTC. */
export function formatTime(millis: number): string {
  return `${dateTime(millis)}Z`;
}

/** Writes a point of time as `metav1.MicroTime` is stored: six digits of a second, UTC. */
export function formatMicroTime(millis: number): string {
  const micros = Math.floor((millis - Math.floor(millis / SECOND) * SECOND) * 1000);
  return `${dateTime(millis)}.${pad(micros, 6)}Z`;
}
