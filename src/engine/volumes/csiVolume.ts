import { keyOf } from '../api/kind.ts';
import type { CSIDriver, CSIPersistentVolumeSource, Secret, VolumeAttachment } from '../api/object.ts';
import { CSI_DRIVERS, SECRETS, VOLUME_ATTACHMENTS } from '../api/tables.ts';
import type { StringMap } from '../csi/spec/messages.ts';
import { secretData } from '../csi/spec/secrets.ts';
import type { Context } from '../sim/context.ts';
import { attachmentName, CSI_PLUGIN_NAME } from './csinames.ts';
import type { MountArgs, PluginError, PodVolume, VolumeHost } from './plugin.ts';
import { sha256 } from './sha256.ts';

/** `log` of the plugin: what its own messages begin with. */
export const csiLog = (text: string): string => `${CSI_PLUGIN_NAME}: ${text}`;

export const transient = (error: string): PluginError => ({ error, kind: 'transient' });

/** A CSI volume, of a PersistentVolume or inline, with what both have. */
export interface CsiVolume {
  readonly driver: string;
  readonly handle: string;
  readonly inline: boolean;
  readonly source: Partial<CSIPersistentVolumeSource>;
}

/** @see pkg/volume/csi/csi_plugin.go NewMounter */
export function csiVolume({ spec, podUid }: PodVolume): CsiVolume {
  const persistent = spec.persistentVolume?.spec.csi;
  if (persistent)
    return { driver: persistent.driver, handle: persistent.volumeHandle, inline: false, source: persistent };
  const { nodePublishSecretRef: _, ...inline } = spec.volume?.csi ?? { driver: '' };
  return { driver: inline.driver, handle: makeVolumeHandle(podUid, spec.name), inline: true, source: inline };
}

/** Handle of an inline volume. @see pkg/volume/csi/csi_mounter.go makeVolumeHandle */
export const makeVolumeHandle = (podUid: string, volume: string): string => `csi-${sha256(podUid + volume)}`;

export const driverObject = (ctx: Context, name: string): CSIDriver | undefined =>
  ctx.get<CSIDriver>(CSI_DRIVERS, name);

/** The error of a driver that is not registered on the node. */
export function notRegistered({ ctx, node }: VolumeHost, driver: string): string | undefined {
  if (ctx.live(`registered/${node}`, driver) !== undefined) return undefined;
  return `driver name ${driver} not found in the list of registered CSI drivers`;
}

/** `skipAttach`: the CSIDriver says that its volumes are not attached. */
export const attachRequired = (ctx: Context, driver: string): boolean =>
  driverObject(ctx, driver)?.spec.attachRequired !== false;

/** @see pkg/volume/csi/csi_util.go getCredentialsFromSecret */
export function credentials({ ctx }: VolumeHost, namespace: string, name: string): StringMap | PluginError {
  const secret = ctx.live<Secret>(SECRETS, keyOf(namespace, name));
  if (secret) return secretData(secret.data);
  return transient(
    csiLog(`failed to find the secret ${name} in the namespace ${namespace} with error: secrets "${name}" not found`),
  );
}

export const isError = (value: unknown): value is PluginError =>
  typeof value === 'object' && value !== null && 'kind' in value && 'error' in value;

/** What the driver answered to ControllerPublishVolume. @see pkg/volume/csi/csi_plugin.go getPublishContext */
export function publishContext({ ctx, node }: VolumeHost, { driver, handle, inline }: CsiVolume): StringMap {
  if (inline || !attachRequired(ctx, driver)) return {};
  const attachment = ctx.live<VolumeAttachment>(VOLUME_ATTACHMENTS, attachmentName(handle, driver, node));
  return attachment?.status?.attachmentMetadata ?? {};
}

/** Namespace and name of the Secret for NodePublishVolume: an inline volume's lies in the pod's namespace. */
export function publishSecretRef({
  spec,
  pod,
}: MountArgs): { readonly namespace: string; readonly name: string } | undefined {
  const persistent = spec.persistentVolume?.spec.csi?.nodePublishSecretRef;
  if (persistent) return { namespace: persistent.namespace ?? '', name: persistent.name ?? '' };
  const inline = spec.persistentVolume ? undefined : spec.volume?.csi?.nodePublishSecretRef;
  return inline && { namespace: pod.metadata.namespace ?? 'default', name: inline.name ?? '' };
}
