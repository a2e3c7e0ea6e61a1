import type { AdmissionPlugin } from '../kind.ts';

const FINALIZERS: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
  PersistentVolume: 'kubernetes.io/pv-protection',
  VolumeAttributesClass: 'kubernetes.io/vac-protection',
};

/**
 * New claims, volumes and attributes classes get the finalizer that holds them while they are in use.
 * @see plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go
 */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  admitCreate: (object, { kind }) => {
    const finalizer = FINALIZERS[kind];
    const { finalizers = [] } = object.metadata;
    if (finalizer === undefined || finalizers.includes(finalizer)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...finalizers, finalizer] } };
  },
};
