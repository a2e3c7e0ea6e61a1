import { currentPod, type Kubelet, workers } from '../../kubelet.ts';
import { actual, type DesiredVolume, type Operation, pluginOf } from '../world.ts';
import { claimedSize } from './expand.ts';
import { begin, finish, podEvent } from './pending.ts';

/** @see pkg/kubelet/volumemanager/cache/actual_state_of_world.go MarkVolumeAsAttached */
export function markVolumeAsAttached(kl: Kubelet, volume: string, entry: DesiredVolume): void {
  const { plugin, spec, attachable, deviceMountable } = entry;
  const size = pluginOf(plugin).nodeExpand && claimedSize(kl, spec);
  const sized = size === undefined ? {} : { size };
  actual(kl).set(volume, { plugin, spec, attachable, deviceMountable, device: 'NotMounted', pods: {}, ...sized });
}

/**
 * Attaches a volume itself, on a node that is kept from the attach/detach controller. What can be attached from a node
 * needs nothing done for it. Returns whether the volume is attached.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateAttachVolumeFunc
 */
export function attachVolume(kl: Kubelet, volume: string, entry: DesiredVolume): boolean {
  const operation: Operation = { name: 'volume_attach', volume, key: '', stage: 'Device', spec: entry.spec };
  if (!begin(kl, operation)) return false;
  const { attachRefusal } = pluginOf(entry.plugin);
  if (attachRefusal === undefined) markVolumeAsAttached(kl, volume, entry);
  const message = `AttachVolume.Attach failed for volume "${entry.spec.name}" : ${attachRefusal}`;
  for (const uid of attachRefusal === undefined ? [] : Object.keys(entry.pods).sort()) {
    const worker = workers(kl).get(uid);
    podEvent(kl, worker && currentPod(kl, worker), 'Warning', 'FailedAttachVolume', message);
  }
  finish(kl, operation, attachRefusal === undefined);
  return attachRefusal === undefined;
}
