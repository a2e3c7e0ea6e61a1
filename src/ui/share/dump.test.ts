import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { StepMessage, WorkerMessage } from '../../worker/protocol.ts';
import { Runner } from '../../worker/runner.ts';
import { Replica } from '../model/replica.ts';
import { startingState } from './dump.ts';
import { mayBeDump } from './dumpSign.ts';

const MANIFESTS = `apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 5Gi}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: main, image: nginx, volumeMounts: [{name: data, mountPath: /data}]}]
      volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
`;

/** A run to its end. */
function runOf(cluster: string, manifests?: string): Replica {
  const steps: StepMessage[] = [];
  const runner = new Runner((message: WorkerMessage) => {
    if (message.type === 'steps') steps.push(...message.steps);
  });
  const operation =
    manifests === undefined ? ({ type: 'wait', duration: 0 } as const) : ({ type: 'apply', text: manifests } as const);
  const outcome = runner.handle({
    type: 'start',
    source: {
      cluster: cluster || (runner.handle({ type: 'defaultCluster' }) as string),
      operations: [{ operation, engineSteps: 0, at: 0 }],
    },
  });
  expect(outcome).toMatchObject({ accepted: true });
  while (runner.pump());
  const replica = new Replica();
  replica.append(steps);
  return replica;
}

/** What `kubectl get … -o yaml` prints of everything that is there at the end. */
function printed(replica: Replica): string {
  const items = replica.objectsAt(replica.steps).filter(({ apiVersion }) => apiVersion !== 'playground/v1');
  return dump({ apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items }, { noRefs: true });
}

describe('the dump of a cluster', () => {
  const before = runOf('', MANIFESTS);
  const yaml = printed(before);
  const state = startingState(yaml);

  it('is told from manifests by what only an API server writes', () => {
    expect(mayBeDump(yaml)).toBe(true);
    expect(mayBeDump(MANIFESTS)).toBe(false);
    expect(startingState(MANIFESTS)).toBeUndefined();
  });

  it('begins a run in which claims stay bound and pods keep running, with the uids they had', () => {
    const after = runOf(state?.cluster ?? '');
    const shown = (replica: Replica): string[] =>
      replica
        .objectsAt(replica.steps)
        .filter(({ kind }) => ['PersistentVolumeClaim', 'PersistentVolume', 'Pod', 'Deployment'].includes(kind))
        .map(({ kind, metadata, status }) => [kind, metadata.uid, (status as { phase?: string }).phase].join(' '))
        .sort();
    expect(shown(after)).toEqual(shown(before));
    expect(shown(after).some((line) => /^Pod .* Running$/.test(line))).toBe(true);
  });

  it('brings the drivers that its objects name, as they are', () => {
    const [cluster] = (state?.cluster ?? '').split(/^---$/m);
    expect(cluster).toContain('- name: disk.csi.example.com\n      attachRequired: true');
    expect(cluster).toContain('- name: files.csi.example.com\n      attachRequired: false');
    expect(cluster).toContain('- topology.kubernetes.io/zone');
  });

  it('leaves out what says nothing about storage and says how much', () => {
    const events = before.objectsAt(before.steps).filter(({ kind }) => kind === 'Event').length;
    expect(events).toBeGreaterThan(0);
    expect(state?.left['Event']).toBe(events);
  });
});
