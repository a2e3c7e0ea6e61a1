import type { Context } from '../../sim/context.ts';
import type { Json } from '../../sim/types.ts';

/** Durable table of the drivers that are installed, by name. */
export const DRIVERS = 'drivers';

/** What a driver answers to NodeGetInfo on one node, where the cluster says so. */
export interface NodeInfo {
  readonly nodeID?: string;
  readonly topology?: Readonly<Record<string, string>>;
  readonly maxVolumesPerNode?: number;
}

/** Fields that override those of an answer; `null` takes one out. */
export interface ResponseOverride {
  readonly method: string;
  readonly response: Readonly<Record<string, Json>>;
  /** Calls that it applies to; left out: all that come. */
  readonly times?: number;
}

/** A driver as a cluster installs it: the part of it that its sidecars, its node plugins and its fake read. */
export interface Driver {
  readonly name: string;
  readonly capabilities?: {
    readonly plugin?: readonly string[];
    readonly controller?: readonly string[];
    readonly node?: readonly string[];
  };
  /** Labels of a node that make up its topology. */
  readonly topologyKeys?: readonly string[];
  readonly maxVolumesPerNode?: number;
  /** Nodes on which the node plugin runs; left out: all. */
  readonly nodes?: readonly string[];
  readonly responses?: readonly ResponseOverride[];
  readonly nodeInfo?: Readonly<Record<string, NodeInfo>>;
  readonly sidecarArgs?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

export type PluginCapability =
  | 'CONTROLLER_SERVICE'
  | 'VOLUME_ACCESSIBILITY_CONSTRAINTS'
  | 'GROUP_CONTROLLER_SERVICE'
  | 'SNAPSHOT_METADATA_SERVICE'
  | 'ONLINE'
  | 'OFFLINE';

export type ControllerCapability =
  | 'CREATE_DELETE_VOLUME'
  | 'PUBLISH_UNPUBLISH_VOLUME'
  | 'LIST_VOLUMES'
  | 'GET_CAPACITY'
  | 'CREATE_DELETE_SNAPSHOT'
  | 'LIST_SNAPSHOTS'
  | 'CLONE_VOLUME'
  | 'PUBLISH_READONLY'
  | 'EXPAND_VOLUME'
  | 'LIST_VOLUMES_PUBLISHED_NODES'
  | 'VOLUME_CONDITION'
  | 'GET_VOLUME'
  | 'SINGLE_NODE_MULTI_WRITER'
  | 'MODIFY_VOLUME'
  | 'GET_SNAPSHOT';

export type NodeCapability =
  | 'STAGE_UNSTAGE_VOLUME'
  | 'GET_VOLUME_STATS'
  | 'EXPAND_VOLUME'
  | 'VOLUME_CONDITION'
  | 'SINGLE_NODE_MULTI_WRITER'
  | 'VOLUME_MOUNT_GROUP';

/** A driver as it was installed; undefined when there is none of that name. */
export const driverOf = (ctx: Context, name: string): Driver | undefined => ctx.live<Driver>(DRIVERS, name);

/** What the capability queries of a driver answer. @see GetPluginCapabilities */
export const hasPlugin = (driver: Driver | undefined, capability: PluginCapability): boolean =>
  driver?.capabilities?.plugin?.includes(capability) ?? false;

/** @see ControllerGetCapabilities */
export const hasController = (driver: Driver | undefined, capability: ControllerCapability): boolean =>
  driver?.capabilities?.controller?.includes(capability) ?? false;

/** @see NodeGetCapabilities */
export const hasNode = (driver: Driver | undefined, capability: NodeCapability): boolean =>
  driver?.capabilities?.node?.includes(capability) ?? false;

/** A command line flag of one of a driver's sidecars, by its name without dashes. */
export function sidecarFlag(driver: Driver | undefined, sidecar: string, flag: string): unknown {
  return driver?.sidecarArgs?.[sidecar]?.[flag];
}

/** A boolean flag; `fallback` is what the sidecar takes when it is not given. */
export function booleanFlag(driver: Driver | undefined, sidecar: string, flag: string, fallback = false): boolean {
  const value = sidecarFlag(driver, sidecar, flag);
  return value === undefined ? fallback : value === true || value === 'true';
}

export function textFlag(driver: Driver | undefined, sidecar: string, flag: string, fallback = ''): string {
  const value = sidecarFlag(driver, sidecar, flag);
  return value === undefined ? fallback : String(value);
}

/** The driver beside which a sidecar runs. */
export const driverName = (ctx: Context): string => ctx.params['driver'] ?? '';
export const ownDriver = (ctx: Context): Driver | undefined => driverOf(ctx, driverName(ctx));
