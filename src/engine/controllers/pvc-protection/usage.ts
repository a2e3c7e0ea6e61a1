import { keyOf } from '../../api/kind.ts';
import type { PersistentVolumeClaim, Pod, Volume } from '../../api/object.ts';
import { isPodTerminated } from '../../volumes/pods.ts';

/** Name of the claim of a generic ephemeral volume. @see staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go VolumeClaimName */
const ephemeralClaimName = ({ metadata }: Pod, { name }: Volume): string => `${metadata.name}-${name}`;

/** Keys of all claims that a pod uses. */
export function claimsOf(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral && ephemeralClaimName(pod, volume));
    return name === undefined ? [] : [keyOf(pod.metadata.namespace, name)];
  });
}

/**
 * Whether a pod keeps a claim from being deleted: only once it is on a node, as the kubelet starts no pod whose claim is
 * being deleted.
 * @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go podUsesPVCForDeletion
 */
export function podUsesPVCForDeletion(pod: Pod, claim: PersistentVolumeClaim): boolean {
  if (!pod.spec.nodeName) return false;
  return references(pod, claim, !isShutDown(pod));
}

/** @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go podUsesPVCForUnusedSince */
export const podUsesPVCForUnusedSince = (pod: Pod, claim: PersistentVolumeClaim): boolean =>
  !isPodTerminated(pod) && references(pod, claim, true);

function references(pod: Pod, claim: PersistentVolumeClaim, ephemeral: boolean): boolean {
  const { name } = claim.metadata;
  return (pod.spec.volumes ?? []).some(
    (volume) =>
      volume.persistentVolumeClaim?.claimName === name ||
      (ephemeral && volume.ephemeral !== undefined && ephemeralClaimName(pod, volume) === name && isForPod(pod, claim)),
  );
}

/** Whether a claim was made for the pod. @see staging/src/k8s.io/component-helpers/storage/ephemeral/ephemeral.go VolumeIsForPod */
function isForPod(pod: Pod, { metadata }: PersistentVolumeClaim): boolean {
  const sameNamespace = metadata.namespace === pod.metadata.namespace;
  return (
    sameNamespace &&
    (metadata.ownerReferences ?? []).some(({ controller, uid }) => controller === true && uid === pod.metadata.uid)
  );
}

/** Whether the kubelet is done with a pod that is being deleted, or it was deleted by force: a finalizer may still hold it. */
const isShutDown = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
