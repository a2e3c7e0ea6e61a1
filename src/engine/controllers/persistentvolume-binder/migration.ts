import { deepEqual } from '../../api/diff.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import type { Context } from '../../sim/context.ts';
import {
  AnnBetaStorageProvisioner,
  AnnDynamicallyProvisioned,
  AnnMigratedTo,
  AnnStorageProvisioner,
  PVDeletionInTreeProtectionFinalizer,
  PVDeletionProtectionFinalizer,
} from '../../volumes/annotations.ts';
import { withAnnotation, withFinalizers, withoutAnnotation } from '../../volumes/binding.ts';
import { csiNameFromInTreeName } from '../../volumes/migration.ts';

/** @see pkg/controller/volume/persistentvolume/pv_controller_base.go updateClaimMigrationAnnotations */
export function updateClaimMigrationAnnotations(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
): PersistentVolumeClaim {
  const annotated = annotateMigration(claim, provisionerOf(claim));
  return annotated === claim ? claim : api.update(ctx, annotated);
}

/** Who provisions a claim, by the stable annotation or the beta one. */
export const provisionerOf = ({ metadata: { annotations } }: PersistentVolumeClaim): string | undefined =>
  annotations?.[AnnStorageProvisioner] ?? annotations?.[AnnBetaStorageProvisioner];

/** @see pkg/controller/volume/persistentvolume/pv_controller_base.go updateVolumeMigrationAnnotationsAndFinalizers */
export function updateVolumeMigrationAnnotationsAndFinalizers(
  api: ApiServer,
  ctx: Context,
  volume: PersistentVolume,
): PersistentVolume {
  const provisioner = volume.metadata.annotations?.[AnnDynamicallyProvisioned];
  if (provisioner === undefined) return volume;
  const annotated = annotateMigration(volume, provisioner);
  const finalizers = modifyDeletionFinalizers(annotated, provisioner);
  const updated = finalizers === undefined ? annotated : withFinalizers(annotated, finalizers);
  return updated === volume ? volume : api.update(ctx, updated);
}

/**
 * Puts the CSI driver that took over from the provisioner on the object, or takes it off where nobody did.
 * @see pkg/controller/volume/persistentvolume/pv_controller_base.go updateMigrationAnnotations
 */
export function annotateMigration<T extends PersistentVolume | PersistentVolumeClaim>(
  object: T,
  provisioner: string | undefined,
): T {
  if (provisioner === undefined) return object;
  const driver = csiNameFromInTreeName(provisioner);
  const marked = object.metadata.annotations?.[AnnMigratedTo];
  if (driver !== undefined) return marked === driver ? object : withAnnotation(object, AnnMigratedTo, driver);
  return marked ? withoutAnnotation(object, AnnMigratedTo) : object;
}

/**
 * The finalizers that a provisioned volume should have, or undefined if it has them.
 * @see pkg/controller/volume/persistentvolume/pv_controller_base.go modifyDeletionFinalizers
 */
function modifyDeletionFinalizers(
  { metadata, spec }: PersistentVolume,
  provisioner: string,
): readonly string[] | undefined {
  const { finalizers = [] } = metadata;
  const has = (name: string): boolean => finalizers.includes(name);
  const without = (...names: readonly string[]): readonly string[] =>
    finalizers.filter((name) => !names.includes(name));
  if (csiNameFromInTreeName(provisioner) !== undefined) {
    return has(PVDeletionInTreeProtectionFinalizer) ? without(PVDeletionInTreeProtectionFinalizer) : undefined;
  }
  if (!provisioner.startsWith('kubernetes.io/')) return undefined;
  const policy = spec.persistentVolumeReclaimPolicy;
  const mayGo = policy === 'Retain' || policy === 'Recycle' ? [PVDeletionInTreeProtectionFinalizer] : [];
  const missing =
    policy === 'Delete' && !has(PVDeletionInTreeProtectionFinalizer) ? [PVDeletionInTreeProtectionFinalizer] : [];
  const wanted = [...without(PVDeletionProtectionFinalizer, ...mayGo), ...missing];
  return deepEqual(wanted, finalizers) ? undefined : wanted;
}
