import { BOOLEAN, INTEGER, object, type Schema, STRING, STRING_MAP, STRINGS } from './api/custom/schema.ts';
import { VALUES } from './api/schema/values.ts';
import type { ClusterSpec } from './clusterspec.ts';

/** Named texts, numbers or booleans: flags, settings, answers. */
const OPEN: Schema = { type: 'object' };
const list = (items: Schema): Schema => ({ type: 'array', items });
const oneOf = (values: readonly string[]): Schema => ({ type: 'string', enum: values });
const manyOf = (values: readonly string[]): Schema => list(oneOf(values));

const drivers = object(
  {
    name: STRING,
    attachRequired: BOOLEAN,
    podInfoOnMount: BOOLEAN,
    fsGroupPolicy: oneOf(VALUES['storage.FSGroupPolicy']),
    volumeLifecycleModes: manyOf(VALUES['storage.VolumeLifecycleMode']),
    storageCapacity: BOOLEAN,
    requiresRepublish: BOOLEAN,
    tokenRequests: list(object({ audience: STRING, expirationSeconds: INTEGER }, ['audience'])),
    seLinuxMount: BOOLEAN,
    nodeAllocatableUpdatePeriodSeconds: INTEGER,
    serviceAccountTokenInSecrets: BOOLEAN,
    capabilities: object({
      plugin: manyOf(['CONTROLLER_SERVICE', 'GROUP_CONTROLLER_SERVICE', 'VOLUME_ACCESSIBILITY_CONSTRAINTS']),
      controller: manyOf([
        'CLONE_VOLUME',
        'CREATE_DELETE_SNAPSHOT',
        'CREATE_DELETE_VOLUME',
        'EXPAND_VOLUME',
        'GET_CAPACITY',
        'GET_VOLUME',
        'LIST_SNAPSHOTS',
        'LIST_VOLUMES',
        'LIST_VOLUMES_PUBLISHED_NODES',
        'MODIFY_VOLUME',
        'PUBLISH_READONLY',
        'PUBLISH_UNPUBLISH_VOLUME',
        'SINGLE_NODE_MULTI_WRITER',
        'VOLUME_CONDITION',
      ]),
      node: manyOf([
        'EXPAND_VOLUME',
        'GET_VOLUME_STATS',
        'SINGLE_NODE_MULTI_WRITER',
        'STAGE_UNSTAGE_VOLUME',
        'VOLUME_CONDITION',
        'VOLUME_MOUNT_GROUP',
      ]),
    }),
    topologyKeys: STRINGS,
    maxVolumesPerNode: INTEGER,
    nodes: STRINGS,
    responses: list(object({ method: STRING, response: OPEN, times: INTEGER }, ['method', 'response'])),
    nodeInfo: OPEN,
    sidecarArgs: OPEN,
  },
  ['name'],
);

const nodes = object(
  {
    name: STRING,
    zone: STRING,
    region: STRING,
    labels: STRING_MAP,
    taints: list(object({ key: STRING, value: STRING, effect: oneOf(VALUES['core.TaintEffect']) }, ['key', 'effect'])),
    capacity: { type: 'object', values: { type: 'quantity' } },
  },
  ['name'],
);

/** The `spec` of a Cluster document, for whoever writes one. */
export const CLUSTER_PROPERTIES = {
  nodes: list(nodes),
  drivers: list(drivers),
  controllers: STRINGS,
  featureGates: { type: 'object', values: BOOLEAN },
  latencies: STRING_MAP,
  faults: list(OPEN),
  seed: INTEGER,
  startTime: STRING,
  controllerManagerFlags: OPEN,
  kubelet: OPEN,
  nodeFiles: { type: 'object', values: STRING_MAP },
  legacyPlugins: STRINGS,
  flexDrivers: list(object({ name: STRING, capabilities: OPEN, notSupported: STRINGS }, ['name'])),
  populators: list(OPEN),
  watchLag: { type: 'object', values: INTEGER },
  writeCost: INTEGER,
} as const satisfies Readonly<Record<keyof ClusterSpec, Schema>>;
