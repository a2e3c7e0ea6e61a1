import { referenceTo } from '../../api/events.ts';
import type { VolumeAttributesClass } from '../../api/kinds/volumeattributesclass.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/object.ts';
import { quantityValue } from '../../api/quantity.ts';
import type { Context } from '../../sim/context.ts';
import {
  AnnDynamicallyProvisioned,
  AnnSelectedNode,
  PVDeletionProtectionFinalizer,
} from '../../volumes/annotations.ts';
import {
  MODIFY_SECRET_NAME,
  MODIFY_SECRET_NAMESPACE,
  PV_NAME_KEY,
  PVC_NAME_KEY,
  PVC_NAMESPACE_KEY,
} from '../metadata.ts';
import { credentials, SECRET_PURPOSES, secretReference } from '../secrets.ts';
import { toCSIAccessMode } from '../spec/accessmodes.ts';
import { booleanFlag, type Driver, hasController, hasPlugin, textFlag } from '../spec/driver.ts';
import {
  type CreateVolumeRequest,
  mapOrNothing,
  type StringMap,
  type TopologyRequirement,
  type VolumeCapability,
  withoutDefaults,
} from '../spec/messages.ts';
import { contentSource, dataSourceOf, refuseDataSource } from './datasource.ts';
import { CSI_PROVISIONER, DELETION_SECRET_NAME, DELETION_SECRET_NAMESPACE } from './names.ts';
import { fail, isFailure, type ProvisionFailure } from './outcome.ts';
import { fsTypeOf, removePrefixedParameters } from './parameters.ts';
import { generateAccessibilityRequirements } from './topology.ts';

/** A call that is ready to be made, and the PersistentVolume that its answer completes. */
export interface PreparedProvision {
  readonly request: CreateVolumeRequest;
  readonly volume: PersistentVolume;
}

const VOLUME_ATTRIBUTES_CLASSES = 'volumeattributesclasses.storage.k8s.io';
/** Memory: requirements by claim, so that a call that is repeated says the same. */
export const TOPOLOGY = 'topology';

/**
 * Makes of a claim and its class the request to the driver. Each check is made in upstream's order, and the first that
 * fails gives the text that the user sees.
 * @see kubernetes-csi/external-provisioner pkg/controller/controller.go prepareProvision
 */
export function prepareProvision(
  ctx: Context,
  driver: Driver,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  item: string,
): PreparedProvision | ProvisionFailure {
  const { parameters = {} } = storageClass;
  const refused = refuseDataSource(claim) ?? checkDriverCapabilities(driver, claim);
  if (refused) return refused;
  if (claim.spec.selector) return fail('finished', 'claim Selector is not supported');
  const fsTypeGiven = fsTypeOf(parameters);
  if (typeof fsTypeGiven === 'object') return fsTypeGiven;
  const fsType = fsTypeGiven || textFlag(driver, CSI_PROVISIONER, 'default-fstype');
  const source = contentSource(ctx, driver, claim, storageClass);
  if (isFailure(source)) return source;
  const topology = requirementsOf(ctx, driver, claim, storageClass, item);
  if (isFailure(topology)) return topology;
  const name = volumeName(driver, claim);
  const secrets = resolveSecrets(parameters, claim, name);
  if ('error' in secrets) return fail('noChange', secrets.error);
  const provisionerSecret = credentials(ctx, secrets.provisioner);
  if ('error' in provisionerSecret) return fail('noChange', provisionerSecret.error);
  const stripped = removePrefixedParameters(parameters);
  if (isFailure(stripped)) return stripped;
  const mutable = mutableParameters(ctx, driver, claim);
  if (isFailure(mutable)) return mutable;
  const request: CreateVolumeRequest = withoutDefaults({
    name,
    capacity_range: { required_bytes: requestedBytes(claim) },
    volume_capabilities: capabilities(driver, claim, storageClass, fsType),
    ...optional('parameters', mapOrNothing({ ...stripped, ...extraMetadata(driver, claim, name) })),
    ...optional('secrets', provisionerSecret.data),
    ...optional('volume_content_source', source),
    ...optional('accessibility_requirements', topology),
    ...optional('mutable_parameters', mapOrNothing(mutable)),
  });
  return { request, volume: volumeTemplate(driver, claim, storageClass, name, fsType, secrets) };
}

