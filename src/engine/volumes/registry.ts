import { configMap, secret } from './configMap.ts';
import { csi } from './csi.ts';
import { emptyDir } from './emptyDir.ts';
import { gitRepo, image } from './gitRepo.ts';
import { hostPath } from './hostPath.ts';
import { local } from './local.ts';
import { nfs } from './nfs.ts';
import type { VolumePlugin, VolumeSpec } from './plugin.ts';
import { downwardAPI, projected } from './projected.ts';
import { fc, iscsi } from './sanDisk.ts';

/** All volume plugins of the kubelet, in the order in which they are asked. @see cmd/kubelet/app/plugins.go ProbeVolumePlugins */
export const PLUGINS: readonly VolumePlugin[] = [
  emptyDir,
  gitRepo,
  hostPath,
  iscsi,
  nfs,
  secret,
  downwardAPI,
  fc,
  configMap,
  projected,
  local,
  csi,
  image,
];

/**
 * The one plugin for a volume, or the error's text where there is none or more than one.
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
