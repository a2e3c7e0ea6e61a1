import { deepEqual } from '../../api/diff.ts';
import type { VolumeAttachment } from '../../api/object.ts';

/**
 * Whether a change of a VolumeAttachment calls for work: one that only brought an error into its status does not, or a
 * failing attach would wake itself.
 * @see kubernetes-csi/external-attacher pkg/controller/controller.go shouldEnqueueVAChange
 */
export const shouldEnqueueVAChange = (old: VolumeAttachment, young: VolumeAttachment): boolean =>
  !deepEqual(withoutErrors(old), withoutErrors(young));

function withoutErrors({ metadata, status, ...rest }: VolumeAttachment): object {
  const { resourceVersion: _, ...meta } = metadata;
  const { attachError: _1, detachError: _2, ...kept } = status ?? { attached: false };
  return { ...rest, metadata: meta, status: kept };
}
