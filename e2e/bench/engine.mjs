// One workload of the engine in a cold process: prints its CPU time, peak memory and counters as one line of JSON.
import { pathToFileURL } from 'node:url';
import { claimsWithPods } from './workloads.mjs';

const [bundle, workload, size] = process.argv.slice(2);
const { serve } = await import(pathToFileURL(bundle).href);
const n = Number(size);

const node = (i) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name: `node-${i}`,
    labels: { 'kubernetes.io/hostname': `node-${i}`, 'topology.kubernetes.io/zone': `z${i % 3}` },
  },
  spec: {},
  status: {
    capacity: { cpu: '64', memory: '256Gi', pods: '500' },
    allocatable: { cpu: '64', memory: '256Gi', pods: '500' },
  },
});
const nodes = Array.from({ length: 20 }, (_, i) => node(i + 1));
const claim = (i, storageClassName) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: { name: `c-${i}` },
  spec: { accessModes: ['ReadWriteOnce'], storageClassName, resources: { requests: { storage: '1Gi' } } },
});
const pod = (i) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `p-${i}` },
  spec: {
    containers: [{ name: 'app', image: 'app', volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: `c-${i}` } }],
  },
});
const series = (make) => Array.from({ length: n }, (_, i) => make(i + 1));

const REQUESTS = {
  deployment: () => ({
    given: nodes,
    do: [
      {
        apply: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'web' },
          spec: {
            replicas: n,
            selector: { matchLabels: { app: 'web' } },
            template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: 'app' }] } },
          },
        },
      },
    ],
  }),
  static: () => ({
    do: [
      {
        apply: series((i) => ({
          apiVersion: 'v1',
          kind: 'PersistentVolume',
          metadata: { name: `pv-${i}` },
          spec: {
            capacity: { storage: '1Gi' },
            accessModes: ['ReadWriteOnce'],
            storageClassName: 'manual',
            hostPath: { path: `/data/${i}` },
          },
        })),
      },
      { apply: series((i) => claim(i, 'manual')) },
    ],
  }),
  dynamic: () => ({
    cluster: {
      drivers: [
        {
          name: 'disk.csi.example.com',
          topologyKeys: ['topology.kubernetes.io/zone'],
          capabilities: {
            plugin: ['CONTROLLER_SERVICE', 'VOLUME_ACCESSIBILITY_CONSTRAINTS'],
            controller: ['CREATE_DELETE_VOLUME', 'PUBLISH_UNPUBLISH_VOLUME'],
            node: ['STAGE_UNSTAGE_VOLUME'],
          },
        },
      ],
    },
    given: [
      ...nodes,
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'fast' },
        provisioner: 'disk.csi.example.com',
        reclaimPolicy: 'Delete',
        volumeBindingMode: 'WaitForFirstConsumer',
      },
    ],
    do: [{ apply: series((i) => claim(i, 'fast')) }, { apply: series(pod) }],
  }),
  /** One file of that many objects: read, decoded, defaulted, validated and stored, with nothing that acts on them. */
  file: () => ({
    cluster: { controllers: [] },
    files: { 'all.yaml': claimsWithPods(n / 2) },
    do: [{ run: 'kubectl apply -f all.yaml' }],
  }),
};

const DONE = {
  deployment: (o) => o.kind === 'Pod' && o.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True'),
  static: (o) => o.kind === 'PersistentVolumeClaim' && o.status?.phase === 'Bound',
  dynamic: (o) => o.kind === 'Pod' && o.status?.phase === 'Running',
  file: (o) => o.kind === 'Pod' || o.kind === 'PersistentVolumeClaim',
};

const result = serve({ id: workload, until: 'settled', ...REQUESTS[workload]() });
const cpu = process.cpuUsage();
console.log(
  JSON.stringify({
    workload,
    n,
    done: result.ok ? result.objects.filter(DONE[workload]).length : result.error,
    settled: result.settled,
    steps: result.steps,
    virtual: result.now,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMB: process.resourceUsage().maxRSS / 1024,
  }),
);
