import { attempt, StatusError } from '../../api/errors.ts';
import type { PersistentVolume, VolumeAttachment } from '../../api/object.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { withAnnotation, withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import { driverName, driverOf, hasController } from '../spec/driver.ts';
import { asJson, type ControllerPublishVolumeResponse, mapOrNothing, withoutDefaults } from '../spec/messages.ts';
import { attachedVolume, nodeIdOf, publishCapability, publishSecrets } from './lookup.ts';
import { FORCE, finalizerName, NODE_ID_ANNOTATION, VAS } from './names.ts';
import { callFailure, type Failure, markAsAttached, saveAttachError, saveDetachError } from './status.ts';

const TIMEOUT = 15_000;

/**
 * Brings one VolumeAttachment forward: attaches it, or detaches it once it is being deleted.
 * @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go SyncNewOrUpdatedVolumeAttachment
 */
export function syncVolumeAttachment(api: ApiServer, ctx: Context, name: string): SyncResult {
  const attachment = ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
  if (!attachment) {
    forget(ctx, VAS, name);
    return undefined;
  }
  return attachment.metadata.deletionTimestamp === undefined
    ? syncAttach(api, ctx, attachment)
    : syncDetach(api, ctx, attachment);
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go syncAttach */
function syncAttach(api: ApiServer, ctx: Context, attachment: VolumeAttachment): SyncResult {
  const { name } = attachment.metadata;
  if (!consumeForce(ctx, name) && attachment.status?.attached) {
    forget(ctx, VAS, name);
    return undefined;
  }
  return begin(api, ctx, attachment, () => csiAttach(api, ctx, attachment), attachFailed);
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go syncDetach */
function syncDetach(api: ApiServer, ctx: Context, attachment: VolumeAttachment): SyncResult {
  const { name, finalizers = [] } = attachment.metadata;
  if (!consumeForce(ctx, name) && !finalizers.includes(finalizerName(driverName(ctx)))) {
    forget(ctx, VAS, name);
    return undefined;
  }
  return begin(api, ctx, attachment, () => csiDetach(ctx, attachment), detachFailed);
}

/** Runs what leads to the driver's call; where that fails the error goes into the status and the item to its back-off. */
function begin(
  api: ApiServer,
  ctx: Context,
  attachment: VolumeAttachment,
  call: () => Failure | undefined,
  fail: (api: ApiServer, ctx: Context, name: string, failure: Failure) => void,
): SyncResult {
  const outcome = attempt(call);
  if (outcome === undefined) return 'blocked';
  const failure = outcome instanceof StatusError ? { message: outcome.message } : outcome;
  fail(api, ctx, attachment.metadata.name, failure);
  return undefined;
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go csiAttach */
function csiAttach(api: ApiServer, ctx: Context, attachment: VolumeAttachment): Failure | undefined {
  const source = attachedVolume(ctx, attachment);
  if ('error' in source) return { message: source.error };
  const { volume, spec } = source;
  if (volume) {
    if (volume.metadata.deletionTimestamp !== undefined)
      return { message: `PersistentVolume "${volume.metadata.name}" is marked for deletion` };
    addPVFinalizer(api, ctx, volume);
  }
  const { csi } = spec;
  if (!csi) return { message: 'no CSI source in PersistentVolume' };
  const capability = publishCapability(ctx, spec);
  if ('error' in capability) return { message: capability.error };
  const secrets = publishSecrets(ctx, spec);
  if ('error' in secrets) return { message: secrets.error };
  const nodeId = nodeIdOf(ctx, attachment);
  if ('error' in nodeId) return { message: nodeId.error };
  const prepared = prepareAttachment(api, ctx, attachment, nodeId.id);
  const driver = driverOf(ctx, driverName(ctx));
  const request = withoutDefaults({
    volume_id: csi.volumeHandle,
    node_id: nodeId.id,
    volume_capability: capability,
    readonly: hasController(driver, 'PUBLISH_READONLY') && csi.readOnly === true,
    secrets: mapOrNothing(secrets.data),
    volume_context: mapOrNothing(csi.volumeAttributes),
  });
  call(ctx, 'ControllerPublishVolume', request, prepared.metadata.name);
  return undefined;
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go addPVFinalizer */
function addPVFinalizer(api: ApiServer, ctx: Context, volume: PersistentVolume): void {
  const finalizer = finalizerName(driverName(ctx));
  const { finalizers = [] } = volume.metadata;
  if (!finalizers.includes(finalizer)) api.update(ctx, withFinalizers(volume, [...finalizers, finalizer]));
}

/** Finalizer and node id, in one write. @see prepareVAFinalizer, prepareVANodeID */
function prepareAttachment(
  api: ApiServer,
  ctx: Context,
  attachment: VolumeAttachment,
  nodeId: string,
): VolumeAttachment {
  const finalizer = finalizerName(driverName(ctx));
  const { finalizers = [], annotations = {} } = attachment.metadata;
  if (finalizers.includes(finalizer) && annotations[NODE_ID_ANNOTATION] === nodeId) return attachment;
  const held = finalizers.includes(finalizer) ? finalizers : [...finalizers, finalizer];
  return api.update(ctx, withAnnotation(withFinalizers(attachment, held), NODE_ID_ANNOTATION, nodeId));
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go csiDetach */
function csiDetach(ctx: Context, attachment: VolumeAttachment): Failure | undefined {
  const source = attachedVolume(ctx, attachment);
  if ('error' in source) return { message: source.error };
  const { csi } = source.spec;
  if (!csi) return { message: 'no CSI source in PersistentVolume' };
  const secrets = publishSecrets(ctx, source.spec);
  if ('error' in secrets) return { message: secrets.error };
  const nodeId = nodeIdOf(ctx, attachment);
  const known = 'error' in nodeId ? attachment.metadata.annotations?.[NODE_ID_ANNOTATION] : nodeId.id;
  if (known === undefined) return { message: 'error' in nodeId ? nodeId.error : '' };
  const request = withoutDefaults({
    volume_id: csi.volumeHandle,
    node_id: known,
    secrets: mapOrNothing(secrets.data),
  });
  call(ctx, 'ControllerUnpublishVolume', request, attachment.metadata.name);
  return undefined;
}

function call(ctx: Context, method: string, request: object, name: string): void {
  ctx.call({ target: driverName(ctx), method, request: asJson(request), data: name, deadline: TIMEOUT });
}

/** The answer to ControllerPublishVolume. */
export function attached(api: ApiServer, ctx: Context, { code, message, response, data }: CallRecord): void {
  const name = String(data);
  ctx.done(VAS, name);
  if (code !== 'OK') {
    attachFailed(api, ctx, name, callFailure(code, message));
    return;
  }
  const attachment = ctx.live<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
  const { publish_context: metadata } = (response ?? {}) as ControllerPublishVolumeResponse;
  const saved = attachment && attempt(() => markAsAttached(api, ctx, attachment, metadata));
  if (saved instanceof StatusError) addRateLimited(ctx, VAS, name);
  else forget(ctx, VAS, name);
}

/** The answer to ControllerUnpublishVolume. @see kubernetes-csi/external-attacher pkg/controller/util.go markAsDetached */
export function detached(api: ApiServer, ctx: Context, { code, message, data }: CallRecord): void {
  const name = String(data);
  ctx.done(VAS, name);
  if (code !== 'OK') {
    detachFailed(api, ctx, name, callFailure(code, message));
    return;
  }
  const attachment = ctx.live<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
  const saved = attachment && attempt(() => markAsDetached(api, ctx, attachment));
  if (saved instanceof StatusError) addRateLimited(ctx, VAS, name);
  else forget(ctx, VAS, name);
}

function markAsDetached(api: ApiServer, ctx: Context, attachment: VolumeAttachment): void {
  const finalizer = finalizerName(driverName(ctx));
  const kept = (attachment.metadata.finalizers ?? []).filter((other) => other !== finalizer);
  const released = api.update(ctx, withFinalizers(attachment, kept));
  if (kept.length > 0) api.updateStatus(ctx, { ...released, status: { attached: false } });
}

function attachFailed(api: ApiServer, ctx: Context, name: string, failure: Failure): void {
  fail(api, ctx, name, failure, 'csiAttach', saveAttachError);
}

function detachFailed(api: ApiServer, ctx: Context, name: string, failure: Failure): void {
  fail(api, ctx, name, failure, 'csiDetach', saveDetachError);
}

function fail(
  api: ApiServer,
  ctx: Context,
  name: string,
  failure: Failure,
  by: string,
  save: typeof saveAttachError,
): void {
  const attachment = ctx.live<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
  if (attachment) {
    const facts = {
      error: failure.message,
      node: attachment.spec.nodeName,
      failures: ctx.failures(`${VAS}-delayed`, name),
    };
    ctx.decide({ about: describeRef(attachment), by, outcome: 'failed', facts });
    attempt(() => save(api, ctx, attachment, failure));
  }
  addRateLimited(ctx, VAS, name);
}

function consumeForce(ctx: Context, name: string): boolean {
  const force = ctx.mem<true>(FORCE);
  if (!force.has(name)) return false;
  force.delete(name);
  return true;
}
