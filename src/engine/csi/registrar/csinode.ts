import { notFound } from '../../api/errors.ts';
import type { CSINode, Node } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';

const MIGRATED_PLUGINS_ANNOTATION = 'storage.alpha.kubernetes.io/migrated-plugins';

/** In-tree plugins whose volumes the kubelet hands to CSI drivers. */
const MIGRATED_PLUGINS = [
  'kubernetes.io/aws-ebs',
  'kubernetes.io/azure-disk',
  'kubernetes.io/azure-file',
  'kubernetes.io/cinder',
  'kubernetes.io/gce-pd',
  'kubernetes.io/portworx-volume',
  'kubernetes.io/vsphere-volume',
].join(',');

/**
 * The node's CSINode: made when it is missing, made anew when it belongs to an earlier Node of the same name, and given
 * the annotation of the migrated plugins.
 * @throws StatusError NotFound when there is no such Node
 * @see pkg/volume/csi/nodeinfomanager/nodeinfomanager.go InitializeCSINodeWithAnnotation
 */
export function ensureCSINode(api: ApiServer, ctx: Context, name: string): CSINode {
  const node = api.find<Node>(ctx, { apiVersion: 'v1', kind: 'Node', name });
  if (!node) throw notFound(api.definition('v1', 'Node'), name);
  const found = api.find<CSINode>(ctx, { kind: 'CSINode', name });
  if (!found) return createCSINode(api, ctx, node);
  const owner = found.metadata.ownerReferences?.find(({ kind }) => kind === 'Node');
  if (owner && owner.uid !== node.metadata.uid) {
    api.remove(ctx, { kind: 'CSINode', name });
    return createCSINode(api, ctx, node);
  }
  const annotations = { ...found.metadata.annotations, [MIGRATED_PLUGINS_ANNOTATION]: MIGRATED_PLUGINS };
  return api.update(ctx, { ...found, metadata: { ...found.metadata, annotations } });
}

function createCSINode(api: ApiServer, ctx: Context, { metadata: { name, uid } }: Node): CSINode {
  return api.create<CSINode>(ctx, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'CSINode',
    metadata: {
      name,
      annotations: { [MIGRATED_PLUGINS_ANNOTATION]: MIGRATED_PLUGINS },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }],
    },
    spec: {},
  });
}
