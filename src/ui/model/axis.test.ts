import { describe, expect, it } from 'vitest';
import { axisOf, clockText, roughSpanText, rulerTicks, spanText, timeOf, xOf } from './axis.ts';

const NONE = new Set<number>();

describe('the time axis', () => {
  it('lays time out evenly where something happens all the time', () => {
    const axis = axisOf(0, 1000, 500, [], NONE);
    expect([0, 250, 1000].map((time) => xOf(axis, time))).toEqual([0, 125, 500]);
    expect(timeOf(axis, 125)).toBe(250);
  });

  it('draws a long idle time as a band, 32 of 1,000 wide, and what is before and behind to one scale', () => {
    const axis = axisOf(0, 12_000, 1000, [{ from: 1000, to: 11_000 }], NONE);
    expect(axis.stretches.map(({ collapsed, x1, x2, key }) => [collapsed, x1, x2, key])).toEqual([
      [false, 0, 484, 0],
      [true, 484, 516, 1000],
      [false, 516, 1000, 11_000],
    ]);
    // Time inside of a band stands inside of it: the clock stays true.
    expect(xOf(axis, 6000)).toBe(500);
    expect(timeOf(axis, 500)).toBe(6000);
  });

  it.each([
    ['shorter than two seconds', 4000, [{ from: 1000, to: 2900 }], NONE, 0],
    ['shorter than a twentieth of what is in view', 100_000, [{ from: 1000, to: 4000 }], NONE, 0],
    ['that was opened', 12_000, [{ from: 1000, to: 11_000 }], new Set([1000]), 0],
    [
      'beside one that was opened',
      30_000,
      [
        { from: 1000, to: 11_000 },
        { from: 12_000, to: 29_000 },
      ],
      new Set([1000]),
      1,
    ],
  ])('draws an idle time %s as it is', (_, to, pauses, opened, bands) => {
    const axis = axisOf(0, to, 1000, pauses, opened);
    expect(axis.stretches.filter(({ collapsed }) => collapsed)).toHaveLength(bands);
    expect(axis.stretches.at(-1)?.x2).toBeCloseTo(1000);
  });

  it('knows an idle time by its beginning also where the view begins inside of it', () => {
    const axis = axisOf(5000, 12_000, 1000, [{ from: 1000, to: 11_000 }], NONE);
    expect(axis.stretches[0]).toMatchObject({ collapsed: true, from: 5000, key: 1000 });
  });

  it('puts times out of view out of the width', () => {
    const axis = axisOf(1000, 2000, 100, [], NONE);
    expect(xOf(axis, 999)).toBeLessThan(0);
    expect(xOf(axis, 2001)).toBeGreaterThan(100);
  });

  it('writes round times with room between them, and none into a band', () => {
    const axis = axisOf(0, 12_000, 1000, [{ from: 1000, to: 11_000 }], NONE);
    const ticks = rulerTicks(axis, 56);
    expect(ticks.map(({ time }) => time)).toEqual([0, 200, 400, 600, 800, 11_200, 11_400, 11_600, 11_800, 12_000]);
    expect(ticks.every(({ x }) => x < 484 || x > 516)).toBe(true);
  });
});

describe('times of the ruler', () => {
  it.each([
    [0, 1000, ['0 s', '200 ms', '400 ms', '600 ms', '800 ms', '1 s']],
    [15_000, 15_050, ['15.00 s', '15.01 s', '15.02 s', '15.03 s', '15.04 s', '15.05 s']],
    [15_000, 15_500, ['15.0 s', '15.1 s', '15.2 s', '15.3 s', '15.4 s', '15.5 s']],
    [40_000, 100_000, ['40 s', '50 s', '1:00', '1:10', '1:20', '1:30', '1:40']],
    [61_000, 61_005, ['1:01.000', '1:01.001', '1:01.002', '1:01.003', '1:01.004', '1:01.005']],
    [7_380_000, 7_430_000, ['2:03:00', '2:03:10', '2:03:20', '2:03:30', '2:03:40', '2:03:50']],
  ])('from %i to %i ms differ', (from, to, texts) => {
    expect(rulerTicks(axisOf(from, to, 400, [], NONE), 60).map(({ text }) => text)).toEqual(texts);
  });
});

describe('times as text', () => {
  it.each([
    [0, '0 ms'],
    [350, '350 ms'],
    [1000, '1 s'],
    [8200, '8.2 s'],
    [12_340, '12.3 s'],
    [90_000, '1 min 30 s'],
    [125_000, '2 min 5 s'],
    [3_599_900, '60 min'],
    [7_200_000, '2 h'],
    [7_500_000, '2 h 5 min'],
  ])('of %i ms is %s', (span, text) => {
    expect(spanText(span)).toBe(text);
  });

  it.each([
    [4812, '4.8 s'],
    [24_400, '24 s'],
  ])('of an idle time of %i ms is %s', (span, text) => {
    expect(roughSpanText(span)).toBe(text);
  });

  it.each([
    [0, '00:00.000'],
    [18_620, '00:18.620'],
    [3_723_004, '01:02:03.004'],
  ])('on the clock, %i ms is %s', (time, text) => {
    expect(clockText(time)).toBe(text);
  });
});
