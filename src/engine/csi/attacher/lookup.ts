import type { CSINode, PersistentVolume, PersistentVolumeSpec, Secret, VolumeAttachment } from '../../api/object.ts';
import { CSI_NODES, PERSISTENT_VOLUMES, SECRETS } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { toCSIAccessMode } from '../spec/accessmodes.ts';
import { driverName, hasController, ownDriver, textFlag } from '../spec/driver.ts';
import { mapOrNothing, type StringMap, type VolumeCapability, withoutDefaults } from '../spec/messages.ts';
import { secretData } from '../spec/secrets.ts';
import { CSI_ATTACHER } from './names.ts';

interface Refusal {
  readonly error: string;
}

interface Source {
  /** None for a migrated volume that a pod brings itself. */
  readonly volume?: PersistentVolume;
  readonly spec: PersistentVolumeSpec;
}

/** What a VolumeAttachment attaches. */
export function attachedVolume(ctx: Context, { spec: { source } }: VolumeAttachment): Source | Refusal {
  const { persistentVolumeName: name, inlineVolumeSpec } = source;
  if (name !== undefined && inlineVolumeSpec)
    return { error: 'both InlineCSIVolumeSource and PersistentVolumeName specified in VA source' };
  if (inlineVolumeSpec) return { spec: inlineVolumeSpec };
  if (name === undefined)
    return { error: 'neither InlineCSIVolumeSource nor PersistentVolumeName specified in VA source' };
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  return volume ? { volume, spec: volume.spec } : { error: `persistentvolume "${name}" not found` };
}

/** @see kubernetes-csi/external-attacher pkg/controller/util.go GetVolumeCapabilities */
export function publishCapability(ctx: Context, spec: PersistentVolumeSpec): VolumeCapability | Refusal {
  const driver = ownDriver(ctx);
  const access = toCSIAccessMode(spec.accessModes ?? [], hasController(driver, 'SINGLE_NODE_MULTI_WRITER'));
  if ('error' in access) return access;
  if (spec.volumeMode === 'Block') return { block: {}, access_mode: access };
  const mount = withoutDefaults({
    fs_type: spec.csi?.fsType || textFlag(driver, CSI_ATTACHER, 'default-fstype'),
    mount_flags: spec.mountOptions ?? [],
  });
  return { mount, access_mode: access };
}

/** @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go getCredentialsFromPV */
export function publishSecrets(
  ctx: Context,
  { csi }: PersistentVolumeSpec,
): { readonly data: StringMap | undefined } | Refusal {
  const ref = csi?.controllerPublishSecretRef;
  if (!ref) return { data: undefined };
  const { name = '', namespace = '' } = ref;
  const secret = ctx.live<Secret>(SECRETS, `${namespace}/${name}`);
  if (!secret) return { error: `failed to load secret "${namespace}/${name}": secrets "${name}" not found` };
  return { data: mapOrNothing(secretData(secret.data)) };
}

/** The node's id for the driver, from its CSINode. @see kubernetes-csi/external-attacher pkg/controller/csi_handler.go getNodeID */
export function nodeIdOf(ctx: Context, { spec: { nodeName } }: VolumeAttachment): { readonly id: string } | Refusal {
  const driver = driverName(ctx);
  const csiNode = ctx.get<CSINode>(CSI_NODES, nodeName);
  if (!csiNode) return { error: `csinode.storage.k8s.io "${nodeName}" not found` };
  const entry = csiNode.spec.drivers?.find(({ name }) => name === driver);
  return entry ? { id: entry.nodeID } : { error: `CSINode ${nodeName} does not contain driver ${driver}` };
}
