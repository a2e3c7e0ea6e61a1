import { formatTime } from '../api/duration.ts';
import type { AccessMode, CSIDriver } from '../api/object.ts';
import { quantityValue } from '../api/quantity.ts';
import { CSI_DRIVERS } from '../api/tables.ts';
import { type Driver, driverOf, hasNode } from '../csi/spec/driver.ts';
import {
  type AccessModeName,
  asJson,
  mapOrNothing,
  type StringMap,
  type VolumeCapability,
  withoutDefaults,
} from '../csi/spec/messages.ts';
import { type CsiVolume, csiVolume, publishContext } from './csiVolume.ts';
import type { MountArgs, PluginStep, VolumeHost } from './plugin.ts';

/** What the kubelet waits for an answer of a driver. @see pkg/volume/csi/csi_plugin.go csiTimeout */
const CSI_TIMEOUT = 120_000;
const TOKENS = 'csi.storage.k8s.io/serviceAccount.tokens';

export function nodeCall({ node }: VolumeHost, driver: string, method: string, request: object): PluginStep {
  return { call: { target: driver, method, node, request: asJson(withoutDefaults(request)), deadline: CSI_TIMEOUT } };
}

/** @see pkg/volume/csi/csi_client.go NodeStageVolume */
export function stageRequest(host: VolumeHost, args: MountArgs, staging: string, secrets: StringMap): object {
  const volume = csiVolume(args);
  return {
    volume_id: volume.handle,
    publish_context: mapOrNothing(publishContext(host, volume)),
    staging_target_path: staging,
    volume_capability: capability(host, args, volume),
    secrets: mapOrNothing(secrets),
    volume_context: mapOrNothing(volume.source.volumeAttributes),
  };
}

/** @see pkg/volume/csi/csi_client.go NodePublishVolume */
export function publishRequest(
  host: VolumeHost,
  args: MountArgs,
  paths: { readonly target: string; readonly staging?: string },
  secrets: StringMap,
): object {
  const volume = csiVolume(args);
  const driver = host.ctx.get<CSIDriver>(CSI_DRIVERS, volume.driver);
  const block = args.spec.persistentVolume?.spec.volumeMode === 'Block';
  const tokens = block ? {} : serviceAccountTokens(host, args, driver);
  const hidden = driver?.spec.serviceAccountTokenInSecrets === true;
  const pod = driver?.spec.podInfoOnMount ? podInfoAttributes(args, volume) : {};
  return {
    volume_id: volume.handle,
    publish_context: mapOrNothing(publishContext(host, volume)),
    staging_target_path: paths.staging,
    target_path: paths.target,
    volume_capability: capability(host, args, volume),
    readonly: volume.inline ? volume.source.readOnly === true : args.spec.readOnly,
    secrets: mapOrNothing({ ...secrets, ...(hidden && tokens) }),
    volume_context: mapOrNothing({ ...volume.source.volumeAttributes, ...pod, ...(!hidden && tokens) }),
  };
}

/** @see pkg/volume/csi/csi_client.go NodeExpandVolume */
export function expandRequest(
  host: VolumeHost,
  args: MountArgs,
  paths: { readonly volume: string; readonly staging: string },
  size: string,
  secrets: StringMap,
): object {
  const volume = csiVolume(args);
  return {
    volume_id: volume.handle,
    volume_path: paths.volume,
    capacity_range: { required_bytes: Number(quantityValue(size)) },
    staging_target_path: paths.staging,
    volume_capability: capability(host, args, volume),
    secrets: mapOrNothing(secrets),
  };
}

function capability({ ctx }: VolumeHost, { spec, pod }: MountArgs, { driver, source }: CsiVolume): VolumeCapability {
  const installed = driverOf(ctx, driver);
  const access_mode = {
    mode: nodeAccessMode(installed, spec.persistentVolume?.spec.accessModes?.[0] ?? 'ReadWriteOnce'),
  };
  if (spec.persistentVolume?.spec.volumeMode === 'Block') return { block: {}, access_mode };
  const group = hasNode(installed, 'VOLUME_MOUNT_GROUP') ? pod.spec.securityContext?.fsGroup : undefined;
  const mount = withoutDefaults({
    fs_type: source.fsType ?? '',
    mount_flags: spec.persistentVolume?.spec.mountOptions ?? [],
    volume_mount_group: group === undefined ? '' : String(group),
  });
  return { mount, access_mode };
}

/** @see pkg/volume/csi/csi_client.go asCSIAccessModeV1, asSingleNodeMultiWriterCapableCSIAccessModeV1 */
function nodeAccessMode(driver: Driver | undefined, mode: AccessMode): AccessModeName {
  const multiWriter = hasNode(driver, 'SINGLE_NODE_MULTI_WRITER');
  if (mode === 'ReadOnlyMany') return 'MULTI_NODE_READER_ONLY';
  if (mode === 'ReadWriteMany') return 'MULTI_NODE_MULTI_WRITER';
  if (!multiWriter) return 'SINGLE_NODE_WRITER';
  return mode === 'ReadWriteOncePod' ? 'SINGLE_NODE_SINGLE_WRITER' : 'SINGLE_NODE_MULTI_WRITER';
}

/** @see pkg/volume/csi/csi_util.go getPodInfoAttrs */
function podInfoAttributes({ pod }: MountArgs, { inline }: CsiVolume): StringMap {
  return {
    'csi.storage.k8s.io/pod.name': pod.metadata.name,
    'csi.storage.k8s.io/pod.namespace': pod.metadata.namespace ?? 'default',
    'csi.storage.k8s.io/pod.uid': pod.metadata.uid,
    'csi.storage.k8s.io/serviceAccount.name': pod.spec.serviceAccountName ?? '',
    'csi.storage.k8s.io/ephemeral': String(inline),
  };
}

/**
 * A token for each audience that the CSIDriver asks for. The tokens are names of what they stand for: nobody checks them.
 * @see pkg/volume/csi/csi_mounter.go podServiceAccountTokenAttrs
 */
function serviceAccountTokens({ api, ctx }: VolumeHost, { pod }: MountArgs, driver: CSIDriver | undefined): StringMap {
  const { namespace = 'default', name } = pod.metadata;
  const account = pod.spec.serviceAccountName ?? 'default';
  const tokens = (driver?.spec.tokenRequests ?? []).map(({ audience, expirationSeconds = 3600 }) => {
    const token = `token:${namespace}:${account}:${name}:${audience}`;
    const expirationTimestamp = formatTime(api.epochMillis(ctx) + expirationSeconds * 1000);
    return [audience, { token, expirationTimestamp }] as const;
  });
  return tokens.length === 0 ? {} : { [TOKENS]: JSON.stringify(Object.fromEntries(tokens)) };
}
