import { describe, expect, it } from 'vitest';
import { findAsked, playgroundAddress, readEmbedding, readPlace } from './address.ts';

describe('the address of an embedded page', () => {
  it.each([
    ['', { isOn: false, hasEditor: true, hasControls: true, group: undefined }],
    ['?embed=1', { isOn: true, hasEditor: true, hasControls: true, group: undefined }],
    ['?embed=1&editor=0&controls=0', { isOn: true, hasEditor: false, hasControls: false, group: undefined }],
    ['?embed=1&group=Pod/a/b', { isOn: true, hasEditor: true, hasControls: true, group: 'Pod/a/b' }],
    ['?group=Pod/a/b', { isOn: false, hasEditor: true, hasControls: true, group: undefined }],
  ])('%j', (search, expected) => {
    expect(readEmbedding(search)).toEqual(expected);
  });

  it.each([
    ['?step=12&select=web&speed=2', { step: 12, select: 'web', speed: '2' }],
    ['?step=-1&speed=100', { step: undefined, select: undefined, speed: undefined }],
  ])('%j has a place', (search, expected) => {
    expect(readPlace(search)).toEqual(expected);
  });

  it('leads to the whole page with the same scene', () => {
    const href = 'https://example.org/p/?embed=1&editor=0&lang=zh-CN&scenario=x&step=3&origin=https://a.org#old';
    expect(playgroundAddress(href, '1.abc')).toBe('https://example.org/p/?lang=zh-CN#1.abc');
  });
});

describe('an object that an address asks for', () => {
  const elements = [
    { id: 'Pod/a/web', name: 'web' },
    { id: 'Service/a/web', name: 'web' },
  ];
  it.each([
    ['Service/a/web', 'Service/a/web'],
    ['web', 'Pod/a/web'],
    ['nobody', undefined],
  ])('by %j is %s', (asked, id) => {
    expect(findAsked(asked, elements)).toBe(id);
  });
});
