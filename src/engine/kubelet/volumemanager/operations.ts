import { type EventType, recordEvent } from '../../api/events.ts';
import { type Labels, matchesNodeSelector } from '../../api/selectors.ts';
import type { Node, Pod } from '../../api/object.ts';
import { NODES } from '../../api/tables.ts';
import { blockedUntil, operationFailed, operationSucceeded } from '../../sim/backoff.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { Json } from '../../sim/types.ts';
import { type MountArgs, type PluginError, type PluginStep, type PodVolume, podVolumeDeviceDir, type VolumeSpec } from '../../volumes/plugin.ts';
import { currentPod, type Kubelet, QUEUE, wakePodWorker, workers } from '../kubelet.ts';
import {
  type ActualVolume,
  actual,
  desired,
  isBlock,
  type Operation,
  operations,
  type PodVolumeRecord,
  pluginOf,
  podVolumesTable,
  without,
} from './world.ts';

/** Names of the steps in event texts, by volume mode. */
const TEXTS = {
  Filesystem: { reason: 'FailedMount', prefix: 'MountVolume', device: 'MountDevice', pod: 'SetUp' },
  Block: { reason: 'FailedMapVolume', prefix: 'MapVolume', device: 'SetUpDevice', pod: 'MapPodDevice' },
} as const;

const textsOf = (spec: VolumeSpec): (typeof TEXTS)['Filesystem'] | (typeof TEXTS)['Block'] => TEXTS[isBlock(spec) ? 'Block' : 'Filesystem'];

const RWOP_IN_USE = 'volume uses the ReadWriteOncePod access mode and is already in use by another pod';

/** Whether an operation is running that keeps another on the volume, for a pod or ('') for all, from starting. */
export function isOperationPending(kl: Kubelet, volume: string, key: string): boolean {
  const running = operations(kl).get(volume);
  if (!running) return false;
  return key === '' ? Object.keys(running).length > 0 : running[key] !== undefined || running[''] !== undefined;
}

/**
 * Takes the operation's key, unless one is running there or the same one is in back-off.
 * @see pkg/volume/util/nestedpendingoperations/nestedpendingoperations.go Run
 */
function begin(kl: Kubelet, volume: string, key: string, operation: Operation): boolean {
  if (isOperationPending(kl, volume, key)) return false;
  const until = blockedUntil(kl.ctx, `${volume} ${key}`, operation.name);
  if (until > kl.ctx.now) {
    kl.ctx.enqueue(QUEUE.reconciler, '', until - kl.ctx.now);
    return false;
  }
  operations(kl).set(volume, { ...operations(kl).get(volume), [key]: operation });
  return true;
}

function finish(kl: Kubelet, volume: string, key: string, operation: Operation, ok: boolean): void {
  const rest = without(operations(kl).get(volume) ?? {}, key);
  if (Object.keys(rest).length === 0) operations(kl).delete(volume);
  else operations(kl).set(volume, rest);
  const { ctx } = kl;
  if (ok) {
    operationSucceeded(ctx, `${volume} ${key}`);
    ctx.enqueue(QUEUE.reconciler, '');
  } else ctx.enqueue(QUEUE.reconciler, '', operationFailed(ctx, `${volume} ${key}`, operation.name) - ctx.now);
  if (operation.podUid !== undefined) wakePodWorker(kl, operation.podUid);
}

function update(kl: Kubelet, volume: string, change: (entry: ActualVolume) => ActualVolume): void {
  const entry = actual(kl).get(volume);
  if (entry) actual(kl).set(volume, change(entry));
}

function podEvent({ api, ctx, node }: Kubelet, about: Pod | undefined, type: EventType, reason: string, message: string): void {
  if (about) recordEvent(api, ctx, { source: 'kubelet', host: node, about, type, reason, message });
}

// ---- mounting ----------------------------------------------------------------------------------------------------------

/** One mount of a volume at a time where its device is shared, else one per pod. */
const mountKey = ({ attachable, deviceMountable }: Pick<ActualVolume, 'attachable' | 'deviceMountable'>, uid: string): string =>
  attachable || deviceMountable ? '' : uid;

/**
 * Begins to mount (or to map) a volume for a pod.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateMountVolumeFunc, GenerateMapVolumeFunc
 */
