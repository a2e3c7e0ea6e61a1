import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Session } from '../../session.ts';
import type { KubeObject, ManagedFieldsEntry } from '../object.ts';

const started = (): Session => new Session({ spec: { controllers: [] }, freeze: true });

const claim = (labels: Readonly<Record<string, string>>, spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', ...(Object.keys(labels).length > 0 && { labels }) },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
});

const run = (session: Session, command: string, input?: object): { out: string; err: string; exit: number } =>
  session.command(input === undefined ? command : `${command} -f - <<'EOF'\n${JSON.stringify(input)}\nEOF`);

const applied = (session: Session, input: object, flags = ''): void =>
  expect(run(session, `kubectl apply --server-side ${flags}`, input)).toEqual({
    out: 'persistentvolumeclaim/data serverside-applied\n',
    err: '',
    exit: 0,
  });

function shown(session: Session, what = 'pvc data'): KubeObject {
  const { out } = session.command(`kubectl get ${what} -o json --show-managed-fields`);
  return JSON.parse(out) as KubeObject;
}

const entries = (session: Session, what?: string): readonly ManagedFieldsEntry[] =>
  shown(session, what).metadata.managedFields ?? [];

/** Owners as `manager operation`, and the labels of each. */
const labelOwners = (session: Session): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(
    entries(session).map(({ manager = '', operation = '', fieldsV1 }) => {
      const { 'f:metadata': metadata = {} } = (fieldsV1 ?? {}) as Record<string, Record<string, object>>;
      const labels = Object.keys(metadata['f:labels'] ?? {}).filter((name) => name !== '.');
      return [`${manager} ${operation}`, labels.map((name) => name.slice(2))];
    }),
  );

const labels = (session: Session): unknown => shown(session).metadata.labels;

const ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
`;

describe('server-side apply', () => {
  it('keeps what the manifest names as the fields of its manager', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    expect(entries(session)).toEqual([
      {
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:tier': {} } },
          'f:spec': { 'f:accessModes': {}, 'f:resources': { 'f:requests': { 'f:storage': {} } } },
        },
        manager: 'kubectl',
        operation: 'Apply',
        time: '2026-10-01T00:00:00Z',
      },
    ]);
  });

  it('shows managed fields only when they are asked for', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    for (const format of ['json', 'yaml'])
      expect(session.command(`kubectl get pvc -o ${format}`).out).not.toContain('managedFields');
    expect(session.command("kubectl get pvc data -o jsonpath='{.metadata.managedFields[*].manager}'").out).toBe(
      'kubectl',
    );
  });

  it('fails where it would change a field of another manager, and says whose', () => {
    const session = started();
    applied(session, claim({ tier: 'gold', zone: 'a' }), '--field-manager=one');
    expect(run(session, 'kubectl apply --server-side --field-manager two', claim({ tier: 'silver' }))).toEqual({
      out: '',
      err: `error: Apply failed with 1 conflict: conflict with "one": .metadata.labels.tier\n${ADVICE}`,
      exit: 1,
    });
    session.command('kubectl label pvc data zone=b --overwrite');
    expect(run(session, 'kubectl apply --server-side --field-manager two', claim({ tier: 'x', zone: 'x' })).err).toBe(
      `error: Apply failed with 2 conflicts: conflicts with "kubectl-label" using v1:\n- .metadata.labels.zone\nconflicts with "one":\n- .metadata.labels.tier\n${ADVICE}`,
    );
    expect(labels(session)).toEqual({ tier: 'gold', zone: 'b' });
  });

  it('takes the field with --force-conflicts', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }), '--field-manager=one');
    applied(session, claim({ tier: 'silver' }), '--field-manager=two --force-conflicts');
    expect(labelOwners(session)).toEqual({ 'one Apply': [], 'two Apply': ['tier'] });
    expect(labels(session)).toEqual({ tier: 'silver' });
  });

  it('shares a field between those who want the same, and removes it when the last one lets go', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }), '--field-manager=one');
    applied(session, claim({ tier: 'gold' }), '--field-manager=two');
    expect(labelOwners(session)).toEqual({ 'one Apply': ['tier'], 'two Apply': ['tier'] });
    applied(session, claim({}), '--field-manager=one');
    expect(labels(session)).toEqual({ tier: 'gold' });
    applied(session, claim({}), '--field-manager=two');
    expect(labels(session)).toBeUndefined();
  });

  it('leaves what others set', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    session.command('kubectl label pvc data owner=me');
    applied(session, claim({ zone: 'a' }));
    expect(labels(session)).toEqual({ owner: 'me', zone: 'a' });
    expect(labelOwners(session)).toEqual({ 'kubectl Apply': ['zone'], 'kubectl-label Update': ['owner'] });
  });

  it('writes nothing when nothing changes', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    const { resourceVersion } = shown(session).metadata;
    const { rows } = session.cluster.sim.log;
    applied(session, claim({ tier: 'gold' }));
    expect(shown(session).metadata.resourceVersion).toBe(resourceVersion);
    expect(session.cluster.sim.log.rows).toBe(rows);
  });

  it('changes nothing in a dry run, which shows what it would', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    expect(run(session, 'kubectl apply --server-side --dry-run=server', claim({ tier: 'x' })).out).toBe(
      'persistentvolumeclaim/data serverside-applied (server dry run)\n',
    );
    expect(run(session, 'kubectl apply --server-side --dry-run=server -o json', claim({ tier: 'x' })).out).toContain(
      '"tier": "x"',
    );
    expect(labels(session)).toEqual({ tier: 'gold' });
    expect(run(session, 'kubectl apply --server-side --dry-run=client', claim({})).err).toBe(
      "error: --dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)\n",
    );
  });

  it('refuses what does not fit the type', () => {
    const session = started();
    expect(run(session, 'kubectl apply --server-side', claim({}, { size: 1 })).err).toBe(
      'Error from server: failed to create typed patch object (default/data; /v1, Kind=PersistentVolumeClaim): .spec.size: field not declared in schema\n',
    );
    const owned = { ...claim({}), metadata: { name: 'data', managedFields: [] } };
    expect(run(session, 'kubectl apply --server-side', owned).err).toBe(
      'Error from server (BadRequest): metadata.managedFields must be nil\n',
    );
  });

  it('is validated like any other write', () => {
    const session = started();
    applied(session, claim({}));
    expect(run(session, 'kubectl apply --server-side', claim({}, { accessModes: ['ReadOnlyMany'] })).err).toMatch(
      /^The PersistentVolumeClaim "data" is invalid: spec: Forbidden: spec is immutable after creation/,
    );
  });

  it('applies a status to its subresource', () => {
    const session = started();
    applied(session, claim({}));
    const status = { ...claim({}), spec: undefined, status: { phase: 'Lost' } };
    applied(session, status, '--subresource=status --field-manager=me');
    expect(shown(session)).toMatchObject({ status: { phase: 'Lost' } });
    expect(entries(session).find(({ manager }) => manager === 'me')).toMatchObject({
      operation: 'Apply',
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:phase': {} } },
    });
  });

  it('conflicts with everything that was there before the first apply of an object that nobody made', () => {
    const given = [{ ...claim({ tier: 'gold' }), metadata: { name: 'data', labels: { tier: 'gold' } } }];
    const session = new Session({ spec: { controllers: [] }, given: given as never, freeze: true });
    expect(entries(session)).toEqual([]);
    expect(run(session, 'kubectl apply --server-side', claim({ tier: 'x' })).err).toContain(
      'conflict with "before-first-apply" using v1: .metadata.labels.tier\n',
    );
    applied(session, claim({ tier: 'x' }), '--force-conflicts');
    expect(labelOwners(session)).toEqual({ 'before-first-apply Update': [], 'kubectl Apply': ['tier'] });
  });
});

describe('the way from client-side to server-side apply', () => {
  it('goes without conflicts, and removes what the manifest no longer names', () => {
    const session = started();
    run(session, 'kubectl apply', claim({ tier: 'gold', zone: 'a' }));
    expect(Object.keys(labelOwners(session))).toEqual(['kubectl-client-side-apply Update']);
    applied(session, claim({ tier: 'silver' }));
    expect(labels(session)).toEqual({ tier: 'silver' });
    expect(labelOwners(session)).toEqual({ 'kubectl-last-applied Apply': [], 'kubectl Apply': ['tier'] });
    expect(shown(session).metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration']).toContain(
      '"labels":{"tier":"silver"}',
    );
  });

  it('stops at a field that somebody changed meanwhile', () => {
    const session = started();
    run(session, 'kubectl apply', claim({ tier: 'gold' }));
    session.command('kubectl label pvc data tier=x --overwrite');
    expect(run(session, 'kubectl apply --server-side', claim({ tier: 'silver' })).err).toContain(
      'conflict with "kubectl-label" using v1: .metadata.labels.tier\n',
    );
  });
});

describe('managed fields of objects that were never applied by the server', () => {
  it.each([
    ['kubectl label pvc data a=b', 'kubectl-label'],
    ['kubectl -n default annotate pvc data a=b', 'kubectl-annotate'],
    [`kubectl patch pvc data -p '{"metadata":{"labels":{"a":"b"}}}'`, 'kubectl-patch'],
    ['kubectl label pvc data a=b --field-manager=me', 'me'],
    ['kubectl get pvc data && kubectl label pvc data a=b', 'kubectl-label'],
  ])('are read from the log: %s is by %s', (command, manager) => {
    const session = started();
    run(session, 'kubectl create', claim({}));
    session.command(command);
    expect(entries(session).map((entry) => entry.manager)).toEqual(['kubectl-create', manager].sort());
  });

  it('tell the components apart, and status from the rest', () => {
    const session = new Session({ spec: { nodes: [{ name: 'n1' }] }, freeze: true });
    session.operate({
      create: {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'web' },
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: 'web' } },
          template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } },
        },
      },
    });
    session.operate({ settle: true });
    session.command('kubectl scale deploy web --replicas=2');
    const who = (what: string): string[] =>
      entries(session, what).map(({ manager, subresource }) => `${manager}/${subresource ?? ''}`);
    expect(who('deploy web').sort()).toEqual(['kube-controller-manager/status', 'kubectl-create/', 'kubectl/scale']);
    const pod = session.command('kubectl get pods -o name').out.split('\n')[0] ?? '';
    expect(who(pod.replace('/', ' ')).sort()).toEqual(['kube-controller-manager/', 'kubelet/status']);
    const { fieldsV1 } = entries(session, pod.replace('/', ' ')).find(({ subresource }) => !subresource) ?? {};
    expect(Object.keys((fieldsV1 as Record<string, object>)['f:spec'] ?? {})).toEqual([
      'f:containers',
      'f:dnsPolicy',
      'f:enableServiceLinks',
      'f:restartPolicy',
      'f:schedulerName',
      'f:securityContext',
      'f:terminationGracePeriodSeconds',
    ]);
  });

  it('cost nothing: no command but server-side apply leaves them in the store', () => {
    const session = started();
    run(session, 'kubectl apply', claim({}));
    session.command('kubectl label pvc data a=b');
    const [stored] = session.cluster.sim.store.keys('persistentvolumeclaims');
    const object = session.cluster.sim.store.get('persistentvolumeclaims', stored ?? '') as KubeObject;
    expect(object.metadata).not.toHaveProperty('managedFields');
  });

  it('are the same at an earlier moment as they were then', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    const { position } = session.cluster.sim;
    const then = session.read('kubectl get pvc data -o yaml --show-managed-fields')?.out;
    session.command('kubectl label pvc data tier=x --overwrite');
    expect(session.read('kubectl get pvc data -o yaml --show-managed-fields')?.out).not.toBe(then);
    expect(session.read('kubectl get pvc data -o yaml --show-managed-fields', position)?.out).toBe(then);
  });

  it('are reset by an update that names none', () => {
    const session = started();
    applied(session, claim({ tier: 'gold' }));
    session.command(`kubectl patch pvc data --type=merge -p '{"metadata":{"managedFields":[{}]}}'`);
    expect(entries(session)).toEqual([]);
  });
});

it('an apply that changes a value within the same second leaves the owners as they are', () => {
  const session = started();
  applied(session, claim({ tier: 'gold' }));
  applied(session, claim({ tier: 'silver' }));
  expect(labelOwners(session)).toEqual({ 'kubectl Apply': ['tier'] });
});

const value = fc.constantFrom('1', '2');
const wanted = fc.dictionary(fc.constantFrom('a', 'b', 'c'), value, { maxKeys: 3 });
const step = fc.oneof(
  fc.record({ by: fc.constantFrom('one', 'two'), labels: wanted }),
  fc.record({ label: fc.constantFrom('a', 'b', 'c'), value: fc.option(value, { nil: undefined }) }),
);

describe('any sequence of applies and labels', () => {
  it('leaves an applier with what it asked for, and no label without an owner', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), wanted, (steps, last) => {
        const session = started();
        run(session, 'kubectl create', claim({}));
        for (const done of steps) {
          if ('by' in done) applied(session, claim(done.labels), `--force-conflicts --field-manager=${done.by}`);
          else
            session.command(`kubectl label pvc data --overwrite ${done.label}${done.value ? `=${done.value}` : '-'}`);
        }
        applied(session, claim(last), '--force-conflicts --field-manager=one');
        const once = session.command('kubectl get pvc data -o yaml --show-managed-fields').out;
        expect(labels(session) ?? {}).toMatchObject(last);
        const owned = new Set(Object.values(labelOwners(session)).flat());
        expect([...owned].sort()).toEqual(Object.keys((labels(session) as object | undefined) ?? {}).sort());
        applied(session, claim(last), '--force-conflicts --field-manager=one');
        expect(session.command('kubectl get pvc data -o yaml --show-managed-fields').out).toBe(once);
      }),
      { numRuns: 25 },
    );
  });
});
