import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const claim = (name: string, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name, uid: name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
  status: { phase: 'Pending' },
});

const started = (): Session =>
  new Session({
    spec: { controllers: [] },
    given: [claim('data-a'), claim('data-b', { storageClassName: 'fast' })] as never,
    files: { 'a.yaml': claim('data-a'), 'ghost.yaml': claim('ghost') },
  });

const refused = (err: string): object => ({ out: '', err: `${err}\n`, exit: 1 });

describe('kubectl get', () => {
  it('shows the objects that a file names', () => {
    expect(started().command('kubectl get -f a.yaml -o name').out).toBe('persistentvolumeclaim/data-a\n');
    expect(started().command('kubectl get -f ghost.yaml')).toEqual(
      refused('Error from server (NotFound): persistentvolumeclaims "ghost" not found'),
    );
    expect(started().command('kubectl get pvc -f a.yaml').err).toBe(
      'error: when paths, URLs, or stdin is provided as resource input, you may not specify resource arguments as well\n',
    );
  });

  it('names kinds in tables only where objects of several are asked for and found', () => {
    const { out, err } = started().command('kubectl get pvc/data-a sc/ghost');
    expect(out).toMatch(/^NAME .*\ndata-a /);
    expect(err).toBe('Error from server (NotFound): storageclasses.storage.k8s.io "ghost" not found\n');
  });

  // Source: pkg/printers/internalversion/printers.go formatDiscoveryPorts.
  it('shows the ports of a slice by number, else by name, and those behind the third as a count', () => {
    const session = new Session({ spec: { controllers: [] } });
    const ports = [{ port: 80, name: 'http' }, { name: 'web' }, { protocol: 'TCP' }, { port: 1 }, { port: 2 }];
    const meta = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'a' } };
    session.operate({ create: [{ ...meta, addressType: 'IPv4', endpoints: [], ports }] });
    expect(session.command('kubectl get endpointslices --no-headers').out).toMatch(
      /^a +IPv4 +80,web,\* \+ 2 more\.\.\. +<unset> +/,
    );
  });

  it('says that nothing was found under tables alone', () => {
    expect(started().command('kubectl get pv -o name')).toEqual({ out: '', err: '', exit: 0 });
    expect(started().command('kubectl get pv -o custom-columns=A:.metadata.name').out).toBe('A\n');
    expect(started().command('kubectl get pv').err).toBe('No resources found\n');
  });

  it('prints maps, lists and what is missing in columns as Go does', () => {
    const columns = 'A:metadata.name,R:.spec.resources.requests,M:{.spec.accessModes},C:.spec.storageClassName';
    const { out } = started().command(`kubectl get pvc -o custom-columns=${columns}`);
    expect(out).toBe(
      [
        'A        R                  M                 C',
        'data-a   map[storage:1Gi]   [ReadWriteOnce]   <none>',
        'data-b   map[storage:1Gi]   [ReadWriteOnce]   fast',
        '',
      ].join('\n'),
    );
  });

  it('prints the values of a path as JSON', () => {
    expect(started().command("kubectl get pvc -o jsonpath-as-json='{.items[*].metadata.name}'").out).toBe(
      '[\n    "data-a",\n    "data-b"\n]\n',
    );
  });

  it.each([
    ['pvc --sort-by=.spec.ghost', `error: couldn't find any field with path "{.spec.ghost}" in the list of objects`],
    ['pvc -o yaml --show-labels', 'error: --show-labels option cannot be used with yaml printer'],
    ['widgets.example.com', 'error: the server doesn\'t have a resource type "widgets"'],
    ['pvc data-a pv', 'Error from server (NotFound): persistentvolumeclaims "pv" not found'],
  ])('%s is refused', (words, err) => {
    expect(started().command(`kubectl get ${words}`).err).toBe(`${err}\n`);
  });

  it('lists several refusals without what stands before a single one', () => {
    const session = new Session({
      spec: { controllers: [] },
      files: { 'a.yaml': { ...claim('a'), kind: 'Claim' }, 'b.yaml': { ...claim('b'), kind: 'Claim' } },
    });
    const text = (name: string): string =>
      `resource mapping not found for name: "${name}" namespace: "" from "${name}.yaml": no matches for kind "Claim" in version "v1"\nensure CRDs are installed first\n`;
    expect(session.command('kubectl apply -f a.yaml').err).toBe(`error: ${text('a')}`);
    expect(session.command('kubectl apply -f a.yaml -f b.yaml').err).toBe(text('a') + text('b'));
  });
});

describe('kubectl describe', () => {
  it('takes a name that nothing has for the beginning of names', () => {
    const { out, err, exit } = started().command('kubectl describe pvc data');
    expect([err, exit]).toEqual(['', 0]);
    expect(out.match(/^Name: +\S+$/gm)).toEqual(['Name:          data-a', 'Name:          data-b']);
    expect(out).not.toContain('Events:');
    expect(out.endsWith('Used By:       <none>\n\n')).toBe(true);
    expect(started().command('kubectl describe pvc other').err).toBe(
      'Error from server (NotFound): persistentvolumeclaims "other" not found\n',
    );
  });

  it('names a namespace also where a kind has none', () => {
    expect(started().command('kubectl describe pv').err).toBe('No resources found in default namespace.\n');
    expect(started().command('kubectl describe pv -A').err).toBe('No resources found\n');
  });

  it('shows no Events when something else was not found', () => {
    expect(started().command('kubectl describe pvc/data-a pvc/ghost').out).not.toContain('Events:');
    expect(started().command('kubectl describe -f a.yaml').out).toContain('Events:        <none>\n');
  });
});
