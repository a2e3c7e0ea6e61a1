/** Type of the process; the flags of the sidecar go by the same name. */
export const CSI_ATTACHER = 'csi-attacher';

/** Its queues: names of VolumeAttachments and of PersistentVolumes. */
export const VAS = 'volumeattachments';
export const PVS = 'persistentvolumes';

/** Memory: VolumeAttachments that are to be processed whatever their status says. */
export const FORCE = 'forceSync';

/** On a VolumeAttachment: the node's id when it was attached. */
export const NODE_ID_ANNOTATION = 'csi.alpha.kubernetes.io/node-id';

/**
 * The finalizer on VolumeAttachments and PersistentVolumes of a driver.
 * @see kubernetes-csi/external-attacher pkg/controller/util.go GetFinalizerName
 */
export function finalizerName(driver: string): string {
  const sanitized = driver.replace(/[^A-Za-z0-9-]/g, '-');
  return `external-attacher/${sanitized.endsWith('-') ? `${sanitized}X` : sanitized}`;
}
