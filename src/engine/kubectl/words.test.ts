import { describe, expect, it } from 'vitest';
import { splitWords } from './words.ts';

describe('a command line', () => {
  it('is split at white space outside quotes', () => {
    expect(splitWords(`kubectl get  pvc -o "jsonpath={.items[*].metadata.name}"`)).toEqual([
      'kubectl',
      'get',
      'pvc',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ]);
  });

  it('keeps everything between single quotes, and what a backslash protects', () => {
    expect(splitWords(String.raw`patch pv p -p '{"spec": {"a": "b c"}}' x\ y "a\"b" ''`)).toEqual([
      'patch',
      'pv',
      'p',
      '-p',
      '{"spec": {"a": "b c"}}',
      'x y',
      'a"b',
      '',
    ]);
  });

  it('is refused with a quote left open', () => {
    expect(splitWords(`get pods -l 'a`)).toBeUndefined();
  });
});
