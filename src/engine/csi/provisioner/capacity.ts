import { deepEqual } from '../../api/diff.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { CSIStorageCapacity } from '../../api/kinds/csistoragecapacity.ts';
import type { CSINode, Node, PersistentVolume, StorageClass } from '../../api/object.ts';
import { newQuantity } from '../../api/quantity.ts';
import type { ApiServer } from '../../api/server.ts';
import { CSI_NODES, NODES, STORAGE_CLASSES } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { addRateLimited, forget } from '../retry.ts';
import { booleanFlag, driverName, driverOf, hasController } from '../spec/driver.ts';
import { asJson, type StringMap, withoutDefaults } from '../spec/messages.ts';
import { CAPACITIES, CAPACITY_PLAN, CSI_PROVISIONER, TIMEOUT } from './names.ts';

/** Where the sidecar runs, and so where its objects lie. */
const NAMESPACE = 'kube-system';
const DRIVER_LABEL = 'csi.storage.k8s.io/drivername';
const MANAGED_BY_LABEL = 'csi.storage.k8s.io/managed-by';
const MANAGER = 'external-provisioner';

/** Memory: pairs of class and segment that are to have an object; the value is the object's key, once there is one. */
const WANTED = 'wantedCapacities';

interface GetCapacityResponse {
  readonly available_capacity?: number;
  readonly maximum_volume_size?: number;
}

/** Whether the sidecar tells the scheduler how much room there is. */
function isEnabled(ctx: Context): boolean {
  const driver = driverOf(ctx, driverName(ctx));
  return booleanFlag(driver, CSI_PROVISIONER, 'enable-capacity') && hasController(driver, 'GET_CAPACITY');
}

const itemOf = (storageClass: string, segment: StringMap): string => `${storageClass} ${JSON.stringify(segment)}`;

function parseItem(item: string): { readonly storageClass: string; readonly segment: StringMap } {
  const cut = item.indexOf(' ');
  return { storageClass: item.slice(0, cut), segment: JSON.parse(item.slice(cut + 1)) as StringMap };
}

/** A class, a CSINode or a Node's labels changed: which objects there are to be may change too. */
export function capacityInputChanged(ctx: Context, { before, after }: WatchEvent<StorageClass | CSINode | Node>): void {
  const labels = (object: StorageClass | CSINode | Node | undefined): unknown =>
    object?.kind === 'Node' ? object.metadata.labels : object;
  if (isEnabled(ctx) && !deepEqual(labels(before), labels(after))) ctx.enqueue(CAPACITY_PLAN, '');
}

/** Someone changed or deleted an object of ours, or there are two of one. */
export function capacityChanged(ctx: Context, { key, before, after }: WatchEvent<CSIStorageCapacity>): void {
  const object = after ?? before;
  if (!object || !isEnabled(ctx)) return;
  const wanted = ctx.mem<string>(WANTED);
  const item = itemOf(object.storageClassName, sortedSegment(object.nodeTopology?.matchLabels ?? {}));
  if (!after) {
    if (wanted.get(item) !== key) return;
    wanted.set(item, '');
    ctx.enqueue(CAPACITIES, item);
  } else if (!wanted.get(item)) wanted.set(item, key);
}

/**
 * Compares the pairs that ought to have an object with those that have one.
 * @see kubernetes-csi/external-provisioner pkg/capacity/capacity.go onTopologyChanges, onSCAddOrUpdate
 */
export function planCapacities(api: ApiServer, ctx: Context): void {
  const segments = nodeSegments(ctx);
  const classes = ctx.keys(STORAGE_CLASSES).filter((name) => isReported(ctx, name));
  const items = new Set(classes.flatMap((name) => segments.map((segment) => itemOf(name, segment))));
  const wanted = ctx.mem<string>(WANTED);
  for (const item of [...wanted.keys()]) {
    if (items.has(item)) continue;
    const key = wanted.get(item);
    wanted.delete(item);
    if (key) attempt(() => api.remove(ctx, { kind: 'CSIStorageCapacity', namespace: NAMESPACE, name: nameIn(key) }));
  }
  for (const item of items) {
    if (!wanted.has(item)) wanted.set(item, '');
    ctx.enqueue(CAPACITIES, item);
  }
}

const nameIn = (key: string): string => key.slice(key.indexOf('/') + 1);

function isReported(ctx: Context, name: string): boolean {
  const storageClass = ctx.get<StorageClass>(STORAGE_CLASSES, name);
  if (storageClass?.provisioner !== driverName(ctx)) return false;
  const late = storageClass.volumeBindingMode === 'WaitForFirstConsumer';
  return late || booleanFlag(driverOf(ctx, driverName(ctx)), CSI_PROVISIONER, 'capacity-for-immediate-binding');
}

