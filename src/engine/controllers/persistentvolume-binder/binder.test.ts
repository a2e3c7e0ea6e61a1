import { describe, expect, it } from 'vitest';
import type { ObjectInput, PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const BINDER = 'persistentvolume-binder-controller';

const volume = (name: string, spec: object = {}): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    hostPath: { path: `/tmp/${name}` },
    ...spec,
  },
});

const claim = (name: string, spec: object = {}): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    resources: { requests: { storage: '1Gi' } },
    ...spec,
  },
});

function run(...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: { controllers: [BINDER] }, freeze: true });
  for (const operation of operations) session.operate(operation);
  return session;
}

const volumeOf = ({ cluster }: Session, name: string) =>
  cluster.sim.store.get('persistentvolumes', name) as PersistentVolume;
const claimOf = ({ cluster }: Session, name: string) =>
  cluster.sim.store.get('persistentvolumeclaims', `default/${name}`) as PersistentVolumeClaim;

/** Writes to the API since a row, as `kind: what`. */
function writesAfter({ cluster: { sim } }: Session, row: number): readonly string[] {
  const writes: string[] = [];
  for (let at = row; at < sim.log.rows; at++) {
    const { table, key } = sim.log.address(sim.log.rowAddress[at] as number);
    const before = sim.log.rowBefore[at] as PersistentVolume | undefined;
    const after = sim.log.rowAfter[at] as PersistentVolume | undefined;
    if (!table.startsWith('persistentvolume')) continue;
    writes.push(`${key} ${before?.status === after?.status ? 'spec' : `status ${after?.status?.phase}`}`);
  }
  return writes;
}

describe('binding', () => {
  it('takes four writes: the volume, its status, the claim, its status', () => {
    const session = run({ create: volume('pv') }, { settle: true }, { create: claim('data') });
    expect(writesAfter(session, 0).slice(-4)).toEqual([
      'pv spec',
      'pv status Bound',
      'default/data spec',
      'default/data status Bound',
    ]);
  });

  it.each([1, 2, 3, 4, 5])(
    'comes to the same end when the controller dies after write %i and comes back',
    (afterWrites) => {
      const story = (...faults: readonly SessionOperation[]): Session =>
        run(
          ...faults,
          { create: volume('pv') },
          { create: claim('data') },
          { wait: '20s' },
          { fault: { component: BINDER, is: 'started' } },
          { settle: true },
        );
      const undisturbed = story();
      const disturbed = story({ fault: { component: BINDER, is: 'stopped', afterWrites } });
      for (const session of [undisturbed, disturbed]) {
        expect(volumeOf(session, 'pv')).toMatchObject({
          spec: { claimRef: { name: 'data' } },
          status: { phase: 'Bound' },
        });
        expect(claimOf(session, 'data').metadata.annotations).toEqual({
          'pv.kubernetes.io/bind-completed': 'yes',
          'pv.kubernetes.io/bound-by-controller': 'yes',
        });
        expect(claimOf(session, 'data')).toMatchObject({
          spec: { volumeName: 'pv' },
          status: { phase: 'Bound', capacity: { storage: '1Gi' } },
        });
      }
    },
  );

  it('leaves the reason why a claim waits: each volume with its rule', () => {
    const session = run(
      { create: volume('pv') },
      { create: claim('data', { resources: { requests: { storage: '2Gi' } } }) },
    );
    const decision = session.cluster.sim.decisions.flatMap((taken) => taken ?? []).at(-1);
    expect(decision).toMatchObject({
      about: 'PersistentVolumeClaim/default/data',
      by: 'findBestMatchForClaim',
      outcome: 'noMatch',
      candidates: [{ candidate: 'PersistentVolume/pv', ok: false, rule: 'capacity', have: '1Gi', want: '2Gi' }],
    });
  });
});

describe('the resync', () => {
  it('binds a claim to a volume that became available after the claim had looked', () => {
    const session = run({ create: claim('data') }, { wait: '1s' }, { create: volume('pv') }, { wait: '1s' });
    expect(claimOf(session, 'data').status?.phase).toBe('Pending');
    session.operate({ wait: '15s' });
    expect(claimOf(session, 'data').status?.phase).toBe('Bound');
  });

  it('frees a volume whose claim got another one', () => {
    const session = run(
      { create: volume('first') },
      { create: claim('data') },
      { settle: true },
      { create: volume('second') },
      { wait: '1s' },
    );
    const { uid } = claimOf(session, 'data').metadata;
    const claimRef = { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data', uid };
    session.operate({
      patch: { kind: 'PersistentVolume', name: 'second', type: 'merge', patch: { spec: { claimRef } } },
    });
    session.operate({ settle: true });
    expect(volumeOf(session, 'second')).toMatchObject({
      spec: { claimRef: { name: 'data' } },
      status: { phase: 'Available' },
    });
    expect(volumeOf(session, 'second').spec.claimRef?.uid).toBeUndefined();
  });

  it('brings a claim of a volume that lost its access modes up to date', () => {
    const session = run({ create: volume('pv') }, { create: claim('data') }, { settle: true });
    const patch = { spec: { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] } };
    session.operate({ patch: { kind: 'PersistentVolume', name: 'pv', type: 'merge', patch } });
    session.operate({ wait: '15s' });
    expect(claimOf(session, 'data').status?.accessModes).toEqual(['ReadWriteOnce', 'ReadOnlyMany']);
  });

  it('reads nothing of what is bound, however much that is', () => {
    const idleReads = (n: number): number => {
      const names = Array.from({ length: n }, (_, i) => `${i}`);
      const session = run(
        { create: names.map((name) => volume(name)) },
        { create: names.map((name) => claim(name)) },
        { settle: true },
      );
      session.operate({ create: claim('waits', { storageClassName: '' }) });
      session.operate({ settle: true });
      const before = session.cluster.sim.store.reads;
      session.operate({ wait: '1m' });
      return session.cluster.sim.store.reads - before;
    };
    expect(idleReads(500)).toBeLessThanOrEqual(idleReads(50));
  });
});
