import { keyOf } from '../../api/kind.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, Volume } from '../../api/object.ts';
import { describeRef } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../api/tables.ts';
import { claimNameOf, volumeIsForPod } from '../../volumes/ephemeral.ts';
import { uniqueVolumeName, type VolumeSpec } from '../../volumes/plugin.ts';
import { findPluginBySpec } from '../../volumes/registry.ts';
import { currentPod, type Kubelet, QUEUE, wakePodWorker, workers } from '../kubelet.ts';
import { noteSize } from './operations/expand.ts';
import { actual, type DesiredVolume, desired, isBlock, pluginOf, processed, without } from './world.ts';

const PVC_PROTECTION = 'kubernetes.io/pvc-protection';

/** Lets the populator look at a pod (again): with the next pass its volumes are desired, and due ones set up anew. */
export function reprocessPod(kl: Kubelet, uid: string): void {
  processed(kl).set(uid, { state: 'waiting', errors: [] });
  kl.ctx.enqueue(QUEUE.reconciler, '');
}

/**
 * @see pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go populatorLoop
 */
export function populatorLoop(kl: Kubelet): void {
  for (const uid of [...processed(kl).bucket('byState', 'waiting')]) findAndAddNewPod(kl, uid);
  findAndRemoveDeletedPods(kl);
}

/** @see desired_state_of_world_populator.go processPodVolumes */
function findAndAddNewPod(kl: Kubelet, uid: string): void {
  const worker = workers(kl).get(uid);
  if (worker?.stage !== 'sync') {
    processed(kl).delete(uid);
    return;
  }
  const pod = currentPod(kl, worker);
  const { mounts, devices } = usedVolumes(pod);
  const errors: string[] = [];
  for (const volume of pod.spec.volumes ?? []) {
    if (!mounts.has(volume.name) && !devices.has(volume.name)) continue;
    const spec = createVolumeSpec(kl, pod, volume, mounts, devices);
    const error = typeof spec === 'string' ? spec : addPodToVolume(kl, uid, volume.name, spec);
    if (error === undefined) continue;
    errors.push(error);
    const candidates = [{ candidate: volume.name, ok: false, rule: 'createVolumeSpec', message: error }];
    kl.ctx.decide({ about: describeRef(pod), by: 'processPodVolumes', outcome: 'failed', candidates });
  }
  processed(kl).set(uid, { state: 'processed', errors: errors.slice(0, 10) });
  if (errors.length === 0) markRemountRequired(kl, uid);
  wakePodWorker(kl, uid);
}

/** Volumes that some container uses, by kind of use. */
export function usedVolumes({ spec }: Pod): {
  readonly mounts: ReadonlySet<string>;
  readonly devices: ReadonlySet<string>;
} {
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  return {
    mounts: new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name))),
    devices: new Set(containers.flatMap(({ volumeDevices = [] }) => volumeDevices.map(({ name }) => name))),
  };
}

/**
 * The spec behind a pod's volume, its claim read live; an error's text where that cannot be.
 * @see desired_state_of_world_populator.go createVolumeSpec
 */
function createVolumeSpec(
  kl: Kubelet,
  pod: Pod,
  volume: Volume,
  mounts: ReadonlySet<string>,
  devices: ReadonlySet<string>,
): VolumeSpec | string {
  const claimName = claimNameOf(pod, volume);
  if (claimName === undefined) return { name: volume.name, volume, readOnly: false };
  const { namespace = 'default' } = pod.metadata;
  const about = `${namespace}/${claimName}`;
  const claim = kl.ctx.live<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, keyOf(namespace, claimName));
  const foreign = volume.ephemeral && claim && volumeIsForPod(pod, claim);
  if (foreign !== undefined) return foreign;
  const pv = getPVSpec(kl, claimName, claim);
  if (typeof pv === 'string') return `error processing PVC ${about}: ${pv}`;
  const block = pv.spec.volumeMode === 'Block';
  if (mounts.has(volume.name) && block)
    return `volume ${volume.name} has volumeMode Block, but is specified in volumeMounts`;
  if (devices.has(volume.name) && !block)
    return `volume ${volume.name} has volumeMode Filesystem, but is specified in volumeDevices`;
  return { name: pv.metadata.name, persistentVolume: pv, readOnly: volume.persistentVolumeClaim?.readOnly === true };
}

