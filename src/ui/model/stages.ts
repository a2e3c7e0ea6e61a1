import type { ObjectId } from '../../worker/protocol.ts';
import { objectId, parseId, text } from './ids.ts';
import type { RecordedCall } from './replica.ts';

/** What a call does to a volume, the same for a CSI driver and for a plugin in the kubelet or controller manager. */
export type Stage = 'create' | 'delete' | 'attach' | 'detach' | 'stage' | 'unstage' | 'mount' | 'unmount';

const STAGE_OF_METHOD: Readonly<Record<string, Stage>> = {
  CreateVolume: 'create',
  Provision: 'create',
  DeleteVolume: 'delete',
  Delete: 'delete',
  Recycle: 'delete',
  ControllerPublishVolume: 'attach',
  Attach: 'attach',
  WaitForAttach: 'attach',
  ControllerUnpublishVolume: 'detach',
  Detach: 'detach',
  NodeStageVolume: 'stage',
  MountDevice: 'stage',
  NodeUnstageVolume: 'unstage',
  UnmountDevice: 'unstage',
  NodePublishVolume: 'mount',
  SetUp: 'mount',
  MapPodDevice: 'mount',
  NodeUnpublishVolume: 'unmount',
  TearDown: 'unmount',
  UnmapPodDevice: 'unmount',
};

export function stageOf(method: string): Stage | undefined {
  return STAGE_OF_METHOD[method];
}

/** What the objects of a call are, from what its caller told and from the request. */
export interface CallObjects {
  readonly claim?: ObjectId;
  readonly pv?: ObjectId;
  readonly pod?: ObjectId;
  readonly attachment?: ObjectId;
  readonly volume?: ObjectId;
}

const PLACE_OF_KIND: Readonly<Record<string, keyof CallObjects>> = {
  PersistentVolumeClaim: 'claim',
  PersistentVolume: 'pv',
  Pod: 'pod',
  VolumeAttachment: 'attachment',
  Volume: 'volume',
};

export function callObjects(call: RecordedCall): CallObjects {
  const found: { -readonly [K in keyof CallObjects]: CallObjects[K] } = {};
  for (const id of call.about) {
    const place = PLACE_OF_KIND[parseId(id).kind];
    if (place !== undefined && found[place] === undefined) found[place] = id;
  }
  const handle = text(call.began.request, 'volume_id') || text(call.ended?.response, 'volume', 'volume_id');
  if (found.volume === undefined && handle !== '')
    found.volume = objectId('Volume', '', `${call.began.driver}^${handle}`);
  return found;
}
