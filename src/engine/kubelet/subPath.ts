import type { Pod } from '../api/object.ts';
import { cleanPath, hostPathType, makeDirectory, nodeDisk } from '../volumes/files.ts';
import { volumePath } from '../volumes/plugin.ts';
import type { Kubelet } from './kubelet.ts';
import { desired, pluginOf } from './volumemanager/world.ts';

/**
 * Makes the sub directories of its volumes that a container mounts.
 * @returns the error's text where one leads through something that is no directory; it says no more than that
 * @see pkg/kubelet/kubelet_pods.go makeMounts, pkg/volume/util/subpath SafeMakeDir
 */
export function prepareSubPaths(kl: Kubelet, pod: Pod, container: string): string | undefined {
  const found = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find(({ name }) => name === container);
  for (const { name, subPath } of found?.volumeMounts ?? []) {
    if (subPath === undefined || subPath === '') continue;
    const root = pathOf(kl, pod, name);
    if (root !== undefined && !makeSubPath(kl, root, subPath)) {
      return `failed to prepare subPath for volumeMount "${name}" of container "${container}"`;
    }
  }
  return undefined;
}

/** Where a volume of the pod is on the node's disk. */
function pathOf(kl: Kubelet, { metadata: { uid } }: Pod, volume: string): string | undefined {
  for (const key of desired(kl).bucket('byPod', uid)) {
    const entry = desired(kl).get(key);
    const use = entry?.pods[uid];
    if (entry && use?.names.includes(volume))
      return volumePath(pluginOf(entry.plugin), { spec: use.spec, podUid: uid });
  }
  return undefined;
}

/** Whether the sub path is there, as a directory made now if need be; only its last part may be a file. */
function makeSubPath({ ctx, node }: Kubelet, root: string, subPath: string): boolean {
  const parts = subPath.split('/').filter(Boolean);
  for (let depth = 1; depth <= parts.length; depth++) {
    const path = cleanPath(`${root}/${parts.slice(0, depth).join('/')}`);
    const type = hostPathType(ctx, node, path, 'Directory');
    if (type === undefined) makeDirectory(ctx, nodeDisk(node), path, 0o750);
    else if (depth < parts.length && type !== 'Directory' && type !== 'Mount') return false;
  }
  return true;
}