const optional = <K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V };

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go checkDriverCapabilities */
function checkDriverCapabilities(driver: Driver, claim: PersistentVolumeClaim): ProvisionFailure | undefined {
  const dynamic = 'CSI driver does not support dynamic provisioning';
  if (!hasPlugin(driver, 'CONTROLLER_SERVICE'))
    return fail('finished', `${dynamic}: plugin CONTROLLER_SERVICE capability is not reported`);
  if (!hasController(driver, 'CREATE_DELETE_VOLUME'))
    return fail('finished', `${dynamic}: controller CREATE_DELETE_VOLUME capability is not reported`);
  const kind = dataSourceOf(claim)?.kind;
  if (kind === 'VolumeSnapshot' && !hasController(driver, 'CREATE_DELETE_SNAPSHOT')) {
    const missing = 'controller CREATE_DELETE_SNAPSHOT capability is not reported';
    return fail('finished', `CSI driver does not support snapshot restore: ${missing}`);
  }
  if (kind === 'PersistentVolumeClaim' && !hasController(driver, 'CLONE_VOLUME')) {
    const missing = 'controller CLONE_VOLUME capability is not reported';
    return fail('finished', `CSI driver does not support clone operations: ${missing}`);
  }
  if (claim.spec.volumeAttributesClassName && !hasController(driver, 'MODIFY_VOLUME')) {
    const missing = 'controller MODIFY_VOLUME capability is not reported';
    return fail('finished', `CSI driver does not support VolumeAttributesClass: ${missing}`);
  }
  return undefined;
}

/** The requirement of a claim stays the same until its provisioning is over. */
function requirementsOf(
  ctx: Context,
  driver: Driver,
  claim: PersistentVolumeClaim,
  { allowedTopologies }: StorageClass,
  item: string,
): TopologyRequirement | undefined | ProvisionFailure {
  if (!hasPlugin(driver, 'VOLUME_ACCESSIBILITY_CONSTRAINTS')) return undefined;
  const node = claim.metadata.annotations?.[AnnSelectedNode];
  const memory = ctx.mem<{ readonly node: string; readonly requirement: TopologyRequirement }>(TOPOLOGY);
  const known = memory.get(item);
  if (known && known.node === (node ?? '')) return known.requirement;
  const made = generateAccessibilityRequirements(ctx, driver, claim.metadata.name, allowedTopologies, node);
  if (made !== undefined && !isFailure(made)) memory.set(item, { node: node ?? '', requirement: made });
  return made;
}

/** @see kubernetes-csi/external-provisioner pkg/controller/controller.go makeVolumeName */
export function volumeName(driver: Driver, { metadata: { uid } }: PersistentVolumeClaim): string {
  const prefix = textFlag(driver, CSI_PROVISIONER, 'volume-name-prefix', 'pvc');
  const length = Number(textFlag(driver, CSI_PROVISIONER, 'volume-name-uuid-length', '-1'));
  return length < 0 ? `${prefix}-${uid}` : `${prefix}-${uid.replaceAll('-', '').slice(0, length)}`;
}

type SecretName = keyof typeof SECRET_PURPOSES;
type Secrets = { readonly [name in SecretName]?: { readonly name: string; readonly namespace: string } };

function resolveSecrets(
  parameters: StringMap,
  { metadata }: PersistentVolumeClaim,
  pvName: string,
): Secrets | { readonly error: string } {
  const { name, namespace = 'default', annotations = {} } = metadata;
  const resolved: Record<string, { readonly name: string; readonly namespace: string }> = {};
  for (const [key, purpose] of Object.entries(SECRET_PURPOSES)) {
    const ref = secretReference(purpose, parameters, { pvName, claim: { name, namespace, annotations } });
    if (ref === undefined) continue;
    if ('error' in ref) return ref;
    resolved[key] = ref;
  }
  return resolved;
}

