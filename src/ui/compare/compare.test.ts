import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../worker/protocol.ts';
import { CLAIM, claim, idOf, persistentVolume, pod, Recording } from '../model/fixture.test-data.ts';
import { differencesAt, firstDifference, pairAt, pairsOf } from './compare.ts';
import { counterpartsOf } from './counterparts.ts';
import { fieldDifferences } from './fields.ts';

const BINDER = 'persistentvolume-binder-controller';
const asIs = (text: string): string => text;

/** A run whose steps happen at these times, the first so many of them alike in all such runs. */
function at(times: readonly number[], alike = 0): ReturnType<Recording['replica']> {
  const recording = new Recording();
  times.forEach((time, index) => {
    const name = index < alike ? `same-${index}` : `own-${times.length}-${index}`;
    recording.step(time, 'user', { create: [claim(name)] });
  });
  return recording.replica();
}

describe('the first step that differs', () => {
  const base = (): Recording =>
    new Recording().step(0, 'user', { create: [claim('data')], operation: 0 }).step(5, BINDER, {});
  it.each<[string, Recording, Recording, number | undefined]>([
    ['is none in equal runs', base(), base(), undefined],
    [
      'is the first with another write',
      base().step(6, BINDER, { set: [[CLAIM, 'status.phase', 'Bound']] }),
      base().step(6, BINDER, { set: [[CLAIM, 'status.phase', 'Lost']] }),
      3,
    ],
    ['is the first at another time', base().step(6, BINDER, {}), base().step(7, BINDER, {}), 3],
    ['is the first of another component', base().step(6, BINDER, {}), base().step(6, 'kube-scheduler', {}), 3],
    [
      'is the first with another decision',
      base().step(6, BINDER, { decisions: [{ by: 'x', about: CLAIM, outcome: 'a' }] }),
      base().step(6, BINDER, { decisions: [{ by: 'x', about: CLAIM, outcome: 'b' }] }),
      3,
    ],
    [
      'is the first with another answer',
      base().step(6, BINDER, { ended: [{ call: 1, code: 'OK' }] }),
      base().step(6, BINDER, { ended: [{ call: 1, code: 'INTERNAL' }] }),
      3,
    ],
    ['is the one that only one run has', base(), base().step(6, BINDER, {}), 3],
    [
      'is not one that only counts as another operation',
      base().step(6, 'user', { create: [claim('more')], operation: 1 }),
      base().step(6, 'user', { create: [claim('more')], operation: 2 }),
      undefined,
    ],
  ])('%s', (_, here, there, expected) => {
    expect(firstDifference(here.replica(), there.replica())).toBe(expected);
  });

  it('is 0 where the clusters differ', () => {
    const withCluster = (name: string): ReturnType<Recording['replica']> => {
      const replica = new Recording().replica();
      const value = claim(name);
      const writes = [{ id: idOf(value), verb: 'create', value, changed: [] }] as const;
      const first = { step: 0, at: 0, process: 'load', label: 'load', writes, began: [], ended: [], decisions: [] };
      replica.append([first]);
      return replica;
    };
    expect(firstDifference(withCluster('a'), withCluster('b'))).toBe(0);
    expect(firstDifference(withCluster('a'), withCluster('a'))).toBeUndefined();
  });
});

describe('the step beside', () => {
  it.each<[string, readonly number[], readonly number[], readonly (readonly [number, number])[]]>([
    [
      'is the same one before the runs differ',
      [0, 10, 20],
      [0, 10, 25],
      [
        [0, 0],
        [1, 1],
        [2, 2],
      ],
    ],
    [
      'is the last that has happened by then',
      [0, 10, 20, 60],
      [0, 10, 15, 25, 40],
      [
        [3, 3],
        [4, 5],
      ],
    ],
    ['stays behind while nothing has happened there', [0, 10, 20], [0, 10, 90], [[3, 2]]],
    [
      'goes along within one instant',
      [0, 10, 20, 20, 20, 20],
      [0, 10, 20, 20, 30],
      [
        [3, 3],
        [4, 4],
        [5, 4],
        [6, 4],
      ],
    ],
  ])('%s', (_, here, there, pairs) => {
    const own = at(here, 2);
    const other = at(there, 2);
    const found = pairsOf(own, other, firstDifference(own, other));
    expect(pairs.map(([step]) => [step, found[pairAt(found, step)]?.there])).toEqual(pairs);
  });

  it.each<[string, readonly number[], readonly number[], readonly (readonly [number, number])[]]>([
    [
      'goes on when this run is over',
      [0, 10],
      [0, 10, 15, 30],
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [2, 3],
        [2, 4],
      ],
    ],
    [
      'passes every step of both',
      [0, 10, 20, 60],
      [0, 10, 15, 25],
      [
        [0, 0],
        [1, 1],
        [2, 2],
        [2, 3],
        [3, 3],
        [3, 4],
        [4, 4],
      ],
    ],
  ])('%s', (_, here, there, expected) => {
    const own = at(here, 2);
    const other = at(there, 2);
    const pairs = pairsOf(own, other, firstDifference(own, other));
    expect(pairs.map((pair) => [pair.here, pair.there])).toEqual(expected);
  });
});

