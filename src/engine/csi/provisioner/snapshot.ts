import type { PersistentVolumeClaim, StorageClass } from '../../api/object.ts';
import { quantityValue } from '../../api/quantity.ts';
import type { Context } from '../../sim/context.ts';
import {
  ALLOW_MODE_CHANGE,
  CONTENTS,
  isReady,
  isVolumeSnapshotRefSet,
  RESTORE_FINALIZER,
  SNAPSHOTS,
  type VolumeSnapshot,
  type VolumeSnapshotContent,
} from '../snapshotobjects.ts';
import type { Driver } from '../spec/driver.ts';
import type { VolumeContentSource } from '../spec/messages.ts';

/**
 * The snapshot that a claim is to be restored from.
 * @returns the text of the refusal where it cannot be used
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go getSnapshotSource
 */
export function snapshotSource(
  ctx: Context,
  _driver: Driver,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  name: string,
): VolumeContentSource | string {
  const { namespace = 'default' } = claim.metadata;
  const snapshot = ctx.get<VolumeSnapshot>(SNAPSHOTS, `${namespace}/${name}`);
  if (!snapshot) return `error getting snapshot ${name} from api server: ${SNAPSHOTS} "${name}" not found`;
  const { deletionTimestamp, finalizers = [] } = snapshot.metadata;
  if (deletionTimestamp !== undefined && !finalizers.includes(RESTORE_FINALIZER))
    return `snapshot ${name} is being deleted`;
  const contentName = snapshot.status?.boundVolumeSnapshotContentName;
  if (!contentName) return `snapshot ${name} not bound`;
  const content = ctx.get<VolumeSnapshotContent>(CONTENTS, contentName);
  if (!content) return `error getting snapshotcontent ${contentName} for snapshot ${name}`;
  const { driver, sourceVolumeMode } = content.spec;
  if (!isVolumeSnapshotRefSet(snapshot, content))
    return `snapshotcontent ${contentName} for snapshot ${name} is bound to a different snapshot`;
  if (driver !== storageClass.provisioner) {
    const which = `is not handled by CSI driver of StorageClass ${storageClass.metadata.name}`;
    return `snapshotcontent ${contentName} for snapshot ${name} ${which}`;
  }
  if (!isReady(snapshot)) return `snapshot ${name} is not Ready`;
  const handle = content.status?.snapshotHandle;
  if (!handle) return `snapshot handle ${name} is not available`;
  const wanted = quantityValue(claim.spec.resources?.requests?.['storage'] ?? '0');
  const { restoreSize } = snapshot.status ?? {};
  if (restoreSize !== undefined && wanted < quantityValue(restoreSize)) {
    const sizes = `requested volume size ${wanted} is less than the size ${quantityValue(restoreSize)}`;
    return `${sizes} for the source snapshot ${name}`;
  }
  return refuseModeChange(claim, content, sourceVolumeMode) ?? { snapshot: { snapshot_id: handle } };
}

function refuseModeChange(
  { metadata, spec }: PersistentVolumeClaim,
  content: VolumeSnapshotContent,
  sourceMode: string | undefined,
): string | undefined {
  if (sourceMode === undefined || sourceMode === (spec.volumeMode ?? 'Filesystem')) return undefined;
  const allowed = content.metadata.annotations?.[ALLOW_MODE_CHANGE];
  if (allowed === 'true') return undefined;
  const what = `requested volume ${metadata.namespace}/${metadata.name} modifies the mode of the source volume`;
  const { name } = content.metadata;
  const why =
    allowed === undefined
      ? `annotation is not present on snapshotcontent ${name}`
      : `is set to false on snapshotcontent ${name}`;
  return `${what} but does not have permission to do so. ${ALLOW_MODE_CHANGE} ${why}`;
}
