import { parseTime } from '../../api/duration.ts';
import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import type { PersistentVolume, SecretReference, StorageClass, VolumeAttachment } from '../../api/object.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { PERSISTENT_VOLUMES, STORAGE_CLASSES, VOLUME_ATTACHMENTS } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import { AnnDynamicallyProvisioned, AnnMigratedTo, PVDeletionProtectionFinalizer } from '../../volumes/annotations.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import { credentials, SECRET_PURPOSES, secretReference } from '../secrets.ts';
import { grpcError } from '../spec/codes.ts';
import { hasController, ownDriver } from '../spec/driver.ts';
import { asJson, withoutDefaults } from '../spec/messages.ts';
import { refreshCapacities } from './capacity.ts';
import { eventSource } from './identity.ts';
import { DELETION_SECRET_NAME, DELETION_SECRET_NAMESPACE, TIMEOUT, VOLUMES } from './names.ts';

/** The driver that is to delete a volume, if any. */
export function deleterOf({ metadata, spec }: PersistentVolume): string | undefined {
  const { annotations = {} } = metadata;
  const provisioner = annotations[AnnMigratedTo] ?? annotations[AnnDynamicallyProvisioned];
  return provisioner ?? spec.csi?.driver;
}

/** Whether a volume needs this side of the sidecar at all. */
export const needsSync = (volume: PersistentVolume): boolean =>
  finalizersWanted(volume) !== undefined || shouldDelete(volume);

/**
 * Keeps the finalizer that holds a volume until its storage is deleted, and deletes the storage of a released volume.
 * @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go syncVolume
 */
export function syncVolume(api: ApiServer, ctx: Context, name: string): SyncResult {
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  if (!volume) {
    forget(ctx, VOLUMES, name);
    return undefined;
  }
  const wanted = finalizersWanted(volume);
  if (wanted) {
    const saved = attempt(() => api.update(ctx, withFinalizers(volume, wanted)));
    if (saved instanceof StatusError && saved.reason !== 'NotFound') {
      addRateLimited(ctx, VOLUMES, name);
      return undefined;
    }
  }
  if (shouldDelete(volume)) return deleteVolumeOperation(api, ctx, volume);
  forget(ctx, VOLUMES, name);
  return undefined;
}

/** The finalizers that a volume ought to have, or undefined when it has them. @see handleProtectionFinalizer */
function finalizersWanted({ metadata, spec, status }: PersistentVolume): readonly string[] | undefined {
  const { finalizers = [], deletionTimestamp } = metadata;
  const held = finalizers.includes(PVDeletionProtectionFinalizer);
  if (spec.persistentVolumeReclaimPolicy !== 'Delete')
    return held ? finalizers.filter((name) => name !== PVDeletionProtectionFinalizer) : undefined;
  if (held || deletionTimestamp !== undefined || status?.phase !== 'Bound') return undefined;
  return [...finalizers, PVDeletionProtectionFinalizer];
}

/** @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go shouldDelete */
function shouldDelete({ metadata, spec, status }: PersistentVolume): boolean {
  if (status?.phase !== 'Released' || spec.persistentVolumeReclaimPolicy !== 'Delete') return false;
  return metadata.deletionTimestamp === undefined || isHeld(metadata.finalizers);
}

const isHeld = (finalizers: readonly string[] | undefined): boolean =>
  finalizers?.includes(PVDeletionProtectionFinalizer) ?? false;

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go Delete */
function deleteVolumeOperation(api: ApiServer, ctx: Context, volume: PersistentVolume): SyncResult {
  const { name } = volume.metadata;
  const { csi } = volume.spec;
  const driver = ownDriver(ctx);
  if (!csi || !driver) return undefined;
  const node = hasController(driver, 'PUBLISH_UNPUBLISH_VOLUME') ? attachedTo(ctx, name) : undefined;
  if (node !== undefined) {
    const error = `persistentvolume ${name} is still attached to node ${node}`;
    if (isJustReleased(api, ctx, volume)) addRateLimited(ctx, VOLUMES, name);
    else failed(api, ctx, volume, error);
    return undefined;
  }
  const secret = credentials(ctx, deletionSecret(ctx, volume));
  const request = withoutDefaults({
    volume_id: csi.volumeHandle,
    ...('data' in secret && secret.data && { secrets: secret.data }),
  });
  ctx.call({ target: driver.name, method: 'DeleteVolume', request: asJson(request), data: name, deadline: TIMEOUT });
  return 'blocked';
}

