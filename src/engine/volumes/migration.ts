/** In-tree plugins that CSI migration hands to a driver, always on in 1.36. @see staging/src/k8s.io/csi-translation-lib/translate.go */
const CSI_NAMES: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
  ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
]);

/**
 * The CSI driver that does an in-tree plugin's work, or undefined if that plugin was never migrated.
 * @see staging/src/k8s.io/csi-translation-lib/translate.go GetCSINameFromInTreeName
 */
export const csiNameFromInTreeName = (plugin: string): string | undefined => CSI_NAMES.get(plugin);
