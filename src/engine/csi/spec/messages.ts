import type { Json } from '../../sim/types.ts';

/** The messages that components and fake drivers exchange, with the field names of csi.proto; defaults are left out. */

export type StringMap = Readonly<Record<string, string>>;

export type AccessModeName =
  | 'UNKNOWN'
  | 'SINGLE_NODE_WRITER'
  | 'SINGLE_NODE_READER_ONLY'
  | 'MULTI_NODE_READER_ONLY'
  | 'MULTI_NODE_SINGLE_WRITER'
  | 'MULTI_NODE_MULTI_WRITER'
  | 'SINGLE_NODE_SINGLE_WRITER'
  | 'SINGLE_NODE_MULTI_WRITER';

export interface VolumeCapability {
  readonly block?: Readonly<Record<string, never>>;
  readonly mount?: {
    readonly fs_type?: string;
    readonly mount_flags?: readonly string[];
    readonly volume_mount_group?: string;
  };
  readonly access_mode: { readonly mode: AccessModeName };
}

export interface Topology {
  readonly segments: StringMap;
}

export interface TopologyRequirement {
  readonly requisite?: readonly Topology[];
  readonly preferred?: readonly Topology[];
}

export interface CapacityRange {
  readonly required_bytes?: number;
  readonly limit_bytes?: number;
}

export interface VolumeContentSource {
  readonly volume?: { readonly volume_id: string };
  readonly snapshot?: { readonly snapshot_id: string };
}

export interface CreateVolumeRequest {
  readonly name: string;
  readonly capacity_range?: CapacityRange;
  readonly volume_capabilities?: readonly VolumeCapability[];
  readonly parameters?: StringMap;
  readonly secrets?: StringMap;
  readonly volume_content_source?: VolumeContentSource;
  readonly accessibility_requirements?: TopologyRequirement;
  readonly mutable_parameters?: StringMap;
}

export interface CsiVolume {
  readonly volume_id: string;
  readonly capacity_bytes?: number;
  readonly volume_context?: StringMap;
  readonly content_source?: VolumeContentSource;
  readonly accessible_topology?: readonly Topology[];
}

export interface CreateVolumeResponse {
  readonly volume: CsiVolume;
}

export interface DeleteVolumeRequest {
  readonly volume_id: string;
  readonly secrets?: StringMap;
}

export interface ControllerPublishVolumeRequest {
  readonly volume_id: string;
  readonly node_id: string;
  readonly volume_capability: VolumeCapability;
  readonly readonly?: boolean;
  readonly secrets?: StringMap;
  readonly volume_context?: StringMap;
}

export interface ControllerPublishVolumeResponse {
  readonly publish_context?: StringMap;
}

export interface ControllerUnpublishVolumeRequest {
  readonly volume_id: string;
  readonly node_id?: string;
  readonly secrets?: StringMap;
}

export interface ListVolumesResponse {
  readonly entries?: readonly {
    readonly volume: CsiVolume;
    readonly status?: { readonly published_node_ids?: readonly string[] };
  }[];
  readonly next_token?: string;
}

export interface NodeGetInfoResponse {
  readonly node_id?: string;
  readonly max_volumes_per_node?: number;
  readonly accessible_topology?: Topology;
}

/** A message as a call carries it. */
export const asJson = (message: object): Json => message as Json;

/** A message without the fields that hold proto3's defaults. */
export function withoutDefaults<T extends object>(message: T): T {
  const kept = Object.entries(message).filter(([, value]) => !isDefault(value));
  return Object.fromEntries(kept) as T;
}

function isDefault(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return false;
}

/** A string map, or nothing where it is empty. */
export const mapOrNothing = (map: StringMap | undefined): StringMap | undefined =>
  map && Object.keys(map).length > 0 ? map : undefined;
