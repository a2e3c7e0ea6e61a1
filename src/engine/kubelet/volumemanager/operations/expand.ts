import { attempt, StatusError } from '../../../api/errors.ts';
import { recordEvent } from '../../../api/events.ts';
import { keyOf } from '../../../api/kind.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../../api/object.ts';
import { compareQuantities } from '../../../api/quantity.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES } from '../../../api/tables.ts';
import { NodeExpansionNotRequired } from '../../../volumes/annotations.ts';
import { hasAnnotation } from '../../../volumes/binding.ts';
import type { MountArgs, PluginError, PluginStep, VolumeSpec } from '../../../volumes/plugin.ts';
import {
  allocatedSizeOf,
  capacityOf,
  requestOf,
  resizeCondition,
  resizeStatusOf,
  withFinishedResize,
  withResizeConditions,
  withResizeStatus,
} from '../../../volumes/resize.ts';
import { currentPod, type Kubelet, workers } from '../../kubelet.ts';
import { type ActualVolume, actual, type Expansion, grown, type Operation, pluginOf } from '../world.ts';
import { advance, begin, finish, podEvent, update } from './pending.ts';

const INFEASIBLE: readonly string[] = ['INVALID_ARGUMENT', 'OUT_OF_RANGE', 'NOT_FOUND'];
/** What a driver without the capability is refused with before any call. */
const NOT_SUPPORTED = 'NotSupported';

/** What a step of an expansion comes to: nothing to do, an error that keeps the volume as it is, or the plugin's step. */
type Begun = 'done' | { readonly error: string } | { readonly expansion: Expansion; readonly step: PluginStep };

const claimOf = ({ ctx }: Kubelet, { persistentVolume }: VolumeSpec): PersistentVolumeClaim | undefined => {
  const { namespace, name = '' } = persistentVolume?.spec.claimRef ?? {};
  return ctx.live<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, keyOf(namespace, name));
};

const sizeOf = (volume: PersistentVolume | undefined): string => volume?.spec.capacity?.['storage'] ?? '0';

/** The size that a volume's claim shows, which is what the node starts from. */
export const claimedSize = (kl: Kubelet, spec: VolumeSpec): string | undefined => {
  const claim = spec.persistentVolume && claimOf(kl, spec);
  return claim && capacityOf(claim);
};

/**
 * Begins to grow a volume that was just mounted and whose claim does not have the volume's size yet.
 * @see pkg/volume/util/operationexecutor/operation_generator.go expandVolumeDuringMount
 */
export function expandVolumeDuringMount(kl: Kubelet, entry: ActualVolume, args: MountArgs): Begun {
  const { persistentVolume } = args.spec;
  if (!persistentVolume || !pluginOf(entry.plugin).nodeExpand) return 'done';
  const claim = claimOf(kl, args.spec);
  if (!claim) {
    const { name = '' } = persistentVolume.spec.claimRef ?? {};
    return { error: `mountVolume.NodeExpandVolume get PVC failed : persistentvolumeclaims "${name}" not found` };
  }
  if (compareQuantities(capacityOf(claim), sizeOf(persistentVolume)) >= 0) return 'done';
  return expandOnPlugin(kl, entry, args, claim, sizeOf(persistentVolume));
}

/** @see node_expander.go runPreCheck, expandOnPlugin; operation_generator.go legacyCallNodeExpandOnPlugin */
function expandOnPlugin(
  kl: Kubelet,
  entry: ActualVolume,
  args: MountArgs,
  claim: PersistentVolumeClaim,
  size: string,
): Begun {
  const { spec, pod } = args;
  if (spec.readOnly) {
    const message = `MountVolume.NodeExpandVolume failed for volume "${spec.name}" requested read-only file system`;
    podEvent(kl, pod, 'Warning', 'FileSystemResizeFailed', message);
    claimEvent(kl, claim, 'Warning', 'FileSystemResizeFailed', message);
    return 'done';
  }
  const status = resizeStatusOf(claim);
  const target = allocatedSizeOf(claim) ?? size;
  // Of a volume for several nodes each grows its own file system, also after the claim has its size.
  const isUpdated = compareQuantities(capacityOf(claim), target) >= 0 && status === undefined;
  const isShared = claim.spec.accessModes?.includes('ReadWriteMany') && !hasAnnotation(claim, NodeExpansionNotRequired);
  if (isUpdated && !isShared) return 'done';
  const isOffered = status === 'NodeResizePending' || status === 'NodeResizeInProgress';
  if (!isUpdated && status !== undefined && !isOffered) return 'done';
  const expansion: Expansion = {
    size: target,
    isUpdated,
    isInfeasible: entry.failedExpansion === true && compareQuantities(requestOf(claim), target) !== 0,
  };
  if (isOffered) {
    const marked = attempt(() => save(kl, claim, withResizeStatus(claim.status ?? {}, 'NodeResizeInProgress')));
    if (marked instanceof StatusError) return { error: marked.message };
  }
  const step = pluginOf(entry.plugin).nodeExpand?.(kl, args, target);
  return step ? { expansion, step } : 'done';
}

const save = ({ api, ctx }: Kubelet, claim: PersistentVolumeClaim, status: object): PersistentVolumeClaim =>
  api.updateStatus<PersistentVolumeClaim>(ctx, { ...claim, status } as PersistentVolumeClaim);

function claimEvent(
  { api, ctx, node }: Kubelet,
  about: PersistentVolumeClaim,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(api, ctx, { source: 'kubelet', host: node, about, type, reason, message });
}

/**
 * The plugin's answer: what it means for the claim.
 * @returns an error's text where the volume is not to be used as it is
 * @see node_expander.go expandOnPlugin
 */
