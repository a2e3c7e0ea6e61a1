import { attempt, StatusError } from '../../api/errors.ts';
import type { Node, VolumeAttachment } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { NODES, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import { operationFailed, operationSucceeded } from '../../sim/backoff.ts';
import type { Context } from '../../sim/context.ts';
import { attachmentName, CSI_PLUGIN_NAME, splitCsiVolumeName } from '../../volumes/csinames.ts';
import type { VolumeSpec } from '../../volumes/plugin.ts';
import { markVolumeAsAttached, markVolumeAsDetached, markVolumeAsUncertain } from './actual.ts';
import { recordPodEvent } from './events.ts';
import { pollAfter, TIMEOUT } from './poll.ts';
import { POLL } from './queues.ts';
import {
  type AttachedVolume,
  attachmentKey,
  attachmentNames,
  type Operation,
  operations,
  type VolumeToAttach,
  waits,
} from './state.ts';

/**
 * Whether a volume may be attached to several nodes: one of a pod's own, one of unknown or no access modes, and one with a
 * mode for many nodes.
 * @see pkg/volume/util/attach_limit.go, pkg/volume/util/util.go IsMultiAttachAllowed
 */
export function isMultiAttachAllowed(spec: VolumeSpec | undefined): boolean {
  const modes = spec?.persistentVolume?.spec.accessModes ?? [];
  return modes.length === 0 || modes.some((mode) => mode === 'ReadWriteMany' || mode === 'ReadOnlyMany');
}

/** One operation at a time: per volume, and per node too where several nodes may have the volume. */
export const operationKey = (spec: VolumeSpec | undefined, node: string, volume: string): string =>
  isMultiAttachAllowed(spec) ? attachmentKey(node, volume) : volume;

/**
 * Begins an attach: a CSI volume's is done by whoever serves its VolumeAttachment, all others are done by the node alone.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateAttachVolumeFunc
 */
export function startAttach(api: ApiServer, ctx: Context, { node, volume, plugin, spec, pods }: VolumeToAttach): void {
  const operation = begin(ctx, 'volume_attach', node, volume, spec, pods);
  if (plugin !== CSI_PLUGIN_NAME) {
    finishAttach(api, ctx, operation, undefined);
    return;
  }
  attachmentNames(ctx).set(operation.attachment, attachmentKey(node, volume));
  const found = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, operation.attachment);
  const created = found ?? attempt(() => createAttachment(api, ctx, operation));
  if (created instanceof StatusError && created.reason !== 'AlreadyExists')
    finishAttach(api, ctx, operation, created.message);
  else awaitAttachment(ctx, operation, found !== undefined);
}

/** @see pkg/volume/csi/csi_attacher.go Attach */
function createAttachment(
  api: ApiServer,
  ctx: Context,
  { attachment, driver, node, spec }: Operation,
): VolumeAttachment {
  const source = { persistentVolumeName: spec?.name ?? '' };
  return api.create<VolumeAttachment>(ctx, {
    apiVersion: 'storage.k8s.io/v1',
    kind: 'VolumeAttachment',
    metadata: { name: attachment },
    spec: { attacher: driver, nodeName: node, source },
  });
}

/**
 * Begins a detach; `verify` first asks the API server whether the node still uses the volume.
 * @see pkg/volume/util/operationexecutor/operation_generator.go GenerateDetachVolumeFunc
 */
export function startDetach(api: ApiServer, ctx: Context, attached: AttachedVolume, verify: boolean): void {
  const { node, volume, spec } = attached;
  const operation = begin(ctx, 'volume_detach', node, volume, spec, []);
  if (verify && isInUse(ctx, node, volume)) {
    finishDetach(ctx, operation, 'volume is still in use by node, according to Node status');
    return;
  }
  if (!volume.startsWith(`${CSI_PLUGIN_NAME}/`)) {
    finishDetach(ctx, operation, undefined);
    return;
  }
  const removed = attempt(() => api.remove(ctx, { kind: 'VolumeAttachment', name: operation.attachment }));
  if (!(removed instanceof StatusError)) awaitAttachment(ctx, operation, true);
  else finishDetach(ctx, operation, removed.reason === 'NotFound' ? undefined : removed.message);
}

/** @see pkg/volume/util/operationexecutor/operation_generator.go verifyVolumeIsSafeToDetach */
const isInUse = (ctx: Context, node: string, volume: string): boolean =>
  ctx.live<Node>(NODES, node)?.status?.volumesInUse?.includes(volume) ?? false;

function begin(
  ctx: Context,
  kind: Operation['operation'],
  node: string,
  volume: string,
  spec: VolumeSpec | undefined,
  pods: Operation['pods'],
): Operation {
  const { driver, handle } = splitCsiVolumeName(volume);
  const operation: Operation = {
    operation: kind,
    node,
    volume,
    ...(spec && { spec }),
    pods,
    startedAt: ctx.now,
    attachment: attachmentName(handle, driver, node),
    driver,
    handle,
  };
  operations(ctx).set(operationKey(spec, node, volume), operation);
  return operation;
}

