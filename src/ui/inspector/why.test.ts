import { describe, expect, it } from 'vitest';
import type { Decision, RecordedObject, StepMessage, WriteMessage } from '../../worker/protocol.ts';
import { momentAt } from '../model/moment.ts';
import { Replica } from '../model/replica.ts';
import { structureOf } from '../model/structure.ts';
import { groupCandidates, volumeLabel, type Why, whyOf } from './why.ts';

const claim = (spec: object, rest: object = {}): RecordedObject => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: 'data', namespace: 'default', uid: 'c1' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } }, ...spec },
  status: { phase: 'Pending' },
  ...rest,
});

const CLAIM = 'PersistentVolumeClaim/default/data';
const POD = 'Pod/default/web';

function pod(spec: object, rest: object = {}): RecordedObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default', uid: 'p1' },
    spec: { volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }], ...spec },
    status: { phase: 'Pending' },
    ...rest,
  };
}

const storageClass = (provisioner: string): RecordedObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast' },
  provisioner,
});

/** Why an object is as it is in a recording of one step with these objects and decisions. */
function why(id: string, objects: readonly RecordedObject[], decisions: readonly Decision[] = []): Why {
  const writes = objects.map((value): WriteMessage => {
    const { kind, metadata } = value;
    return { id: `${kind}/${metadata.namespace ?? ''}/${metadata.name}`, verb: 'create', value, changed: [] };
  });
  const step: StepMessage = { step: 1, at: 0, process: 'p', label: '', writes, began: [], ended: [], decisions };
  const replica = new Replica();
  replica.append([step]);
  const structure = structureOf(replica);
  const element = structure.elements.get(id);
  if (element === undefined) throw new Error(`no ${id}`);
  return whyOf(momentAt(replica, structure, 1), element);
}

const noMatch = (facts: Decision['facts'] = {}): Decision => ({
  about: CLAIM,
  by: 'findBestMatchForClaim',
  outcome: 'noMatch',
  facts,
  candidates: [{ candidate: 'PersistentVolume/small', ok: false, rule: 'capacity', have: '5Gi', want: '10Gi' }],
});

describe('why a claim is pending', () => {
  it('is that no volume fits and nobody makes one, without a class', () => {
    const found = why(CLAIM, [claim({ storageClassName: '' })], [noMatch()]);
    expect(found.verdict).toEqual({ key: 'why.noMatch' });
    expect(found.context).toEqual({ key: 'why.noMatchNoClass', values: { count: 1 } });
    expect(found.candidates[0]?.first).toMatchObject({ rule: 'capacity', have: '5Gi', want: '10Gi' });
    expect(found.asks.map(({ field, value }) => `${field}=${value}`)).toEqual([
      'storage=10Gi',
      'accessModes=RWO',
      'class=""',
      'volumeMode=Filesystem',
    ]);
  });

  it('is that its class does not exist', () => {
    const found = why(CLAIM, [claim({ storageClassName: 'fast' })], [noMatch()]);
    expect(found.verdict).toEqual({ key: 'why.classMissing', values: { class: 'fast' } });
  });

  it('is that its class waits for a pod', () => {
    const objects = [claim({ storageClassName: 'fast' }), storageClass('d.example.com')];
    const found = why(CLAIM, objects, [noMatch({ delayBinding: true })]);
    expect(found.verdict).toEqual({ key: 'why.waitsForConsumer' });
  });

  it('is that creating its volume failed, in the words of the error', () => {
    const failed = { about: CLAIM, by: 'Provision', outcome: 'finished', facts: { error: 'no space' } };
    const found = why(CLAIM, [claim({ storageClassName: 'fast' }), storageClass('d.example.com')], [noMatch(), failed]);
    expect(found.verdict.key).toBe('why.provisionFailed');
    expect(found.context).toEqual({ key: 'why.verbatim', values: { message: 'no space' } });
    expect(found.proof?.decision).toBe(failed);
  });
});

describe('a snapshot', () => {
  const snapshot = (status: object): RecordedObject => ({
    apiVersion: 'snapshot.storage.k8s.io/v1',
    kind: 'VolumeSnapshot',
    metadata: { name: 's1', namespace: 'default', uid: 's1' },
    spec: { source: { persistentVolumeClaimName: 'data' } },
    status,
  });

  it.each([
    [{ readyToUse: true }, 'Ready', undefined],
    [{ readyToUse: false }, 'NotReady', undefined],
    [
      { readyToUse: false, error: { message: 'no space' } },
      'Error',
      { key: 'why.verbatim', values: { message: 'no space' } },
    ],
  ])('with status %o is %s', (status, word, context) => {
    const found = why('VolumeSnapshot/default/s1', [snapshot(status)]);
    expect(found.verdict).toEqual({ key: 'why.state', values: { name: 's1', word } });
    expect(found.context).toEqual(context);
  });
});

describe('why a pod is pending', () => {
  it('is each node with its plugin and both values', () => {
    const decision: Decision = {
      about: POD,
      by: 'schedulePod',
      outcome: 'noFit',
      facts: { message: '0/2 nodes are available: 2 node(s) were unschedulable.' },
      candidates: [
        { candidate: 'Node/node-1', ok: false, rule: 'NodeUnschedulable', message: 'node(s) were unschedulable' },
        { candidate: 'Node/node-2', ok: false, rule: 'NodeUnschedulable', message: 'node(s) were unschedulable' },
      ],
    };
    const found = why(POD, [pod({})], [decision]);
    expect(found.verdict).toEqual({ key: 'why.podNoNode' });
    expect(found.candidatesTitle).toBe('why.nodes');
    expect(found.candidates).toMatchObject([{ first: { candidate: 'Node/node-1' }, others: ['node-2'] }]);
    expect(found.paths).toHaveLength(1);
  });

  it('is what the kubelet waits for', () => {
    const decision: Decision = {
      about: POD,
      by: 'waitForVolumeAttach',
      outcome: 'waitingForVolumesAttached',
      facts: { volume: 'kubernetes.io/csi/d.example.com^vol-1', node: 'node-1' },
    };
    const found = why(POD, [pod({ nodeName: 'node-1' })], [decision]);
    expect(found.context).toMatchObject({ key: 'why.podWaitsAttached', values: { volume: 'vol-1', node: 'node-1' } });
  });
});

describe('candidates', () => {
  it('that lose for the same reason stand together, the taken one first', () => {
    const groups = groupCandidates([
      { candidate: 'PersistentVolume/a', ok: false, rule: 'capacity', have: '1Gi', want: '2Gi' },
      { candidate: 'PersistentVolume/b', ok: false, rule: 'capacity', have: '1Gi', want: '2Gi' },
      { candidate: 'PersistentVolume/c', ok: false, rule: 'capacity', have: '3Gi', want: '4Gi' },
      { candidate: 'PersistentVolume/d', ok: true },
    ]);
    expect(groups.map(({ first, others }) => [first.candidate, ...others])).toEqual([
      ['PersistentVolume/d'],
      ['PersistentVolume/a', 'b'],
      ['PersistentVolume/c'],
    ]);
  });
});

it.each([
  ['kubernetes.io/csi/d.example.com^vol-1', 'vol-1'],
  ['kubernetes.io/host-path/task-pv-volume', 'task-pv-volume'],
  ['plain', 'plain'],
])('the kubelet calls a volume %s, the page %s', (name, label) => {
  expect(volumeLabel(name)).toBe(label);
});
