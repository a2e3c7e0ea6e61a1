import type { CSINode, CSINodeDriver, Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { withAnnotation, withoutAnnotation } from '../../volumes/binding.ts';
import type { NodeGetInfoResponse } from '../spec/messages.ts';
import { ensureCSINode } from './csinode.ts';

/** On a Node: JSON of driver → node id. */
const NODE_ID_ANNOTATION = 'csi.volume.kubernetes.io/nodeid';
const MAX_INT32 = 2 ** 31 - 1;

/**
 * Writes what a driver told of its node: annotation and labels of the Node, then the entry in its CSINode.
 * @returns undefined, or the text of the refusal
 * @throws StatusError
 * @see pkg/volume/csi/nodeinfomanager/nodeinfomanager.go InstallCSIDriver
 */
export function installDriver(
  api: ApiServer,
  ctx: Context,
  nodeName: string,
  driver: string,
  info: NodeGetInfoResponse,
): string | undefined {
  const { node_id: nodeID = '', accessible_topology: topology } = info;
  if (nodeID === '') return 'error adding CSI driver node info: driverNodeID must not be empty';
  const node = api.get<Node>(ctx, { kind: 'Node', name: nodeName });
  const segments = topology?.segments ?? {};
  const { labels = {} } = node.metadata;
  for (const [key, value] of Object.entries(segments)) {
    const old = labels[key];
    if (old !== undefined && old !== value)
      return `detected topology value collision: driver reported "${key}":"${value}" but existing label is "${key}":"${old}"`;
  }
  const labelled = { ...node, metadata: { ...node.metadata, labels: { ...labels, ...segments } } };
  api.update(ctx, withNodeID(labelled, driver, nodeID));
  const entry: CSINodeDriver = {
    name: driver,
    nodeID,
    ...(Object.keys(segments).length > 0 && { topologyKeys: Object.keys(segments).sort() }),
    ...allocatableOf(info),
  };
  const csiNode = ensureCSINode(api, ctx, nodeName);
  const { drivers = [] } = csiNode.spec;
  const known = drivers.some(({ name }) => name === driver);
  const changed = known ? drivers.map((other) => (other.name === driver ? entry : other)) : [...drivers, entry];
  api.update<CSINode>(ctx, { ...csiNode, spec: { ...csiNode.spec, drivers: changed } });
  return undefined;
}

/**
 * Takes a driver off a node; its topology labels stay.
 * @throws StatusError
 * @see pkg/volume/csi/nodeinfomanager/nodeinfomanager.go UninstallCSIDriver
 */
export function uninstallDriver(api: ApiServer, ctx: Context, nodeName: string, driver: string): void {
  const csiNode = api.find<CSINode>(ctx, { kind: 'CSINode', name: nodeName });
  const { drivers = [] } = csiNode?.spec ?? {};
  if (csiNode && drivers.some(({ name }) => name === driver)) {
    const kept = drivers.filter(({ name }) => name !== driver);
    api.update<CSINode>(ctx, { ...csiNode, spec: { ...csiNode.spec, drivers: kept } });
  }
  const node = api.find<Node>(ctx, { apiVersion: 'v1', kind: 'Node', name: nodeName });
  if (node) api.update(ctx, withNodeID(node, driver, undefined));
}

/**
 * Brings the limit in the CSINode up to what the driver says now.
 * @throws StatusError
 * @see pkg/volume/csi/nodeinfomanager/nodeinfomanager.go UpdateCSIDriver
 */
export function updateAllocatable(
  api: ApiServer,
  ctx: Context,
  nodeName: string,
  driver: string,
  info: NodeGetInfoResponse,
): void {
  const csiNode = api.get<CSINode>(ctx, { kind: 'CSINode', name: nodeName });
  const drivers = (csiNode.spec.drivers ?? []).map((entry) => {
    if (entry.name !== driver) return entry;
    const { allocatable: _, ...rest } = entry;
    return { ...rest, ...allocatableOf(info) };
  });
  api.update<CSINode>(ctx, { ...csiNode, spec: { ...csiNode.spec, drivers } });
}

/** No limit where the driver gives none; one that is no int32 is cut. */
function allocatableOf({ max_volumes_per_node: max = 0 }: NodeGetInfoResponse): Pick<CSINodeDriver, 'allocatable'> {
  return max > 0 ? { allocatable: { count: Math.min(max, MAX_INT32) } } : {};
}

/** @see pkg/volume/csi/nodeinfomanager/nodeinfomanager.go updateNodeIDInNode */
function withNodeID(node: Node, driver: string, nodeID: string | undefined): Node {
  const { [driver]: _, ...others } = readNodeIDs(node);
  const ids: Readonly<Record<string, string>> = nodeID === undefined ? others : { ...others, [driver]: nodeID };
  const names = Object.keys(ids).sort();
  if (names.length === 0) return withoutAnnotation(node, NODE_ID_ANNOTATION);
  const sorted = Object.fromEntries(names.map((name) => [name, ids[name]]));
  return withAnnotation(node, NODE_ID_ANNOTATION, JSON.stringify(sorted));
}

function readNodeIDs({ metadata }: Node): Readonly<Record<string, string>> {
  const text = metadata.annotations?.[NODE_ID_ANNOTATION];
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as Record<string, string>;
  } catch {
    return {};
  }
}
