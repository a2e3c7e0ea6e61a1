import { keyOf } from '../../api/kind.ts';
import type { PersistentVolumeClaim, Pod } from '../../api/object.ts';
import { claimNameOf, isForPod } from '../../volumes/ephemeral.ts';
import { isPodTerminated } from '../../volumes/pods.ts';

/** Keys of all claims that a pod uses. */
export function claimsOf(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((volume) => {
    const name = claimNameOf(pod, volume);
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
      (ephemeral && volume.ephemeral !== undefined && claimNameOf(pod, volume) === name && isForPod(pod, claim)),
  );
}

/** Whether the kubelet is done with a pod that is being deleted, or it was deleted by force: a finalizer may still hold it. */
const isShutDown = ({ metadata }: Pod): boolean =>
  metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
