import type { NodeSelector, PersistentVolume } from '../../api/object.ts';
import { newQuantity } from '../../api/quantity.ts';
import type { Context } from '../../sim/context.ts';
import { type Driver, hasPlugin } from '../spec/driver.ts';
import type { CreateVolumeRequest, CsiVolume, Topology } from '../spec/messages.ts';
import { provisionerIdentity } from './identity.ts';

const IDENTITY_ATTRIBUTE = 'storage.kubernetes.io/csiProvisionerIdentity';

/**
 * The PersistentVolume of a volume that the driver has made.
 * @returns an error where the volume is not what was asked for
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go Provision
 */
export function completeVolume(
  ctx: Context,
  driver: Driver | undefined,
  template: PersistentVolume,
  request: CreateVolumeRequest,
  made: CsiVolume,
): PersistentVolume | { readonly error: string } {
  const requested = request.capacity_range?.required_bytes ?? 0;
  const capacity = Number(made.capacity_bytes ?? 0) || requested;
  if (capacity < requested)
    return { error: `created volume capacity ${capacity} less than requested capacity ${requested}` };
  if (request.volume_content_source && !made.content_source) return { error: 'volume content source missing' };
  const { spec } = template;
  if (!spec.csi) return { error: 'no CSI source in PersistentVolume' };
  const affinity = hasPlugin(driver, 'VOLUME_ACCESSIBILITY_CONSTRAINTS')
    ? nodeAffinity(made.accessible_topology ?? [])
    : undefined;
  const volumeAttributes = { [IDENTITY_ATTRIBUTE]: provisionerIdentity(ctx), ...made.volume_context };
  return {
    ...template,
    spec: {
      ...spec,
      capacity: { storage: newQuantity(capacity, 'BinarySI') },
      ...(affinity && { nodeAffinity: { required: affinity } }),
      csi: { ...spec.csi, volumeHandle: made.volume_id, volumeAttributes },
    },
  };
}

/** @see kubernetes-csi/external-provisioner pkg/controller/topology.go GenerateVolumeNodeAffinity */
function nodeAffinity(topology: readonly Topology[]): NodeSelector | undefined {
  const nodeSelectorTerms = topology
    .filter(({ segments }) => Object.keys(segments).length > 0)
    .map(({ segments }) => ({
      matchExpressions: Object.entries(segments)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, value]) => ({ key, operator: 'In', values: [value] })),
    }));
  return nodeSelectorTerms.length > 0 ? { nodeSelectorTerms } : undefined;
}
