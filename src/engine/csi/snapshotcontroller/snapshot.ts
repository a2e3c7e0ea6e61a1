import { attempt, StatusError } from '../../api/errors.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { addRateLimited, forget } from '../retry.ts';
import {
  AS_SOURCE_FINALIZER,
  BOUND_FINALIZER,
  DEFAULT_CLASS,
  dynamicContentName,
  failure,
  isReady,
  isVolumeSnapshotRefSet,
  SNAPSHOT_API,
  SNAPSHOT_CLASSES,
  SNAPSHOTS,
  snapshotKey,
  type VolumeSnapshot,
  type VolumeSnapshotClass,
  type VolumeSnapshotContent,
} from '../snapshotobjects.ts';
import { checkandRemovePVCFinalizer, getVolumeFromVolumeSnapshot, isVolumeBeingCreatedFromSnapshot } from './claim.ts';
import {
  contentOf,
  createSnapshotContent,
  getDynamicallyProvisionedContent,
  getPreprovisionedContent,
  getSnapshotClass,
  isDeletionCandidate,
  SNAPSHOT_QUEUE,
  setAnnVolumeSnapshotBeingDeleted,
} from './content.ts';
import { noteError, tell, updateSnapshotStatus } from './status.ts';

/** Brings one snapshot forward. @see pkg/common-controller/snapshot_controller_base.go syncSnapshotByKey */
export function syncSnapshot(api: ApiServer, ctx: Context, key: string): void {
  const snapshot = ctx.get<VolumeSnapshot>(SNAPSHOTS, key);
  const failed = snapshot && attempt(() => syncSnapshotByKey(api, ctx, snapshot));
  if (failed instanceof StatusError) addRateLimited(ctx, SNAPSHOT_QUEUE, key);
  else forget(ctx, SNAPSHOT_QUEUE, key);
}

/** @see pkg/common-controller/snapshot_controller.go syncSnapshot */
function syncSnapshotByKey(api: ApiServer, ctx: Context, stored: VolumeSnapshot): void {
  const snapshot = checkAndUpdateSnapshotClass(api, ctx, stored);
  checkandRemovePVCFinalizer(api, ctx, snapshot, false);
  if (snapshot.metadata.deletionTimestamp !== undefined) {
    processSnapshotWithDeletionTimestamp(api, ctx, snapshot);
    return;
  }
  const added = attempt(() => checkandAddSnapshotFinalizers(api, ctx, snapshot));
  if (added instanceof StatusError) {
    const text = `Failed to check and update snapshot: ${added.message}`;
    tell(api, ctx, snapshot, 'Warning', 'SnapshotFinalizerError', text);
    throw added;
  }
  if (!isReady(added) || !added.status?.boundVolumeSnapshotContentName) syncUnreadySnapshot(api, ctx, added);
  else syncReadySnapshot(api, ctx, added, added.status.boundVolumeSnapshotContentName);
}

/** Looks whether the class is there, or finds the default one. @see checkAndUpdateSnapshotClass */
function checkAndUpdateSnapshotClass(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): VolumeSnapshot {
  const { volumeSnapshotClassName: name } = snapshot.spec;
  const found = attempt(() =>
    name === undefined ? setDefaultSnapshotClass(api, ctx, snapshot) : getSnapshotClass(ctx, name) && snapshot,
  );
  if (!(found instanceof StatusError)) return found;
  const [reason, text] =
    name === undefined
      ? ['SetDefaultSnapshotClassFailed', 'Failed to set default snapshot class']
      : ['GetSnapshotClassFailed', 'Failed to get snapshot class'];
  noteError(api, ctx, snapshot, false, reason, `${text} with error ${found.message}`);
  if (snapshot.metadata.deletionTimestamp !== undefined && found.reason === 'NotFound')
    return api.get<VolumeSnapshot>(ctx, refOf(snapshot));
  throw found;
}

const refOf = ({ metadata }: VolumeSnapshot) => ({
  apiVersion: SNAPSHOT_API,
  kind: 'VolumeSnapshot',
  namespace: metadata.namespace ?? '',
  name: metadata.name,
});

/** @see SetDefaultSnapshotClass */
function setDefaultSnapshotClass(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): VolumeSnapshot {
  if (snapshot.spec.source.volumeSnapshotContentName !== undefined) return snapshot;
  const { name, namespace = '' } = snapshot.metadata;
  const { csi } = getVolumeFromVolumeSnapshot(ctx, snapshot).spec;
  if (!csi) throw failure(`snapshotting non-CSI volumes is not supported, snapshot:${namespace}/${name}`);
  const defaults = ctx
    .keys(SNAPSHOT_CLASSES)
    .flatMap((key) => ctx.get<VolumeSnapshotClass>(SNAPSHOT_CLASSES, key) ?? [])
    .filter(({ metadata, driver }) => metadata.annotations?.[DEFAULT_CLASS] === 'true' && driver === csi.driver);
  const [only] = defaults;
  if (!only) throw failure('cannot find default snapshot class');
  if (defaults.length > 1) throw failure(`${defaults.length} default snapshot classes were found`);
  const spec = { ...snapshot.spec, volumeSnapshotClassName: only.metadata.name };
  return api.update<VolumeSnapshot>(ctx, { ...snapshot, spec });
}

