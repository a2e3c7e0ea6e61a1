import { attempt, StatusError } from '../../api/errors.ts';
import { goQuote } from '../../api/gotext.ts';
import type { ObjectInput } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { withAnnotation, withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import { snapshotSecret } from '../secrets.ts';
import {
  BEING_DELETED,
  CONTENT_FINALIZER,
  CONTENTS,
  dynamicContentName,
  failure,
  SECRET_NAME,
  SECRET_NAMESPACE,
  SNAPSHOT_API,
  SNAPSHOT_CLASSES,
  SNAPSHOTS,
  snapshotKey,
  type VolumeSnapshot,
  type VolumeSnapshotClass,
  type VolumeSnapshotContent,
} from '../snapshotobjects.ts';
import { ensurePVCFinalizer, getVolumeFromVolumeSnapshot } from './claim.ts';
import { noteError, tell } from './status.ts';

export const SNAPSHOT_QUEUE = 'snapshots';
export const CONTENT_QUEUE = 'contents';

export const contentOf = (ctx: Context, name: string): VolumeSnapshotContent | undefined =>
  ctx.get<VolumeSnapshotContent>(CONTENTS, name);

/** @throws StatusError NotFound */
export function getSnapshotClass(ctx: Context, name: string): VolumeSnapshotClass {
  const found = ctx.get<VolumeSnapshotClass>(SNAPSHOT_CLASSES, name);
  if (!found)
    throw new StatusError('NotFound', `volumesnapshotclass.snapshot.storage.k8s.io ${JSON.stringify(name)} not found`);
  return found;
}

/** Brings one content forward. @see pkg/common-controller/snapshot_controller.go syncContent */
export function syncContent(api: ApiServer, ctx: Context, name: string): void {
  if (attempt(() => syncContentByKey(api, ctx, name)) instanceof StatusError) addRateLimited(ctx, CONTENT_QUEUE, name);
  else forget(ctx, CONTENT_QUEUE, name);
}

function syncContentByKey(api: ApiServer, ctx: Context, name: string): void {
  const content = contentOf(ctx, name);
  const { namespace = '', name: snapshotName = '', uid } = content?.spec.volumeSnapshotRef ?? {};
  if (!content || !uid) return;
  const { finalizers = [], deletionTimestamp } = content.metadata;
  if (deletionTimestamp === undefined && !finalizers.includes(CONTENT_FINALIZER)) {
    api.update(ctx, withFinalizers(content, [...finalizers, CONTENT_FINALIZER]));
    return;
  }
  const key = `${namespace}/${snapshotName}`;
  const snapshot = ctx.get<VolumeSnapshot>(SNAPSHOTS, key);
  if (snapshot?.metadata.uid !== uid) return;
  if (content.status) ctx.enqueue(SNAPSHOT_QUEUE, key);
  if (isDeletionCandidate(snapshot)) setAnnVolumeSnapshotBeingDeleted(api, ctx, content);
}

/** @see pkg/utils/util.go IsSnapshotDeletionCandidate */
export const isDeletionCandidate = ({ metadata }: VolumeSnapshot): boolean =>
  metadata.deletionTimestamp !== undefined &&
  (metadata.finalizers ?? []).some((name) => name.startsWith('snapshot.storage.kubernetes.io/volumesnapshot-'));

export function setAnnVolumeSnapshotBeingDeleted(api: ApiServer, ctx: Context, content: VolumeSnapshotContent): void {
  if (content.metadata.annotations?.[BEING_DELETED] === undefined)
    api.update(ctx, withAnnotation(content, BEING_DELETED, 'yes'));
}

/** The content that a snapshot names; one of another sort or of another snapshot is an error. */
export function getPreprovisionedContent(
  api: ApiServer,
  ctx: Context,
  snapshot: VolumeSnapshot,
): VolumeSnapshotContent | undefined {
  const name = snapshot.spec.source.volumeSnapshotContentName ?? '';
  const content = contentOf(ctx, name);
  if (!content) return undefined;
  const key = snapshotKey(snapshot);
  if (content.spec.source.snapshotHandle === undefined) {
    const text = 'VolumeSnapshotContent is dynamically provisioned while expecting a pre-provisioned one';
    noteError(api, ctx, snapshot, true, 'SnapshotContentMismatch', text);
    const but = 'but gets a dynamically provisioned one';
    throw failure(`snapshot ${key} expects a pre-provisioned VolumeSnapshotContent ${name} ${but}`);
  }
  const { name: refName, namespace, uid } = content.spec.volumeSnapshotRef;
  const { metadata } = snapshot;
  if (refName !== metadata.name || namespace !== metadata.namespace || (uid && uid !== metadata.uid))
    misbound(api, ctx, snapshot, name);
  return content;
}

function misbound(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot, content: string): never {
  const text = `VolumeSnapshotContent [${content}] is bound to a different snapshot`;
  noteError(api, ctx, snapshot, true, 'SnapshotContentMisbound', text);
  throw failure(text);
}

/** The content that was made for a snapshot. */
export function getDynamicallyProvisionedContent(
  api: ApiServer,
  ctx: Context,
  snapshot: VolumeSnapshot,
): VolumeSnapshotContent | undefined {
  const name = dynamicContentName(snapshot);
  const content = contentOf(ctx, name);
  if (!content) return undefined;
  if (content.spec.source.volumeHandle === undefined) {
    const text = `VolumeSnapshotContent ${name} is pre-provisioned while expecting a dynamically provisioned one`;
    noteError(api, ctx, snapshot, true, 'SnapshotContentMismatch', text);
    const but = 'but gets a pre-provisioned one';
    throw failure(
      `snapshot ${snapshotKey(snapshot)} expects a dynamically provisioned VolumeSnapshotContent ${name} ${but}`,
    );
  }
  const { name: refName, namespace, uid } = content.spec.volumeSnapshotRef;
  const { metadata } = snapshot;
  if (refName !== metadata.name || namespace !== metadata.namespace || uid !== metadata.uid)
    misbound(api, ctx, snapshot, name);
  return content;
}

/**
 * Makes the content of a snapshot of a claim.
 * @throws StatusError saying why it can't be made
 * @see createSnapshotContent
 */
export function createSnapshotContent(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): VolumeSnapshotContent {
  ensurePVCFinalizer(api, ctx, snapshot);
  const input = attempt(() => getCreateSnapshotInput(ctx, snapshot));
  const { metadata, apiVersion, kind } = snapshot;
  if (input instanceof StatusError) {
    const why = goQuote(input.message);
    throw failure(`failed to get input parameters to create snapshot ${metadata.name}: ${why}`);
  }
  const { snapshotClass, volume, secret } = input;
  if (!volume.spec.csi) throw failure(`cannot find CSI PersistentVolumeSource for volume ${volume.metadata.name}`);
  const created = attempt(() =>
    api.create<VolumeSnapshotContent>(ctx, {
      apiVersion: SNAPSHOT_API,
      kind: 'VolumeSnapshotContent',
      metadata: {
        name: dynamicContentName(snapshot),
        ...(secret && { annotations: { [SECRET_NAME]: secret.name, [SECRET_NAMESPACE]: secret.namespace } }),
      },
      spec: {
        volumeSnapshotRef: {
          apiVersion,
          kind,
          namespace: metadata.namespace,
          name: metadata.name,
          uid: metadata.uid,
          resourceVersion: metadata.resourceVersion,
        },
        source: { volumeHandle: volume.spec.csi?.volumeHandle },
        volumeSnapshotClassName: snapshotClass.metadata.name,
        deletionPolicy: snapshotClass.deletionPolicy,
        driver: snapshotClass.driver,
        ...(volume.spec.volumeMode !== undefined && { sourceVolumeMode: volume.spec.volumeMode }),
      },
    } as ObjectInput),
  );
  const key = snapshotKey(snapshot);
  if (created instanceof StatusError) {
    const text = `Error creating volume snapshot content object for snapshot ${key}: ${created.message}.`;
    tell(api, ctx, snapshot, 'Warning', 'CreateSnapshotContentFailed', text);
    throw failure(`snapshot controller failed to update ${key} on API server: ${created.message}`);
  }
  const text = `Waiting for a snapshot ${key} to be created by the CSI driver.`;
  tell(api, ctx, snapshot, 'Normal', 'CreatingSnapshot', text);
  return created;
}

function getCreateSnapshotInput(ctx: Context, snapshot: VolumeSnapshot) {
  const { volumeSnapshotClassName: className } = snapshot.spec;
  const { name, namespace = '' } = snapshot.metadata;
  if (className === undefined) throw failure(`failed to take snapshot ${name} without a snapshot class`);
  const snapshotClass = getSnapshotClass(ctx, className);
  const volume = getVolumeFromVolumeSnapshot(ctx, snapshot);
  const secret = snapshotSecret(snapshotClass.parameters ?? {}, dynamicContentName(snapshot), { name, namespace });
  if (secret && 'error' in secret) throw failure(secret.error);
  return { snapshotClass, volume, secret };
}