/** Distinct topologies of the nodes that run the driver. @see kubernetes-csi/external-provisioner pkg/capacity/topology/nodes.go */
function nodeSegments(ctx: Context): readonly StringMap[] {
  const found = new Map<string, StringMap>();
  for (const name of ctx.keys(CSI_NODES)) {
    const entry = ctx.get<CSINode>(CSI_NODES, name)?.spec.drivers?.find((driver) => driver.name === driverName(ctx));
    const labels = ctx.get<Node>(NODES, name)?.metadata.labels ?? {};
    const keys = entry?.topologyKeys ?? [];
    if (!entry || keys.some((key) => labels[key] === undefined)) continue;
    const segment = sortedSegment(Object.fromEntries(keys.map((key) => [key, labels[key] ?? ''])));
    found.set(JSON.stringify(segment), segment);
  }
  return [...found.values()];
}

const sortedSegment = (segment: StringMap): StringMap =>
  Object.fromEntries(Object.entries(segment).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Asks the driver for the room in one segment for volumes of one class. @see syncCapacity */
export function syncCapacity(ctx: Context, item: string): SyncResult {
  const { storageClass, segment } = parseItem(item);
  const found = ctx.get<StorageClass>(STORAGE_CLASSES, storageClass);
  if (!ctx.mem<string>(WANTED).has(item) || !found) {
    forget(ctx, CAPACITIES, item);
    return undefined;
  }
  const request = withoutDefaults({
    ...(found.parameters && { parameters: found.parameters }),
    ...(Object.keys(segment).length > 0 && { accessible_topology: { segments: segment } }),
  });
  ctx.call({ target: driverName(ctx), method: 'GetCapacity', request: asJson(request), data: item, deadline: TIMEOUT });
  return 'blocked';
}

/** The answer to GetCapacity: writes the object if it says something else. */
export function capacityAnswered(api: ApiServer, ctx: Context, { code, response, data }: CallRecord): void {
  const item = String(data);
  ctx.done(CAPACITIES, item);
  if (!ctx.mem<string>(WANTED).has(item)) return;
  const answer = (response ?? {}) as GetCapacityResponse;
  const saved = code === 'OK' ? attempt(() => writeCapacity(api, ctx, item, answer)) : undefined;
  if (code !== 'OK' || saved instanceof StatusError) addRateLimited(ctx, CAPACITIES, item);
  else forget(ctx, CAPACITIES, item);
}

function writeCapacity(api: ApiServer, ctx: Context, item: string, answer: GetCapacityResponse): void {
  const { available_capacity: available = 0, maximum_volume_size: maximum } = answer;
  const amounts = {
    capacity: newQuantity(available, 'BinarySI'),
    ...(maximum !== undefined && { maximumVolumeSize: newQuantity(maximum, 'BinarySI') }),
  };
  const wanted = ctx.mem<string>(WANTED);
  const key = wanted.get(item);
  const found = key
    ? api.find<CSIStorageCapacity>(ctx, { kind: 'CSIStorageCapacity', namespace: NAMESPACE, name: nameIn(key) })
    : undefined;
  if (found) {
    const { capacity: _1, maximumVolumeSize: _2, ...rest } = found;
    api.update<CSIStorageCapacity>(ctx, { ...rest, ...amounts });
    return;
  }
  const { storageClass, segment } = parseItem(item);
  const created = api.create<CSIStorageCapacity>(ctx, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSIStorageCapacity',
    metadata: {
      generateName: 'csisc-',
      namespace: NAMESPACE,
      labels: { [DRIVER_LABEL]: driverName(ctx), [MANAGED_BY_LABEL]: MANAGER },
    },
    nodeTopology: Object.keys(segment).length > 0 ? { matchLabels: segment } : {},
    storageClassName: storageClass,
    ...amounts,
  });
  wanted.set(item, keyOf(NAMESPACE, created.metadata.name));
}

/** The processes that an object belongs to. */
export const capacityDriver = ({ metadata: { labels = {} } }: CSIStorageCapacity): string | undefined =>
  labels[MANAGED_BY_LABEL] === MANAGER ? labels[DRIVER_LABEL] : undefined;

/** Asks anew for all that is known. */
export function pollCapacities(ctx: Context): void {
  for (const item of ctx.mem<string>(WANTED).keys()) ctx.enqueue(CAPACITIES, item);
}

/**
 * A volume came or went: the room in its segments has changed; of one without affinity, and after a failure, all of its
 * class is looked at.
 * @see kubernetes-csi/external-provisioner pkg/capacity/provision.go
 */
export function refreshCapacities(ctx: Context, storageClass: string, volume?: PersistentVolume): void {
  const terms = volume?.spec.nodeAffinity?.required?.nodeSelectorTerms ?? [];
  const segments = terms.map(({ matchExpressions = [] }) =>
    JSON.stringify(
      sortedSegment(Object.fromEntries(matchExpressions.map(({ key, values }) => [key, values?.[0] ?? '']))),
    ),
  );
  for (const item of ctx.mem<string>(WANTED).keys()) {
    const affected =
      segments.length > 0
        ? segments.some((segment) => item.endsWith(` ${segment}`))
        : item.startsWith(`${storageClass} `);
    if (affected) ctx.enqueue(CAPACITIES, item);
  }
}
