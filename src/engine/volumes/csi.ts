import type { VolumeAttachment } from '../api/object.ts';
import { VOLUME_ATTACHMENTS } from '../api/tables.ts';
import { GRPC_CODES, grpcError } from '../csi/spec/codes.ts';
import { driverOf, hasNode } from '../csi/spec/driver.ts';
import type { Context } from '../sim/context.ts';
import { csiBlock, publishPath, stagingPath } from './csiBlock.ts';
import { attachmentName, CSI_PLUGIN_NAME, csiVolumeName } from './csinames.ts';
import { expandRequest, nodeCall, publishRequest, stageRequest } from './csiRequests.ts';
import {
  attachRequired,
  type CsiVolume,
  credentials,
  csiLog,
  csiVolume,
  driverObject,
  isError,
  notRegistered,
  publishSecretRef,
  transient,
} from './csiVolume.ts';
import { changeGroup, mountAt, nodeDisk, removeTree, volumeFiles } from './files.ts';
import {
  DONE,
  KUBELET_ROOT,
  type MountArgs,
  type PluginStep,
  type PodVolume,
  podVolumeDir,
  type VolumeHost,
  type VolumePlugin,
  type VolumeSpec,
} from './plugin.ts';
import { sha256 } from './sha256.ts';

/** Codes after which the driver may have done something. @see pkg/volume/csi/csi_client.go isFinalError */
const UNCERTAIN: readonly string[] = ['CANCELLED', 'DEADLINE_EXCEEDED', 'UNAVAILABLE', 'RESOURCE_EXHAUSTED', 'ABORTED'];

/** @see pkg/volume/csi/csi_attacher.go makeDeviceMountPath */
export function deviceMountPath({ persistentVolume }: VolumeSpec): string {
  const { driver = '', volumeHandle = '' } = persistentVolume?.spec.csi ?? {};
  return `${KUBELET_ROOT}/plugins/${CSI_PLUGIN_NAME}/${driver}/${sha256(volumeHandle)}/globalmount`;
}

const targetPath = ({ spec, podUid }: PodVolume): string => `${podVolumeDir(podUid, CSI_PLUGIN_NAME, spec.name)}/mount`;

/** The in-tree plugin behind which all CSI drivers stand. @see pkg/volume/csi/csi_plugin.go */
export const csi: VolumePlugin = {
  name: CSI_PLUGIN_NAME,
  canSupport: ({ persistentVolume, volume }) =>
    (persistentVolume ? persistentVolume.spec.csi : volume?.csi) !== undefined,
  volumeName: ({ persistentVolume }) =>
    csiVolumeName(persistentVolume?.spec.csi?.driver ?? '', persistentVolume?.spec.csi?.volumeHandle ?? ''),
  attachable: (ctx, { persistentVolume }) =>
    persistentVolume?.spec.csi !== undefined && attachRequired(ctx, persistentVolume.spec.csi.driver),
  deviceMountable: (_ctx, { persistentVolume }) => persistentVolume !== undefined,
  supportsMountOptions: true,
  requiresRemount: (ctx, spec) =>
    driverObject(ctx, csiVolume({ spec, podUid: '' }).driver)?.spec.requiresRepublish === true,
  path: targetPath,
  attachRefusal: 'attaching volumes from the kubelet is not supported',
  verifyExhaustedResource,
  waitForAttach,
  mountDevice,
  setUp,
  afterSetUp,
  tearDown: (host, args) => {
    const { driver, handle } = csiVolume(args);
    const missing = notRegistered(host, driver);
    if (missing !== undefined) return transient(csiLog(`Unmounter.TearDownAt failed to get CSI client: ${missing}`));
    return nodeCall(host, driver, 'NodeUnpublishVolume', { volume_id: handle, target_path: targetPath(args) });
  },
  afterTearDown: ({ ctx, node }, args) => removeTree(ctx, nodeDisk(node), targetPath(args)),
  nodeExpand,
  unmountDevice: (host, spec) => {
    const { driver, handle } = csiVolume({ spec, podUid: '' });
    const missing = notRegistered(host, driver);
    if (missing !== undefined)
      return transient(csiLog(`attacher.UnmountDevice failed to create newCsiDriverClient: ${missing}`));
    if (!hasNode(driverOf(host.ctx, driver), 'STAGE_UNSTAGE_VOLUME')) return DONE;
    return nodeCall(host, driver, 'NodeUnstageVolume', {
      volume_id: handle,
      staging_target_path: deviceMountPath(spec),
    });
  },
  block: csiBlock,
  callError: ({ code = 'UNKNOWN', message = '', method }) => ({
    error: method === 'NodeExpandVolume' ? expandError(code, message) : grpcError(code, message),
    kind: UNCERTAIN.includes(code) ? 'uncertain' : 'final',
    code,
  }),
};

