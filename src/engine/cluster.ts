import { ADMISSION } from './api/admission/index.ts';
import { parseDuration } from './api/duration.ts';
import { badRequest } from './api/errors.ts';
import { apiVersionOf, keyOf, tableOf } from './api/kind.ts';
import { KINDS } from './api/kinds/index.ts';
import type { KubeObject, Node, ObjectInput } from './api/object.ts';
import { Registry } from './api/registry.ts';
import { ApiServer, newUid } from './api/server.ts';
import { CSI_DRIVERS, NODES } from './api/tables.ts';
import type { ClusterSpec, DriverSpec, NodeSpec } from './clusterspec.ts';
import { answerCall, CLUSTER_COMPONENTS, componentTypes } from './components.ts';
import { rootCAConfigMap } from './controllers/root-ca-certificate-publisher/configmap.ts';
import { injectFault } from './faults.ts';
import type { ComponentType } from './sim/component.ts';
import type { Context } from './sim/context.ts';
import { Simulation } from './sim/simulation.ts';
import { TableCatalog } from './sim/store.ts';

export interface ClusterOptions {
  readonly spec: ClusterSpec;
  /** Objects exactly as stored; only a missing uid, resourceVersion, creationTimestamp or namespace is filled in. */
  readonly given?: readonly ObjectInput[];
  /** Objects of the cluster's own text, created before anything runs. */
  readonly objects?: readonly ObjectInput[];
  /** Freezes all values written. */
  readonly freeze?: boolean;
}

export interface Cluster {
  readonly sim: Simulation;
  readonly api: ApiServer;
  readonly spec: ClusterSpec;
}

const START_TIME = '2026-10-01T00:00:00Z';
const NAMESPACES_AT_START = ['default', 'kube-node-lease', 'kube-public', 'kube-system'];

/** Builds a cluster as a Cluster document describes it and runs what happens at 0 s. */
export function buildCluster({ spec, given = [], objects = [], freeze = false }: ClusterOptions): Cluster {
  const api = new ApiServer(new Registry(KINDS, ADMISSION));
  const catalog = new TableCatalog();
  api.registry.declareTables(catalog);
  const components = [...componentTypes(api), machines(spec)];
  const sim = new Simulation({ catalog, components, answer: answerCall, seed: spec.seed ?? 1, freeze });
  sim.load((ctx) => {
    loadSettings(ctx, spec);
    loadObjects(ctx, api, spec, given);
    for (const object of objects) api.create(ctx, object);
    for (const fault of spec.faults ?? []) injectFault(sim, ctx, fault);
    startProcesses(ctx, spec);
  });
  sim.run(0);
  return { sim, api, spec };
}

/** Whether a component of this name runs in the cluster. */
const runs = (spec: ClusterSpec, name: string): boolean =>
  spec.controllers === undefined || spec.controllers.includes(name);

function loadSettings(ctx: Context, spec: ClusterSpec): void {
  const {
    startTime = START_TIME,
    writeCost,
    watchLag,
    controllerManagerFlags,
    kubelet,
    featureGates,
    nodeFiles,
    flexDrivers,
    populators,
  } = spec;
  const latencies = Object.fromEntries(
    Object.entries(spec.latencies ?? {}).map(([key, value]) => [key, latency(key, value)]),
  );
  const settings = {
    startTime,
    writeCost,
    watchLag,
    controllerManagerFlags,
    kubelet,
    featureGates,
    nodeFiles,
    flexDrivers,
    populators,
    latencies,
  };
  for (const [name, value] of Object.entries(settings)) if (value !== undefined) ctx.write('settings', name, value);
  for (const driver of spec.drivers ?? []) ctx.write('drivers', driver.name, driver);
}

function latency(key: string, value: string | number): number {
  const parsed = typeof value === 'number' ? value : parseDuration(value, { days: true });
  if (typeof parsed === 'number') return parsed;
  throw badRequest(`spec.latencies.${key}: ${JSON.stringify(value)} is not a duration; write it as 500ms, 2s or 1m30s`);
}

function loadObjects(ctx: Context, api: ApiServer, spec: ClusterSpec, given: readonly ObjectInput[]): void {
  const namespaces = NAMESPACES_AT_START.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  }));
  const publishes = runs(spec, 'root-ca-certificate-publisher-controller');
  const content = NAMESPACES_AT_START.flatMap((namespace) => [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } },
    ...(publishes ? [rootCAConfigMap(namespace)] : []),
  ]);
  const drivers = (spec.drivers ?? []).map(csiDriverObject);
  for (const object of [...namespaces, ...content, ...(spec.nodes ?? []).map(nodeObject), ...given])
    loadObject(ctx, api, object);
  for (const object of drivers)
    if (ctx.live(CSI_DRIVERS, object.metadata.name) === undefined) loadObject(ctx, api, object);
}

