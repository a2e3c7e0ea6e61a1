import { attempt, StatusError } from '../../api/errors.ts';
import { referenceTo } from '../../api/events.ts';
import { keyOf } from '../../api/kind.ts';
import { claimClass } from '../../api/kinds/modes.ts';
import type { PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, StorageClass } from '../../api/object.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { Context } from '../../sim/context.ts';
import type { Json } from '../../sim/types.ts';
import {
  AnnBetaStorageProvisioner,
  AnnBoundByController,
  AnnDynamicallyProvisioned,
  AnnSelectedNode,
  AnnStorageProvisioner,
  PVDeletionInTreeProtectionFinalizer,
} from '../../volumes/annotations.ts';
import { hasAnnotation, withAnnotation, withoutAnnotation } from '../../volumes/binding.ts';
import { csiNameFromInTreeName } from '../../volumes/migration.ts';
import { annotateMigration } from './migration.ts';
import { classNotFound, emit, flag, nodeNotFound } from './names.ts';
import { advance, finish, type Operation, type ProvisionedVolume, scheduleOperation } from './operations.ts';
import { findProvisionablePluginByName, type VolumePlugin } from './plugins.ts';

/** Saving a provisioned volume, and deleting its storage if that fails, is tried so often, so far apart. */
const RETRY_COUNT = 5;
const RETRY_INTERVAL = 10_000;

/** What an operation keeps while the plugin works. */
interface Provisioning {
  readonly operation: string;
  readonly claim: PersistentVolumeClaim;
  readonly storageClass: StorageClass;
}

/**
 * Starts provisioning a volume for a claim, or asks the outside provisioner of its class to.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go provisionClaim
 */
export function provisionClaim(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  if (!flag(ctx, 'enable-dynamic-provisioning', true)) return;
  const found = findProvisionablePlugin(ctx, claim);
  if (found instanceof StatusError) {
    // No back-off: every sync looks again.
    provisioningFailed(api, ctx, claim, 'findProvisionablePlugin', found.message);
    return;
  }
  scheduleOperation(ctx, 'provision', keyOf(claim.metadata.namespace, claim.metadata.name), claim.metadata.uid);
}

