import { describe, expect, it } from 'vitest';
import type { ObjectInput, Pod, ReplicaSet } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app' }] } };

const replicaSet = (replicas: number): ObjectInput => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name: 'web' },
  spec: { replicas, selector: { matchLabels: { app: 'web' } }, template },
});

const pod = (name: string, labels: Record<string, string>): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels },
  spec: template.spec,
});

function run(...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: { controllers: ['replicaset-controller'] }, freeze: true });
  for (const operation of [...operations, { settle: true }]) session.operate(operation);
  return session;
}

const podsOf = ({ cluster: { sim } }: Session): readonly Pod[] =>
  sim.store.keys('pods').map((key) => sim.store.get('pods', key) as Pod);
const owned = (session: Session): readonly string[] =>
  podsOf(session)
    .filter(({ metadata }) => metadata.ownerReferences?.[0]?.name === 'web')
    .map(({ metadata }) => metadata.name);
const statusOf = ({ cluster: { sim } }: Session) =>
  (sim.store.get('replicasets.apps', 'default/web') as ReplicaSet).status;

const scaleTo = (replicas: number): SessionOperation => ({
  patch: { kind: 'ReplicaSet', name: 'web', type: 'merge', patch: { spec: { replicas } } },
});
const setStatus = (name: string, status: object): SessionOperation => ({
  status: { kind: 'Pod', name, patch: { status } },
});

describe('a ReplicaSet', () => {
  it('makes its pods, named after it, and counts them once they are seen', () => {
    const session = run({ create: replicaSet(3) });
    expect(owned(session)).toHaveLength(3);
    for (const name of owned(session)) expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(statusOf(session)).toMatchObject({ replicas: 3, fullyLabeledReplicas: 3, observedGeneration: 1 });
  });

  it('adopts what it selects and lets go what it no longer selects', () => {
    const session = run({ create: pod('stray', { app: 'web' }) }, { create: replicaSet(2) });
    expect(owned(session)).toHaveLength(2);
    expect(owned(session)).toContain('stray');
    session.operate({
      patch: { kind: 'Pod', name: 'stray', type: 'merge', patch: { metadata: { labels: { app: 'other' } } } },
    });
    session.operate({ settle: true });
    expect(owned(session)).toHaveLength(2);
    expect(owned(session)).not.toContain('stray');
  });

  it('replaces a pod that is being deleted at once, and one that has finished', () => {
    const session = run({ create: replicaSet(1) });
    const [first = ''] = owned(session);
    session.operate({ delete: { kind: 'Pod', name: first } });
    session.operate({ settle: true });
    const [second = ''] = owned(session);
    expect(second).not.toBe(first);
    session.operate(setStatus(second, { phase: 'Failed' }));
    session.operate({ settle: true });
    expect(owned(session)).toHaveLength(2);
    expect(statusOf(session)?.replicas).toBe(1);
  });

  it('takes the pods away first that would be missed least', () => {
    const session = run({ create: replicaSet(3) });
    const [a = '', b = '', c = ''] = owned(session);
    const ready = {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-10-01T00:00:00Z' }],
    };
    session.operate(setStatus(a, ready));
    session.operate(setStatus(c, { phase: 'Running' }));
    session.operate({ settle: true });
    session.operate(scaleTo(2));
    session.operate({ settle: true });
    expect(owned(session)).toEqual([a, c].sort());
    expect(b).not.toBe('');
    session.operate(scaleTo(1));
    session.operate({ settle: true });
    expect(owned(session)).toEqual([a]);
    expect(statusOf(session)).toMatchObject({ replicas: 1, readyReplicas: 1, availableReplicas: 1 });
  });

  it('counts a pod as available only after it has been ready for long enough', () => {
    const session = run({
      create: { ...replicaSet(1), spec: { ...(replicaSet(1)['spec'] as object), minReadySeconds: 10 } },
    });
    const [name = ''] = owned(session);
    session.operate(
      setStatus(name, { conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-10-01T00:00:00Z' }] }),
    );
    expect(statusOf(session)?.availableReplicas).toBeUndefined();
    session.operate({ settle: true });
    expect(session.now).toBeGreaterThanOrEqual(10_000);
    expect(statusOf(session)?.availableReplicas).toBe(1);
  });
});
