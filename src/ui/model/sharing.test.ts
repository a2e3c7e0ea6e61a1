import { expect, it } from 'vitest';
import { Sharing } from './sharing.ts';

it('says the same with fewer lists and objects: equal ones become one', () => {
  const message = (name: string[]) => ({
    path: ['status', 'phase'],
    none: [],
    deep: {
      list: [{ name }, { candidate: 'node-1', ok: true, times: 2 }, { candidate: 'node-1', ok: true, times: '2' }],
    },
  });
  const sharing = new Sharing();
  const first = sharing.share(message(['a\nb']));
  const second = sharing.share(message(['a', 'b']));
  expect(first).toEqual(message(['a\nb']));
  expect(second).toEqual(message(['a', 'b']));
  expect(second.path).toBe(first.path);
  expect(second.none).toBe(first.none);
  expect(second.deep.list[1]).toBe(first.deep.list[1]);
  expect(second.deep.list[2]).not.toBe(second.deep.list[1]);
});

it('tells a field that is undefined from one that is not there', () => {
  const sharing = new Sharing();
  sharing.share({ value: 1 });
  expect(Object.keys(sharing.share({ value: 1, gone: undefined }))).toEqual(['value', 'gone']);
});
