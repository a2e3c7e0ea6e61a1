import { expect, it } from 'vitest';
import { goDuration } from './duration.ts';

it.each([
  [0, '0s'],
  [250, '250ms'],
  [1500, '1.5s'],
  [60_000, '1m0s'],
  [90_500, '1m30.5s'],
  [7_200_000, '2h0m0s'],
])('%d ms of virtual time is written %s', (milliseconds, text) => {
  expect(goDuration(milliseconds)).toBe(text);
});