const UID_A = '11111111-1111-1111-1111-111111111111';
const UID_B = '22222222-2222-2222-2222-222222222222';

/** A claim whose volume, attachment and pod got names of this run's own. */
function generated(uid: string, suffix: string, phase: string): ReturnType<Recording['replica']> {
  const data = claim('data', { metadata: { name: 'data', namespace: 'default', uid } });
  const volume = persistentVolume(`pvc-${uid}`, {
    csi: { driver: 'd', volumeHandle: `handle-${suffix}` },
    claimRef: { namespace: 'default', name: 'data', uid },
  });
  const attachment: RecordedObject = {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: `csi-${suffix}`, uid: `uid-attachment-${suffix}` },
    spec: { attacher: 'd', nodeName: 'node-1', source: { persistentVolumeName: `pvc-${uid}` } },
    status: { attached: true },
  };
  const backend: RecordedObject = {
    apiVersion: 'playground/v1',
    kind: 'Volume',
    metadata: { name: `d^handle-${suffix}` },
    spec: { publishedTo: ['node-1'] },
  };
  const web = pod(`web-${suffix}`, ['data'], { kind: 'ReplicaSet', name: 'web' });
  const event: RecordedObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `web-${suffix}.1`, namespace: 'default' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: `web-${suffix}` },
    type: 'Normal',
    reason: 'SuccessfulAttachVolume',
    message: `AttachVolume.Attach succeeded for volume "pvc-${uid}" `,
  };
  return new Recording()
    .step(0, 'user', { create: [data, web] })
    .step(1, 'x', { create: [backend, volume, attachment, event] })
    .step(2, 'x', { set: [[`Pod/default/web-${suffix}`, 'status.phase', phase]] })
    .replica();
}

describe('objects whose names were generated', () => {
  const here = generated(UID_A, 'aaaaa', 'Running');
  const there = generated(UID_B, 'bbbbb', 'Running');
  const counterparts = counterpartsOf(here, there);

  it.each([
    ['PersistentVolumeClaim/default/data', 'PersistentVolumeClaim/default/data'],
    [`PersistentVolume//pvc-${UID_A}`, `PersistentVolume//pvc-${UID_B}`],
    ['VolumeAttachment//csi-aaaaa', 'VolumeAttachment//csi-bbbbb'],
    ['Volume//d^handle-aaaaa', 'Volume//d^handle-bbbbb'],
    ['Pod/default/web-aaaaa', 'Pod/default/web-bbbbb'],
  ])('%s stands for %s', (own, other) => {
    expect(counterparts.there.get(own)).toBe(other);
    expect(counterparts.here.get(other)).toBe(own);
  });

  it('are the same where only their names differ', () => {
    const ends = { here: here.steps, there: there.steps };
    expect(differencesAt(here, there, counterparts, ends)).toEqual({
      changed: [],
      onlyHere: [],
      onlyThere: [],
      events: [],
    });
  });

  it('differ where something else does', () => {
    const pending = generated(UID_B, 'bbbbb', 'Pending');
    const { changed } = differencesAt(here, pending, counterpartsOf(here, pending), { here: 3, there: 3 });
    expect(changed).toEqual([
      {
        id: 'Pod/default/web-aaaaa',
        fields: [{ path: ['status', 'phase'], here: 'Running', there: 'Pending' }],
      },
    ]);
  });

  it('that one run has more of are only there', () => {
    const more = new Recording()
      .step(0, 'user', { create: [pod('web-1', [], { kind: 'ReplicaSet', name: 'web' })] })
      .replica();
    const two = new Recording()
      .step(0, 'user', {
        create: ['2', '3'].map((name) => pod(`web-${name}`, [], { kind: 'ReplicaSet', name: 'web' })),
      })
      .replica();
    const found = differencesAt(more, two, counterpartsOf(more, two), { here: 1, there: 1 });
    expect(found).toMatchObject({ changed: [], onlyHere: [], onlyThere: ['Pod/default/web-3'] });
  });
});

