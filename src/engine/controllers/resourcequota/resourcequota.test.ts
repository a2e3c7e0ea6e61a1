import { describe, expect, it } from 'vitest';
import type { ResourceQuota } from '../../api/kinds/resourcequota.ts';
import type { ObjectInput, Pod } from '../../api/object.ts';
import { Session, type SessionOperation } from '../../session.ts';

const quota = (hard: Readonly<Record<string, string>>, spec: object = {}): SessionOperation => ({
  create: { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'team' }, spec: { hard, ...spec } },
});

const claim = (name: string, storage: string, spec: object = {}): SessionOperation => ({
  create: {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...spec },
  },
});

const pod = (name: string, resources: object = {}): SessionOperation => ({
  create: {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'app:1', resources }] },
  },
});

const limits = (item: object): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'sizes' },
  spec: { limits: [item] },
});

function run(...operations: readonly SessionOperation[]): Session {
  const session = new Session({ spec: { controllers: ['resourcequota-controller'] }, freeze: true });
  for (const operation of operations) session.operate(operation);
  session.operate({ settle: true });
  return session;
}

const stored = <T>({ cluster }: Session, table: string, name: string): T =>
  cluster.sim.store.get(table, `default/${name}`) as T;
const statusOf = (session: Session) => stored<ResourceQuota>(session, 'resourcequotas', 'team').status;
const refusals = (session: Session) => session.errors.map(({ message }) => message);

describe('a ResourceQuota', () => {
  it('counts what was there before it', () => {
    const session = run(claim('a', '4Gi'), quota({ 'requests.storage': '10Gi', persistentvolumeclaims: '5' }));
    expect(statusOf(session)).toEqual({
      hard: { 'requests.storage': '10Gi', persistentvolumeclaims: '5' },
      used: { 'requests.storage': '4Gi', persistentvolumeclaims: '1' },
    });
  });

  it('gets back what is deleted', () => {
    const session = run(
      quota({ 'requests.storage': '10Gi' }),
      claim('a', '8Gi'),
      claim('b', '8Gi'),
      { patch: { kind: 'PersistentVolumeClaim', name: 'a', patch: { metadata: { finalizers: null } } } },
      { delete: { kind: 'PersistentVolumeClaim', name: 'a' } },
      claim('b', '8Gi'),
    );
    expect(refusals(session)).toEqual([
      'persistentvolumeclaims "b" is forbidden: exceeded quota: team, requested: requests.storage=8Gi, used: requests.storage=8Gi, limited: requests.storage=10Gi',
    ]);
    expect(statusOf(session)?.used).toEqual({ 'requests.storage': '8Gi' });
  });

  it('of a scope counts only the claims with that attributes class', () => {
    const scopeSelector = {
      matchExpressions: [{ scopeName: 'VolumeAttributesClass', operator: 'In', values: ['gold'] }],
    };
    const session = run(
      quota({ persistentvolumeclaims: '1' }, { scopeSelector }),
      claim('plain', '1Gi'),
      claim('a', '1Gi', { volumeAttributesClassName: 'gold' }),
      claim('b', '1Gi', { volumeAttributesClassName: 'gold' }),
    );
    expect(refusals(session)).toEqual([
      'persistentvolumeclaims "b" is forbidden: exceeded quota: team, requested: persistentvolumeclaims=1, used: persistentvolumeclaims=1, limited: persistentvolumeclaims=1',
    ]);
  });

  it('of compute resources wants every container to name them', () => {
    const session = run(
      quota({ 'requests.cpu': '1', pods: '2' }),
      pod('bare'),
      pod('small', { requests: { cpu: '300m' } }),
    );
    expect(refusals(session)).toEqual([
      'pods "bare" is forbidden: failed quota: team: must specify requests.cpu for: main',
    ]);
    expect(statusOf(session)?.used).toEqual({ 'requests.cpu': '300m', pods: '1' });
  });
});

describe('a LimitRange', () => {
  it('gives containers its default amounts and says so', () => {
    const session = run(
      { create: limits({ type: 'Container', default: { memory: '1Gi' }, defaultRequest: { cpu: '100m' } }) },
      pod('a', { requests: { memory: '256Mi' } }),
    );
    const { metadata, spec } = stored<Pod>(session, 'pods', 'a');
    expect(spec.containers[0]?.resources).toEqual({
      limits: { memory: '1Gi' },
      requests: { memory: '256Mi', cpu: '100m' },
    });
    expect(metadata.annotations).toEqual({
      'kubernetes.io/limit-ranger':
        'LimitRanger plugin set: cpu request for container main; memory limit for container main',
    });
  });

  it('refuses containers beyond its bounds', () => {
    const session = run(
      { create: limits({ type: 'Container', max: { memory: '1Gi' } }) },
      pod('a', { requests: { memory: '1Gi' }, limits: { memory: '2Gi' } }),
    );
    expect(refusals(session)).toEqual([
      'pods "a" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
    ]);
  });
});
