import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../api/object.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { claimNameOf, isForPod } from '../../volumes/ephemeral.ts';
import type { VolumeSpec } from '../../volumes/plugin.ts';
import { findPluginBySpec } from '../../volumes/registry.ts';
import { wakeVolume } from './queues.ts';
import {
  actualState,
  attachmentKey,
  desiredState,
  managedNodes,
  type ScheduledPod,
  scheduledPod,
  type VolumeToAttach,
} from './state.ts';

/**
 * Adds a pod's attachable volumes to the desired state of world, or takes them out. What cannot be looked up is passed
 * over without a word: another event brings the pod back.
 * @see pkg/controller/volume/attachdetach/util/util.go ProcessPodVolumes
 */
export function processPodVolumes(ctx: Context, pod: Pod, add: boolean): void {
  const { nodeName, volumes = [] } = pod.spec;
  if (volumes.length === 0 || !nodeName || !managedNodes(ctx).has(nodeName)) return;
  for (const volume of volumes) {
    const spec = createVolumeSpec(ctx, pod, volume);
    const found = spec && attachablePlugin(ctx, spec);
    if (!spec || !found) continue;
    if (add) addPod(ctx, nodeName, found.volume, found.plugin, spec, scheduledPod(pod));
    else deletePod(ctx, attachmentKey(nodeName, found.volume), pod.metadata.uid);
  }
}

/** The attachable plugin of a volume and the volume's unique name, if there is one. */
export function attachablePlugin(
  ctx: Context,
  spec: VolumeSpec,
): { readonly plugin: string; readonly volume: string } | undefined {
  const plugin = findPluginBySpec(spec);
  if (typeof plugin === 'string' || !plugin.volumeName || !plugin.attachable?.(ctx, spec)) return undefined;
  return { plugin: plugin.name, volume: `${plugin.name}/${plugin.volumeName(spec)}` };
}

/**
 * The pod's volume, or the bound PersistentVolume behind its claim.
 * @see pkg/controller/volume/attachdetach/util/util.go CreateVolumeSpec
 */
function createVolumeSpec(ctx: Context, pod: Pod, volume: Volume): VolumeSpec | undefined {
  const { namespace = 'default' } = pod.metadata;
  const claimName = claimNameOf(pod, volume);
  if (claimName === undefined) return { name: volume.name, volume, readOnly: false };
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, `${namespace}/${claimName}`);
  if (claim?.status?.phase !== 'Bound' || !claim.spec.volumeName) return undefined;
  if (volume.ephemeral && !isForPod(pod, claim)) return undefined;
  const persistentVolume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, claim.spec.volumeName);
  if (!persistentVolume || persistentVolume.spec.claimRef?.uid !== claim.metadata.uid) return undefined;
  const readOnly = volume.persistentVolumeClaim?.readOnly ?? false;
  return { name: persistentVolume.metadata.name, persistentVolume, readOnly };
}

/** @see pkg/controller/volume/attachdetach/cache/desired_state_of_world.go AddPod */
function addPod(ctx: Context, node: string, volume: string, plugin: string, spec: VolumeSpec, pod: ScheduledPod): void {
  const desired = desiredState(ctx);
  const key = attachmentKey(node, volume);
  const known = desired.get(key);
  if (known?.pods.some(({ uid }) => uid === pod.uid)) return;
  const pods = [...(known?.pods ?? []), pod];
  const entry: VolumeToAttach = known
    ? { ...known, spec, pods }
    : { node, volume, plugin, spec, pods, multiAttachErrorReported: false };
  desired.set(key, entry);
  const actual = actualState(ctx).get(key);
  if (actual && !actual.spec) actualState(ctx).set(key, { ...actual, spec });
  if (!known) wakeVolume(ctx, volume);
}

/** @see pkg/controller/volume/attachdetach/cache/desired_state_of_world.go DeletePod */
export function deletePod(ctx: Context, key: string, uid: string): void {
  const desired = desiredState(ctx);
  const known = desired.get(key);
  if (!known?.pods.some((pod) => pod.uid === uid)) return;
  const pods = known.pods.filter((pod) => pod.uid !== uid);
  if (pods.length > 0) desired.set(key, { ...known, pods });
  else {
    desired.delete(key);
    wakeVolume(ctx, known.volume);
  }
}