export function mountVolume(kl: Kubelet, volume: string, uid: string, spec: VolumeSpec, names: readonly string[]): void {
  const entry = actual(kl).get(volume);
  const worker = workers(kl).get(uid);
  if (!entry || !worker) return;
  const key = mountKey(entry, uid);
  const remount = entry.pods[uid]?.state === 'Mounted';
  const pod = currentPod(kl, worker);
  const operation: Operation = { name: 'volume_mount', stage: 'WaitForAttach', spec, podUid: uid, pod, names, remount };
  if (!begin(kl, volume, key, operation)) return;
  const args: MountArgs = { pod, podUid: uid, spec, remount };
  const refused = checkMount(kl, volume, entry, args);
  if (refused) {
    podEvent(kl, pod, 'Warning', refused.reason, refused.message);
    return finish(kl, volume, key, operation, false);
  }
  if (!entry.attachable) return mountDevice(kl, volume, key, operation);
  advance(kl, volume, key, operation, pluginOf(entry.plugin).waitForAttach?.(kl, args) ?? { done: true });
}

const mountArgs = ({ pod, podUid = '', spec, remount = false }: Operation): MountArgs | undefined =>
  pod && { pod, podUid, spec, remount };

/** What is checked before anything is done; the event that tells what is wrong. */
function checkMount(
  kl: Kubelet,
  volume: string,
  entry: ActualVolume,
  args: MountArgs,
): { readonly reason: string; readonly message: string } | undefined {
  const { spec, podUid } = args;
  const texts = textsOf(spec);
  const failed = (step: string, error: string, reason: string = texts.reason) => ({
    reason,
    message: `${texts.prefix}.${step} failed for volume "${spec.name}" : ${error}`,
  });
  const required = spec.persistentVolume?.spec.nodeAffinity?.required;
  const labels: Labels = kl.ctx.get<Node>(NODES, kl.node)?.metadata.labels;
  if (required && !matchesNodeSelector(required, { metadata: { name: kl.node, labels } })) {
    kl.ctx.decide({
      about: `Pod/${args.pod.metadata.namespace ?? ''}/${args.pod.metadata.name}`,
      by: 'checkNodeAffinity',
      outcome: 'noMatch',
      candidates: [
        { candidate: `Node/${kl.node}`, ok: false, rule: 'nodeAffinity', have: { ...labels }, want: required as unknown as Json },
      ],
    });
    return failed('NodeAffinity check', 'no matching NodeSelectorTerms', 'FailedMount');
  }
  const plugin = pluginOf(entry.plugin);
  const refused = plugin.newMounter?.(kl, args);
  if (refused !== undefined) return failed('NewMounter initialization', refused);
  const options = spec.persistentVolume?.spec.mountOptions ?? [];
  if (!isBlock(spec) && options.length > 0 && !plugin.supportsMountOptions) {
    return failed('MountOptionSupport check', 'mount options are not supported for this volume type');
  }
  const modes = spec.persistentVolume?.spec.accessModes ?? [];
  if (modes.length === 1 && modes[0] === 'ReadWriteOncePod' && Object.keys(actual(kl).get(volume)?.pods ?? {}).some((uid) => uid !== podUid)) {
    return failed(isBlock(spec) ? 'SetUpDevice' : 'SetUp', RWOP_IN_USE);
  }
  return undefined;
}

/** Goes on from what a step came to: waits for its call, or takes its result. */
function advance(kl: Kubelet, volume: string, key: string, operation: Operation, step: PluginStep): void {
  if ('call' in step) {
    operations(kl).set(volume, { ...operations(kl).get(volume), [key]: operation });
    kl.ctx.call({ ...step.call, data: { volume, key } });
  } else settle(kl, volume, key, operation, 'error' in step ? step : undefined);
}

/** The answer to a call of an operation. */
export function operationAnswered(kl: Kubelet, call: CallRecord): void {
  const { volume, key } = call.data as { readonly volume: string; readonly key: string };
  const operation = operations(kl).get(volume)?.[key];
  const entry = actual(kl).get(volume);
  if (!operation || !entry) return;
  const failed = call.code !== 'OK';
  const plugin = pluginOf(entry.plugin);
  settle(kl, volume, key, operation, failed ? (plugin.callError?.(call) ?? { error: call.message ?? '', kind: 'final' }) : undefined);
}

