import { describe, expect, it } from 'vitest';
import type { RecordedObject } from '../../worker/protocol.ts';
import { CLAIM, claim, DRIVER, POD, PV, persistentVolume, pod, Recording, VOLUME } from '../model/fixture.test-data.ts';
import { momentAt } from '../model/moment.ts';
import { structureOf } from '../model/structure.ts';
import { actionsOn, subjectOf } from './actions.ts';

const storageClass = (provisioner: string): RecordedObject => ({
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'block' },
  provisioner,
});
const backend: RecordedObject = {
  apiVersion: 'playground/v1',
  kind: 'Volume',
  metadata: { name: `${DRIVER}^vol-1` },
  spec: {},
};
const onNode: RecordedObject = { ...pod('web', ['data']), spec: { nodeName: 'node-1' } };

function moment(...create: readonly RecordedObject[]) {
  const replica = new Recording().step(0, 'user', { create }).replica();
  return momentAt(replica, structureOf(replica), 1);
}

describe('what can be made to fail about an object', () => {
  it.each<[string, string, readonly RecordedObject[], object | undefined]>([
    ['a node', 'Node//node-1', [], { node: 'node-1' }],
    ['a pod with a node', POD, [onNode], { node: 'node-1' }],
    ['not a pod without', POD, [pod('web', [])], undefined],
    ['the driver of a class', 'StorageClass//block', [storageClass(DRIVER)], { driver: DRIVER }],
    ['not a class without one', 'StorageClass//block', [storageClass('kubernetes.io/no-provisioner')], undefined],
    [
      'the call that makes a claim a volume',
      CLAIM,
      [claim('data'), storageClass(DRIVER)],
      { driver: DRIVER, method: 'CreateVolume' },
    ],
    ['not a claim whose class is missing', CLAIM, [claim('data')], undefined],
    [
      'the driver of a volume',
      PV,
      [persistentVolume('pvc-1', { csi: { driver: DRIVER, volumeHandle: 'x' } })],
      { driver: DRIVER },
    ],
    ['the driver of a volume in a backend', VOLUME, [backend], { driver: DRIVER }],
  ])('is %s', (_, id, objects, expected) => {
    expect(subjectOf(moment(...objects), id)).toEqual(expected);
  });
});

describe('what can be done about an object', () => {
  it.each<[string, string, readonly RecordedObject[], readonly string[]]>([
    ['one that is there', POD, [onNode], ['edit', 'delete', 'fault', 'break', 'compare', 'link']],
    ['one that is not there', POD, [claim('data')], ['break', 'compare', 'link']],
    ['one that the API server does not keep', VOLUME, [backend], ['fault', 'break', 'compare', 'link']],
  ])('%s', (_, id, objects, expected) => {
    expect(actionsOn(moment(...objects), id)).toEqual(expected);
  });
});
