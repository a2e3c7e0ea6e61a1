/**
 * Annotations and finalizers by which the binder, the scheduler and the provisioners talk to each other.
 * @see staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go
 */

/** On a claim: it went through a full bind. Only its presence counts. */
export const AnnBindCompleted = 'pv.kubernetes.io/bind-completed';
/** On a claim or volume: a binder, not the creator, installed its pointer to the other. Only its presence counts. */
export const AnnBoundByController = 'pv.kubernetes.io/bound-by-controller';
/** On a claim: the node that the scheduler chose for provisioning. */
export const AnnSelectedNode = 'volume.kubernetes.io/selected-node';
/** On a claim: who is to provision it. */
export const AnnStorageProvisioner = 'volume.kubernetes.io/storage-provisioner';
export const AnnBetaStorageProvisioner = 'volume.beta.kubernetes.io/storage-provisioner';
/** On a volume: who provisioned it. */
export const AnnDynamicallyProvisioned = 'pv.kubernetes.io/provisioned-by';
/** On a claim or volume: the CSI driver that took over from an in-tree plugin. */
export const AnnMigratedTo = 'pv.kubernetes.io/migrated-to';
/** On a volume: the size that its file system still has. */
/** On a claim: what was grown on the control plane needs nothing on the node. */
export const NodeExpansionNotRequired = 'volume.kubernetes.io/node-expansion-not-required';
export const AnnStorageResizer = 'volume.kubernetes.io/storage-resizer';
export const AnnPreResizeCapacity = 'volume.alpha.kubernetes.io/pre-resize-capacity';

/** Holds a volume until the in-tree plugin has deleted its storage. */
export const PVDeletionInTreeProtectionFinalizer = 'kubernetes.io/pv-controller';
/** Holds a volume until the CSI provisioner has deleted its storage. */
export const PVDeletionProtectionFinalizer = 'external-provisioner.volume.kubernetes.io/finalizer';
export const PVProtectionFinalizer = 'kubernetes.io/pv-protection';
export const PVCProtectionFinalizer = 'kubernetes.io/pvc-protection';
export const VACProtectionFinalizer = 'kubernetes.io/vac-protection';
