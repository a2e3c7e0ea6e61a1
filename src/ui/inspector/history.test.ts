import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../worker/protocol.ts';
import {
  CLAIM,
  claim,
  POD,
  PV,
  persistentVolume,
  pod,
  provisionedStory,
  Recording,
} from '../model/fixture.test-data.ts';
import { momentAt } from '../model/moment.ts';
import { structureOf } from '../model/structure.ts';
import { type NeverCalled, neverCalled } from './calls.ts';
import { historyOf } from './history.ts';

describe('the history of an object', () => {
  it('has a row for each step that changed it, with the component, the field and both values', () => {
    const rows = historyOf(provisionedStory().replica(), CLAIM);
    expect(
      rows.map(({ step, process, verb, fields }) => [step, process, verb, ...fields.map(({ field }) => field)]),
    ).toEqual([
      [1, 'user', 'create'],
      [3, 'kube-scheduler', 'update', 'metadata.annotations'],
      [7, 'persistentvolume-binder-controller', 'update', 'spec.volumeName'],
      [8, 'persistentvolume-binder-controller', 'update', 'status.phase'],
    ]);
    expect(rows[3]?.fields[0]).toEqual({ field: 'status.phase', before: 'Pending', after: 'Bound' });
  });

  it('tells a deletion that was asked for from the end', () => {
    expect(historyOf(provisionedStory().replica(), POD).map(({ verb }) => verb)).toEqual([
      'create',
      'update',
      'update',
      'delete',
      'gone',
    ]);
  });

  it('leaves out steps in which only its bookkeeping changed', () => {
    const replica = new Recording()
      .step(0, 'user', { create: [claim('data')], operation: 0 })
      .step(1, 'x', { set: [[CLAIM, 'metadata.resourceVersion', '7']] })
      .replica();
    expect(historyOf(replica, CLAIM)).toHaveLength(1);
  });
});

const DRIVER = 'block.csi.example';
const storageClass = (fields: object): RecordedObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'block' },
  provisioner: DRIVER,
  ...fields,
});
const csiDriver = (attachRequired: boolean): RecordedObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'CSIDriver',
  metadata: { name: DRIVER },
  spec: { attachRequired },
});
const ofDriver = persistentVolume('pvc-1', { csi: { driver: DRIVER, volumeHandle: 'vol-1' } });

function never(id: string, objects: readonly RecordedObject[], calls: readonly string[] = []): readonly NeverCalled[] {
  const replica = new Recording()
    .step(0, 'user', {
      create: objects,
      began: calls.map((method, index) => ({ call: index + 1, method, about: [id] })),
    })
    .replica();
  const structure = structureOf(replica);
  const element = structure.elements.get(id);
  if (element === undefined) throw new Error(`no ${id}`);
  return neverCalled(momentAt(replica, structure, 1), element);
}

describe('a call that nobody made', () => {
  it.each<[string, string, readonly RecordedObject[], readonly string[], readonly string[]]>([
    ['a claim without a class', CLAIM, [claim('data', { spec: {} })], [], ['CreateVolume neverClaimNoClass']],
    ['a class that is missing', CLAIM, [claim('data')], [], ['CreateVolume neverClaimClassMissing']],
    [
      'a class without provisioner',
      CLAIM,
      [claim('data'), storageClass({ provisioner: 'kubernetes.io/no-provisioner' })],
      [],
      ['CreateVolume neverClaimNoProvisioner'],
    ],
    [
      'a claim that waits for its consumer',
      CLAIM,
      [claim('data'), storageClass({ volumeBindingMode: 'WaitForFirstConsumer' })],
      [],
      ['CreateVolume neverClaimConsumer'],
    ],
    [
      'a claim of a class that binds at once',
      CLAIM,
      [claim('data'), storageClass({})],
      [],
      ['CreateVolume neverClaimYet'],
    ],
    ['a claim whose volume is being made', CLAIM, [claim('data'), storageClass({})], ['CreateVolume'], []],
    [
      'a volume of a driver that does not attach',
      PV,
      [ofDriver, csiDriver(false)],
      ['NodePublishVolume'],
      ['ControllerPublishVolume neverVolumeAttach', 'NodeStageVolume neverVolumeStage'],
    ],
    ['a volume that nobody uses', PV, [ofDriver, csiDriver(true)], [], [' neverVolumeUnused']],
    ['a pod without a node', POD, [pod('web', ['data'])], [], [' neverPodNode']],
    ['a pod without volumes', POD, [pod('web', [])], [], [' neverPodVolumes']],
  ])('about %s', (_, id, objects, calls, expected) => {
    const found = never(id, objects, calls);
    expect(found.map(({ method = '', reason }) => `${method} ${reason.key.replace('history.', '')}`)).toEqual(expected);
  });
});
