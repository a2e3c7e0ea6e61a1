import { DONE, type PluginError, type PodVolume, type VolumeSpec } from '../../../volumes/plugin.ts';
import type { Kubelet } from '../../kubelet.ts';
import { actual, isBlock, type Operation, pluginOf, without } from '../world.ts';
import { forgetPodVolume } from './mount.ts';
import { advance, begin, finish, update } from './pending.ts';

/** @see operation_generator.go GenerateUnmountVolumeFunc, GenerateUnmapVolumeFunc */
export function unmountVolume(kl: Kubelet, volume: string, uid: string, { spec }: { readonly spec: VolumeSpec }): void {
  const entry = actual(kl).get(volume);
  const operation: Operation = { name: 'volume_unmount', volume, key: uid, stage: 'Pod', spec, podUid: uid };
  if (!entry || !begin(kl, operation)) return;
  const plugin = pluginOf(entry.plugin);
  const args: PodVolume = { spec, podUid: uid };
  const step = isBlock(spec) ? plugin.block?.unmapPodDevice(kl, args) : plugin.tearDown(kl, args);
  advance(kl, operation, step ?? DONE, unmountSettled);
}

/** @see operation_generator.go GenerateUnmountDeviceFunc, GenerateUnmapDeviceFunc */
export function unmountDevice(kl: Kubelet, volume: string): void {
  const entry = actual(kl).get(volume);
  if (!entry) return;
  const { spec } = entry;
  const operation: Operation = { name: 'unmount_device', volume, key: '', stage: 'Device', spec };
  if (!begin(kl, operation)) return;
  const plugin = pluginOf(entry.plugin);
  const step = isBlock(spec) ? plugin.block?.tearDownDevice?.(kl, spec) : plugin.unmountDevice?.(kl, spec);
  advance(kl, operation, step ?? DONE, unmountSettled);
}

/** Ends an unmount; after an error it is not certain what is still mounted. */
export function unmountSettled(kl: Kubelet, operation: Operation, error: PluginError | undefined): void {
  if (operation.stage === 'Pod') return podUnmounted(kl, operation, error);
  const device = error ? 'Uncertain' : 'NotMounted';
  update(kl, operation.volume, ({ deviceReconstructed: _, ...entry }) => ({ ...entry, device }));
  finish(kl, operation, error === undefined);
}

function podUnmounted(kl: Kubelet, operation: Operation, error: PluginError | undefined): void {
  const { volume, podUid: uid = '', spec } = operation;
  const entry = actual(kl).get(volume);
  if (error) {
    const known = entry?.pods[uid];
    if (known?.state === 'Mounted') {
      update(kl, volume, (old) => ({ ...old, pods: { ...old.pods, [uid]: { ...known, state: 'Uncertain' } } }));
    }
    return finish(kl, operation, false);
  }
  if (entry && !isBlock(spec)) pluginOf(entry.plugin).afterTearDown?.(kl, { spec, podUid: uid });
  update(kl, volume, (old) => ({ ...old, pods: without(old.pods, uid) }));
  forgetPodVolume(kl, uid, spec.name);
  finish(kl, operation, true);
}