describe('what two runs end with', () => {
  const other = persistentVolume('disk');
  it('lists what only one has, and what has come and gone in neither', () => {
    const here = new Recording()
      .step(0, 'user', { create: [claim('data'), claim('left')] })
      .step(1, 'user', { gone: ['PersistentVolumeClaim/default/left'] })
      .replica();
    const there = new Recording().step(0, 'user', { create: [claim('left'), other] }).replica();
    const counterparts = counterpartsOf(here, there);
    const found = differencesAt(here, there, counterparts, { here: 2, there: 1 });
    expect(found.onlyHere).toEqual(['PersistentVolumeClaim/default/data']);
    expect(found.onlyThere).toEqual(['PersistentVolumeClaim/default/left', 'PersistentVolume//disk']);
    expect(differencesAt(here, there, counterparts, { here: 1, there: 1 }).onlyThere).toEqual([
      'PersistentVolume//disk',
    ]);
  });

  it('counts Events that one has more often', () => {
    const event = (times: number): RecordedObject => ({
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'data.1', namespace: 'default' },
      involvedObject: { kind: 'PersistentVolumeClaim', namespace: 'default', name: 'data' },
      type: 'Warning',
      reason: 'ProvisioningFailed',
      message: 'no',
      count: times,
    });
    const run = (times: number): ReturnType<Recording['replica']> =>
      new Recording().step(0, 'user', { create: [claim('data'), event(times)] }).replica();
    const here = run(3);
    const there = run(1);
    const { events, changed } = differencesAt(here, there, counterpartsOf(here, there), { here: 1, there: 1 });
    expect(changed).toEqual([]);
    expect(events).toEqual([
      { about: CLAIM, type: 'Warning', reason: 'ProvisioningFailed', message: 'no', here: 3, there: 1 },
    ]);
  });
});

describe('the fields in which an object differs', () => {
  const base = claim('data');
  const condition = (status: string, lastTransitionTime: string) => ({ type: 'Ready', status, lastTransitionTime });
  it.each<[string, object, object, readonly (readonly [string, unknown, unknown])[]]>([
    ['none', {}, {}, []],
    ['a value', { spec: { a: 1 } }, { spec: { a: 2 } }, [['spec a', 1, 2]]],
    ['a value that one side lacks', { spec: { a: 1 } }, { spec: {} }, [['spec a', 1, undefined]]],
    [
      'an item of a list with names',
      { status: { conditions: [condition('True', 'x')] } },
      { status: { conditions: [condition('False', 'y')] } },
      [['status conditions [Ready] status', 'True', 'False']],
    ],
    [
      'an item that one side lacks',
      { status: { conditions: [condition('True', 'x')] } },
      { status: { conditions: [] } },
      [['status conditions', [condition('True', 'x')], []]],
    ],
    [
      'a list without names, whole',
      { spec: { m: ['a'] } },
      { spec: { m: ['a', 'b'] } },
      [['spec m', ['a'], ['a', 'b']]],
    ],
    ['not when something happened', { status: { startTime: 'a' } }, { status: { startTime: 'b' } }, []],
    ['but whether it did', { status: { startTime: 'a' } }, { status: {} }, [['status startTime', 'a', undefined]]],
    [
      'not the bookkeeping of the API server',
      { metadata: { name: 'data', uid: 'a', resourceVersion: '1', generation: 1 } },
      { metadata: { name: 'data', uid: 'b', resourceVersion: '9', generation: 2 } },
      [],
    ],
  ])('%s', (_, here, there, expected) => {
    const found = fieldDifferences({ ...base, ...here }, { ...base, ...there }, asIs);
    expect(found.map(({ path, here: own, there: other }) => [path.join(' '), own, other])).toEqual(expected);
  });
});
