import type { Pod } from '../../api/object.ts';
import type { Memory } from '../../sim/context.ts';
import type { TableSpec, VirtualTime } from '../../sim/types.ts';
import type { VolumePlugin, VolumeSpec } from '../../volumes/plugin.ts';
import { findPluginByName } from '../../volumes/registry.ts';
import type { Kubelet } from '../kubelet.ts';

/**
 * A volume that pods of this node want, under its unique name.
 * @see pkg/kubelet/volumemanager/cache/desired_state_of_world.go
 */
export interface DesiredVolume {
  readonly plugin: string;
  readonly spec: VolumeSpec;
  readonly attachable: boolean;
  readonly deviceMountable: boolean;
  /** By UID: the volume as this pod uses it, and its names in the pod. */
  readonly pods: Readonly<Record<string, { readonly spec: VolumeSpec; readonly names: readonly string[] }>>;
}

export type MountState = 'Mounted' | 'Uncertain';

export interface MountedPod {
  readonly state: MountState;
  readonly spec: VolumeSpec;
  readonly names: readonly string[];
  readonly remountRequired?: boolean;
  /** Found on the disk after a restart, not yet set up again. */
  readonly reconstructed?: boolean;
}

/**
 * A volume that is attached to this node, under its unique name.
 * @see pkg/kubelet/volumemanager/cache/actual_state_of_world.go
 */
export interface ActualVolume {
  readonly plugin: string;
  readonly spec: VolumeSpec;
  readonly attachable: boolean;
  readonly deviceMountable: boolean;
  readonly device: 'NotMounted' | MountState;
  readonly deviceReconstructed?: boolean;
  /** What the file system on this node is known to have; only of volumes that can grow here. */
  readonly size?: string;
  /** The last attempt to grow it here ended for good. */
  readonly failedExpansion?: boolean;
  readonly pods: Readonly<Record<string, MountedPod>>;
}

/** How far the populator is with a pod, under its UID. */
export interface ProcessedPod {
  readonly state: 'waiting' | 'processed';
  readonly errors: readonly string[];
}

/** An operation in flight. */
export interface Operation {
  readonly name: OperationName;
  readonly volume: string;
  /** The pod's UID where only operations for the same pod are kept away, else ''. */
  readonly key: string;
  readonly stage: 'WaitForAttach' | 'Device' | 'Pod' | 'Expand';
  readonly spec: VolumeSpec;
  readonly podUid?: string;
  /** The pod that the volume is mounted for, as it was when the operation began. */
  readonly pod?: Pod;
  readonly names?: readonly string[];
  /** The volume was mounted for this pod when the operation began. */
  readonly remount?: boolean;
  readonly expansion?: Expansion;
}

/** The growth of a volume on the node, while its call is under way. */
export interface Expansion {
  readonly size: string;
  /** The claim shows the size already: another node was first. */
  readonly isUpdated: boolean;
  /** A failure is to leave the size to whoever resizes. */
  readonly isInfeasible: boolean;
}

export type OperationName = 'volume_mount' | 'volume_unmount' | 'unmount_device' | 'volume_attach' | 'volume_fs_resize';

/** A pod volume directory on the node's disk: what a restarted kubelet finds, in `podvolumes/<node>` under `<uid>/<name>`. */
export interface PodVolumeRecord {
  readonly volume: string;
  readonly plugin: string;
  readonly spec: VolumeSpec;
  readonly podUid: string;
  readonly names: readonly string[];
  readonly attachable: boolean;
  readonly deviceMountable: boolean;
}

export const desired = ({ ctx }: Kubelet): Memory<DesiredVolume> => ctx.mem<DesiredVolume>('kubelet.dsw');
export const actual = ({ ctx }: Kubelet): Memory<ActualVolume> => ctx.mem<ActualVolume>('kubelet.asw');
export const processed = ({ ctx }: Kubelet): Memory<ProcessedPod> => ctx.mem<ProcessedPod>('kubelet.populator');
/** Volumes that are to grow while they are in use. */
export const grown = ({ ctx }: Kubelet): Memory<true> => ctx.mem<true>('grown');
/** Running operations of a volume: by pod UID, or under '' one that keeps all others of the volume away. */
export const operations = ({ ctx }: Kubelet): Memory<Readonly<Record<string, Operation>>> =>
  ctx.mem<Readonly<Record<string, Operation>>>('operations');

export const podVolumesTable = ({ node }: Kubelet): string => `podvolumes/${node}`;

export function pluginOf(name: string): VolumePlugin {
  const plugin = findPluginByName(name);
  if (!plugin) throw new Error(`no volume plugin ${name}`);
  return plugin;
}

export const isBlock = ({ persistentVolume }: VolumeSpec): boolean => persistentVolume?.spec.volumeMode === 'Block';

/** Copies a record without one key. */
export function without<T>(record: Readonly<Record<string, T>>, key: string): Readonly<Record<string, T>> {
  const { [key]: _, ...rest } = record;
  return rest;
}

/** Indices of the worlds: volumes by pod, and pods that the populator has still to look at. */
export const WORLD_TABLES: readonly TableSpec[] = [
  {
    name: '*/kubelet.dsw',
    class: 'memory',
    indices: { byPod: { of: ({ pods }: DesiredVolume) => Object.keys(pods) } },
  },
  { name: '*/kubelet.asw', class: 'memory', indices: { byPod: { of: ({ pods }: ActualVolume) => Object.keys(pods) } } },
  { name: '*/kubelet.populator', class: 'memory', indices: { byState: { of: ({ state }: ProcessedPod) => [state] } } },
];

/** Milliseconds. */
export const POD_ATTACH_AND_MOUNT_TIMEOUT: VirtualTime = 123_000;
