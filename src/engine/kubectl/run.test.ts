import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const started = (): Session => new Session({ spec: { controllers: [] } });

// Source: staging/src/k8s.io/kubectl/pkg/cmd/run/run.go, pkg/generate/versioned/run.go.
describe('kubectl run', () => {
  it('prints the pod that it would send', () => {
    expect(started().command('kubectl run web --image=nginx --dry-run=client -o yaml').out).toBe(
      [
        'apiVersion: v1',
        'kind: Pod',
        'metadata:',
        '  labels:',
        '    run: web',
        '  name: web',
        'spec:',
        '  containers:',
        '  - image: nginx',
        '    name: web',
        '    resources: {}',
        '  dnsPolicy: ClusterFirst',
        '  restartPolicy: Always',
        'status: {}',
        '',
      ].join('\n'),
    );
  });

  it('creates the pod, which kubectl-run then owns', () => {
    const session = started();
    expect(session.command('kubectl run web --image=nginx').out).toBe('pod/web created\n');
    expect(session.command('kubectl get pod web -o jsonpath={.metadata.labels}').out).toBe('{"run":"web"}');
    expect(session.command('kubectl get pod web -o yaml --show-managed-fields').out).toContain('manager: kubectl-run');
  });

  it.each([
    ['-- sleep 5', '.spec.containers[0].args', '["sleep","5"]'],
    ['--command -- sleep 5', '.spec.containers[0].command', '["sleep","5"]'],
    ['--env=A=1 --env=B=x=y', '.spec.containers[0].env', '[{"name":"A","value":"1"},{"name":"B","value":"x=y"}]'],
    ['--port=80', '.spec.containers[0].ports', '[{"containerPort":80}]'],
    ['-l a=1,b=2', '.metadata.labels', '{"a":"1","b":"2"}'],
    ['--annotations=a=1', '.metadata.annotations', '{"a":"1"}'],
    ['--restart=Never', '.spec.restartPolicy', 'Never'],
    [`--overrides='{"spec":{"nodeName":"n"}}'`, '.spec.nodeName', 'n'],
    [
      `--override-type=strategic --overrides='{"spec":{"containers":[{"name":"web","tty":true}]}}'`,
      '.spec.containers[0].image',
      'nginx',
    ],
  ])('%s', (words, path, expected) => {
    const line = `kubectl run web --image=nginx --dry-run=client -o jsonpath={${path}} ${words}`;
    expect(started().command(line).out).toBe(expected);
  });

  it.each([
    ['web', 'error: required flag(s) "image" not set'],
    ['--image=nginx', "error: NAME is required for run\nSee 'kubectl run -h' for help and examples"],
    [
      'web --image=nginx --restart=Sometimes',
      "error: invalid restart policy: Sometimes\nSee 'kubectl run -h' for help and examples",
    ],
    ['web --image=nginx --env=1', 'error: invalid env: 1'],
    ['web --image=nginx -l a', 'error: unexpected label spec: a'],
    ['web --image=nginx --annotations=a --annotations=b', 'error: invalid annotations format: a, b'],
    ['web --image=nginx --overrides={', 'error: Invalid JSON Patch'],
    ['web --image=nginx --override-type=x --overrides={}', 'error: invalid override type: x'],
    ['web --image=nginx -i', 'error: --stdin is not simulated: containers here run no programs of their own'],
  ])('%s is refused', (words, err) => {
    expect(started().command(`kubectl run ${words}`)).toEqual({ out: '', err: `${err}\n`, exit: 1 });
  });

  it('says what the API server refuses', () => {
    expect(started().command('kubectl run Web --image=nginx').err).toContain(
      'The Pod "Web" is invalid: \n* metadata.name: Invalid value: "Web": ',
    );
  });
});