const INFEASIBLE: readonly string[] = ['INVALID_ARGUMENT', 'OUT_OF_RANGE', 'NOT_FOUND'];

/** @see pkg/volume/csi/expander.go nodeExpandWithClient */
function expandError(code: string, message: string): string {
  const colon = INFEASIBLE.includes(code) ? '' : ' :';
  return `Expander.NodeExpand failed to expand the volume${colon} ${grpcError(code, message)}`;
}

/** @see pkg/volume/csi/expander.go NodeExpand */
function nodeExpand(host: VolumeHost, args: MountArgs, size: string): PluginStep {
  const volume = csiVolume(args);
  const missing = notRegistered(host, volume.driver);
  if (missing !== undefined) return transient(missing);
  if (!hasNode(driverOf(host.ctx, volume.driver), 'EXPAND_VOLUME')) {
    const error = `NodeExpand is not supported by the CSI driver ${volume.driver}`;
    return { error, kind: 'final', code: 'NotSupported' };
  }
  const ref = volume.source.nodeExpandSecretRef;
  const secrets = ref ? credentials(host, ref.namespace ?? '', ref.name ?? '') : {};
  if (isError(secrets)) {
    const where = `${ref?.namespace ?? ''}/${ref?.name ?? ''}`;
    return { error: `expander.NodeExpand failed to get NodeExpandSecretRef ${where}: ${secrets.error}`, kind: 'final' };
  }
  const isBlock = args.spec.persistentVolume?.spec.volumeMode === 'Block';
  const paths = isBlock
    ? { volume: publishPath(args.spec, args.podUid), staging: stagingPath(args.spec) }
    : { volume: targetPath(args), staging: deviceMountPath(args.spec) };
  return nodeCall(host, volume.driver, 'NodeExpandVolume', expandRequest(host, args, paths, size, secrets));
}

/** @see pkg/volume/csi/csi_plugin.go VerifyExhaustedResource */
function verifyExhaustedResource({ ctx, node }: VolumeHost, spec: VolumeSpec): boolean {
  const { driver, handle } = csiVolume({ spec, podUid: '' });
  if (driverObject(ctx, driver)?.spec.nodeAllocatableUpdatePeriodSeconds === undefined) return false;
  const attachment = ctx.live<VolumeAttachment>(VOLUME_ATTACHMENTS, attachmentName(handle, driver, node));
  if (attachment?.status?.attachError?.errorCode !== GRPC_CODES.RESOURCE_EXHAUSTED) return false;
  ctx.signal(`node-driver-registrar/${node}`, 'allocatable', driver);
  return true;
}

/** @see pkg/volume/csi/csi_attacher.go WaitForAttach */
function waitForAttach({ ctx, node }: VolumeHost, args: MountArgs): PluginStep {
  const { driver, handle } = csiVolume(args);
  const name = attachmentName(handle, driver, node);
  const attachment = ctx.live<VolumeAttachment>(VOLUME_ATTACHMENTS, name);
  const failed = (error: string): PluginStep => ({ error, kind: 'final' });
  if (!attachment) {
    const missing = `volumeattachments.storage.k8s.io "${name}" not found`;
    return failed(`volume ${handle} has GET error for volume attachment ${name}: ${missing}`);
  }
  if (attachment.metadata.deletionTimestamp !== undefined) return failed('volume attachment is being deleted');
  if (attachment.status?.attached) return DONE;
  const { attachError } = attachment.status ?? {};
  return failed(
    attachError ? (attachError.message ?? '') : `volume ${handle} is not attached for volume attachment ${name}`,
  );
}