/** @see processSnapshotWithDeletionTimestamp, checkandRemoveSnapshotFinalizersAndCheckandDeleteContent */
function processSnapshotWithDeletionTimestamp(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): void {
  if (!isDeletionCandidate(snapshot)) return;
  const isDynamic = snapshot.spec.source.persistentVolumeClaimName !== undefined;
  const name = snapshot.status?.boundVolumeSnapshotContentName || (isDynamic ? dynamicContentName(snapshot) : '');
  const found = contentOf(ctx, name);
  const content = found && isVolumeSnapshotRefSet(snapshot, found) ? found : undefined;
  if (content && isVolumeBeingCreatedFromSnapshot(ctx, snapshot)) {
    tell(api, ctx, snapshot, 'Warning', 'SnapshotDeletePending', 'Snapshot is being used to restore a PVC');
    throw failure(`snapshot ${snapshotKey(snapshot)} is in use (being used to restore a PVC), will retry deletion`);
  }
  const deletesContent = content?.spec.deletionPolicy === 'Delete';
  if (content) setAnnVolumeSnapshotBeingDeleted(api, ctx, content);
  if (content && deletesContent) removeContent(api, ctx, snapshot, content);
  checkandRemovePVCFinalizer(api, ctx, snapshot, true);
  const removed = deletesContent ? [AS_SOURCE_FINALIZER] : [AS_SOURCE_FINALIZER, BOUND_FINALIZER];
  const { finalizers = [] } = snapshot.metadata;
  const kept = finalizers.filter((finalizer) => !removed.includes(finalizer));
  if (kept.length < finalizers.length) api.update(ctx, withFinalizers(snapshot, kept));
}

function removeContent(
  api: ApiServer,
  ctx: Context,
  snapshot: VolumeSnapshot,
  { metadata }: VolumeSnapshotContent,
): void {
  const ref = { apiVersion: SNAPSHOT_API, kind: 'VolumeSnapshotContent', name: metadata.name };
  const refused = attempt(() => api.remove(ctx, ref));
  if (!(refused instanceof StatusError) || refused.reason === 'NotFound') return;
  const text = 'Failed to delete snapshot content API object';
  tell(api, ctx, snapshot, 'Warning', 'SnapshotContentObjectDeleteError', text);
  throw refused;
}

/** @see checkandAddSnapshotFinalizers */
function checkandAddSnapshotFinalizers(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): VolumeSnapshot {
  const content =
    snapshot.spec.source.volumeSnapshotContentName === undefined
      ? getDynamicallyProvisionedContent(api, ctx, snapshot)
      : getPreprovisionedContent(api, ctx, snapshot);
  const { finalizers = [] } = snapshot.metadata;
  // A ready snapshot may lose its bound finalizer only by being deleted.
  const wanted = [AS_SOURCE_FINALIZER];
  const isBound = snapshot.status?.boundVolumeSnapshotContentName !== undefined;
  if (isBound && content?.spec.deletionPolicy === 'Delete') wanted.push(BOUND_FINALIZER);
  const added = wanted.filter((finalizer) => !finalizers.includes(finalizer));
  return added.length === 0
    ? snapshot
    : api.update<VolumeSnapshot>(ctx, withFinalizers(snapshot, [...finalizers, ...added]));
}

/** @see syncReadySnapshot */
function syncReadySnapshot(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot, name: string): void {
  const content = contentOf(ctx, name);
  if (!content) {
    noteError(api, ctx, snapshot, true, 'SnapshotContentMissing', 'VolumeSnapshotContent is missing');
  } else if (!isVolumeSnapshotRefSet(snapshot, content)) {
    const text = 'VolumeSnapshotContent is not bound to the VolumeSnapshot correctly';
    noteError(api, ctx, snapshot, true, 'SnapshotMisbound', text);
  }
}

/** @see syncUnreadySnapshot */
function syncUnreadySnapshot(api: ApiServer, ctx: Context, snapshot: VolumeSnapshot): void {
  const { volumeSnapshotContentName: named } = snapshot.spec.source;
  if (named !== undefined) {
    const content = getPreprovisionedContent(api, ctx, snapshot);
    if (!content) {
      noteError(api, ctx, snapshot, true, 'SnapshotContentMissing', 'VolumeSnapshotContent is missing');
      throw failure(`snapshot ${snapshotKey(snapshot)} requests an non-existing content ${named}`);
    }
    updateSnapshotStatus(api, ctx, snapshot, checkandBindSnapshotContent(api, ctx, snapshot, content));
    return;
  }
  const known = getDynamicallyProvisionedContent(api, ctx, snapshot);
  if (known) {
    updateSnapshotStatus(api, ctx, snapshot, known);
    return;
  }
  const created = attempt(() => createSnapshotContent(api, ctx, snapshot));
  if (created instanceof StatusError) {
    const text = `Failed to create snapshot content with error ${created.message}`;
    noteError(api, ctx, snapshot, true, 'SnapshotContentCreationFailed', text);
    throw created;
  }
  updateSnapshotStatus(api, ctx, snapshot, created);
}

/** A content that was made by hand learns whose it is. @see checkandBindSnapshotContent */
function checkandBindSnapshotContent(
  api: ApiServer,
  ctx: Context,
  { metadata: { uid }, spec: { volumeSnapshotClassName: className } }: VolumeSnapshot,
  content: VolumeSnapshotContent,
): VolumeSnapshotContent {
  const { volumeSnapshotRef, volumeSnapshotClassName } = content.spec;
  if (volumeSnapshotRef.uid && volumeSnapshotClassName !== undefined) return content;
  return api.update<VolumeSnapshotContent>(ctx, {
    ...content,
    spec: {
      ...content.spec,
      volumeSnapshotRef: { ...volumeSnapshotRef, uid },
      ...(className !== undefined && { volumeSnapshotClassName: className }),
    },
  });
}
