import { csi } from './csi.ts';
import { emptyDir } from './emptyDir.ts';
import { hostPath } from './hostPath.ts';
import { nfs } from './nfs.ts';
import type { VolumePlugin, VolumeSpec } from './plugin.ts';

/** All volume plugins of the kubelet, in the order in which they are asked. */
export const PLUGINS: readonly VolumePlugin[] = [emptyDir, hostPath, nfs, csi];

/**
 * The one plugin for a volume.
 * @throws nothing; a text where there is none or more than one
 * @see pkg/volume/plugins.go FindPluginBySpec
 */
export function findPluginBySpec(spec: VolumeSpec): VolumePlugin | string {
  const matches = PLUGINS.filter((plugin) => plugin.canSupport(spec));
  const [first] = matches;
  if (!first) return 'no volume plugin matched';
  if (matches.length === 1) return first;
  return `multiple volume plugins matched: ${matches.map((plugin) => plugin.name).join(',')}`;
}

export const findPluginByName = (name: string): VolumePlugin | undefined =>
  PLUGINS.find((plugin) => plugin.name === name);
