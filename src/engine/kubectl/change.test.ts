import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const MAP = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'a', labels: { tier: 'gold' } },
  data: { x: '1' },
};
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
  },
};
const SNAPSHOT_CLASS = {
  apiVersion: 'snapshot.storage.k8s.io/v1',
  kind: 'VolumeSnapshotClass',
  metadata: { name: 'snap' },
  driver: 'd',
  deletionPolicy: 'Delete',
};

function started(): Session {
  const files = { 'a.yaml': MAP, 'patch.yaml': 'data:\n  x: "2"\n' };
  const session = new Session({ spec: { controllers: [] }, files });
  session.operate({ create: [MAP, DEPLOYMENT, SNAPSHOT_CLASS] });
  return session;
}

/** What commands print one after the other, the errors behind the rest. */
function answers(...commands: readonly string[]): string {
  const session = started();
  return commands
    .map((command) => {
      const { out, err } = session.command(`kubectl ${command}`);
      return out + err;
    })
    .join('');
}

describe('kubectl label and annotate', () => {
  it.each([
    [['label cm a b=1'], 'configmap/a labeled\n'],
    [['label cm a tier-'], 'configmap/a unlabeled\n'],
    [['label cm a b=1 tier-'], 'configmap/a modified\n'],
    [['label cm a tier=gold'], 'configmap/a not labeled\n'],
    [['label cm a ghost-'], 'label "ghost" not found.\nconfigmap/a not labeled\n'],
    [
      ['label cm a b=1 --dry-run=server', 'get cm a -o jsonpath={.metadata.labels}'],
      'configmap/a labeled (server dry run)\n{"tier":"gold"}',
    ],
    [['label cm a b=1 --dry-run=client -o jsonpath={.metadata.labels}'], '{"b":"1","tier":"gold"}'],
    [['label -f a.yaml b=1'], 'configmap/a labeled\n'],
    [['label cm a --list'], 'tier=gold\n'],
    [['label cm a tier=x'], "error: 'tier' already has a value (gold), and --overwrite is false\n"],
    [['label cm a b=1 c'], 'error: all resources must be specified before label changes: c\n'],
    [['label cm a b=1 b-'], 'error: can not both modify and remove a label in the same command\n'],
    [['label cm a b=1=2'], 'error: invalid label spec: b=1=2\n'],
    [['label cm a'], 'error: at least one label update is required\n'],
    [
      ['annotate cm a note=x', 'annotate cm a note=y'],
      "configmap/a annotated\nerror: --overwrite is false but found the following declared annotation(s): 'note' already has a value (x)\n",
    ],
    [
      ['annotate cm a note=x note-'],
      'error: can not both modify and remove the following annotation(s) in the same command: note\n',
    ],
    [['label b=1'], 'error: one or more resources must be specified as <resource> <name> or <resource>/<name>\n'],
  ])('%j', (commands, text) => {
    expect(answers(...commands)).toBe(text);
  });

  it('refuses a label that is none', () => {
    expect(answers('label cm a b=-x')).toMatch(/^error: invalid label value: "b=-x": a valid label must be /);
  });
});

describe('kubectl patch', () => {
  it.each([
    [[`patch cm a -p '{"data":{"x":"2"}}'`], 'configmap/a patched\n'],
    [[`patch cm a -p '{"data":{"x":"1"}}'`], 'configmap/a patched (no change)\n'],
    [
      [`patch cm a --dry-run=server -p '{"data":{"x":"2"}}'`, 'get cm a -o jsonpath={.data.x}'],
      'configmap/a patched (server dry run)\n1',
    ],
    [[`patch cm a --dry-run=client -p '{"data":{"x":"2"}}' -o jsonpath={.data.x}`], '2'],
    [['patch cm a --patch-file patch.yaml', 'get cm a -o jsonpath={.data.x}'], 'configmap/a patched\n2'],
    [[`patch -f a.yaml --type=JSON -p '[{"op":"remove","path":"/data/x"}]'`], 'configmap/a patched\n'],
    [['patch cm a'], 'error: must specify --patch or --patch-file containing the contents of the patch\n'],
    [['patch cm a -p {} --patch-file patch.yaml'], 'error: cannot specify --patch and --patch-file together\n'],
    [['patch cm a -p {} --type=x'], 'error: --type must be one of [json merge strategic], not "x"\n'],
    [['patch cm -p {}'], 'error: resource(s) were provided, but no name was specified\n'],
    [
      ['patch cm a --subresource=x -p {}'],
      'Error from server (NotFound): the server could not find the requested resource\n',
    ],
    [
      [`patch cm a --type=json -p '[{"op":"test","path":"/data/x","value":"2"}]'`],
      'The request is invalid: the server rejected our request due to an error in our request\n',
    ],
    [
      [`patch volumesnapshotclass snap -p '{"driver":"x"}'`],
      'error: application/strategic-merge-patch+json is not supported by snapshot.storage.k8s.io/v1, Kind=VolumeSnapshotClass: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml\n',
    ],
  ])('%j', (commands, text) => {
    expect(answers(...commands)).toBe(text);
  });
});

