import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goJson, goQuote } from './gotext.ts';

describe('a quoted text', () => {
  it('keeps what can be printed and escapes the rest as Go does', () => {
    expect(goQuote('plain')).toBe('"plain"');
    expect(goQuote('a"b\\c')).toBe(String.raw`"a\"b\\c"`);
    expect(goQuote('\u0007\t\u0001\u007f')).toBe(String.raw`"\a\t\x01\x7f"`);
    expect(goQuote('日本 é')).toBe('"日本 é"');
    expect(goQuote('\u00a0\u2028')).toBe(String.raw`"\u00a0\u2028"`);
    expect(goQuote('<b>')).toBe('"<b>"');
  });

  it('has no half of a pair', () => {
    expect(goQuote('a\ud800b')).toBe('"a\ufffdb"');
  });

  it('reads as JSON where only such escapes occur as JSON has', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '.', '"', '\\', '\n', '\t', 'é') }), (text) => {
        expect(JSON.parse(goQuote(text))).toBe(text);
      }),
    );
  });
});

describe('a value as JSON', () => {
  it('escapes what HTML would take for its own', () => {
    expect(goJson({ a: '<&>' })).toBe(String.raw`{"a":"\u003c\u0026\u003e"}`);
  });
});
