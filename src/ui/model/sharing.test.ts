import { expect, it } from 'vitest';
import { Sharing } from './sharing.ts';

it('says the same with fewer lists: equal ones become one', () => {
  const sharing = new Sharing();
  const first = sharing.share({ path: ['status', 'phase'], none: [], deep: { list: [{ name: ['a\nb'] }] } });
  const second = sharing.share({ path: ['status', 'phase'], none: [], deep: { list: [{ name: ['a', 'b'] }] } });
  expect(first).toEqual({ path: ['status', 'phase'], none: [], deep: { list: [{ name: ['a\nb'] }] } });
  expect(second).toEqual({ path: ['status', 'phase'], none: [], deep: { list: [{ name: ['a', 'b'] }] } });
  expect(second.path).toBe(first.path);
  expect(second.none).toBe(first.none);
});