export function expansionAnswered(
  kl: Kubelet,
  operation: Operation,
  error: PluginError | undefined,
): string | undefined {
  const { spec, pod, volume, expansion } = operation;
  const claim = claimOf(kl, spec);
  if (!expansion || !claim) return undefined;
  if (error) return expansionFailed(kl, volume, claim, expansion, error);
  const message = `MountVolume.NodeExpandVolume succeeded for volume "${spec.name}" ${kl.node}`;
  podEvent(kl, pod, 'Normal', 'FileSystemResizeSuccessful', message);
  claimEvent(kl, claim, 'Normal', 'FileSystemResizeSuccessful', message);
  markVolumeAsResized(kl, volume, expansion.size);
  if (expansion.isUpdated) return undefined;
  const saved = attempt(() => save(kl, claim, withFinishedResize(claim, expansion.size)));
  return saved instanceof StatusError
    ? `mountVolume.NodeExpandVolume update pvc status failed: ${saved.message}`
    : undefined;
}

/** @see pkg/kubelet/volumemanager/cache/actual_state_of_world.go MarkVolumeAsResized */
function markVolumeAsResized(kl: Kubelet, volume: string, size: string): void {
  update(kl, volume, ({ failedExpansion: _, ...entry }) => ({ ...entry, size }));
  grown(kl).delete(volume);
}

function expansionFailed(
  kl: Kubelet,
  volume: string,
  claim: PersistentVolumeClaim,
  { isUpdated, isInfeasible, size }: Expansion,
  { error, kind, code = '' }: PluginError,
): string | undefined {
  if (code === NOT_SUPPORTED && isUpdated) {
    markVolumeAsResized(kl, volume, size);
    return undefined;
  }
  if (kind === 'final') {
    update(kl, volume, (entry) => ({ ...entry, failedExpansion: true }));
    const text = `failed to expand pvc with ${error}`;
    const failure = resizeCondition('NodeResizeError', kl.api.timestamp(kl.ctx), text);
    const status = withResizeConditions(claim, [failure], true);
    const marksInfeasible = INFEASIBLE.includes(code) || isInfeasible;
    attempt(() => save(kl, claim, marksInfeasible ? withResizeStatus(status, 'NodeResizeInfeasible') : status));
  }
  if (code !== 'FAILED_PRECONDITION') return error;
  // It can't grow while it is in use here, which is no reason not to use it.
  grown(kl).delete(volume);
  return undefined;
}

/** A volume whose size in the API is beyond what it has on this node is to grow, mounted as it is. */
export function noteSize(kl: Kubelet, volume: string, spec: VolumeSpec): void {
  const { size, plugin } = actual(kl).get(volume) ?? {};
  if (size === undefined || plugin === undefined || !pluginOf(plugin).nodeExpand || spec.readOnly) return;
  if (compareQuantities(sizeOf(spec.persistentVolume), size) > 0) grown(kl).set(volume, true);
}

/**
 * Begins to grow a volume that a pod uses.
 * @see operation_generator.go GenerateExpandInUseVolumeFunc
 */
export function expandInUseVolume(kl: Kubelet, volume: string): void {
  const entry = actual(kl).get(volume);
  const mounted = Object.entries(entry?.pods ?? {}).find(([, { state }]) => state === 'Mounted');
  const [uid = '', wanted] = mounted ?? [];
  const worker = workers(kl).get(uid);
  if (!entry || !wanted || !worker) return;
  const name = wanted.spec.persistentVolume?.metadata.name ?? '';
  const persistentVolume = kl.ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, name);
  if (!persistentVolume || compareQuantities(sizeOf(persistentVolume), entry.size) <= 0) {
    grown(kl).delete(volume);
    return;
  }
  const spec = { ...wanted.spec, persistentVolume };
  const pod = currentPod(kl, worker);
  const operation: Operation = {
    name: 'volume_fs_resize',
    volume,
    key: '',
    stage: 'Expand',
    spec,
    podUid: uid,
    pod,
    names: wanted.names,
  };
  if (!begin(kl, operation)) return;
  const claim = claimOf(kl, spec);
  const args: MountArgs = { pod, podUid: uid, spec, remount: false };
  const begun: Begun = claim
    ? expandOnPlugin(kl, entry, args, claim, sizeOf(persistentVolume))
    : { error: `mountVolume.NodeExpandVolume get PVC failed : persistentvolumeclaims not found` };
  if (begun === 'done') {
    if (claim && resizeStatusOf(claim) === undefined) markVolumeAsResized(kl, volume, sizeOf(persistentVolume));
    else grown(kl).delete(volume);
    return finish(kl, operation, true);
  }
  if ('error' in begun) return inUseFailed(kl, operation, begun.error);
  advance(kl, { ...operation, expansion: begun.expansion }, begun.step, inUseSettled);
}

/** Goes on with the growth of a volume in use. */
export function inUseSettled(kl: Kubelet, operation: Operation, error: PluginError | undefined): void {
  const failed = expansionAnswered(kl, operation, error);
  if (failed === undefined) finish(kl, operation, true);
  else inUseFailed(kl, operation, failed);
}

function inUseFailed(kl: Kubelet, operation: Operation, error: string): void {
  const message = `NodeExpandVolume.NodeExpandVolume failed for volume "${operation.spec.name}" : ${error}`;
  podEvent(kl, operation.pod, 'Warning', 'VolumeResizeFailed', message);
  // What the claim says is infeasible is offered again by the one who resizes.
  const claim = claimOf(kl, operation.spec);
  if (claim && resizeStatusOf(claim) === 'NodeResizeInfeasible') grown(kl).delete(operation.volume);
  finish(kl, operation, false);
}
