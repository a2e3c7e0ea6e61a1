import type { CSIDriver, KubeObject, LabelSelector, Node, PersistentVolumeClaim } from '../../../api/object.ts';
import { quantityValue } from '../../../api/quantity.ts';
import { matchesLabelSelector } from '../../../api/selectors.ts';
import { CSI_DRIVERS } from '../../../api/tables.ts';
import type { Context } from '../../../sim/context.ts';

export const CSI_STORAGE_CAPACITIES = 'csistoragecapacities.storage.k8s.io';

export interface CSIStorageCapacity extends KubeObject {
  readonly nodeTopology?: LabelSelector;
  readonly storageClassName: string;
  readonly capacity?: string;
  readonly maximumVolumeSize?: string;
}

/** The largest volume that a published capacity allows; undefined: none. */
export const volumeLimit = ({ maximumVolumeSize, capacity }: CSIStorageCapacity): string | undefined =>
  maximumVolumeSize ?? capacity;

/**
 * Whether a driver that publishes its capacity has room for a claim where the node reaches it. Each claim is compared alone.
 * @see pkg/scheduler/framework/plugins/volumebinding/binder.go hasEnoughCapacity
 */
export function hasEnoughCapacity(
  ctx: Context,
  provisioner: string,
  claim: PersistentVolumeClaim,
  className: string,
  node: Node,
): boolean {
  const request = claim.spec.resources?.requests?.['storage'];
  if (request === undefined) return true;
  if (!ctx.get<CSIDriver>(CSI_DRIVERS, provisioner)?.spec.storageCapacity) return true;
  const size = quantityValue(request);
  return ctx.keys(CSI_STORAGE_CAPACITIES).some((key) => {
    const capacity = ctx.get<CSIStorageCapacity>(CSI_STORAGE_CAPACITIES, key);
    if (capacity?.storageClassName !== className) return false;
    const limit = volumeLimit(capacity);
    if (limit === undefined || quantityValue(limit) < size) return false;
    return capacity.nodeTopology !== undefined && matchesLabelSelector(capacity.nodeTopology, node.metadata.labels);
  });
}
