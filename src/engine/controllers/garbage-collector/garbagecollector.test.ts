import { describe, expect, it } from 'vitest';
import type { KubeObject, ObjectInput, OwnerReference } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

function run(given: readonly ObjectInput[], ...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: { controllers: ['garbage-collector-controller'] }, given, freeze: true });
  for (const operation of [...operations, { settle: true }]) session.operate(operation);
  return session;
}

const ownedBy = (name: string, more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  name,
  uid: `uid-${name}`,
  ...more,
});

const configMap = (name: string, owners: readonly OwnerReference[] = [], more: object = {}): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, uid: `uid-${name}`, ...(owners.length > 0 && { ownerReferences: owners }), ...more },
});

const names = ({ cluster: { sim } }: Session): readonly string[] =>
  sim.store
    .keys('configmaps')
    .flatMap((key) =>
      key.startsWith('default/') && key !== 'default/kube-root-ca.crt' ? [key.slice('default/'.length)] : [],
    );

const remove = (name: string, propagationPolicy?: string): SessionOperation => ({
  delete: { kind: 'ConfigMap', name, ...(propagationPolicy !== undefined && { propagationPolicy }) },
});

describe('an object whose owner goes', () => {
  const family = [
    configMap('owner'),
    configMap('child', [ownedBy('owner')]),
    configMap('grandchild', [ownedBy('child')]),
  ];

  it('goes too, and so do those that it owns', () => {
    expect(names(run(family, remove('owner')))).toEqual([]);
  });

  it('stays without that owner when it is to be orphaned', () => {
    const session = run(family, remove('owner', 'Orphan'));
    expect(names(session)).toEqual(['child', 'grandchild']);
    expect(
      (session.cluster.sim.store.get('configmaps', 'default/child') as KubeObject).metadata.ownerReferences,
    ).toBeUndefined();
  });

  it('stays as long as another owner is there', () => {
    const shared = configMap('shared', [ownedBy('a'), ownedBy('b')]);
    const session = run([configMap('a'), configMap('b'), shared], remove('a'));
    expect(names(session)).toEqual(['b', 'shared']);
    expect(
      (session.cluster.sim.store.get('configmaps', 'default/shared') as KubeObject).metadata.ownerReferences?.map(
        ({ name }) => name,
      ),
    ).toEqual(['b']);
  });

  it('holds an owner that is deleted in the foreground if it blocks, and does not if not', () => {
    const held = { finalizers: ['example.com/hold'] };
    const blocking = run(
      [configMap('owner'), configMap('child', [ownedBy('owner', { blockOwnerDeletion: true })], held)],
      remove('owner', 'Foreground'),
    );
    expect(names(blocking)).toEqual(['child', 'owner']);
    blocking.operate({
      patch: { kind: 'ConfigMap', name: 'child', type: 'merge', patch: { metadata: { finalizers: null } } },
    });
    blocking.operate({ settle: true });
    expect(names(blocking)).toEqual([]);
    const loose = run(
      [configMap('owner'), configMap('child', [ownedBy('owner')], held)],
      remove('owner', 'Foreground'),
    );
    expect(names(loose)).toEqual(['child']);
  });
});

describe('an object whose owner was never there', () => {
  it('is deleted', () => {
    expect(names(run([], { create: configMap('child', [ownedBy('nobody')]) }))).toEqual([]);
  });

  it('is deleted when the owner of that name has another uid', () => {
    expect(
      names(run([configMap('owner')], { create: configMap('child', [ownedBy('owner', { uid: 'uid-old' })]) })),
    ).toEqual(['owner']);
  });
});
