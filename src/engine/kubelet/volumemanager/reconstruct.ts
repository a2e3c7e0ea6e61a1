import type { Kubelet } from '../kubelet.ts';
import { actual, type PodVolumeRecord, podVolumesTable } from './world.ts';

/**
 * After a restart: what lies in the pods' volume directories may be mounted. It is torn down if no pod wants it, else set
 * up again.
 * @see pkg/kubelet/volumemanager/reconciler/reconstruct.go reconstructVolumes
 */
export function reconstructVolumes(kl: Kubelet): void {
  const { ctx } = kl;
  for (const key of ctx.liveKeys(podVolumesTable(kl))) {
    const record = ctx.live<PodVolumeRecord>(podVolumesTable(kl), key);
    if (!record) continue;
    const { volume, plugin, spec, podUid, names, attachable, deviceMountable } = record;
    const known = actual(kl).get(volume);
    actual(kl).set(volume, {
      plugin,
      spec,
      attachable,
      deviceMountable,
      device: deviceMountable ? 'Uncertain' : 'NotMounted',
      ...(deviceMountable && { deviceReconstructed: true }),
      pods: { ...known?.pods, [podUid]: { state: 'Uncertain', spec, names, reconstructed: true } },
    });
  }
}
