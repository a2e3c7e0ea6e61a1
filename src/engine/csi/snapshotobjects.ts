import { StatusError } from '../api/errors.ts';
import type { KubeObject } from '../api/object.ts';

/** The objects, names and marks that the snapshot controller, the snapshotter and the provisioner share. */

export const SNAPSHOTS = 'volumesnapshots.snapshot.storage.k8s.io';
export const CONTENTS = 'volumesnapshotcontents.snapshot.storage.k8s.io';
export const SNAPSHOT_CLASSES = 'volumesnapshotclasses.snapshot.storage.k8s.io';
export const SNAPSHOT_API = 'snapshot.storage.k8s.io/v1';

const PREFIX = 'snapshot.storage.kubernetes.io/';
/** Put on a snapshot by the provisioner while it restores from it. */
export const RESTORE_FINALIZER = 'provisioner.storage.kubernetes.io/volumesnapshot-as-source-protection';
export const AS_SOURCE_FINALIZER = `${PREFIX}volumesnapshot-as-source-protection`;
export const BOUND_FINALIZER = `${PREFIX}volumesnapshot-bound-protection`;
export const CONTENT_FINALIZER = `${PREFIX}volumesnapshotcontent-bound-protection`;
export const CLAIM_FINALIZER = `${PREFIX}pvc-as-source-protection`;
export const BEING_CREATED = `${PREFIX}volumesnapshot-being-created`;
export const BEING_DELETED = `${PREFIX}volumesnapshot-being-deleted`;
export const DEFAULT_CLASS = `${PREFIX}is-default-class`;
export const ALLOW_MODE_CHANGE = `${PREFIX}allow-volume-mode-change`;
export const SECRET_NAME = `${PREFIX}deletion-secret-name`;
export const SECRET_NAMESPACE = `${PREFIX}deletion-secret-namespace`;

export interface SnapshotFailure {
  readonly time?: string;
  readonly message?: string;
}

export interface VolumeSnapshot extends KubeObject {
  readonly spec: {
    readonly source: { readonly persistentVolumeClaimName?: string; readonly volumeSnapshotContentName?: string };
    readonly volumeSnapshotClassName?: string;
  };
  readonly status?: {
    readonly boundVolumeSnapshotContentName?: string;
    readonly creationTime?: string;
    readonly readyToUse?: boolean;
    readonly restoreSize?: string;
    readonly error?: SnapshotFailure;
  };
}

export interface VolumeSnapshotContent extends KubeObject {
  readonly spec: {
    readonly driver: string;
    readonly deletionPolicy: string;
    readonly source: { readonly volumeHandle?: string; readonly snapshotHandle?: string };
    readonly volumeSnapshotClassName?: string;
    readonly sourceVolumeMode?: string;
    readonly volumeSnapshotRef: {
      readonly apiVersion?: string;
      readonly kind?: string;
      readonly uid?: string;
      readonly namespace?: string;
      readonly name?: string;
    };
  };
  readonly status?: {
    readonly snapshotHandle?: string;
    readonly readyToUse?: boolean;
    /** Nanoseconds since 1970. */
    readonly creationTime?: number;
    /** Bytes. */
    readonly restoreSize?: number;
    readonly error?: SnapshotFailure;
  };
}

export interface VolumeSnapshotClass extends KubeObject {
  readonly driver: string;
  readonly deletionPolicy: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

/** `namespace/name` of a snapshot. */
export const snapshotKey = ({ metadata }: VolumeSnapshot): string => `${metadata.namespace ?? ''}/${metadata.name}`;

/** Name of the content that is made for a snapshot. @see pkg/utils/util.go GetDynamicSnapshotContentNameForSnapshot */
export const dynamicContentName = ({ metadata }: VolumeSnapshot): string => `snapcontent-${metadata.uid}`;

export const isReady = ({ status }: VolumeSnapshot | VolumeSnapshotContent): boolean => status?.readyToUse === true;

/** Whether a content names a snapshot, that very one. @see IsVolumeSnapshotRefSet */
export function isVolumeSnapshotRefSet({ metadata }: VolumeSnapshot, { spec }: VolumeSnapshotContent): boolean {
  const { name, namespace, uid } = spec.volumeSnapshotRef;
  return name === metadata.name && namespace === metadata.namespace && uid === metadata.uid;
}

/** What ends a sync; its item comes back after its back-off. */
export const failure = (message: string): StatusError => new StatusError('InternalError', message);
