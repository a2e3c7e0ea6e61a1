import type { CallRecord, CallResult } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import {
  type ControllerCapability,
  type Driver,
  driverOf,
  hasController,
  hasNode,
  hasPlugin,
  type NodeCapability,
} from '../spec/driver.ts';
import {
  controllerExpandVolume,
  controllerModifyVolume,
  controllerPublishVolume,
  controllerUnpublishVolume,
  createVolume,
  deleteVolumeCall,
  getCapacity,
  listVolumes,
} from './controller.ts';
import {
  nodeExpandVolume,
  nodeGetInfo,
  nodeGetVolumeStats,
  nodePublishVolume,
  nodeStageVolume,
  nodeUnpublishVolume,
  nodeUnstageVolume,
} from './node.ts';
import { overrideResponse } from './responses.ts';
import { failed } from './result.ts';
import { createSnapshot, deleteSnapshot, listSnapshots } from './snapshots.ts';

interface ControllerMethod {
  readonly needs: ControllerCapability;
  readonly run: (ctx: Context, driver: Driver, request: never) => CallResult;
}

interface NodeMethod {
  readonly needs?: NodeCapability;
  readonly run: (ctx: Context, driver: Driver, node: string, request: never) => CallResult;
}

/** Methods of the controller service, each with the capability without which it is not implemented. */
const CONTROLLER: Readonly<Record<string, ControllerMethod>> = {
  CreateVolume: { needs: 'CREATE_DELETE_VOLUME', run: createVolume },
  DeleteVolume: { needs: 'CREATE_DELETE_VOLUME', run: deleteVolumeCall },
  ControllerPublishVolume: { needs: 'PUBLISH_UNPUBLISH_VOLUME', run: controllerPublishVolume },
  ControllerUnpublishVolume: { needs: 'PUBLISH_UNPUBLISH_VOLUME', run: controllerUnpublishVolume },
  ListVolumes: { needs: 'LIST_VOLUMES', run: listVolumes },
  GetCapacity: { needs: 'GET_CAPACITY', run: getCapacity },
  CreateSnapshot: { needs: 'CREATE_DELETE_SNAPSHOT', run: createSnapshot },
  DeleteSnapshot: { needs: 'CREATE_DELETE_SNAPSHOT', run: deleteSnapshot },
  ListSnapshots: { needs: 'LIST_SNAPSHOTS', run: listSnapshots },
  ControllerExpandVolume: { needs: 'EXPAND_VOLUME', run: controllerExpandVolume },
  ControllerModifyVolume: { needs: 'MODIFY_VOLUME', run: controllerModifyVolume },
};

/** Methods of the node service. */
const NODE: Readonly<Record<string, NodeMethod>> = {
  NodeGetInfo: { run: nodeGetInfo },
  NodeStageVolume: { needs: 'STAGE_UNSTAGE_VOLUME', run: nodeStageVolume },
  NodeUnstageVolume: { needs: 'STAGE_UNSTAGE_VOLUME', run: nodeUnstageVolume },
  NodePublishVolume: { run: nodePublishVolume },
  NodeUnpublishVolume: { run: nodeUnpublishVolume },
  NodeGetVolumeStats: { needs: 'GET_VOLUME_STATS', run: nodeGetVolumeStats },
  NodeExpandVolume: { needs: 'EXPAND_VOLUME', run: nodeExpandVolume },
};

/**
 * The other side of every call to a CSI driver: changes the driver's backend and answers as the specification and the
 * driver's capabilities have it.
 */
export function answerDriver(ctx: Context, call: CallRecord): CallResult {
  const driver = driverOf(ctx, call.target);
  if (!driver) return failed('UNAVAILABLE', `no driver ${call.target} is installed`);
  const result = answerMethod(ctx, driver, call);
  if (result.code !== 'OK' || !('response' in result) || result.response === undefined) return result;
  return { code: 'OK', response: overrideResponse(ctx, driver, call.method, result.response) };
}

function answerMethod(ctx: Context, driver: Driver, { method, node, request }: CallRecord): CallResult {
  const controller = CONTROLLER[method];
  if (controller) {
    if (!hasPlugin(driver, 'CONTROLLER_SERVICE') || !hasController(driver, controller.needs))
      return unimplemented(method);
    return controller.run(ctx, driver, request as never);
  }
  const onNode = NODE[method];
  if (!onNode || node === undefined) return unimplemented(method);
  if (onNode.needs && !hasNode(driver, onNode.needs)) return unimplemented(method);
  if (!isPoweredOn(ctx, node)) return failed('UNAVAILABLE', `connection to the driver on node ${node} is lost`);
  return onNode.run(ctx, driver, node, request as never);
}

const unimplemented = (method: string): CallResult => failed('UNIMPLEMENTED', `method ${method} not implemented`);

/** Machines are on where nobody switched them off. */
const isPoweredOn = (ctx: Context, node: string): boolean =>
  ctx.live<{ readonly power: string }>('machines', node)?.power !== 'off';
