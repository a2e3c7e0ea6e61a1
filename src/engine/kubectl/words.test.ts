import { describe, expect, it } from 'vitest';
import { readTokens } from './words.ts';

const words = (line: string) => {
  const tokens = readTokens(line);
  return 'fault' in tokens
    ? tokens
    : tokens.map((token) => (token.type === 'sign' ? { sign: token.sign } : token.text));
};

describe('a command line', () => {
  it('is split at white space outside quotes', () => {
    expect(words(`kubectl get  pvc -o "jsonpath={.items[*].metadata.name}"`)).toEqual([
      'kubectl',
      'get',
      'pvc',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ]);
  });

  it('keeps everything between single quotes, and what a backslash protects', () => {
    expect(words(String.raw`patch pv p -p '{"spec": {"a": "b | c"}}' x\ y "a\"b" ''`)).toEqual([
      'patch',
      'pv',
      'p',
      '-p',
      '{"spec": {"a": "b | c"}}',
      'x y',
      'a"b',
      '',
    ]);
  });

  it('has signs between its words, also without space', () => {
    expect(words('get pv|grep Bound&&echo a2>b 2>/dev/null # why')).toEqual([
      'get',
      'pv',
      { sign: '|' },
      'grep',
      'Bound',
      { sign: '&&' },
      'echo',
      'a2',
      { sign: '>' },
      'b',
      { sign: '2>' },
      '/dev/null',
    ]);
  });

  it('goes on behind a backslash at its end', () => {
    expect(words('kubectl get \\\n  pods')).toEqual(['kubectl', 'get', 'pods']);
  });

  it('may bring the text of a here-document', () => {
    expect(words("apply -f - <<'EOF' | wc\nkind: Pod\n  a: $b\nEOF\nget pods")).toEqual([
      'apply',
      '-f',
      '-',
      'kind: Pod\n  a: $b\n',
      { sign: '|' },
      'wc',
      { sign: '\n' },
      'get',
      'pods',
    ]);
  });

  it('is refused with a quote left open', () => {
    expect(words(`get pods -l 'a`)).toEqual({ fault: 'error: the command line ends inside quotes' });
  });
});
