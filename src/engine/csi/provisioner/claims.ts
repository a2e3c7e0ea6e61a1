import { attempt, StatusError } from '../../api/errors.ts';
import { recordEvent } from '../../api/events.ts';
import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../api/object.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, STORAGE_CLASSES } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { Json } from '../../sim/types.ts';
import {
  AnnBetaStorageProvisioner,
  AnnMigratedTo,
  AnnSelectedNode,
  AnnStorageProvisioner,
} from '../../volumes/annotations.ts';
import { withoutAnnotation } from '../../volumes/binding.ts';
import { csiNameFromInTreeName } from '../../volumes/migration.ts';
import { addRateLimited, forget } from '../retry.ts';
import { grpcError, isFinalError } from '../spec/codes.ts';
import { driverName, driverOf, hasPlugin, ownDriver } from '../spec/driver.ts';
import { asJson, type CreateVolumeRequest, type CreateVolumeResponse } from '../spec/messages.ts';
import { refreshCapacities } from './capacity.ts';
import { eventSource } from './identity.ts';
import { CLAIMS, TIMEOUT } from './names.ts';
import { fail, isFailure, type ProvisionFailure } from './outcome.ts';
import { prepareProvision, TOPOLOGY, volumeName } from './prepare.ts';
import { holdSource, releaseSnapshot } from './sources.ts';
import { storeVolume } from './store.ts';
import { completeVolume } from './volume.ts';

/** Memory: claims whose volume the driver may still be making, so that they are gone on with after their deletion. */
const IN_PROGRESS = 'claimsInProgress';
/** Memory: claims that the driver called infeasible. */
const SLOW = 'slowSet';
const RETRY_INTERVAL_MAX = 300_000;
const MAX_CLEANUPS = 5;

/** What is kept from the request to the answer. */
interface Attempt {
  readonly item: string;
  readonly claim: PersistentVolumeClaim;
  readonly volume: PersistentVolume;
  /** Why a volume that was made is deleted again, and how often that was tried. */
  readonly cleanup?: { readonly error: string; readonly tries: number };
}

export const claimItem = ({ metadata }: PersistentVolumeClaim): string =>
  `${metadata.namespace}/${metadata.name} ${metadata.uid}`;

/**
 * One attempt at a claim.
 * @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go syncClaimHandler
 */
export function syncClaim(api: ApiServer, ctx: Context, item: string): SyncResult {
  const claim = findClaim(ctx, item);
  if (!claim) {
    forget(ctx, CLAIMS, item);
    return undefined;
  }
  const storageClass = ctx.get<StorageClass>(STORAGE_CLASSES, classOf(claim));
  const slow = ctx.mem<{ readonly until: number; readonly classUid: string }>(SLOW).get(item);
  if (slow && slow.until > ctx.now && slow.classUid === storageClass?.metadata.uid) {
    addRateLimited(ctx, CLAIMS, item);
    return undefined;
  }
  if (!isMine(ctx, claim)) {
    forget(ctx, CLAIMS, item);
    return undefined;
  }
  if (!storageClass) {
    addRateLimited(ctx, CLAIMS, item);
    return undefined;
  }
  if (storageClass.volumeBindingMode === 'WaitForFirstConsumer' && !claim.metadata.annotations?.[AnnSelectedNode]) {
    forget(ctx, CLAIMS, item);
    return undefined;
  }
  return provisionClaimOperation(api, ctx, claim, storageClass, item);
}

function findClaim(ctx: Context, item: string): PersistentVolumeClaim | undefined {
  const [key = '', uid] = item.split(' ');
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  return claim?.metadata.uid === uid ? claim : ctx.mem<PersistentVolumeClaim>(IN_PROGRESS).get(item);
}

const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec.storageClassName ?? '';

/** @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go shouldProvision */
function isMine(ctx: Context, { metadata, spec }: PersistentVolumeClaim): boolean {
  const driver = driverName(ctx);
  const { annotations = {} } = metadata;
  const provisioner = annotations[AnnStorageProvisioner] ?? annotations[AnnBetaStorageProvisioner];
  return !spec.volumeName && (provisioner === driver || annotations[AnnMigratedTo] === driver);
}

/** @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go provisionClaimOperation */
function provisionClaimOperation(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  item: string,
): SyncResult {
  const driver = ownDriver(ctx);
  const { provisioner } = storageClass;
  const known = driver && (provisioner === driver.name || csiNameFromInTreeName(provisioner) === driver.name);
  if (!known || ctx.get(PERSISTENT_VOLUMES, volumeName(driver, claim)) !== undefined) {
    settle(ctx, item);
    return undefined;
  }
  const about = `"${claim.metadata.namespace}/${claim.metadata.name}"`;
  event(api, ctx, claim, 'Normal', 'Provisioning', `External provisioner is provisioning volume for claim ${about}`);
  const prepared = prepareProvision(ctx, driver, claim, storageClass, item);
  if (isFailure(prepared)) {
    failed(api, ctx, claim, item, prepared);
    return undefined;
  }
  const held = attempt(() => holdSource(api, ctx, claim));
  if (held instanceof StatusError) {
    failed(api, ctx, claim, item, fail('noChange', held.message));
    return undefined;
  }
  const { request, volume } = prepared;
  const facts = {
    driver: driver.name,
    name: request.name,
    ...(request.accessibility_requirements && { topology: asJson(request.accessibility_requirements) }),
  };
  ctx.decide({ about: describeRef(claim), by: 'Provision', outcome: 'createVolume', facts });
  ctx.call({
    target: driver.name,
    method: 'CreateVolume',
    request: asJson(request),
    data: attemptData({ item, claim, volume }),
    deadline: TIMEOUT,
  });
  return 'blocked';
}

