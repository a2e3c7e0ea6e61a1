import type { Pod } from '../../api/object.ts';
import type { Context, Memory } from '../../sim/context.ts';
import type { TableSpec, VirtualTime } from '../../sim/types.ts';
import type { VolumeSpec } from '../../volumes/plugin.ts';

/** A pod as the controller keeps it with a volume: enough to record an Event about it. */
export interface ScheduledPod {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
}

/**
 * A volume that a node ought to have, in memory under `attachmentKey`.
 * @see pkg/controller/volume/attachdetach/cache/desired_state_of_world.go
 */
export interface VolumeToAttach {
  readonly node: string;
  /** Unique volume name. */
  readonly volume: string;
  readonly plugin: string;
  readonly spec: VolumeSpec;
  readonly pods: readonly ScheduledPod[];
  readonly multiAttachErrorReported: boolean;
}

/**
 * A volume that a node has, or may have, in memory under `attachmentKey`.
 * @see pkg/controller/volume/attachdetach/cache/actual_state_of_world.go
 */
export interface AttachedVolume {
  readonly node: string;
  readonly volume: string;
  /** Unknown of what was only read from a Node's status. */
  readonly spec?: VolumeSpec;
  /** False: an attach or detach was tried and its outcome is not known. */
  readonly confirmed: boolean;
  readonly devicePath: string;
  /** Since when the volume is to be detached. */
  readonly detachRequestedAt?: VirtualTime;
}

/** An attach or detach under way, in memory under its operation key. */
export interface Operation {
  readonly operation: 'volume_attach' | 'volume_detach';
  readonly node: string;
  readonly volume: string;
  readonly spec?: VolumeSpec;
  /** Pods that were there when it began: they get its Events. */
  readonly pods: readonly ScheduledPod[];
  readonly startedAt: VirtualTime;
  readonly attachment: string;
  readonly driver: string;
  readonly handle: string;
}

export const attachmentKey = (node: string, volume: string): string => `${node} ${volume}`;

const DESIRED = 'volumesToAttach';
const ACTUAL = 'attachedVolumes';

export const desiredState = (ctx: Context): Memory<VolumeToAttach> => ctx.mem<VolumeToAttach>(DESIRED);
export const actualState = (ctx: Context): Memory<AttachedVolume> => ctx.mem<AttachedVolume>(ACTUAL);
export const operations = (ctx: Context): Memory<Operation> => ctx.mem<Operation>('attachOperations');
/** Nodes that are given to the controller. */
export const managedNodes = (ctx: Context): Memory<true> => ctx.mem<true>('managedNodes');
/** Unique volume names by node: what the node's status says is in use, and what was just attached. */
export const volumesInUse = (ctx: Context): Memory<readonly string[]> => ctx.mem<readonly string[]>('volumesInUse');
/** Unique volume names by node: what its status is to say is attached. */
export const reportAsAttached = (ctx: Context): Memory<readonly string[]> =>
  ctx.mem<readonly string[]>('reportAsAttached');
/** Operation keys by the name of the VolumeAttachment that they wait for. */
export const waits = (ctx: Context): Memory<string> => ctx.mem<string>('attachmentWaits');
/** `attachmentKey` by the name of the VolumeAttachment. */
export const attachmentNames = (ctx: Context): Memory<string> => ctx.mem<string>('attachmentNames');

export const stateTables: readonly TableSpec[] = [
  {
    name: `*/${DESIRED}`,
    class: 'memory',
    indices: {
      byVolume: { of: ({ volume }: VolumeToAttach) => [volume] },
      byNode: { of: ({ node }: VolumeToAttach) => [node] },
      byPod: { of: ({ pods }: VolumeToAttach) => pods.map(({ uid }) => uid) },
    },
  },
  {
    name: `*/${ACTUAL}`,
    class: 'memory',
    indices: {
      byVolume: { of: ({ volume }: AttachedVolume) => [volume] },
      byNode: { of: ({ node }: AttachedVolume) => [node] },
    },
  },
];

export const scheduledPod = ({ metadata: { name, namespace = 'default', uid } }: Pod): ScheduledPod => ({
  name,
  namespace,
  uid,
});
