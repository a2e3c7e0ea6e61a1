import { sha256 } from './sha256.ts';

/** Name of the plugin in the kubelet and the attach/detach controller. */
export const CSI_PLUGIN_NAME = 'kubernetes.io/csi';

const SEPARATOR = '^';

/** A volume as the volume managers know it inside the plugin. @see pkg/volume/csi/csi_plugin.go GetVolumeName */
export const csiVolumeName = (driver: string, handle: string): string => `${driver}${SEPARATOR}${handle}`;

/** Driver and handle of a volume's unique name or of its name inside the plugin. */
export function splitCsiVolumeName(name: string): { readonly driver: string; readonly handle: string } {
  const plain = name.startsWith(`${CSI_PLUGIN_NAME}/`) ? name.slice(CSI_PLUGIN_NAME.length + 1) : name;
  const cut = plain.indexOf(SEPARATOR);
  return cut < 0 ? { driver: plain, handle: '' } : { driver: plain.slice(0, cut), handle: plain.slice(cut + 1) };
}

/** Name of the VolumeAttachment of a volume on a node. @see pkg/volume/csi/csi_attacher.go getAttachmentName */
export const attachmentName = (handle: string, driver: string, node: string): string =>
  `csi-${sha256(`${handle}${driver}${node}`)}`;
