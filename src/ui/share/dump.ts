import { dump, loadAll } from 'js-yaml';
import { field, list, text } from '../model/ids.ts';

/** A cluster as `kubectl get … -o yaml` has printed it, as the cluster text that begins with it. */
export interface StartingState {
  readonly cluster: string;
  /** Objects that the run begins with. */
  readonly count: number;
  /** Objects that were left out, by kind. */
  readonly left: Readonly<Record<string, number>>;
}

type Plain = Readonly<Record<string, unknown>>;

/** What storage hangs together with. */
const KEPT = new Set([
  'Namespace',
  'Node',
  'Pod',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'ResourceQuota',
  'LimitRange',
  'DaemonSet',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'Job',
  'PodDisruptionBudget',
  'PriorityClass',
  'StorageClass',
  'CSIDriver',
  'CSINode',
  'CSIStorageCapacity',
  'VolumeAttachment',
  'VolumeAttributesClass',
]);

/** Namespaces that every cluster has. */
const ALWAYS = new Set(['default', 'kube-node-lease', 'kube-public', 'kube-system']);

/**
 * The cluster text of a dump: objects as they are stored, with their status and uids, and a Cluster document that brings
 * the nodes and drivers which they name. Undefined where nothing was stored by an API server.
 * @throws YAMLException where it is no YAML
 */
export function startingState(yaml: string): StartingState | undefined {
  const all = loadAll(yaml).flatMap(itemsOf);
  if (!all.some((object) => text(object, 'metadata', 'uid') !== '')) return undefined;
  const left: Record<string, number> = {};
  const objects: Plain[] = [];
  for (const object of all) {
    const kind = text(object, 'kind');
    if (KEPT.has(kind) && !isToken(object)) objects.push(stored(object));
    else left[kind || '–'] = (left[kind || '–'] ?? 0) + 1;
  }
  const documents = [clusterOf(objects), ...missingNamespaces(objects), ...objects];
  const cluster = documents.map((value) => dump(value, { lineWidth: -1, noRefs: true })).join('---\n');
  return { cluster, count: objects.length, left };
}

/** The objects of a document: itself, or the items of a List. */
function itemsOf(value: unknown): Plain[] {
  if (Array.isArray(value)) return value.flatMap(itemsOf);
  if (value === null || typeof value !== 'object') return [];
  if (text(value, 'kind').endsWith('List') && 'items' in value) return list(value, 'items').flatMap(itemsOf);
  return [value as Plain];
}

/** Tokens of service accounts are secret, and no pod of the page needs one. */
function isToken(object: Plain): boolean {
  return text(object, 'kind') === 'Secret' && /service-account-token|helm\.sh/.test(text(object, 'type'));
}

/** The object without what only says who wrote which field, and without the images of a node. */
function stored(object: Plain): Plain {
  const { managedFields: _fields, selfLink: _link, ...metadata } = (object.metadata ?? {}) as Plain;
  if (text(object, 'kind') !== 'Node') return { ...object, metadata };
  const { images: _images, ...status } = (object.status ?? {}) as Plain;
  return { ...object, metadata, status };
}

function missingNamespaces(objects: readonly Plain[]): Plain[] {
  const there = new Set([...ALWAYS, ...ofKind(objects, 'Namespace').map(nameOf)]);
  const used = new Set(objects.map((object) => text(object, 'metadata', 'namespace')).filter(Boolean));
  return [...used]
    .filter((name) => !there.has(name))
    .sort()
    .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
}

function clusterOf(objects: readonly Plain[]): Plain {
  const nodes = missingNodes(objects);
  const drivers = [...driverNames(objects)].sort().map((name) => driverOf(objects, name));
  const startTime = latestTime(objects);
  const spec = {
    ...(startTime !== undefined && { startTime }),
    ...(nodes.length > 0 && { nodes }),
    ...(drivers.length > 0 && { drivers }),
  };
  return { apiVersion: 'playground/v1', kind: 'Cluster', metadata: { name: 'imported' }, spec };
}