/** @see desired_state_of_world_populator.go getPVCExtractPV, getPVSpec */
function getPVSpec(
  { ctx }: Kubelet,
  claimName: string,
  claim: PersistentVolumeClaim | undefined,
): PersistentVolume | string {
  if (!claim) return `failed to fetch PVC from API server: persistentvolumeclaims "${claimName}" not found`;
  const { deletionTimestamp, finalizers = [], uid } = claim.metadata;
  if (deletionTimestamp !== undefined && !finalizers.includes(PVC_PROTECTION)) return 'PVC is being deleted';
  if (claim.status?.phase !== 'Bound') return 'PVC is not bound';
  const { volumeName } = claim.spec;
  if (!volumeName) return 'PVC has empty pvc.Spec.VolumeName';
  const pv = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, volumeName);
  if (!pv) return `failed to fetch PV ${volumeName} from API server: persistentvolumes "${volumeName}" not found`;
  const { claimRef } = pv.spec;
  if (!claimRef)
    return `found PV object ${volumeName} but it has a nil pv.Spec.ClaimRef indicating it is not yet bound to the claim`;
  if (claimRef.uid !== uid) {
    return `found PV object ${volumeName} but its pv.Spec.ClaimRef.UID ${claimRef.uid ?? ''} does not point to claim.UID ${uid}`;
  }
  return pv;
}

/** @see pkg/kubelet/volumemanager/cache/desired_state_of_world.go AddPodToVolume */
function addPodToVolume(kl: Kubelet, uid: string, name: string, spec: VolumeSpec): string | undefined {
  const { ctx } = kl;
  const plugin = findPluginBySpec(spec);
  if (typeof plugin === 'string') return `failed to get Plugin from volumeSpec for volume "${spec.name}" err=${plugin}`;
  const volume = uniqueVolumeName(ctx, plugin, spec, uid);
  const table = desired(kl);
  const known = table.get(volume);
  const names = known?.pods[uid]?.names ?? [];
  const attachable = plugin.attachable?.(ctx, spec) ?? false;
  const entry: DesiredVolume = {
    plugin: plugin.name,
    spec: known?.spec ?? spec,
    attachable,
    deviceMountable: plugin.deviceMountable?.(ctx, spec) ?? false,
    pods: { ...known?.pods, [uid]: { spec, names: names.includes(name) ? names : [...names, name] } },
  };
  if (known?.attachable !== attachable || !names.includes(name)) table.set(volume, entry);
  noteSize(kl, volume, spec);
  return undefined;
}

/** @see pkg/kubelet/volumemanager/cache/actual_state_of_world.go MarkRemountRequired */
function markRemountRequired(kl: Kubelet, uid: string): void {
  const table = actual(kl);
  for (const volume of [...table.bucket('byPod', uid)]) {
    const entry = table.get(volume);
    const pod = entry?.pods[uid];
    if (!entry || !pod || pod.remountRequired || isBlock(pod.spec)) continue;
    if (!pluginOf(entry.plugin).requiresRemount?.(kl.ctx, pod.spec)) continue;
    table.set(volume, { ...entry, pods: { ...entry.pods, [uid]: { ...pod, remountRequired: true } } });
  }
}

/**
 * A volume is no longer desired for a pod whose containers are gone, once it is mounted or the pod is gone too.
 * @see desired_state_of_world_populator.go findAndRemoveDeletedPods
 */
function findAndRemoveDeletedPods(kl: Kubelet): void {
  const table = desired(kl);
  for (const volume of [...table.keys()]) {
    const entry = table.get(volume);
    if (!entry) continue;
    let { pods } = entry;
    for (const uid of Object.keys(entry.pods)) {
      const worker = workers(kl).get(uid);
      if (worker && worker.stage === 'sync') continue;
      if (worker?.exists && !actual(kl).get(volume)?.pods[uid]) continue;
      pods = without(pods, uid);
      if (processed(kl).has(uid)) processed(kl).delete(uid);
    }
    if (pods === entry.pods) continue;
    table.set(volume, { ...entry, pods });
    if (Object.keys(pods).length === 0) table.delete(volume);
  }
}
