import type { Json } from '../sim/types.ts';
import { changeGroup, mountAt, nodeDisk, removeTree } from './files.ts';
import {
  type Answer,
  DONE,
  hasSource,
  KUBELET_ROOT,
  type PluginStep,
  podCall,
  podInfo,
  sourceOf,
  succeed,
  type VolumeHost,
  type VolumePlugin,
  type VolumeSpec,
} from './plugin.ts';

interface IscsiSource {
  readonly targetPortal?: string;
  readonly iqn?: string;
  readonly lun?: number;
  readonly iscsiInterface?: string;
  readonly fsType?: string;
}

interface FCSource {
  readonly targetWWNs?: readonly string[];
  readonly wwids?: readonly string[];
  readonly lun?: number;
  readonly fsType?: string;
}

/** A disk of a storage network: the controller's attach does nothing, the node logs in, formats and mounts. */
interface SanDisk<T> {
  readonly name: string;
  readonly field: string;
  readonly volumeName: (source: T) => string;
  /** Below the plugin's own directory. */
  readonly devicePath: (source: T) => string;
}

/** The first disk after the node's own. */
const findDevice: Answer = () => ({ code: 'OK', response: { devicePath: '/dev/sdb' } });

function sanDisk<T extends { readonly fsType?: string }>({
  name,
  field,
  volumeName,
  devicePath,
}: SanDisk<T>): VolumePlugin {
  const source = (spec: VolumeSpec): T => sourceOf<T>(spec, field) ?? ({} as T);
  const deviceMountPath = (spec: VolumeSpec): string => `${KUBELET_ROOT}/plugins/${name}/${devicePath(source(spec))}`;
  const call = ({ node }: VolumeHost, method: string, spec: VolumeSpec, more: object): PluginStep => {
    const request = { volume: spec.name, source: source(spec), ...more } as unknown as Json;
    return { call: { target: name, method, node, request } };
  };
  return {
    name,
    canSupport: (spec) => hasSource(spec, field),
    volumeName: (spec) => volumeName(source(spec)),
    attachable: () => true,
    deviceMountable: () => true,
    supportsMountOptions: true,
    waitForAttach: (host, { spec }) => call(host, 'WaitForAttach', spec, {}),
    mountDevice: (host, { spec }) => call(host, 'MountDevice', spec, { deviceMountPath: deviceMountPath(spec) }),
    setUp: (host, args) => {
      const request = { files: `files/${name}/${volumeName(source(args.spec))}`, readOnly: args.spec.readOnly };
      return podCall(host, name, 'SetUp', args, { ...request, ...(podInfo(args) as object) });
    },
    tearDown: (host, args) => podCall(host, name, 'TearDown', args, {}),
    unmountDevice: (host, spec) => call(host, 'UnmountDevice', spec, { deviceMountPath: deviceMountPath(spec) }),
    block: {
      globalMapPath: (spec) => `${KUBELET_ROOT}/plugins/${name}/volumeDevices/${devicePath(source(spec))}`,
      setUpDevice: () => DONE,
      mapPodDevice: (host, { spec, podUid }) => call(host, 'MapPodDevice', spec, { pod: podUid }),
      unmapPodDevice: (host, { spec, podUid }) => call(host, 'UnmapPodDevice', spec, { pod: podUid }),
      tearDownDevice: (host, spec) => call(host, 'TearDownDevice', spec, {}),
    },
    answers: {
      WaitForAttach: findDevice,
      MountDevice: succeed,
      UnmountDevice: succeed,
      MapPodDevice: succeed,
      UnmapPodDevice: succeed,
      TearDownDevice: succeed,
      SetUp: (ctx, node, { dir, files, readOnly, fsGroup }) => {
        const path = String(dir);
        mountAt(ctx, nodeDisk(node), path, {
          root: String(files),
          target: '/',
          ...(readOnly === true && { readOnly }),
        });
        if (typeof fsGroup === 'number' && readOnly !== true) changeGroup(ctx, nodeDisk(node), path, fsGroup, false);
        return { code: 'OK' };
      },
      TearDown: (ctx, node, { dir }) => {
        removeTree(ctx, nodeDisk(node), String(dir));
        return { code: 'OK' };
      },
    },
  };
}

/** @see pkg/volume/iscsi/iscsi.go */
export const iscsi: VolumePlugin = sanDisk<IscsiSource>({
  name: 'kubernetes.io/iscsi',
  field: 'iscsi',
  volumeName: ({ targetPortal = '', iqn = '', lun = 0 }) => `${targetPortal}:${iqn}:${lun}`,
  devicePath: ({ targetPortal = '', iqn = '', lun = 0, iscsiInterface = 'default' }) =>
    `iface-${iscsiInterface}/${targetPortal}-${iqn}-lun-${lun}`,
});

/** @see pkg/volume/fc/fc.go */
export const fc: VolumePlugin = sanDisk<FCSource>({
  name: 'kubernetes.io/fc',
  field: 'fc',
  volumeName: ({ targetWWNs = [], wwids = [], lun = 0 }) =>
    wwids.length > 0 ? `[${wwids.join(' ')}]` : `[${targetWWNs.join(' ')}]:${lun}`,
  devicePath: ({ targetWWNs = [], wwids = [], lun = 0 }) =>
    wwids.length > 0 ? (wwids[0] ?? '') : `${targetWWNs[0] ?? ''}-lun-${lun}`,
});