/** @see pkg/volume/csi/csi_attacher.go MountDevice */
function mountDevice(host: VolumeHost, args: MountArgs): PluginStep {
  const volume = csiVolume(args);
  const missing = notRegistered(host, volume.driver);
  if (missing !== undefined)
    return transient(csiLog(`attacher.MountDevice failed to create newCsiDriverClient: ${missing}`));
  if (!hasNode(driverOf(host.ctx, volume.driver), 'STAGE_UNSTAGE_VOLUME')) return DONE;
  const ref = volume.source.nodeStageSecretRef;
  const secrets = ref ? credentials(host, ref.namespace ?? '', ref.name ?? '') : {};
  if (isError(secrets))
    return transient(`fetching NodeStageSecretRef ${ref?.namespace ?? ''}/${ref?.name ?? ''} failed: ${secrets.error}`);
  return nodeCall(
    host,
    volume.driver,
    'NodeStageVolume',
    stageRequest(host, args, deviceMountPath(args.spec), secrets),
  );
}

/** @see pkg/volume/csi/csi_mounter.go SetUpAt */
function setUp(host: VolumeHost, args: MountArgs): PluginStep {
  const volume = csiVolume(args);
  const missing = notRegistered(host, volume.driver);
  if (missing !== undefined) return transient(csiLog(`mounter.SetUpAt failed to get CSI client: ${missing}`));
  const unsupported = checkLifecycleMode(host.ctx, volume);
  if (unsupported !== undefined)
    return transient(csiLog(`mounter.SetupAt failed to check volume lifecycle mode: ${unsupported}`));
  const ref = publishSecretRef(args);
  const secrets = ref ? credentials(host, ref.namespace, ref.name) : {};
  if (ref && isError(secrets))
    return transient(`fetching NodePublishSecretRef ${ref.namespace}/${ref.name} failed: ${secrets.error}`);
  const staged = !volume.inline && hasNode(driverOf(host.ctx, volume.driver), 'STAGE_UNSTAGE_VOLUME');
  const paths = { target: targetPath(args), ...(staged && { staging: deviceMountPath(args.spec) }) };
  return nodeCall(
    host,
    volume.driver,
    'NodePublishVolume',
    publishRequest(host, args, paths, isError(secrets) ? {} : secrets),
  );
}

/** @see pkg/volume/csi/csi_mounter.go supportsVolumeLifecycleMode */
function checkLifecycleMode(ctx: Context, { driver, inline }: CsiVolume): string | undefined {
  const mode = inline ? 'Ephemeral' : 'Persistent';
  const modes = driverObject(ctx, driver)?.spec.volumeLifecycleModes;
  const refused = `volume mode "${mode}" not supported by driver ${driver}`;
  if (!modes) return inline ? `${refused} (no CSIDriver object)` : undefined;
  return modes.includes(mode)
    ? undefined
    : `${refused} (only supports [${modes.map((name) => JSON.stringify(name)).join(' ')}])`;
}

/** Shows the volume's files in the pod's directory and gives them the pod's group. */
function afterSetUp({ ctx, node }: VolumeHost, args: MountArgs): void {
  const volume = csiVolume(args);
  const disk = nodeDisk(node);
  const readOnly = volume.inline ? volume.source.readOnly === true : args.spec.readOnly;
  if (!args.remount)
    mountAt(ctx, disk, targetPath(args), {
      root: volumeFiles(volume.driver, volume.handle),
      target: '/',
      ...(readOnly && { readOnly }),
    });
  const { fsGroup } = args.pod.spec.securityContext ?? {};
  if (fsGroup === undefined || readOnly || hasNode(driverOf(ctx, volume.driver), 'VOLUME_MOUNT_GROUP')) return;
  if (supportsFSGroup(ctx, args, volume)) changeGroup(ctx, disk, targetPath(args), fsGroup, false);
}

/** @see pkg/volume/csi/csi_mounter.go supportsFSGroup */
function supportsFSGroup(ctx: Context, { spec }: MountArgs, { driver, source, inline }: CsiVolume): boolean {
  const policy = driverObject(ctx, driver)?.spec.fsGroupPolicy ?? 'ReadWriteOnceWithFSType';
  if (policy === 'None') return false;
  if (policy === 'File') return true;
  if (!source.fsType) return false;
  return (
    inline ||
    (spec.persistentVolume?.spec.accessModes ?? []).some(
      (mode) => mode === 'ReadWriteOnce' || mode === 'ReadWriteOncePod',
    )
  );
}
