import { describe, expect, it, vi } from 'vitest';

vi.stubGlobal('window', { location: { search: '' }, localStorage: { getItem: () => null, setItem: () => undefined } });
vi.stubGlobal('navigator', { languages: ['de-DE'] });
const { initialPreferences } = await import('./preferences.ts');

describe('preferences at the start of a visit', () => {
  it('follow the browser where nothing was kept', () => {
    expect(initialPreferences('', {}, ['zh-TW', 'en'])).toMatchObject({ language: 'zh-CN', theme: null });
    expect(initialPreferences('', {}, ['fr', 'de'])).toMatchObject({ language: 'en' });
  });

  it('follow the address before what was kept', () => {
    const kept = { language: 'en', theme: 'light', sizes: { editor: 300, dock: 'x' } };
    expect(initialPreferences('?lang=zh-CN&theme=dark', kept, ['en'])).toEqual({
      language: 'zh-CN',
      theme: 'dark',
      reducedMotion: false,
      sizes: { editor: 300 },
      folded: {},
    });
    expect(initialPreferences('?lang=xx&theme=pink', kept, ['zh'])).toMatchObject({ language: 'en', theme: null });
  });
});
