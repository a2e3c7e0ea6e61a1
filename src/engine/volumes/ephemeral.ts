import type { PersistentVolumeClaim, Pod, Volume } from '../api/object.ts';

/**
 * Claims of generic ephemeral volumes: named after the pod and the volume, and the pod's own.
 * @see staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go
 */

/** @see VolumeClaimName */
const volumeClaimName = ({ metadata }: Pod, { name }: Volume): string => `${metadata.name}-${name}`;

/** Name of the claim behind a volume of a pod, of either way to name one. */
export const claimNameOf = (pod: Pod, volume: Volume): string | undefined =>
  volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? volumeClaimName(pod, volume) : undefined);

/** Whether a claim was made for a pod. */
export const isForPod = ({ metadata }: Pod, claim: PersistentVolumeClaim): boolean =>
  claim.metadata.namespace === metadata.namespace &&
  (claim.metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === metadata.uid) ?? false);

/** Why a claim of that name is not the one of a pod's ephemeral volume; undefined if it is. @see VolumeIsForPod */
export function volumeIsForPod(pod: Pod, claim: PersistentVolumeClaim): string | undefined {
  if (isForPod(pod, claim)) return undefined;
  const { namespace = '', name } = claim.metadata;
  return `PVC ${namespace}/${name} was not created for pod ${pod.metadata.namespace ?? ''}/${pod.metadata.name} (pod is not owner)`;
}