/** Nodes that pods and attachments name and the dump does not hold; three where it tells of none. */
function missingNodes(objects: readonly Plain[]): { readonly name: string }[] {
  const there = new Set(ofKind(objects, 'Node').map(nameOf));
  const named = [...ofKind(objects, 'Pod'), ...ofKind(objects, 'VolumeAttachment')]
    .map((object) => text(object, 'spec', 'nodeName'))
    .concat(ofKind(objects, 'CSINode').map(nameOf));
  const missing = [...new Set(named)].filter((name) => name !== '' && !there.has(name)).sort();
  if (there.size > 0 || missing.length > 0) return missing.map((name) => ({ name }));
  return ['node-1', 'node-2', 'node-3'].map((name) => ({ name }));
}

/** Drivers that objects name; plugins of Kubernetes itself need none. */
function driverNames(objects: readonly Plain[]): Set<string> {
  const names = [
    ...ofKind(objects, 'CSIDriver').map(nameOf),
    ...ofKind(objects, 'PersistentVolume').map((volume) => text(volume, 'spec', 'csi', 'driver')),
    ...ofKind(objects, 'StorageClass').map((storageClass) => text(storageClass, 'provisioner')),
    ...ofKind(objects, 'CSINode').flatMap((node) =>
      list(node, 'spec', 'drivers').map((driver) => text(driver, 'name')),
    ),
  ];
  return new Set(names.filter((name) => name !== '' && !name.startsWith('kubernetes.io/')));
}

function driverOf(objects: readonly Plain[], name: string): Plain {
  const spec = ofKind(objects, 'CSIDriver').find((object) => nameOf(object) === name)?.spec;
  const attachRequired = field(spec, 'attachRequired') !== false;
  const onNodes = ofKind(objects, 'CSINode').flatMap((node) =>
    list(node, 'spec', 'drivers')
      .filter((driver) => text(driver, 'name') === name)
      .map((driver) => ({ node: nameOf(node), driver })),
  );
  const topologyKeys = [...new Set(onNodes.flatMap(({ driver }) => list(driver, 'topologyKeys')))].sort();
  const limit = field(onNodes[0]?.driver, 'allocatable', 'count');
  return {
    name,
    attachRequired,
    ...(topologyKeys.length > 0 && { topologyKeys }),
    ...(typeof limit === 'number' && { maxVolumesPerNode: limit }),
    ...(onNodes.length > 0 && { nodes: onNodes.map(({ node }) => node).sort() }),
    capabilities: {
      plugin: ['CONTROLLER_SERVICE', ...(topologyKeys.length > 0 ? ['VOLUME_ACCESSIBILITY_CONSTRAINTS'] : [])],
      controller: ['CREATE_DELETE_VOLUME', ...(attachRequired ? ['PUBLISH_UNPUBLISH_VOLUME'] : [])],
      node: attachRequired ? ['STAGE_UNSTAGE_VOLUME'] : [],
    },
  };
}

/** The latest time that an object tells of: the clock goes on from there. */
function latestTime(objects: readonly Plain[]): string | undefined {
  const times = objects.flatMap((object) => [
    timeOf(field(object, 'metadata', 'creationTimestamp')),
    timeOf(field(object, 'metadata', 'deletionTimestamp')),
    timeOf(field(object, 'status', 'startTime')),
    ...list(object, 'status', 'conditions').flatMap((condition) => [
      timeOf(field(condition, 'lastHeartbeatTime')),
      timeOf(field(condition, 'lastTransitionTime')),
    ]),
  ]);
  return times
    .filter((time) => time !== '')
    .sort()
    .at(-1);
}

function timeOf(value: unknown): string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? value : '';
}

function ofKind(objects: readonly Plain[], kind: string): readonly Plain[] {
  return objects.filter((object) => object.kind === kind);
}

function nameOf(object: Plain): string {
  return text(object, 'metadata', 'name');
}
