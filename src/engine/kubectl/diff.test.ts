import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const MAP = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { x: '1', w: '1' } };
const CHANGED = { ...MAP, data: { x: '2', z: '1' } };
const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { same: 'MQ==', other: 'MQ==' } };
const FILES = {
  'a.yaml': MAP,
  'changed.yaml': CHANGED,
  'new.yaml': { ...MAP, metadata: { name: 'b' } },
  'secret.yaml': { ...SECRET, data: { same: 'MQ==', other: 'Mg==', added: 'MQ==' } },
  'wrong.yaml': { ...MAP, metadata: { name: 'A' } },
};
/** What the clock says at the third step, in milliseconds modulo 2^32 and as diff writes it. */
const FROM = '/tmp/LIVE-4106404874';
const TO = '/tmp/MERGED-4106404875';
const AT = '2026-10-01 00:00:00.010000000 +0000';

const head = (file: string, merged = AT): string =>
  `diff -u -N ${FROM}/${file} ${TO}/${file}\n--- ${FROM}/${file}\t${AT}\n+++ ${TO}/${file}\t${merged}\n`;

function started(): Session {
  const session = new Session({ spec: { controllers: [] }, files: FILES });
  session.command('kubectl apply -f a.yaml');
  session.operate({ create: [SECRET] });
  return session;
}

const answer = (words: string): { readonly out: string; readonly err: string; readonly exit: number } => {
  const { out, err, exit } = started().command(`kubectl diff ${words}`);
  return { out, err, exit };
};

// Source: staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go; the format is that of diff(1).
describe('kubectl diff', () => {
  it('says nothing where an apply would change nothing', () => {
    expect(answer('-f a.yaml')).toEqual({ out: '', err: '', exit: 0 });
  });

  it('shows what client-side apply would change and remove, without its note', () => {
    const { out, exit } = answer('-f changed.yaml');
    const file = 'v1.ConfigMap.default.a';
    expect(out.startsWith(`${head(file)}@@ -1,7 +1,7 @@\n apiVersion: v1\n data:\n-  w: "1"\n-  x: "1"\n`)).toBe(true);
    expect(out.split('\n').filter((line) => /^[-+] /.test(line))).toEqual([
      '-  w: "1"',
      '-  x: "1"',
      '+  x: "2"',
      '+  z: "1"',
    ]);
    expect(exit).toBe(1);
  });

  it('shows everything of what is not there yet', () => {
    const { out, exit } = answer('-f new.yaml');
    const [first = '', , , range, ...lines] = out.trimEnd().split('\n');
    expect(first).toBe(`diff -u -N ${FROM}/v1.ConfigMap.default.b ${TO}/v1.ConfigMap.default.b`);
    expect(range).toBe(`@@ -0,0 +1,${lines.length} @@`);
    expect(lines.every((line) => line.startsWith('+'))).toBe(true);
    expect(exit).toBe(1);
  });

  it('hides what Secrets hold, unless it is to be shown', () => {
    const { out } = answer('-f secret.yaml');
    expect(out).toContain(
      " data:\n-  other: '*** (before)'\n+  added: '***'\n+  other: '*** (after)'\n   same: '***'\n",
    );
    expect(out).not.toContain('MQ==');
    expect(answer('-f secret.yaml --show-secrets').out).toContain('-  other: MQ==\n');
  });

  it('leaves what the server-side applier never had', () => {
    expect(answer('-f changed.yaml --server-side --force-conflicts').out).toContain(
      ' data:\n   w: "1"\n-  x: "1"\n+  x: "2"\n+  z: "1"\n',
    );
  });

  it('shows what would be pruned', () => {
    const { out, exit } = answer('-f new.yaml --prune');
    const file = 'v1.ConfigMap.default.a';
    expect(out.startsWith(`${head(file, '1970-01-01 00:00:00.000000000 +0000')}@@ -1,`)).toBe(true);
    expect(exit).toBe(1);
  });

  it.each([
    ['', 'error: must specify one of -f and -k\n'],
    ['-f a.yaml --force-conflicts', 'error: --force-conflicts only works with --server-side\n'],
    ['-f a.yaml pods', "error: Unexpected args: [pods]\nSee 'kubectl diff -h' for help and examples\n"],
  ])('refuses diff %s', (words, err) => {
    expect(answer(words)).toEqual({ out: '', err, exit: 2 });
  });

  it('fails with more than differences do where the API server refuses', () => {
    const { out, err, exit } = answer('-f wrong.yaml');
    expect([out, exit]).toEqual(['', 2]);
    expect(err).toContain('The ConfigMap "A" is invalid: metadata.name: Invalid value: "A": ');
  });

  it('changes nothing', () => {
    const session = started();
    const before = session.command('kubectl get cm,secret -o yaml').out;
    session.command('kubectl diff -f changed.yaml -f new.yaml');
    session.command('kubectl diff -f changed.yaml --server-side --force-conflicts');
    expect(session.command('kubectl get cm,secret -o yaml').out).toBe(before);
  });
});