interface Provisioner {
  readonly storageClass: StorageClass;
  /** Undefined where the provisioner is outside the controller. */
  readonly plugin?: VolumePlugin;
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go findProvisionablePlugin */
function findProvisionablePlugin(ctx: Context, claim: PersistentVolumeClaim): Provisioner | StatusError {
  const name = claimClass(claim);
  const storageClass = ctx.get<StorageClass>(STORAGE_CLASSES, name);
  if (!storageClass) return classNotFound(name);
  if (csiNameFromInTreeName(storageClass.provisioner) !== undefined) return { storageClass };
  const plugin = findProvisionablePluginByName(storageClass.provisioner);
  if (!(plugin instanceof StatusError)) return { storageClass, plugin };
  return storageClass.provisioner.startsWith('kubernetes.io/') ? plugin : { storageClass };
}

/** Tells of a failure, as an Event and as the decision that the claim has to wait. */
function provisioningFailed(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  by: string,
  message: string,
): void {
  emit(api, ctx, claim, 'Warning', 'ProvisioningFailed', message);
  ctx.decide({ about: describeRef(claim), by, outcome: 'failed', facts: { error: message } });
}

/** Runs a provisioning operation from where it stands. */
export function runProvision(api: ApiServer, ctx: Context, name: string, operation: Operation): void {
  if (operation.stage === 'save') {
    saveVolume(api, ctx, name, operation.object, operation.volume, operation.attempts);
    return;
  }
  if (operation.stage === 'clean') {
    callDelete(ctx, name, operation.volume);
    return;
  }
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, operation.object);
  const found = claim && findProvisionablePlugin(ctx, claim);
  if (!found || found instanceof StatusError) finish(ctx, name, 'succeeded');
  else if (found.plugin) provisionClaimOperation(api, ctx, name, claim, found.storageClass, found.plugin);
  else provisionClaimOperationExternal(api, ctx, name, claim, found.storageClass);
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go provisionClaimOperationExternal */
function provisionClaimOperationExternal(
  api: ApiServer,
  ctx: Context,
  name: string,
  claim: PersistentVolumeClaim,
  { provisioner }: StorageClass,
): void {
  const driver = csiNameFromInTreeName(provisioner) ?? provisioner;
  const annotated = setClaimProvisioner(api, ctx, claim, driver);
  if (annotated instanceof StatusError) {
    provisioningFailed(api, ctx, claim, 'Provision', `Error saving claim: ${annotated.message}`);
    finish(ctx, name, 'failed');
    return;
  }
  const message =
    `Waiting for a volume to be created either by the external provisioner '${driver}' or manually by the system administrator. ` +
    'If volume creation is delayed, please verify that the provisioner is running and correctly registered.';
  emit(api, ctx, annotated, 'Normal', 'ExternalProvisioning', message);
  finish(ctx, name, 'succeeded');
}

/** @see pkg/controller/volume/persistentvolume/pv_controller_base.go setClaimProvisioner */
function setClaimProvisioner(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  provisioner: string,
): PersistentVolumeClaim | StatusError {
  if (claim.metadata.annotations?.[AnnStorageProvisioner] === provisioner) return claim;
  const annotated = withAnnotation(
    withAnnotation(claim, AnnBetaStorageProvisioner, provisioner),
    AnnStorageProvisioner,
    provisioner,
  );
  return attempt(() => api.update(ctx, annotateMigration(annotated, provisioner)));
}

/**
 * Provisions with a plugin of the controller: everything up to the plugin's work.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go provisionClaimOperation
 */
function provisionClaimOperation(
  api: ApiServer,
  ctx: Context,
  name: string,
  unannotated: PersistentVolumeClaim,
  storageClass: StorageClass,
  plugin: VolumePlugin,
): void {
  const fail = (message?: string): void => {
    if (message !== undefined) provisioningFailed(api, ctx, unannotated, 'Provision', message);
    finish(ctx, name, 'failed');
  };
  if (unannotated.spec.dataSource) {
    fail(
      `plugin ${JSON.stringify(plugin.name)} is not a CSI plugin. Only CSI plugin can provision a claim with a datasource`,
    );
    return;
  }
  const claim = setClaimProvisioner(api, ctx, unannotated, storageClass.provisioner);
  if (claim instanceof StatusError) {
    fail();
    return;
  }
  const pvName = getProvisionedVolumeNameForClaim(claim);
  if (ctx.live(PERSISTENT_VOLUMES, pvName) !== undefined) {
    // An earlier operation has just finished.
    finish(ctx, name, 'succeeded');
    return;
  }
  const { mountOptions = [], parameters } = storageClass;
  const className = JSON.stringify(storageClass.metadata.name);
  const node = claim.metadata.annotations?.[AnnSelectedNode];
  if (mountOptions.length > 0) {
    fail(
      `Mount options are not supported by the provisioner but StorageClass ${className} has mount options [${mountOptions.join(' ')}]`,
    );
  } else if (!flag(ctx, 'enable-hostpath-provisioner', false)) {
    fail(`Failed to create provisioner: provisioning in volume plugin ${JSON.stringify(plugin.name)} is disabled`);
  } else if (node !== undefined && ctx.get(NODES, node) === undefined) {
    fail(`Failed to get target node: ${nodeNotFound(node).message}`);
  } else {
    const { accessModes, resources, volumeMode } = claim.spec;
    const options = { pvName, accessModes, capacity: resources?.requests?.['storage'], volumeMode, parameters };
    const request = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Json;
    const data: Provisioning = { operation: name, claim, storageClass };
    advance(ctx, name, { stage: 'call' });
    ctx.call({ target: plugin.name, method: 'Provision', request, data: data as unknown as Json });
  }
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go getProvisionedVolumeNameForClaim */
const getProvisionedVolumeNameForClaim = ({ metadata: { uid } }: PersistentVolumeClaim): string => `pvc-${uid}`;

/** The plugin has provisioned a volume, or failed to. */
export function onProvisioned(api: ApiServer, ctx: Context, call: CallRecord): void {
  const { operation, claim, storageClass } = call.data as unknown as Provisioning;
  if (call.code !== 'OK') {
    rescheduleProvisioning(api, ctx, claim);
    const message = `Failed to provision volume with StorageClass ${JSON.stringify(storageClass.metadata.name)}: ${call.message ?? ''}`;
    provisioningFailed(api, ctx, claim, 'Provision', message);
    finish(ctx, operation, 'failed');
    return;
  }
  const { reclaimPolicy = 'Delete' } = storageClass;
  const { annotations, spec } = call.response as unknown as {
    readonly annotations: Readonly<Record<string, string>>;
    readonly spec: PersistentVolumeSpec;
  };
  const volume: ProvisionedVolume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: getProvisionedVolumeNameForClaim(claim),
      annotations: { ...annotations, [AnnBoundByController]: 'yes', [AnnDynamicallyProvisioned]: call.target },
      ...(reclaimPolicy === 'Delete' && { finalizers: [PVDeletionInTreeProtectionFinalizer] }),
    },
    spec: {
      ...spec,
      persistentVolumeReclaimPolicy: reclaimPolicy,
      claimRef: referenceTo(claim),
      storageClassName: claimClass(claim),
    },
  };
  saveVolume(api, ctx, operation, keyOf(claim.metadata.namespace, claim.metadata.name), volume, 0);
}