/** Period of the kubelet's reports, each of which may let a volume go. */
const NODE_STATUS_PERIOD = 10_000;

/**
 * A volume that was released a moment ago is on its way off the node. In runs of real clusters no Event came of that; it
 * does where the detach takes longer than the node's next report.
 */
function isJustReleased(api: ApiServer, ctx: Context, { status }: PersistentVolume): boolean {
  const released = parseTime(status?.lastPhaseTransitionTime ?? '');
  return released !== undefined && api.epochMillis(ctx) - released <= NODE_STATUS_PERIOD;
}

function attachedTo(ctx: Context, volume: string): string | undefined {
  const [name] = ctx.bucket(VOLUME_ATTACHMENTS, 'byVolume', volume);
  return name === undefined ? undefined : ctx.get<VolumeAttachment>(VOLUME_ATTACHMENTS, name)?.spec.nodeName;
}

/** As remembered on the volume, else as its class says. */
function deletionSecret(ctx: Context, { metadata, spec }: PersistentVolume): Required<SecretReference> | undefined {
  const { annotations = {} } = metadata;
  const name = annotations[DELETION_SECRET_NAME];
  const namespace = annotations[DELETION_SECRET_NAMESPACE];
  if (name !== undefined && namespace !== undefined)
    return name !== '' && namespace !== '' ? { name, namespace } : undefined;
  const storageClass = ctx.get<StorageClass>(STORAGE_CLASSES, spec.storageClassName ?? '');
  if (!storageClass) return undefined;
  const ref = secretReference(SECRET_PURPOSES.provisioner, storageClass.parameters ?? {}, { pvName: metadata.name });
  return ref && !('error' in ref) ? ref : undefined;
}

/** The answer to DeleteVolume. */
export function volumeDeleted(api: ApiServer, ctx: Context, { code, message, data }: CallRecord): void {
  const name = String(data);
  ctx.done(VOLUMES, name);
  const volume = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, name);
  if (!volume) {
    forget(ctx, VOLUMES, name);
    return;
  }
  if (code !== 'OK') {
    failed(api, ctx, volume, grpcError(code ?? 'UNKNOWN', message ?? ''));
    return;
  }
  refreshCapacities(ctx, volume.spec.storageClassName ?? '', volume);
  const removed = attempt(() => removeVolume(api, ctx, name));
  if (removed instanceof StatusError && removed.reason !== 'NotFound') addRateLimited(ctx, VOLUMES, name);
  else forget(ctx, VOLUMES, name);
}

/** The object is deleted first and let go then. */
function removeVolume(api: ApiServer, ctx: Context, name: string): void {
  api.remove(ctx, { apiVersion: 'v1', kind: 'PersistentVolume', name });
  const left = ctx.live<PersistentVolume>(PERSISTENT_VOLUMES, name);
  const { finalizers = [] } = left?.metadata ?? {};
  if (left && isHeld(finalizers))
    api.update(
      ctx,
      withFinalizers(
        left,
        finalizers.filter((other) => other !== PVDeletionProtectionFinalizer),
      ),
    );
}

function failed(api: ApiServer, ctx: Context, volume: PersistentVolume, error: string): void {
  ctx.decide({ about: describeRef(volume), by: 'Delete', outcome: 'failed', facts: { error } });
  recordEvent(api, ctx, {
    source: eventSource(ctx),
    about: volume,
    type: 'Warning',
    reason: 'VolumeFailedDelete',
    message: error,
  });
  addRateLimited(ctx, VOLUMES, volume.metadata.name);
}