function settle(kl: Kubelet, volume: string, key: string, operation: Operation, error: PluginError | undefined): void {
  if (operation.name === 'volume_mount') {
    if (operation.stage === 'WaitForAttach') return error ? mountFailed(kl, volume, key, operation, 'WaitForAttach', error) : mountDevice(kl, volume, key, operation);
    return operation.stage === 'Device' ? deviceMounted(kl, volume, key, operation, error) : podMounted(kl, volume, key, operation, error);
  }
  if (operation.name === 'volume_unmount') return podUnmounted(kl, volume, key, operation, error);
  deviceUnmounted(kl, volume, key, operation, error);
}

function mountFailed(kl: Kubelet, volume: string, key: string, operation: Operation, step: string, { error }: PluginError): void {
  const { reason, prefix } = textsOf(operation.spec);
  podEvent(kl, operation.pod, 'Warning', reason, `${prefix}.${step} failed for volume "${operation.spec.name}" : ${error}`);
  finish(kl, volume, key, operation, false);
}

function mountDevice(kl: Kubelet, volume: string, key: string, operation: Operation): void {
  const entry = actual(kl).get(volume);
  const args = mountArgs(operation);
  if (!entry || !args) return finish(kl, volume, key, operation, false);
  const plugin = pluginOf(entry.plugin);
  const begun = isBlock(operation.spec) ? plugin.block?.setUpDevice : plugin.mountDevice;
  if (!entry.deviceMountable || entry.device === 'Mounted' || !begun) return setUp(kl, volume, key, operation);
  advance(kl, volume, key, { ...operation, stage: 'Device' }, begun(kl, args));
}

/** @see operation_generator.go markDeviceErrorState */
function deviceMounted(kl: Kubelet, volume: string, key: string, operation: Operation, error: PluginError | undefined): void {
  if (!error) {
    update(kl, volume, ({ deviceReconstructed: _, ...entry }) => ({ ...entry, device: 'Mounted' }));
    return setUp(kl, volume, key, operation);
  }
  const { device, deviceReconstructed } = actual(kl).get(volume) ?? {};
  if (error.kind === 'final' && device === 'Uncertain' && !deviceReconstructed) update(kl, volume, (entry) => ({ ...entry, device: 'NotMounted' }));
  if (error.kind === 'uncertain' && device === 'NotMounted') update(kl, volume, (entry) => ({ ...entry, device: 'Uncertain' }));
  mountFailed(kl, volume, key, operation, textsOf(operation.spec).device, error);
}

function setUp(kl: Kubelet, volume: string, key: string, operation: Operation): void {
  const entry = actual(kl).get(volume);
  const args = mountArgs(operation);
  if (!entry || !args) return finish(kl, volume, key, operation, false);
  const plugin = pluginOf(entry.plugin);
  const next: Operation = { ...operation, stage: 'Pod' };
  if (!plugin.withoutPodDirectory) notePodVolume(kl, volume, entry, operation);
  const begun = isBlock(operation.spec) ? plugin.block?.mapPodDevice : plugin.setUp;
  if (!begun) return mountFailed(kl, volume, key, next, textsOf(operation.spec).pod, { error: 'no volume plugin matched', kind: 'final' });
  advance(kl, volume, key, next, begun(kl, args));
}

/** @see operation_generator.go markVolumeErrorState, and MarkVolumeAsMounted */
function podMounted(kl: Kubelet, volume: string, key: string, operation: Operation, error: PluginError | undefined): void {
  const { podUid: uid = '', spec, names = [] } = operation;
  const known = actual(kl).get(volume)?.pods[uid];
  if (!error) {
    const args = mountArgs(operation);
    const entry = actual(kl).get(volume);
    if (args && entry) pluginOf(entry.plugin).afterSetUp?.(kl, args);
    if (isBlock(spec) && args && entry) mapped(kl, entry, args);
    update(kl, volume, (old) => ({ ...old, pods: { ...old.pods, [uid]: { state: 'Mounted', spec, names } } }));
    return finish(kl, volume, key, operation, true);
  }
  if (error.kind === 'final' && known?.state === 'Uncertain' && !known.reconstructed) {
    update(kl, volume, (entry) => ({ ...entry, pods: without(entry.pods, uid) }));
  }
  if (error.kind === 'uncertain' && !known) {
    update(kl, volume, (entry) => ({ ...entry, pods: { ...entry.pods, [uid]: { state: 'Uncertain', spec, names } } }));
  }
  if (!actual(kl).get(volume)?.pods[uid]) forgetPodVolume(kl, uid, spec.name);
  mountFailed(kl, volume, key, operation, textsOf(spec).pod, error);
}

