import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, formatMicroTime, formatTime, humanDuration, parseDuration, parseTime } from './duration.ts';

describe('durations', () => {
  it.each([
    ['0', 0],
    ['1m30s', 90_000],
    ['1.5h', 5_400_000],
    ['-300ms', -300],
    ['1us', 0.001],
    ['2h45m', 9_900_000],
    ['.5s', 500],
  ])('%s', (text, millis) => expect(parseDuration(text)).toBe(millis));

  it('know days only where asked', () => {
    expect(parseDuration('1d12h', { days: true })).toBe(129_600_000);
    expect(parseDuration('1d')).toEqual({ error: 'time: unknown unit "d" in duration "1d"' });
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['5', 'time: missing unit in duration "5"'],
    ['s', 'time: invalid duration "s"'],
    ['1x', 'time: unknown unit "x" in duration "1x"'],
    ['9999999999h', 'time: invalid duration "9999999999h"'],
  ])('%s is refused', (text, error) => expect(parseDuration(text)).toEqual({ error }));

  it.each([
    [0, '0s'],
    [90_500, '1m30.5s'],
    [500, '500ms'],
    [1.5, '1.5ms'],
    [3_600_000, '1h0m0s'],
    [-1000, '-1s'],
  ])('%d ms is written %s', (millis, text) => expect(formatDuration(millis)).toBe(text));

  it('are read back as written', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (millis) => {
        expect(parseDuration(formatDuration(millis))).toBe(millis);
      }),
    );
  });
});

describe('ages', () => {
  const s = 1000;
  const m = 60 * s;
  const h = 60 * m;
  const d = 24 * h;
  it.each([
    [21 * s, '21s'],
    [119 * s, '119s'],
    [2 * m, '2m'],
    [3 * m + 23 * s, '3m23s'],
    [10 * m + 30 * s, '10m'],
    [179 * m, '179m'],
    [3 * h, '3h'],
    [7 * h + 5 * m, '7h5m'],
    [47 * h, '47h'],
    [5 * d + 4 * h, '5d4h'],
    [8 * d + 4 * h, '8d'],
    [800 * d, '2y70d'],
    [9 * 365 * d, '9y'],
    [-5 * s, '<invalid>'],
  ])('%d ms is %s', (millis, text) => expect(humanDuration(millis)).toBe(text));
});

describe('timestamps', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0],
    ['2024-02-29T12:34:56Z', 1_709_210_096_000],
    ['2024-02-29T12:34:56.789Z', 1_709_210_096_789],
    ['2024-02-29T14:34:56+02:00', 1_709_210_096_000],
    ['1969-12-31T23:59:59Z', -1000],
  ])('%s', (text, millis) => expect(parseTime(text)).toBe(millis));

  it.each(['2023-02-29T00:00:00Z', '2024-13-01T00:00:00Z', '2024-01-01 00:00:00Z', '2024-01-01T24:00:00Z', 'x'])(
    '%s is none',
    (text) => expect(parseTime(text)).toBeUndefined(),
  );

  it('are written in whole seconds, or with six digits', () => {
    expect(formatTime(1_709_210_096_789)).toBe('2024-02-29T12:34:56Z');
    expect(formatMicroTime(1_709_210_096_789)).toBe('2024-02-29T12:34:56.789000Z');
  });

  it('agree with the calendar', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6e10, max: 2.5e11 }), (seconds) => {
        const millis = seconds * 1000;
        expect(formatTime(millis)).toBe(new Date(millis).toISOString().replace('.000Z', 'Z'));
        expect(parseTime(formatTime(millis))).toBe(millis);
      }),
    );
  });
});