const attemptData = (kept: Attempt): Json => asJson(kept);

/** The answer to CreateVolume, or to the DeleteVolume of a volume that would not do. */
export function volumeCreated(api: ApiServer, ctx: Context, call: CallRecord): void {
  const kept = call.data as unknown as Attempt;
  const { item, claim, volume, cleanup } = kept;
  if (cleanup) {
    if (call.code === 'OK' || cleanup.tries >= MAX_CLEANUPS) end(api, ctx, kept, fail('background', cleanup.error));
    else deleteAgain(ctx, kept, call.request, cleanup.error, cleanup.tries + 1);
    return;
  }
  if (call.code !== 'OK') {
    end(api, ctx, kept, callFailure(ctx, claim, item, call.code ?? 'UNKNOWN', call.message ?? ''));
    return;
  }
  const driver = driverOf(ctx, call.target);
  const request = call.request as unknown as CreateVolumeRequest;
  const response = call.response as unknown as CreateVolumeResponse;
  const completed = completeVolume(ctx, driver, volume, request, response.volume);
  if ('error' in completed) {
    const { volume_id } = response.volume;
    const deletion = { volume_id, ...(request.secrets && { secrets: request.secrets }) };
    deleteAgain(ctx, kept, asJson(deletion), completed.error, 1);
    return;
  }
  ctx.done(CLAIMS, item);
  settle(ctx, item);
  releaseSnapshot(api, ctx, claim);
  storeVolume(api, ctx, completed, claim);
  refreshCapacities(ctx, classOf(claim), completed);
}

function deleteAgain(ctx: Context, kept: Attempt, request: Json, error: string, tries: number): void {
  const data = attemptData({ ...kept, cleanup: { error, tries } });
  ctx.call({ target: driverName(ctx), method: 'DeleteVolume', request, data, deadline: TIMEOUT });
}

function end(api: ApiServer, ctx: Context, { item, claim }: Attempt, failure: ProvisionFailure): void {
  ctx.done(CLAIMS, item);
  failed(api, ctx, claim, item, failure);
}

/** What a failed CreateVolume means. @see kubernetes-csi/external-provisioner pkg/controller/controller.go checkError */
function callFailure(
  ctx: Context,
  claim: PersistentVolumeClaim,
  item: string,
  code: string,
  message: string,
): ProvisionFailure {
  const error = grpcError(code, message);
  const selected = claim.metadata.annotations?.[AnnSelectedNode];
  const driver = ownDriver(ctx);
  if (code === 'RESOURCE_EXHAUSTED' && hasPlugin(driver, 'VOLUME_ACCESSIBILITY_CONSTRAINTS') && selected)
    return fail('reschedule', error);
  if (code !== 'INVALID_ARGUMENT') return fail(isFinalError(code) ? 'finished' : 'background', error);
  const classUid = ctx.get<StorageClass>(STORAGE_CLASSES, classOf(claim))?.metadata.uid ?? '';
  ctx.mem(SLOW).set(item, { until: ctx.now + RETRY_INTERVAL_MAX, classUid });
  const prefix = 'Volume provisioning failed with infeasible error. Retries will be delayed.';
  return { state: 'finished', error: `${prefix} ${error}`, infeasible: true };
}

/** @see kubernetes-sigs/sig-storage-lib-external-provisioner controller/controller.go provisionVolumeErrorHandling */
function failed(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  item: string,
  failure: ProvisionFailure,
): void {
  const { state, error } = failure;
  ctx.decide({ about: describeRef(claim), by: 'Provision', outcome: state, facts: { error } });
  if (state === 'ignored') {
    recordEvent(api, ctx, {
      source: 'external-provisioner',
      about: claim,
      type: 'Normal',
      reason: 'Provisioning',
      message: error,
    });
    settle(ctx, item);
    return;
  }
  event(api, ctx, claim, 'Warning', 'ProvisioningFailed', error);
  refreshCapacities(ctx, classOf(claim));
  if (state === 'reschedule' && claim.metadata.annotations?.[AnnSelectedNode] !== undefined) {
    const rescheduled = attempt(() => rescheduleProvisioning(api, ctx, claim));
    if (!(rescheduled instanceof StatusError)) {
      settle(ctx, item);
      return;
    }
  }
  if (state === 'finished' || state === 'reschedule') {
    ctx.mem(IN_PROGRESS).delete(item);
    ctx.mem(TOPOLOGY).delete(item);
  } else if (state === 'background') ctx.mem<PersistentVolumeClaim>(IN_PROGRESS).set(item, claim);
  addRateLimited(ctx, CLAIMS, item);
}

/** Gives the choice of a node back to the scheduler. */
function rescheduleProvisioning(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const { name, namespace = 'default', uid } = claim.metadata;
  const live = api.find<PersistentVolumeClaim>(ctx, {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    namespace,
    name,
  });
  if (live?.metadata.uid === uid) api.update(ctx, withoutAnnotation(live, AnnSelectedNode));
}

/** Nothing is left to do for a claim. */
function settle(ctx: Context, item: string): void {
  ctx.mem(IN_PROGRESS).delete(item);
  ctx.mem(TOPOLOGY).delete(item);
  ctx.mem(SLOW).delete(item);
  forget(ctx, CLAIMS, item);
}

function event(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recordEvent(api, ctx, { source: eventSource(ctx), about: claim, type, reason, message });
}