function mutableParameters(
  ctx: Context,
  driver: Driver,
  { spec: { volumeAttributesClassName: name } }: PersistentVolumeClaim,
): StringMap | undefined | ProvisionFailure {
  if (!name) return undefined;
  const found = ctx.get<VolumeAttributesClass>(VOLUME_ATTRIBUTES_CLASSES, name);
  if (!found) return fail('noChange', `${VOLUME_ATTRIBUTES_CLASSES} "${name}" not found`);
  if (found.driverName === driver.name) return found.parameters;
  const other = `is for driver ${found.driverName} which does not match driver name ${driver.name}`;
  return fail('finished', `VAC ${name} referenced in PVC ${other}`);
}

/** Bytes that a claim asks for. */
export const requestedBytes = ({ spec }: PersistentVolumeClaim): number =>
  Number(quantityValue(spec.resources?.requests?.['storage'] ?? '0'));

function extraMetadata(driver: Driver, { metadata }: PersistentVolumeClaim, pvName: string): StringMap {
  if (!booleanFlag(driver, CSI_PROVISIONER, 'extra-create-metadata')) return {};
  return {
    [PVC_NAME_KEY]: metadata.name,
    [PVC_NAMESPACE_KEY]: metadata.namespace ?? 'default',
    [PV_NAME_KEY]: pvName,
  };
}

/** One capability per access mode of the claim. @see getVolumeCapabilities */
function capabilities(
  driver: Driver,
  { spec }: PersistentVolumeClaim,
  { mountOptions = [] }: StorageClass,
  fsType: string,
): readonly VolumeCapability[] {
  const multiWriter = hasController(driver, 'SINGLE_NODE_MULTI_WRITER');
  return (spec.accessModes ?? []).map((mode) => {
    const access = toCSIAccessMode([mode], multiWriter);
    const access_mode = 'error' in access ? { mode: 'UNKNOWN' as const } : access;
    if (spec.volumeMode === 'Block') return { block: {}, access_mode };
    return { mount: withoutDefaults({ fs_type: fsType, mount_flags: mountOptions }), access_mode };
  });
}

/** Everything of the PersistentVolume that is known before the driver has answered. */
function volumeTemplate(
  driver: Driver,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  name: string,
  fsType: string,
  secrets: Secrets,
): PersistentVolume {
  const { accessModes = [], volumeMode, volumeAttributesClassName } = claim.spec;
  const { provisioner, controllerModify } = secrets;
  const soleReadOnly = accessModes.length === 1 && accessModes[0] === 'ReadOnlyMany';
  const { controllerPublish, nodeStage, nodePublish, controllerExpand, nodeExpand } = secrets;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name,
      uid: '',
      resourceVersion: '',
      creationTimestamp: '',
      annotations: {
        [AnnDynamicallyProvisioned]: storageClass.provisioner,
        [DELETION_SECRET_NAME]: provisioner?.name ?? '',
        [DELETION_SECRET_NAMESPACE]: provisioner?.namespace ?? '',
        ...(controllerModify && {
          [MODIFY_SECRET_NAME]: controllerModify.name,
          [MODIFY_SECRET_NAMESPACE]: controllerModify.namespace,
        }),
      },
      finalizers: [PVDeletionProtectionFinalizer],
    },
    spec: {
      accessModes,
      ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
      claimRef: referenceTo(claim),
      storageClassName: storageClass.metadata.name,
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      ...(volumeMode !== undefined && { volumeMode }),
      ...(volumeAttributesClassName && { volumeAttributesClassName }),
      csi: {
        driver: driver.name,
        volumeHandle: '',
        ...(volumeMode !== 'Block' && fsType !== '' && { fsType }),
        ...(soleReadOnly && booleanFlag(driver, CSI_PROVISIONER, 'controller-publish-readonly') && { readOnly: true }),
        ...(controllerPublish && { controllerPublishSecretRef: controllerPublish }),
        ...(nodeStage && { nodeStageSecretRef: nodeStage }),
        ...(nodePublish && { nodePublishSecretRef: nodePublish }),
        ...(controllerExpand && { controllerExpandSecretRef: controllerExpand }),
        ...(nodeExpand && { nodeExpandSecretRef: nodeExpand }),
      },
    },
  };
}