/** Waits for the VolumeAttachment to change; looks at the next poll in any case when there may be something to see. */
function awaitAttachment(ctx: Context, operation: Operation, look: boolean): void {
  const key = operationKey(operation.spec, operation.node, operation.volume);
  waits(ctx).set(operation.attachment, key);
  ctx.enqueue(POLL, key, look ? pollAfter(operation, ctx.now) - ctx.now : TIMEOUT);
}

/** A VolumeAttachment changed: the operation that waits for it sees that at its next poll. */
export function attachmentChanged(ctx: Context, attachment: string): void {
  const key = waits(ctx).get(attachment);
  const operation = key === undefined ? undefined : operations(ctx).get(key);
  if (key !== undefined && operation) ctx.enqueue(POLL, key, pollAfter(operation, ctx.now) - ctx.now);
}

/**
 * One look at the VolumeAttachment that an operation waits for.
 * @see pkg/volume/csi/csi_attacher.go waitForVolumeAttachDetachStatusWithLister
 */
export function poll(api: ApiServer, ctx: Context, key: string): void {
  const operation = operations(ctx).get(key);
  if (!operation) return;
  const attachment = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, operation.attachment);
  const attaching = operation.operation === 'volume_attach';
  const outcome = attaching ? verifyAttachment(attachment) : verifyDetachment(attachment);
  const left = operation.startedAt + TIMEOUT - ctx.now;
  if (outcome === 'waiting' && left > 0) {
    ctx.enqueue(POLL, key, left);
    return;
  }
  const error = outcome === 'waiting' ? timeoutError(operation) : outcome === 'done' ? undefined : outcome.error;
  if (attaching) finishAttach(api, ctx, operation, error);
  else finishDetach(ctx, operation, error);
}

type Outcome = 'waiting' | 'done' | { readonly error: string };

/** @see pkg/volume/csi/csi_attacher.go verifyAttachmentStatus */
function verifyAttachment(attachment: VolumeAttachment | undefined): Outcome {
  if (!attachment) return 'waiting';
  if (attachment.metadata.deletionTimestamp !== undefined) return { error: 'volume attachment is being deleted' };
  if (attachment.status?.attached) return 'done';
  const { attachError } = attachment.status ?? {};
  return attachError ? { error: attachError.message ?? '' } : 'waiting';
}

/** @see pkg/volume/csi/csi_attacher.go verifyDetachmentStatus */
function verifyDetachment(attachment: VolumeAttachment | undefined): Outcome {
  if (!attachment) return 'done';
  const { detachError } = attachment.status ?? {};
  return detachError ? { error: detachError.message ?? '' } : 'waiting';
}

function timeoutError({ operation, driver, handle }: Operation): string {
  return operation === 'volume_attach'
    ? `timed out waiting for external-attacher of ${driver} CSI driver to attach volume ${handle}`
    : `timed out waiting for external-attacher of unknown CSI driver to detach volume ${handle}`;
}

function finishAttach(api: ApiServer, ctx: Context, operation: Operation, error: string | undefined): void {
  const { node, volume, spec, pods } = operation;
  const key = end(ctx, operation);
  const name = spec?.name ?? volume;
  if (error === undefined) {
    operationSucceeded(ctx, key);
    markVolumeAsAttached(ctx, node, volume, spec, '');
    const message = `AttachVolume.Attach succeeded for volume "${name}" `;
    for (const pod of pods) recordPodEvent(api, ctx, pod, 'Normal', 'SuccessfulAttachVolume', message);
    return;
  }
  const until = operationFailed(ctx, key, 'volume_attach');
  markVolumeAsUncertain(ctx, node, volume, spec);
  const message = `AttachVolume.Attach failed for volume "${name}" : ${error}`;
  for (const pod of pods) {
    const facts = { volume: name, node, error, nextTry: until };
    ctx.decide({ about: `Pod/${pod.namespace}/${pod.name}`, by: 'AttachVolume', outcome: 'failed', facts });
    recordPodEvent(api, ctx, pod, 'Warning', 'FailedAttachVolume', message);
  }
}

function finishDetach(ctx: Context, operation: Operation, error: string | undefined): void {
  const { node, volume, spec, attachment } = operation;
  const key = end(ctx, operation);
  if (error === undefined) {
    operationSucceeded(ctx, key);
    markVolumeAsDetached(ctx, node, volume, attachment);
    return;
  }
  const until = operationFailed(ctx, key, 'volume_detach');
  const facts = { volume, error, nextTry: until };
  ctx.decide({ about: `Node/${node}`, by: 'DetachVolume', outcome: 'failed', facts });
  markVolumeAsUncertain(ctx, node, volume, spec);
}

function end(ctx: Context, { spec, node, volume, attachment }: Operation): string {
  const key = operationKey(spec, node, volume);
  operations(ctx).delete(key);
  waits(ctx).delete(attachment);
  ctx.dequeue(POLL, key);
  return key;
}
