import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const started = (files: Readonly<Record<string, unknown>> = {}): Session =>
  new Session({ spec: { controllers: [] }, files });

describe('kubectl create', () => {
  it.each([
    ['deployment web --image=nginx:1.27 --replicas=2', 'deployment.apps/web created'],
    ['deploy web --image nginx', 'deployment.apps/web created'],
    ['job once --image=busybox -- date -u', 'job.batch/once created'],
    ["cronjob daily --image=busybox --schedule='0 1 * * *'", 'cronjob.batch/daily created'],
    ['quota small --hard=pods=4,requests.storage=10Gi', 'resourcequota/small created'],
    ['priorityclass high --value=1000', 'priorityclass.scheduling.k8s.io/high created'],
    ['pdb web --selector=app=web --min-available=50%', 'poddisruptionbudget.policy/web created'],
    ['sa builder', 'serviceaccount/builder created'],
    ['secret generic key --from-literal=token=a=b', 'secret/key created'],
    ['ns team-a', 'namespace/team-a created'],
    ['cm empty', 'configmap/empty created'],
    ['cm tried --dry-run=server', 'configmap/tried created (server dry run)'],
    ['cm named -o name', 'configmap/named'],
  ])('%s', (words, out) => {
    expect(started().command(`kubectl create ${words}`)).toEqual({ out: `${out}\n`, err: '', exit: 0 });
  });

  it.each([
    ['deployment web', 'error: required flag(s) "image" not set'],
    ['job once', 'error: either --image or --from must be specified'],
    ['quota q --hard=pods', 'error: Invalid argument syntax pods, expected <resource>=<value>'],
    ['cm', "error: exactly one NAME is required, got 0\nSee 'kubectl create configmap -h' for help and examples"],
    ['cm a b', "error: exactly one NAME is required, got 2\nSee 'kubectl create configmap -h' for help and examples"],
    ['cm a --from-literal=x', 'error: invalid literal source x, expected key=value'],
    [
      'cm a --from-literal=x=1 --from-literal=x=2',
      'error: cannot add key "x", another key by that name already exists in Data for ConfigMap "a"',
    ],
    ['cm a --from-file=missing.txt', 'error: error reading missing.txt: no such file or directory'],
    ['pdb web --selector=app=web', 'error: one of min-available or max-unavailable must be specified'],
    ['gadget x', "error: Unexpected args: [gadget x]\nSee 'kubectl create -h' for help and examples"],
    ['ns default', 'Error from server (AlreadyExists): namespaces "default" already exists'],
    ['sa default', 'error: failed to create serviceaccount: serviceaccounts "default" already exists'],
    ['cm a --dry-run=maybe', 'error: Invalid dry-run value (maybe). Must be "none", "server", or "client".'],
  ])('%s is refused', (words, err) => {
    expect(started().command(`kubectl create ${words}`)).toEqual({ out: '', err: `${err}\n`, exit: 1 });
  });

  it('prints what it would send', () => {
    const session = started();
    expect(session.command('kubectl create deploy web --image=nginx --dry-run=client -o yaml').out).toBe(
      [
        'apiVersion: apps/v1',
        'kind: Deployment',
        'metadata:',
        '  labels:',
        '    app: web',
        '  name: web',
        'spec:',
        '  replicas: 1',
        '  selector:',
        '    matchLabels:',
        '      app: web',
        '  strategy: {}',
        '  template:',
        '    metadata:',
        '      labels:',
        '        app: web',
        '    spec:',
        '      containers:',
        '      - image: nginx',
        '        name: nginx',
        '        resources: {}',
        'status: {}',
        '',
      ].join('\n'),
    );
    expect(session.command('kubectl get deploy').err).toBe('No resources found in default namespace.\n');
  });

  it('reads files and environments', () => {
    const session = started({ 'app.conf': 'a\nb\n', 'dev.env': '# no\nMODE=dev\n' });
    session.command('kubectl create cm one --from-file=app.conf --from-file=own=app.conf');
    session.command('kubectl create cm two --from-env-file=dev.env');
    expect(session.command("kubectl get cm one two -o jsonpath='{.items[*].data}'").out).toBe(
      '{"app.conf":"a\\nb\\n","own":"a\\nb\\n"} {"MODE":"dev"}',
    );
  });

  it('notes the manifest for apply with --save-config', () => {
    const session = started({ 'cm.yaml': { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' } } });
    session.command('kubectl create -f cm.yaml --save-config');
    expect(session.command('kubectl apply -f cm.yaml')).toEqual({ out: 'configmap/a unchanged\n', err: '', exit: 0 });
    expect(session.command('kubectl apply view-last-applied cm/a -o json').out).toBe(
      '{\n  "apiVersion": "v1",\n  "kind": "ConfigMap",\n  "metadata": {\n    "annotations": {},\n    "name": "a",\n    "namespace": "default"\n  }\n}\n',
    );
  });
});
