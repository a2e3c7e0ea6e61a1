import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Node } from '../api/object.ts';
import { NODES, PODS, VOLUME_ATTACHMENTS } from '../api/tables.ts';
import { Session, type SessionOperation } from '../session.ts';

const NODE_NAMES = ['node-1', 'node-2'];

const DRIVERS = [
  {
    name: 'disk.csi.example.com',
    attachRequired: true,
    capabilities: {
      plugin: ['CONTROLLER_SERVICE'],
      controller: ['CREATE_DELETE_VOLUME', 'PUBLISH_UNPUBLISH_VOLUME'],
      node: ['STAGE_UNSTAGE_VOLUME'],
    },
  },
  {
    name: 'file.csi.example.com',
    attachRequired: false,
    requiresRepublish: true,
    capabilities: { plugin: ['CONTROLLER_SERVICE'], controller: ['CREATE_DELETE_VOLUME'], node: [] },
  },
];

const claim = (name: string, driver: string, volumeMode: string): SessionOperation => ({
  create: [
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name },
      provisioner: driver,
      volumeBindingMode: 'WaitForFirstConsumer',
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: {
        accessModes: ['ReadWriteMany'],
        volumeMode,
        resources: { requests: { storage: '1Gi' } },
        storageClassName: name,
      },
    },
  ],
});

const CLAIMS: readonly SessionOperation[] = [
  claim('disk', 'disk.csi.example.com', 'Filesystem'),
  claim('raw', 'disk.csi.example.com', 'Block'),
  claim('files', 'file.csi.example.com', 'Filesystem'),
];

/** A pod whose volume is one of the claims, an emptyDir, or a ConfigMap that is not there. */
function pod(name: string, kind: string): SessionOperation {
  const source =
    kind === 'empty'
      ? { emptyDir: {} }
      : kind === 'missing'
        ? { configMap: { name: 'missing' } }
        : { persistentVolumeClaim: { claimName: kind } };
  const use =
    kind === 'raw'
      ? { volumeDevices: [{ name: 'v', devicePath: '/dev/v' }] }
      : { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
  return {
    create: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'app', image: 'app', ...use }], volumes: [{ name: 'v', ...source }] },
    },
  };
}

const remove = (name: string, force: boolean): SessionOperation => ({
  delete: { kind: 'Pod', namespace: 'default', name, ...(force && { gracePeriodSeconds: 0, force: true }) },
});

const name = fc.constantFrom('a', 'b', 'c');
const kind = fc.constantFrom('disk', 'raw', 'files', 'empty', 'missing');
const method = fc.constantFrom('NodeStageVolume', 'NodePublishVolume', 'NodeUnpublishVolume', 'NodeUnstageVolume');
const failure = fc.constantFrom(
  { code: 'INTERNAL', message: 'boom' },
  { code: 'DEADLINE_EXCEEDED', message: 'slow' },
  { hangs: true },
  { latency: '30s' },
);

const operation: fc.Arbitrary<SessionOperation> = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(name, kind).map(([pod_, volume]) => pod(pod_, volume)) },
  { weight: 3, arbitrary: fc.tuple(name, fc.boolean()).map(([pod_, force]) => remove(pod_, force)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...DRIVERS), method, failure, fc.integer({ min: 1, max: 3 }))
      .map(([driver, rpc, effect, times]) => ({ fault: { driver: driver.name, method: rpc, ...effect, times } })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...NODE_NAMES), fc.constantFrom('kubelet-down', 'kubelet-up'))
      .map(([node, is]) => ({ fault: { node, is } })),
  },
  { weight: 3, arbitrary: fc.constantFrom('50ms', '1s', '10s', '3m').map((wait) => ({ wait })) },
);

const END: readonly SessionOperation[] = [
  { fault: { clear: true } },
  ...NODE_NAMES.map((node) => ({ fault: { node, is: 'kubelet-up' } })),
  { wait: '5m' },
  ...['a', 'b', 'c'].map((pod_) => remove(pod_, false)),
  { wait: '5m' },
  { settle: true },
];

/** Tables of a node and of its kubelet's memory that hold something only for pods. */
const OF_PODS = /^((podvolumes|runtime|disk)\/|m\/kubelet\/[^/]+\/(pods|operations|kubelet\.\w+)$)/;

it('nothing is left on a node once its pods are gone, whatever failed before', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 5, maxLength: 30 }), (operations) => {
      const spec = { nodes: NODE_NAMES.map((node) => ({ name: node })), drivers: DRIVERS };
      const session = new Session({ spec, freeze: true });
      for (const step of [...CLAIMS, ...operations, ...END]) session.operate(step);
      const { store } = session.cluster.sim;
      expect(store.keys(PODS)).toEqual([]);
      expect(store.keys(VOLUME_ATTACHMENTS)).toEqual([]);
      expect(store.tables('').filter((table) => OF_PODS.test(table))).toEqual([]);
      for (const node of NODE_NAMES) {
        const { volumesInUse, volumesAttached } = (store.get(NODES, node) as Node).status ?? {};
        expect([volumesInUse, volumesAttached]).toEqual([undefined, undefined]);
      }
    }),
    { numRuns: 30, seed: 1 },
  );
}, 60_000);
