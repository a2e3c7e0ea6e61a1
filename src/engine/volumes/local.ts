import { recordEvent } from '../api/events.ts';
import { changeGroup, hostPathType, lookup, mountAt, mountsOf, nodeDisk, removeTree } from './files.ts';
import {
  escapeQualifiedName,
  KUBELET_ROOT,
  type MountArgs,
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

/** The first pod's group owns the volume for as long as it is mounted. @see pkg/volume/local/local.go SetUpAt */
function warnOtherGroup({ api, ctx, node }: VolumeHost, { pod, spec }: MountArgs, groupId: number): void {
  const wanted = pod.spec.securityContext?.fsGroup;
  const message = `The requested fsGroup is ${wanted}, but the volume ${spec.name} has GID ${groupId}. The volume may not be shareable.`;
  recordEvent(api, ctx, {
    source: 'kubelet',
    host: node,
    about: pod,
    type: 'Warning',
    reason: 'AlreadyMountedVolume',
    message,
  });
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
  afterSetUp: (host, args, response) => {
    const { groupId } = (response ?? {}) as { readonly groupId?: number };
    if (groupId !== undefined) warnOtherGroup(host, args, groupId);
  },
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
    SetUp: (ctx, node, { dir, path, fsGroup }) => {
      const disk = nodeDisk(node);
      const target = String(path);
      const shared = mountsOf(ctx, disk, target).some((other) => other !== dir);
      mountAt(ctx, disk, String(dir), { root: disk, target });
      if (typeof fsGroup !== 'number') return { code: 'OK' };
      const groupId = lookup(ctx, disk, target)?.gid ?? 0;
      if (!shared) changeGroup(ctx, disk, target, fsGroup, false);
      return { code: 'OK', response: shared && groupId !== fsGroup ? { groupId } : {} };
    },
    TearDown: (ctx, node, { dir }) => {
      removeTree(ctx, nodeDisk(node), String(dir));
      return { code: 'OK' };
    },
  },
};