/** The two events of a block volume that is mapped. */
function mapped(kl: Kubelet, { plugin }: ActualVolume, { pod, podUid, spec }: MountArgs): void {
  const global = pluginOf(plugin).block?.globalMapPath(spec) ?? '';
  const paths = [`globalMapPath "${global}"`, `volumeMapPath "${podVolumeDeviceDir(podUid, plugin)}"`];
  for (const path of paths) podEvent(kl, pod, 'Normal', 'SuccessfulMountVolume', `MapVolume.MapPodDevice succeeded for volume "${spec.name}" ${path}`);
}

function notePodVolume(kl: Kubelet, volume: string, entry: ActualVolume, { podUid = '', spec, names = [] }: Operation): void {
  const key = `${podUid}/${spec.name}`;
  if (kl.ctx.live(podVolumesTable(kl), key) !== undefined) return;
  const { plugin, attachable, deviceMountable } = entry;
  const record: PodVolumeRecord = { volume, plugin, spec, podUid, names, attachable, deviceMountable };
  kl.ctx.write(podVolumesTable(kl), key, record);
}

function forgetPodVolume(kl: Kubelet, uid: string, name: string): void {
  kl.ctx.write(podVolumesTable(kl), `${uid}/${name}`, undefined);
}

// ---- unmounting --------------------------------------------------------------------------------------------------------

/** @see operation_generator.go GenerateUnmountVolumeFunc, GenerateUnmapVolumeFunc */
export function unmountVolume(kl: Kubelet, volume: string, uid: string, { spec }: { readonly spec: VolumeSpec }): void {
  const entry = actual(kl).get(volume);
  const operation: Operation = { name: 'volume_unmount', stage: 'Pod', spec, podUid: uid };
  if (!entry || !begin(kl, volume, uid, operation)) return;
  const plugin = pluginOf(entry.plugin);
  const args: PodVolume = { spec, podUid: uid };
  const step = isBlock(spec) ? plugin.block?.unmapPodDevice(kl, args) : plugin.tearDown(kl, args);
  advance(kl, volume, uid, operation, step ?? { done: true });
}

function podUnmounted(kl: Kubelet, volume: string, key: string, operation: Operation, error: PluginError | undefined): void {
  const { podUid: uid = '', spec } = operation;
  if (error) {
    const known = actual(kl).get(volume)?.pods[uid];
    if (known && known.state !== 'Uncertain') update(kl, volume, (entry) => ({ ...entry, pods: { ...entry.pods, [uid]: { ...known, state: 'Uncertain' } } }));
    return finish(kl, volume, key, operation, false);
  }
  const entry = actual(kl).get(volume);
  if (entry && !isBlock(spec)) pluginOf(entry.plugin).afterTearDown?.(kl, { spec, podUid: uid });
  update(kl, volume, (old) => ({ ...old, pods: without(old.pods, uid) }));
  forgetPodVolume(kl, uid, spec.name);
  finish(kl, volume, key, operation, true);
}

/** @see operation_generator.go GenerateUnmountDeviceFunc, GenerateUnmapDeviceFunc */
export function unmountDevice(kl: Kubelet, volume: string): void {
  const entry = actual(kl).get(volume);
  if (!entry) return;
  const operation: Operation = { name: 'unmount_device', stage: 'Device', spec: entry.spec };
  if (!begin(kl, volume, '', operation)) return;
  const plugin = pluginOf(entry.plugin);
  const step = isBlock(entry.spec) ? plugin.block?.tearDownDevice?.(kl, entry.spec) : plugin.unmountDevice?.(kl, entry.spec);
  advance(kl, volume, '', operation, step ?? { done: true });
}

function deviceUnmounted(kl: Kubelet, volume: string, key: string, operation: Operation, error: PluginError | undefined): void {
  update(kl, volume, ({ deviceReconstructed: _, ...entry }) => ({ ...entry, device: error ? 'Uncertain' : 'NotMounted' }));
  finish(kl, volume, key, operation, error === undefined);
}

/** Whether the pod still wants the volume. */
export const isDesired = (kl: Kubelet, volume: string, uid: string): boolean => desired(kl).get(volume)?.pods[uid] !== undefined;
