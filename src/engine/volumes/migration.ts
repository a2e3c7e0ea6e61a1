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

/** The in-tree plugin of each migrated source of a volume. @see staging/src/k8s.io/csi-translation-lib/plugins */
const MIGRATED_SOURCES: ReadonlyMap<string, string> = new Map([
  ['awsElasticBlockStore', 'kubernetes.io/aws-ebs'],
  ['gcePersistentDisk', 'kubernetes.io/gce-pd'],
  ['azureDisk', 'kubernetes.io/azure-disk'],
  ['azureFile', 'kubernetes.io/azure-file'],
  ['cinder', 'kubernetes.io/cinder'],
  ['vsphereVolume', 'kubernetes.io/vsphere-volume'],
  ['portworxVolume', 'kubernetes.io/portworx-volume'],
]);

/** @see staging/src/k8s.io/csi-translation-lib/translate.go GetInTreePluginNameFromSpec */
export function inTreePluginNameFromSpec(spec: Readonly<Record<string, unknown>>): string | undefined {
  for (const [source, plugin] of MIGRATED_SOURCES) if (spec[source]) return plugin;
  return undefined;
}
