import { describe, expect, it } from 'vitest';
import type { ObjectInput } from './api/object.ts';
import { Session, type SessionOperation } from './session.ts';

/** Counters of a run: exact, so that a sync that grows with the cluster shows at any size. */
interface Counts {
  readonly readsPerStep: number;
  readonly rowsPerObject: number;
}

function count(given: readonly ObjectInput[], operations: readonly SessionOperation[], kind: string): Counts {
  const session = new Session({ spec: DRIVER, given });
  const { sim } = session.cluster;
  const [reads, rows, steps] = [sim.store.reads, sim.log.rows, sim.log.steps];
  for (const operation of operations) session.operate(operation);
  session.operate({ settle: true });
  const objects = sim.store.size(kind);
  return {
    readsPerStep: (sim.store.reads - reads) / (sim.log.steps - steps),
    rowsPerObject: (sim.log.rows - rows) / objects,
  };
}

const DRIVER = {
  drivers: [
    {
      name: 'disk.csi.example.com',
      capabilities: {
        plugin: ['CONTROLLER_SERVICE'],
        controller: ['CREATE_DELETE_VOLUME', 'PUBLISH_UNPUBLISH_VOLUME'],
        node: ['STAGE_UNSTAGE_VOLUME'],
      },
    },
  ],
};

const series = <T>(n: number, make: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i + 1));

const node = (i: number): ObjectInput => {
  const amounts = { cpu: '64', memory: '256Gi', pods: '500' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${i}`, labels: { 'kubernetes.io/hostname': `node-${i}` } },
    spec: {},
    status: { capacity: amounts, allocatable: amounts },
  };
};

const storageClass: ObjectInput = {
  apiVersion: 'storage.k8s.io/v1',
  kind: 'StorageClass',
  metadata: { name: 'fast' },
  provisioner: 'disk.csi.example.com',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'WaitForFirstConsumer',
};

const claim = (i: number, storageClassName: string): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: `c-${i}` },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
});

const volume = (i: number): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: `pv-${i}` },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'manual',
    hostPath: { path: `/data/${i}` },
  },
});

const pod = (i: number): ObjectInput => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `p-${i}` },
  spec: {
    containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `c-${i}` } }],
  },
});

const deployment = (replicas: number): ObjectInput => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app' }] } },
  },
});

const LIMIT = 1.05;

function expectSteady(small: Counts, large: Counts): void {
  expect(large.readsPerStep / small.readsPerStep).toBeLessThanOrEqual(LIMIT);
  expect(large.rowsPerObject / small.rowsPerObject).toBeLessThanOrEqual(LIMIT);
}

describe('at ten times the size a step reads no more objects and an object costs no more rows', {
  timeout: 120_000,
}, () => {
  it('binding claims to static volumes', () => {
    const run = (n: number): Counts =>
      count([], [{ apply: series(n, volume) }, { apply: series(n, (i) => claim(i, 'manual')) }], 'persistentvolumes');
    expectSteady(run(100), run(1000));
  });

  it('a Deployment on 20 nodes', () => {
    const run = (n: number): Counts => count(series(20, node), [{ apply: deployment(n) }], 'pods');
    expectSteady(run(100), run(1000));
  });

  it('provisioned claims with pods on 20 nodes', () => {
    const run = (n: number): Counts =>
      count(
        [...series(20, node), storageClass],
        [{ apply: series(n, (i) => claim(i, 'fast')) }, { apply: series(n, pod) }],
        'pods',
      );
    expectSteady(run(50), run(500));
  });
});
