import { describe, expect, it } from 'vitest';
import { Session } from '../session.ts';

const claim = { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data' };
const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } };
const manifest = { apiVersion: 'v1', kind: claim.kind, metadata: { name: 'data', uid: '', labels: {} }, spec };

function session(): Session {
  const made = new Session({ spec: { controllers: [] }, freeze: true });
  made.operate({ create: manifest });
  return made;
}

const refusal = ({ errors }: Session): string | undefined => errors.at(-1)?.message;

/** The claim's uid. */
const uidIn = ({ cluster }: Session): string =>
  (cluster.sim.store.get('persistentvolumeclaims', 'default/data') as { metadata: { uid: string } }).metadata.uid;

describe('what a patch says of metadata that only the API server writes', () => {
  it('is refused', () => {
    const made = session();
    made.operate({ patch: { ...claim, patch: { metadata: { uid: 'mine' } } } });
    expect(refusal(made)).toBe(
      'PersistentVolumeClaim "data" is invalid: metadata.uid: Invalid value: "mine": field is immutable',
    );
    made.operate({ patch: { ...claim, patch: { metadata: { deletionTimestamp: '2026-10-01T00:00:00Z' } } } });
    expect(refusal(made)).toBe(
      'PersistentVolumeClaim "data" is invalid: metadata.deletionTimestamp: Invalid value: "2026-10-01T00:00:00Z": field is immutable',
    );
    made.operate({ patch: { ...claim, patch: { metadata: { deletionGracePeriodSeconds: 5 } } } });
    expect(refusal(made)).toBe(
      'PersistentVolumeClaim "data" is invalid: metadata.deletionGracePeriodSeconds: Invalid value: 5: field is immutable',
    );
  });

  it('may not move the object elsewhere', () => {
    const made = session();
    made.operate({ patch: { ...claim, patch: { metadata: { namespace: 'other' } } } });
    expect(refusal(made)).toBe(
      'the namespace of the object (other) does not match the namespace on the request (default)',
    );
  });

  it('does not start over what is counted and timed', () => {
    const made = session();
    made.operate({
      patch: { ...claim, patch: { metadata: { creationTimestamp: '2020-01-01T00:00:00Z', generation: 7 } } },
    });
    expect(made.errors).toEqual([]);
    const stored = made.cluster.sim.store.get('persistentvolumeclaims', 'default/data');
    expect(stored).toMatchObject({ metadata: { creationTimestamp: '2026-10-01T00:00:00Z' } });
  });
});

describe('a PUT', () => {
  it('is about the object that has its uid', () => {
    const made = session();
    made.operate({ replace: { ...manifest, metadata: { name: 'data', uid: 'mine' } } });
    expect(refusal(made)).toBe(
      `Operation cannot be fulfilled on persistentvolumeclaims "data": StorageError: invalid object, Code: 4, Key: /registry/persistentvolumeclaims/default/data, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: mine, UID in object meta: ${uidIn(made)}`,
    );
  });

  it('has to name the version of some kinds that it changes, which kubectl looks up', () => {
    const made = session();
    const csiNode = {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'CSINode',
      metadata: { name: 'n' },
      spec: { drivers: [] },
    };
    made.operate({ create: csiNode });
    made.operate({ replace: csiNode });
    expect(refusal(made)).toBe(
      'csinodes.storage.k8s.io "n" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
    const files = { 'node.yaml': [csiNode] };
    const asKubectl = new Session({ spec: { controllers: [] }, freeze: true, files });
    asKubectl.operate({ create: csiNode });
    asKubectl.operate({ run: 'kubectl replace -f node.yaml' });
    expect(asKubectl.outputs.at(-1)?.out).toBe('csinode.storage.k8s.io/n replaced\n');
  });
});