function loadObject(ctx: Context, api: ApiServer, input: ObjectInput): void {
  const definition = api.definition(input.apiVersion, input.kind);
  const { name = '', namespace } = input.metadata;
  const metadata = {
    ...input.metadata,
    name,
    ...(definition.namespaced && { namespace: namespace || 'default' }),
    uid: input.metadata.uid ?? newUid(ctx),
    resourceVersion: input.metadata.resourceVersion ?? String(ctx.log.rows + 1),
    creationTimestamp: input.metadata.creationTimestamp ?? api.timestamp(ctx),
  };
  const object: KubeObject = { ...input, apiVersion: apiVersionOf(definition), metadata };
  ctx.write(tableOf(definition), keyOf(definition.namespaced ? namespace || 'default' : undefined, name), object);
}

function nodeObject({ name, zone, region, labels, taints, capacity }: NodeSpec): ObjectInput {
  const resources = { cpu: '4', memory: '8Gi', pods: '110', ...capacity };
  const amounts = Object.fromEntries(Object.entries(resources).map(([key, value]) => [key, String(value)]));
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(zone !== undefined && { 'topology.kubernetes.io/zone': zone }),
        ...(region !== undefined && { 'topology.kubernetes.io/region': region }),
        ...labels,
      },
    },
    spec: taints === undefined ? {} : { taints },
    status: { capacity: amounts, allocatable: amounts },
  };
}

function csiDriverObject(driver: DriverSpec): ObjectInput & { readonly metadata: { readonly name: string } } {
  const {
    attachRequired = true,
    podInfoOnMount = false,
    storageCapacity = false,
    requiresRepublish = false,
    seLinuxMount = false,
  } = driver;
  const { fsGroupPolicy = 'ReadWriteOnceWithFSType', volumeLifecycleModes = ['Persistent'], tokenRequests } = driver;
  const { nodeAllocatableUpdatePeriodSeconds, serviceAccountTokenInSecrets } = driver;
  return {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIDriver',
    metadata: { name: driver.name },
    spec: {
      attachRequired,
      podInfoOnMount,
      volumeLifecycleModes,
      storageCapacity,
      fsGroupPolicy,
      ...(tokenRequests && { tokenRequests }),
      requiresRepublish,
      seLinuxMount,
      ...(nodeAllocatableUpdatePeriodSeconds !== undefined && { nodeAllocatableUpdatePeriodSeconds }),
      ...(serviceAccountTokenInSecrets !== undefined && { serviceAccountTokenInSecrets }),
    },
  };
}

function startProcesses(ctx: Context, spec: ClusterSpec): void {
  ctx.startProcess('machines', 'machines', {});
  for (const name of CLUSTER_COMPONENTS) if (runs(spec, name)) ctx.startProcess(name, name, {});
  for (const driver of spec.drivers ?? []) {
    for (const sidecar of sidecarsOf(driver))
      if (runs(spec, sidecar)) ctx.startProcess(`${sidecar}/${driver.name}`, sidecar, { driver: driver.name });
  }
}

/** The sidecars that run beside a driver's controller, by its capabilities. */
function sidecarsOf({ capabilities }: DriverSpec): readonly string[] {
  const { plugin = [], controller = [], node = [] } = capabilities ?? {};
  if (!plugin.includes('CONTROLLER_SERVICE')) return [];
  const resizes = [...controller, ...node].some((one) => one === 'EXPAND_VOLUME' || one === 'MODIFY_VOLUME');
  const snapshots = controller.includes('CREATE_DELETE_SNAPSHOT');
  return [
    'csi-provisioner',
    'csi-attacher',
    ...(resizes ? ['csi-resizer'] : []),
    ...(snapshots ? ['csi-snapshotter'] : []),
  ];
}

/** Starts a kubelet and a registrar for each Node that comes and ends them when it goes: not a component of Kubernetes. */
function machines(spec: ClusterSpec): ComponentType {
  return {
    type: 'machines',
    queues: {},
    watches: [
      {
        table: NODES,
        on: (ctx, { key, before, after }: { key: string; before: Node | undefined; after: Node | undefined }) => {
          for (const type of ['kubelet', 'node-driver-registrar']) {
            if (!runs(spec, type)) continue;
            if (before === undefined && after !== undefined) ctx.startProcess(`${type}/${key}`, type, { node: key });
            if (after === undefined) ctx.stopProcess(`${type}/${key}`);
          }
        },
      },
    ],
  };
}
