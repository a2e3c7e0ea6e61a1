import { describeRef } from '../../../api/server.ts';
import type { Json } from '../../../sim/types.ts';
import {
  DONE,
  type MountArgs,
  type PluginError,
  podVolumeDeviceDir,
  type VolumeSpec,
} from '../../../volumes/plugin.ts';
import { currentPod, type Kubelet, workers } from '../../kubelet.ts';
import {
  type ActualVolume,
  actual,
  isBlock,
  type Operation,
  type PodVolumeRecord,
  pluginOf,
  podVolumesTable,
  without,
} from '../world.ts';
import { checkMount, failure, textsOf } from './checks.ts';
import { expandVolumeDuringMount, expansionAnswered } from './expand.ts';
import { advance, begin, finish, podEvent, update } from './pending.ts';

/** One mount of a volume at a time where its device is shared, else one per pod. */
const mountKey = ({ attachable, deviceMountable }: ActualVolume, uid: string): string =>
  attachable || deviceMountable ? '' : uid;

/**
 * Begins to mount (or to map) a volume for a pod.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateMountVolumeFunc, GenerateMapVolumeFunc
 */
export function mountVolume(
  kl: Kubelet,
  volume: string,
  uid: string,
  wanted: { readonly spec: VolumeSpec; readonly names: readonly string[] },
): void {
  const entry = actual(kl).get(volume);
  const worker = workers(kl).get(uid);
  if (!entry || !worker) return;
  const { spec, names } = wanted;
  const remount = entry.pods[uid]?.state === 'Mounted';
  const pod = currentPod(kl, worker);
  const head = { name: 'volume_mount', volume, key: mountKey(entry, uid) } as const;
  const operation: Operation = { ...head, stage: 'WaitForAttach', spec, podUid: uid, pod, names, remount };
  if (!begin(kl, operation)) return;
  const args: MountArgs = { pod, podUid: uid, spec, remount };
  const refused = checkMount(kl, entry, args);
  if (refused) {
    podEvent(kl, pod, 'Warning', refused.reason, refused.message);
    return finish(kl, operation, false);
  }
  if (!entry.attachable) return mountDevice(kl, operation);
  advance(kl, operation, pluginOf(entry.plugin).waitForAttach?.(kl, args) ?? DONE, mountSettled);
}

/** Goes on with a mount after one of its steps. */
export function mountSettled(
  kl: Kubelet,
  operation: Operation,
  error: PluginError | undefined,
  response?: Json | undefined,
): void {
  if (operation.stage === 'Device') return deviceMounted(kl, operation, error);
  if (operation.stage === 'Pod') return podMounted(kl, operation, error, response);
  if (operation.stage === 'Expand') return expandedDuringMount(kl, operation, expansionAnswered(kl, operation, error));
  if (error) return mountFailed(kl, operation, 'WaitForAttach', error);
  mountDevice(kl, operation);
}

function mountFailed(kl: Kubelet, operation: Operation, step: string, { error, kind }: PluginError): void {
  const { reason, message } = failure(operation.spec, step, error);
  podEvent(kl, operation.pod, 'Warning', reason, message);
  const candidates = [{ candidate: operation.spec.name, ok: false, rule: step, message: error }];
  const facts = { node: kl.node, volume: operation.volume, certainty: kind };
  if (operation.pod)
    kl.ctx.decide({ about: describeRef(operation.pod), by: 'mountVolume', outcome: 'failed', facts, candidates });
  finish(kl, operation, false);
}

const mountArgs = ({ pod, podUid = '', spec, remount = false }: Operation): MountArgs | undefined =>
  pod && { pod, podUid, spec, remount };

function mountDevice(kl: Kubelet, operation: Operation): void {
  const entry = actual(kl).get(operation.volume);
  const args = mountArgs(operation);
  if (!entry || !args) return finish(kl, operation, false);
  const plugin = pluginOf(entry.plugin);
  const mount = isBlock(operation.spec) ? plugin.block?.setUpDevice : plugin.mountDevice;
  if (!entry.deviceMountable || entry.device === 'Mounted' || !mount) return setUp(kl, operation);
  advance(kl, { ...operation, stage: 'Device' }, mount(kl, args), mountSettled);
}

/** @see operation_generator.go markDeviceErrorState */
function deviceMounted(kl: Kubelet, operation: Operation, error: PluginError | undefined): void {
  const { volume, spec } = operation;
  if (!error) {
    update(kl, volume, ({ deviceReconstructed: _, ...entry }) => ({ ...entry, device: 'Mounted' }));
    return setUp(kl, operation);
  }
  const { device, deviceReconstructed } = actual(kl).get(volume) ?? {};
  // A device that was found after a restart may be in use by a running pod: no error makes it certain that it is not.
  const undone = error.kind === 'final' && device === 'Uncertain' && !deviceReconstructed;
  if (undone) update(kl, volume, (entry) => ({ ...entry, device: 'NotMounted' }));
  const perhaps = error.kind === 'uncertain' && device === 'NotMounted';
  if (perhaps) update(kl, volume, (entry) => ({ ...entry, device: 'Uncertain' }));
  mountFailed(kl, operation, textsOf(spec).device, error);
}