describe('kubectl scale', () => {
  it.each([
    [['scale deploy web --replicas=3', 'get deploy web -o jsonpath={.spec.replicas}'], 'deployment.apps/web scaled\n3'],
    [
      ['scale deploy web --replicas=3 --dry-run=server', 'get deploy web -o jsonpath={.spec.replicas}'],
      'deployment.apps/web scaled (server dry run)\n1',
    ],
    [['scale deploy web --replicas=3 --current-replicas=2'], 'error: Expected replicas to be 2, was 1\n'],
    [
      ['scale deploy web'],
      'error: The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0\n',
    ],
    [['scale cm a --replicas=1'], 'Error from server (NotFound): the server could not find the requested resource\n'],
  ])('%j', (commands, text) => {
    expect(answers(...commands)).toBe(text);
  });
});

describe('kubectl apply', () => {
  const apply = (session: Session, objects: readonly object[], flags = ''): string => {
    const list = { apiVersion: 'v1', kind: 'List', items: objects };
    const { out, err } = session.command(`kubectl apply ${flags} -f - <<'EOF'\n${JSON.stringify(list)}\nEOF`);
    return out + err;
  };
  const map = (name: string): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, labels: { app: 'x' } },
  });

  it('prunes what was once applied and is no longer named', () => {
    const session = started();
    apply(session, [map('one'), map('two')]);
    expect(apply(session, [map('one')], '--prune -l app=x --dry-run=server')).toBe(
      'configmap/one unchanged (server dry run)\nconfigmap/two pruned (server dry run)\n',
    );
    expect(apply(session, [map('one')], '--prune -l app=x --prune-allowlist=core/v1/ConfigMap')).toBe(
      'configmap/one unchanged\nconfigmap/two pruned\n',
    );
    expect(session.command('kubectl get cm -o name').out).toBe('configmap/a\nconfigmap/one\n');
  });

  it.each([
    [
      '--prune',
      'error: all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector\n',
    ],
    ['--force-conflicts', 'error: --force-conflicts only works with --server-side\n'],
    ['--server-side --force', 'error: --force cannot be used with --server-side\n'],
    ['--subresource=status', 'error: --subresource can only be specified for --server-side\n'],
    [
      '--prune --all --prune-allowlist=x',
      'error: invalid GroupVersionKind format: x, please follow <group/version/kind>\n',
    ],
  ])('refuses %s', (flags, text) => {
    expect(apply(started(), [map('one')], flags)).toBe(text);
  });

  it('only tries by itself with --dry-run=client, and prints what it would send', () => {
    const session = started();
    expect(apply(session, [map('one')], '--dry-run=client')).toBe('configmap/one created (dry run)\n');
    expect(apply(session, [map('one')], '-o name')).toBe('configmap/one\n');
    expect(apply(session, [map('one'), map('two')], '--dry-run=client -o jsonpath={.items[*].metadata.name}')).toBe(
      'one two',
    );
    expect(session.command('kubectl get cm two --ignore-not-found').out).toBe('');
  });

  it('shows and sets what was applied last', () => {
    const session = started();
    expect(session.command('kubectl apply view-last-applied cm a')).toEqual({ out: '', err: '', exit: 0 });
    const none = 'no last-applied-configuration annotation found on resource: a';
    expect(session.command('kubectl apply set-last-applied -f a.yaml').err).toBe(
      `error: ${none}, to create the annotation, run the command with --create-annotation\n`,
    );
    expect(session.command('kubectl apply set-last-applied -f a.yaml --create-annotation').out).toBe(
      'configmap/a configured\n',
    );
    expect(session.command('kubectl apply set-last-applied -f a.yaml').out).toBe(
      'set-last-applied a: no changes required.\n',
    );
    expect(session.command('kubectl apply view-last-applied cm/a').out).toBe(
      'apiVersion: v1\ndata:\n  x: "1"\nkind: ConfigMap\nmetadata:\n  labels:\n    tier: gold\n  name: a\n  namespace: default\n',
    );
  });
});

// Source: staging/src/k8s.io/kubectl/pkg/cmd/replace/replace.go.
describe('kubectl replace', () => {
  const NOTE = '.metadata.annotations.kubectl\\.kubernetes\\.io/last-applied-configuration';

  it.each([
    [['replace -f a.yaml'], 'configmap/a replaced\n'],
    [['replace -f a.yaml --dry-run=server -o name'], 'configmap/a\n'],
    [['replace -f a.yaml --dry-run=client'], 'configmap/a replaced (dry run)\n'],
    [['replace -f a.yaml -o jsonpath={.data}'], '{"x":"1"}'],
    [
      ['replace -f a.yaml --save-config', `get cm a -o 'jsonpath={${NOTE}}'`],
      'configmap/a replaced\n{"apiVersion":"v1","data":{"x":"1"},"kind":"ConfigMap","metadata":{"annotations":{},"labels":{"tier":"gold"},"name":"a","namespace":"default"}}\n',
    ],
    [
      ['delete cm a', 'replace -f a.yaml'],
      'configmap "a" deleted from default namespace\nError from server (NotFound): error when replacing "a.yaml": configmaps "a" not found\n',
    ],
    [['replace -f a.yaml --grace-period=1'], 'error: --grace-period must have --force specified\n'],
    [['replace -f a.yaml --force --dry-run=server'], 'error: --dry-run can not be used when --force is set\n'],
    [['replace -f a.yaml --force'], 'configmap "a" deleted from default namespace\nconfigmap/a replaced\n'],
  ])('%j', (commands, expected) => {
    expect(answers(...commands)).toBe(expected);
  });
});
