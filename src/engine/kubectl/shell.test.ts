import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';
import { isReading } from './shell.ts';

const MANIFESTS = `apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {tier: gold}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
`;

const started = (): Session => {
  const session = new Session({ spec: { controllers: [] } });
  expect(session.command(`kubectl apply -f - <<'EOF'\n${MANIFESTS}EOF`)).toEqual({
    out: 'configmap/a created\nconfigmap/b created\n',
    err: '',
    exit: 0,
  });
  return session;
};

describe('the console', () => {
  it('feeds a here-document to kubectl, directly or through cat', () => {
    const session = started();
    const { out } = session.command(
      'cat <<EOF | kubectl apply -f -\nkind: ConfigMap\napiVersion: v1\nmetadata:\n  name: c\nEOF',
    );
    expect(out).toBe('configmap/c created\n');
    expect(session.command('kubectl create -f -').err).toBe('error: no objects passed to create\n');
  });

  it('pipes into filters', () => {
    const session = started();
    expect(session.command('kubectl get cm -o name | grep -v /b | wc -l').out).toBe('1\n');
    expect(session.command('kubectl get cm -o name | sort -r | head -n 1').out).toBe('configmap/b\n');
    expect(session.command('kubectl get cm -o yaml | grep -c "name: "').out).toBe('2\n');
    expect(session.command('kubectl get cm | tail -n +2 | sort -k 1 -r').out).toMatch(/^b .*\na .*\n$/);
    expect(session.command('kubectl get cm | grep nothing')).toEqual({ out: '', err: '', exit: 1 });
  });

  it('runs what follows by the exit status of what came before', () => {
    const session = started();
    expect(session.command('kubectl get cm ghost || echo gone; echo next').out).toBe('gone\nnext\n');
    expect(session.command('kubectl get cm ghost 2>/dev/null && echo there')).toEqual({ out: '', err: '', exit: 1 });
    expect(session.command('kubectl get cm ghost 2>&1 | grep -o NotFound').out).toBe('NotFound\n');
  });

  it('says what it does not have', () => {
    const session = started();
    expect(session.command('awk 1')).toMatchObject({ exit: 127 });
    expect(session.command('kubectl logs a').err).toContain('the command "kubectl logs" is not simulated');
    expect(session.command('kubectl frobnicate').err).toBe('error: unknown command "frobnicate" for "kubectl"\n');
    expect(session.command('kubectl get cm > list.txt').err).toContain('no files to write to');
    expect(session.command('kubectl get cm |').err).toBe("error: syntax error near unexpected token `newline'\n");
  });

  it('answers a patch that is no JSON with the words of kubectl, and takes it when it is mended', () => {
    const session = started();
    const broken = `kubectl patch cm a -p '{"metadata"{"labels":{"tier":"silver"}}}'`;
    expect(session.command(broken)).toEqual({
      out: '',
      err:
        String.raw`error: unable to parse "{\"metadata\"{\"labels\":{\"tier\":\"silver\"}}}": yaml: did not find expected ',' or '}'` +
        '\n',
      exit: 1,
    });
    expect(session.command(broken.replace('"{', '":{')).out).toBe('configmap/a patched\n');
    expect(session.command('kubectl patch pv <your-pv-name> -p x').err).toContain('stands for a name');
  });
});

describe('a line of the console', () => {
  it('only reads where all of its commands do', () => {
    expect(isReading('kubectl -n x get pods | grep web')).toBe(true);
    expect(isReading('kubectl rollout history deploy/web')).toBe(true);
    expect(isReading('kubectl rollout restart deploy/web')).toBe(false);
    expect(isReading('kubectl get pods; kubectl delete pod web')).toBe(false);
    expect(isReading('sleep 5')).toBe(false);
  });

  it('can be answered as at an earlier moment, and leaves the run as it is', () => {
    const session = started();
    const { sim } = session.cluster;
    const { steps } = sim.log;
    session.command('kubectl delete cm a');
    const end = sim.log.steps;
    expect(session.read('kubectl get cm -o name', steps)?.out).toBe('configmap/a\nconfigmap/b\n');
    expect(session.read('kubectl get cm -l tier=gold -o name', steps)?.out).toBe('configmap/a\n');
    expect(session.read('kubectl get cm -o name')?.out).toBe('configmap/b\n');
    expect(session.read('kubectl delete cm b', steps)).toBeUndefined();
    expect([sim.log.steps, sim.position]).toEqual([end, end]);
  });
});
