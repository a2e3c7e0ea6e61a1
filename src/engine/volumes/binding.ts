import { referenceTo } from '../api/events.ts';
import type { KubeObject, PersistentVolume, PersistentVolumeClaim } from '../api/object.ts';
import { AnnBoundByController } from './annotations.ts';

export const hasAnnotation = ({ metadata }: KubeObject, name: string): boolean =>
  metadata.annotations?.[name] !== undefined;

/** The object with one annotation set. */
export function withAnnotation<T extends KubeObject>(object: T, name: string, value: string): T {
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [name]: value } },
  };
}

/** The object without an annotation; without any left the map goes too. */
export function withoutAnnotation<T extends KubeObject>(object: T, name: string): T {
  const { annotations: before, ...metadata } = object.metadata;
  const { [name]: _, ...annotations } = before ?? {};
  const kept = Object.keys(annotations).length > 0 ? { ...metadata, annotations } : metadata;
  return { ...object, metadata: kept };
}

/** The object with other finalizers. */
export function withFinalizers<T extends KubeObject>(object: T, finalizers: readonly string[]): T {
  return { ...object, metadata: { ...object.metadata, finalizers } };
}

/**
 * Whether a volume points to a claim: by name, and by uid unless the reference leaves the uid open.
 * @see staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go IsVolumeBoundToClaim
 */
export function isVolumeBoundToClaim(
  { spec: { claimRef } }: PersistentVolume,
  { metadata }: PersistentVolumeClaim,
): boolean {
  if (!claimRef || claimRef.name !== metadata.name || claimRef.namespace !== metadata.namespace) return false;
  return !claimRef.uid || claimRef.uid === metadata.uid;
}

/**
 * The volume with its pointer to the claim, or the very same volume when there is nothing to save. A pointer that the
 * creator of the volume had put there is completed, but not marked as the binder's.
 * @see staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go GetBindVolumeToClaim
 */
export function getBindVolumeToClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { claimRef } = volume.spec;
  const { name, namespace, uid } = claim.metadata;
  const points = claimRef?.name === name && claimRef.namespace === namespace && claimRef.uid === uid;
  const bound = points ? volume : { ...volume, spec: { ...volume.spec, claimRef: referenceTo(claim) } };
  if (isVolumeBoundToClaim(volume, claim) || hasAnnotation(volume, AnnBoundByController)) return bound;
  return withAnnotation(bound, AnnBoundByController, 'yes');
}
