import { hostPathType, mountAt, nodeDisk, removeTree } from './files.ts';
import {
  escapeQualifiedName,
  KUBELET_ROOT,
  type PluginStep,
  type PodVolume,
  podCall,
  podInfo,
  succeed,
  type VolumeHost,
  type VolumePlugin,
  type VolumeSpec,
} from './plugin.ts';

const NAME = 'kubernetes.io/local-volume';

const pathOf = ({ persistentVolume }: VolumeSpec): string => persistentVolume?.spec.local?.path ?? '';

function deviceCall(host: VolumeHost, method: string, spec: VolumeSpec): PluginStep {
  const deviceMountPath = `${KUBELET_ROOT}/plugins/${NAME}/mounts/${spec.name}`;
  return {
    call: {
      target: NAME,
      method,
      node: host.node,
      request: { volume: spec.name, path: pathOf(spec), deviceMountPath },
    },
  };
}

function blockCall(host: VolumeHost, method: string, { spec, podUid }: PodVolume): PluginStep {
  return {
    call: { target: NAME, method, node: host.node, request: { volume: spec.name, path: pathOf(spec), pod: podUid } },
  };
}

/** @see pkg/volume/local/local.go */
export const local: VolumePlugin = {
  name: NAME,
  canSupport: ({ persistentVolume }) => persistentVolume?.spec.local !== undefined,
  volumeName: ({ name }) => name,
  deviceMountable: () => true,
  supportsMountOptions: true,
  newMounter: ({ ctx, node }, { spec }) => {
    const path = pathOf(spec);
    const block = spec.persistentVolume?.spec.volumeMode === 'Block';
    const type = hostPathType(ctx, node, path, block ? 'BlockDevice' : 'Directory');
    if (type === undefined) return `path "${path}" does not exist`;
    return type === 'Directory' || type === 'BlockDevice' ? undefined : 'only directory and block device are supported';
  },
  mountDevice: (host, { spec }) => deviceCall(host, 'MountDevice', spec),
  setUp: (host, args) => podCall(host, NAME, 'SetUp', args, { path: pathOf(args.spec), ...(podInfo(args) as object) }),
  tearDown: (host, args) => podCall(host, NAME, 'TearDown', args, {}),
  unmountDevice: (host, spec) => deviceCall(host, 'UnmountDevice', spec),
  block: {
    globalMapPath: ({ name }) => `${KUBELET_ROOT}/plugins/${escapeQualifiedName(NAME)}/volumeDevices/${name}`,
    mapPodDevice: (host, args) => blockCall(host, 'MapPodDevice', args),
    unmapPodDevice: (host, args) => blockCall(host, 'UnmapPodDevice', args),
  },
  answers: {
    MountDevice: succeed,
    UnmountDevice: succeed,
    MapPodDevice: succeed,
    UnmapPodDevice: succeed,
    SetUp: (ctx, node, { dir, path }) => {
      mountAt(ctx, nodeDisk(node), String(dir), { root: nodeDisk(node), target: String(path) });
      return { code: 'OK' };
    },
    TearDown: (ctx, node, { dir }) => {
      removeTree(ctx, nodeDisk(node), String(dir));
      return { code: 'OK' };
    },
  },
};