function setUp(kl: Kubelet, operation: Operation): void {
  const entry = actual(kl).get(operation.volume);
  const args = mountArgs(operation);
  if (!entry || !args) return finish(kl, operation, false);
  const plugin = pluginOf(entry.plugin);
  const next: Operation = { ...operation, stage: 'Pod' };
  if (!plugin.withoutPodDirectory) notePodVolume(kl, entry, operation);
  const mount = isBlock(operation.spec) ? plugin.block?.mapPodDevice : plugin.setUp;
  if (mount) return advance(kl, next, mount(kl, args), mountSettled);
  mountFailed(kl, next, textsOf(operation.spec).pod, { error: 'no volume plugin matched', kind: 'final' });
}

/** @see operation_generator.go markVolumeErrorState, actual_state_of_world.go MarkVolumeAsMounted */
function podMounted(
  kl: Kubelet,
  operation: Operation,
  error: PluginError | undefined,
  response: Json | undefined,
): void {
  const { volume, podUid: uid = '', spec, names = [] } = operation;
  const known = actual(kl).get(volume)?.pods[uid];
  if (!error) {
    afterSetUp(kl, operation, response);
    return expand(kl, operation);
  }
  const undone = error.kind === 'final' && known?.state === 'Uncertain' && !known.reconstructed;
  if (undone) update(kl, volume, (entry) => ({ ...entry, pods: without(entry.pods, uid) }));
  const perhaps = error.kind === 'uncertain' && !known;
  if (perhaps) {
    update(kl, volume, (entry) => ({ ...entry, pods: { ...entry.pods, [uid]: { state: 'Uncertain', spec, names } } }));
  }
  if (!actual(kl).get(volume)?.pods[uid]) forgetPodVolume(kl, uid, spec.name);
  mountFailed(kl, operation, textsOf(spec).pod, error);
}

function expand(kl: Kubelet, operation: Operation): void {
  const entry = actual(kl).get(operation.volume);
  const args = mountArgs(operation);
  const begun = entry && args && !args.remount ? expandVolumeDuringMount(kl, entry, args) : 'done';
  if (begun === 'done') return expandedDuringMount(kl, operation, undefined);
  if ('error' in begun) return expandedDuringMount(kl, operation, begun.error);
  advance(kl, { ...operation, stage: 'Expand', expansion: begun.expansion }, begun.step, mountSettled);
}

/** A pod does not start on a volume that failed to grow, but what was mounted has to be unmounted. */
function expandedDuringMount(kl: Kubelet, operation: Operation, error: string | undefined): void {
  const { volume, podUid: uid = '', spec, names = [], pod } = operation;
  const state = error === undefined ? 'Mounted' : 'Uncertain';
  update(kl, volume, (entry) => ({ ...entry, pods: { ...entry.pods, [uid]: { state, spec, names } } }));
  if (error !== undefined) {
    const step = isBlock(spec) ? 'MapVolume.MarkVolumeAsMounted' : 'MountVolume.Setup';
    const message = `${step} failed while expanding volume for volume "${spec.name}" : ${error}`;
    podEvent(kl, pod, 'Warning', textsOf(spec).reason, message);
  }
  finish(kl, operation, error === undefined);
}

/** What is left after the plugin has answered; a block volume that is mapped has two events. */
function afterSetUp(kl: Kubelet, operation: Operation, response: Json | undefined): void {
  const entry = actual(kl).get(operation.volume);
  const args = mountArgs(operation);
  if (!entry || !args) return;
  const { plugin: name } = entry;
  const plugin = pluginOf(name);
  const { spec, pod, podUid } = args;
  if (!isBlock(spec)) return plugin.afterSetUp?.(kl, args, response);
  const paths = {
    globalMapPath: plugin.block?.globalMapPath(spec) ?? '',
    volumeMapPath: podVolumeDeviceDir(podUid, name),
  };
  for (const [kind, path] of Object.entries(paths)) {
    const message = `MapVolume.MapPodDevice succeeded for volume "${spec.name}" ${kind} "${path}"`;
    podEvent(kl, pod, 'Normal', 'SuccessfulMountVolume', message);
  }
}

/** Notes on the node's disk that the pod may have the volume mounted. */
function notePodVolume(kl: Kubelet, entry: ActualVolume, { volume, podUid = '', spec, names = [] }: Operation): void {
  const key = `${podUid}/${spec.name}`;
  if (kl.ctx.live(podVolumesTable(kl), key) !== undefined) return;
  const { plugin, attachable, deviceMountable } = entry;
  const record: PodVolumeRecord = { volume, plugin, spec, podUid, names, attachable, deviceMountable };
  kl.ctx.write(podVolumesTable(kl), key, record);
}

export function forgetPodVolume(kl: Kubelet, uid: string, name: string): void {
  kl.ctx.write(podVolumesTable(kl), `${uid}/${name}`, undefined);
}
