import { describe, expect, it } from 'vitest';
import { isPng, pngText, withPngText } from './pngText.ts';

/** A picture of one pixel. */
const PIXEL = Uint8Array.from(
  atob('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='),
  (char) => char.charCodeAt(0),
);

describe('the text inside a PNG', () => {
  it('is found again', () => {
    const whole = withPngText(PIXEL, 'scene', '1.abc-_');
    expect(isPng(whole)).toBe(true);
    expect(pngText(whole, 'scene')).toBe('1.abc-_');
    expect(pngText(whole, 'other')).toBeUndefined();
    expect(pngText(PIXEL, 'scene')).toBeUndefined();
  });

  it('stands before the end chunk, with the checksum that the format asks for', () => {
    const whole = withPngText(PIXEL, 'Title', 'PNG');
    const at = PIXEL.length - 12;
    expect([...whole.subarray(0, at)]).toEqual([...PIXEL.subarray(0, at)]);
    expect([...whole.subarray(at)]).toEqual([
      ...[0, 0, 0, 9, 0x74, 0x45, 0x58, 0x74, 0x54, 0x69, 0x74, 0x6c, 0x65, 0, 0x50, 0x4e, 0x47],
      ...[0xdc, 0x01, 0x79, 0x35],
      ...PIXEL.subarray(at),
    ]);
  });

  it('of a picture that is cut off is not found', () => {
    const whole = withPngText(PIXEL, 'scene', 'x'.repeat(100));
    expect(pngText(whole.subarray(0, PIXEL.length + 20), 'scene')).toBeUndefined();
  });
});