/** Creates the object of a provisioned volume; if that keeps failing its storage is deleted again. */
function saveVolume(
  api: ApiServer,
  ctx: Context,
  name: string,
  claimKey: string,
  volume: ProvisionedVolume,
  attempts: number,
): void {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, claimKey);
  const saved = attempt(() => api.create<PersistentVolume>(ctx, volume));
  if (!(saved instanceof StatusError) || saved.reason === 'AlreadyExists') {
    const plugin = volume.metadata.annotations?.[AnnDynamicallyProvisioned] ?? '';
    if (claim)
      emit(
        api,
        ctx,
        claim,
        'Normal',
        'ProvisioningSucceeded',
        `Successfully provisioned volume ${volume.metadata.name ?? ''} using ${plugin}`,
      );
    finish(ctx, name, 'succeeded');
  } else if (attempts + 1 < RETRY_COUNT) {
    advance(ctx, name, { stage: 'save', volume, attempts: attempts + 1 }, RETRY_INTERVAL);
  } else {
    const message = `Error creating provisioned PV object for claim ${claimKey}: ${saved.message}. Deleting the volume.`;
    if (claim) provisioningFailed(api, ctx, claim, 'Provision', message);
    advance(ctx, name, { stage: 'clean', volume, attempts: 0 }, RETRY_INTERVAL);
  }
}

function callDelete(ctx: Context, name: string, volume: ProvisionedVolume): void {
  const target = volume.metadata.annotations?.[AnnDynamicallyProvisioned] ?? '';
  const request = {
    pvName: volume.metadata.name ?? '',
    ...(volume.spec.hostPath && { path: volume.spec.hostPath.path }),
  };
  ctx.call({ target, method: 'Delete', request, data: { operation: name } });
}

/** The storage of a volume that could not be saved is gone, or is still there. */
export function onCleaned(api: ApiServer, ctx: Context, name: string, operation: Operation, call: CallRecord): void {
  if (operation.stage !== 'clean' || call.code === 'OK') {
    finish(ctx, name, 'succeeded');
    return;
  }
  const attempts = operation.attempts + 1;
  if (attempts < RETRY_COUNT) {
    advance(ctx, name, { stage: 'clean', volume: operation.volume, attempts }, RETRY_INTERVAL);
    return;
  }
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, operation.object);
  const message = `Error cleaning provisioned volume for claim ${operation.object}: ${call.message ?? ''}. Please delete manually.`;
  if (claim) emit(api, ctx, claim, 'Warning', 'ProvisioningCleanupFailed', message);
  finish(ctx, name, 'succeeded');
}

/**
 * Tells the scheduler to choose a node anew. If the claim cannot be saved, its event brings the next try.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go rescheduleProvisioning
 */
function rescheduleProvisioning(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  if (hasAnnotation(claim, AnnSelectedNode)) attempt(() => api.update(ctx, withoutAnnotation(claim, AnnSelectedNode)));
}
