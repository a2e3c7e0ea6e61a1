import { describe, expect, it } from 'vitest';
import { linkTo, type Presented } from './link.ts';

const PAGE = 'https://example.org/p/';

describe('a link to what the page shows', () => {
  it.each<[string, Presented | undefined, string]>([
    [PAGE, undefined, `${PAGE}#1.abc`],
    [`${PAGE}?lang=zh-CN&scenario=x&theme=dark#old`, undefined, `${PAGE}#1.abc`],
    [
      `${PAGE}?present=1&group=a&lang=zh-CN&namespace=shop`,
      { group: 'StatefulSet/shop/web', speed: '2' },
      `${PAGE}?namespace=shop&present=1&group=StatefulSet%2Fshop%2Fweb&speed=2#1.abc`,
    ],
    [PAGE, { group: undefined, speed: 'live' }, `${PAGE}?present=1&speed=live#1.abc`],
    ['file:///home/me/index.html?present=1', undefined, 'file:///home/me/index.html#1.abc'],
  ])('from %s, presenting %j, is %s', (href, presented, link) => {
    expect(linkTo(href, '1.abc', presented)).toBe(link);
  });
});
