import { attempt, StatusError } from '../../api/errors.ts';
import type { VolumeAttributesClass } from '../../api/kinds/volumeattributesclass.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/object.ts';
import type { ApiServer } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, VOLUME_ATTRIBUTES_CLASSES } from '../../api/tables.ts';
import type { CallRecord } from '../../sim/calls.ts';
import type { SyncResult } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import {
  MODIFY_SECRET_NAME,
  MODIFY_SECRET_NAMESPACE,
  PV_NAME_KEY,
  PVC_NAME_KEY,
  PVC_NAMESPACE_KEY,
} from '../metadata.ts';
import { addRateLimited, forget } from '../retry.ts';
import { credentials } from '../secrets.ts';
import { goCodeName, grpcError } from '../spec/codes.ts';
import { booleanFlag, driverName, ownDriver } from '../spec/driver.ts';
import { asJson, mapOrNothing, withoutDefaults } from '../spec/messages.ts';
import { claimWithVolume, isFinal, tell, volumeOf } from './lookup.ts';
import { CSI_RESIZER, MODIFY, TIMEOUT } from './names.ts';
import { addSlow, removeSlow, timeRemaining } from './slowset.ts';
import {
  hasModifyingCondition,
  markControllerModifyVolumeCompleted,
  markControllerModifyVolumeStatus,
  markRolledBack,
} from './status.ts';

/** Claims of which nobody knows whether the driver is still at work. */
const uncertain = (ctx: Context) => ctx.mem<true>('uncertain');

const wantedOf = ({ spec }: PersistentVolumeClaim): string => spec.volumeAttributesClassName ?? '';

/** Whether a claim has or asks for anything else than the class that its volume was given last. */
export const needsModify = (claim: PersistentVolumeClaim): boolean =>
  claim.status?.phase === 'Bound' &&
  (claim.status.modifyVolumeStatus !== undefined ||
    wantedOf(claim) !== (claim.status.currentVolumeAttributesClassName ?? ''));

/** After a restart whatever was in progress is uncertain. @see initUncertainPVCs */
export function noteUncertain(ctx: Context, key: string, { status }: PersistentVolumeClaim): void {
  if (status?.modifyVolumeStatus?.status === 'InProgress') uncertain(ctx).set(key, true);
}

/**
 * Gives the volume of a claim the attributes class that the claim asks for.
 * @see kubernetes-csi/external-resizer pkg/modifycontroller/controller.go syncPVC
 */
export function syncModify(api: ApiServer, ctx: Context, key: string): SyncResult {
  const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  const outcome = claim?.spec.volumeName ? attempt(() => syncPVC(api, ctx, key, claim)) : undefined;
  if (outcome === 'blocked') return 'blocked';
  if (outcome === 'again' || outcome instanceof StatusError) addRateLimited(ctx, MODIFY, key);
  else forget(ctx, MODIFY, key);
  return undefined;
}

type Outcome = 'blocked' | 'again' | undefined;

function syncPVC(api: ApiServer, ctx: Context, key: string, claim: PersistentVolumeClaim): Outcome {
  const volume = volumeOf(ctx, claim);
  if (!volume) return 'again';
  if (volume.spec.csi?.driver !== driverName(ctx) || claim.status?.phase !== 'Bound') return undefined;
  return modify(api, ctx, key, claim, volume);
}

/** @see kubernetes-csi/external-resizer pkg/modifycontroller/modify_volume.go modify */
function modify(
  api: ApiServer,
  ctx: Context,
  key: string,
  claim: PersistentVolumeClaim,
  volume: PersistentVolume,
): Outcome {
  if (isDelayed(ctx, key, claim)) return 'again';
  const wanted = wantedOf(claim);
  const status = claim.status?.modifyVolumeStatus;
  if (!status && wanted === (claim.status?.currentVolumeAttributesClassName ?? '')) return undefined;
  const isInProgress = status?.status === 'InProgress';
  if (wanted === '' && !isInProgress) {
    if (!hasModifyingCondition(claim)) return undefined;
    tell(api, ctx, claim, 'Normal', 'VolumeModifyCanceled', 'Cancelled modify.');
    markRolledBack(api, ctx, claim);
    return undefined;
  }
  if ((isInProgress && uncertain(ctx).has(key)) || wanted === '') {
    // What may still be going on is brought to its end first.
    const target = targetClass(api, ctx, claim, status?.targetVolumeAttributesClassName ?? '');
    return target ? callModify(ctx, key, claim, volume, target) : 'again';
  }
  const target = targetClass(api, ctx, claim, wanted);
  if (!target) {
    markControllerModifyVolumeStatus(api, ctx, claim, 'Pending');
    return undefined;
  }
  const marked = markControllerModifyVolumeStatus(api, ctx, claim, 'InProgress');
  const text = `external resizer is modifying volume ${claim.metadata.name} with vac ${wanted}`;
  tell(api, ctx, marked, 'Normal', 'VolumeModify', text);
  return callModify(ctx, key, marked, volume, target);
}

/** Whether the class that the claim asks for was called infeasible a short while ago. @see delayModificationIfRecentlyInfeasible */
function isDelayed(ctx: Context, key: string, claim: PersistentVolumeClaim): boolean {
  const status = claim.status?.modifyVolumeStatus;
  if (status?.targetVolumeAttributesClassName !== claim.spec.volumeAttributesClassName || !status) {
    removeSlow(ctx, MODIFY, key);
    return false;
  }
  const isSlow = timeRemaining(ctx, MODIFY, key) !== undefined;
  if (status.status === 'Infeasible') addSlow(ctx, MODIFY, key);
  return isSlow;
}

/** @see getTargetVAC */
function targetClass(
  api: ApiServer,
  ctx: Context,
  claim: PersistentVolumeClaim,
  name: string,
): VolumeAttributesClass | undefined {
  const found = ctx.get<VolumeAttributesClass>(VOLUME_ATTRIBUTES_CLASSES, name);
  if (!found) tell(api, ctx, claim, 'Warning', 'VolumeModifyFailed', `VAC ${JSON.stringify(name)} does not exist.`);
  return found;
}

/** @see callModifyVolumeOnPlugin; pkg/modifier/csi_modifier.go Modify */
function callModify(
  ctx: Context,
  key: string,
  { metadata }: PersistentVolumeClaim,
  volume: PersistentVolume,
  { parameters = {} }: VolumeAttributesClass,
): Outcome {
  const { csi } = volume.spec;
  const { [MODIFY_SECRET_NAME]: name, [MODIFY_SECRET_NAMESPACE]: namespace } = volume.metadata.annotations ?? {};
  const secrets = credentials(ctx, name && namespace ? { name, namespace } : csi?.controllerExpandSecretRef);
  if ('error' in secrets) return 'again';
  const extra = booleanFlag(ownDriver(ctx), CSI_RESIZER, 'extra-modify-metadata') && {
    [PVC_NAME_KEY]: metadata.name,
    [PVC_NAMESPACE_KEY]: metadata.namespace ?? '',
    [PV_NAME_KEY]: volume.metadata.name,
  };
  const request = withoutDefaults({
    volume_id: csi?.volumeHandle,
    secrets: mapOrNothing(secrets.data),
    mutable_parameters: mapOrNothing({ ...parameters, ...extra }),
  });
  ctx.call({
    target: driverName(ctx),
    method: 'ControllerModifyVolume',
    request: asJson(request),
    data: key,
    deadline: TIMEOUT,
  });
  return 'blocked';
}

/** The driver's answer. @see controllerModifyVolumeWithTarget */
export function modified(api: ApiServer, ctx: Context, { code, message, data }: CallRecord): void {
  const key = String(data);
  ctx.done(MODIFY, key);
  const found = claimWithVolume(ctx, key);
  if (!found) {
    forget(ctx, MODIFY, key);
    return;
  }
  const { claim, volume } = found;
  const target = claim.status?.modifyVolumeStatus?.targetVolumeAttributesClassName ?? '';
  if (code === 'OK') {
    const saved = attempt(() => markControllerModifyVolumeCompleted(api, ctx, claim, volume));
    if (saved instanceof StatusError) {
      addRateLimited(ctx, MODIFY, key);
      return;
    }
    const text = `external resizer modified volume ${claim.metadata.name} with vac ${target} successfully`;
    tell(api, ctx, claim, 'Normal', 'VolumeModifySuccessful', text);
    forget(ctx, MODIFY, key);
    return;
  }
  modifyFailed(api, ctx, key, claim, target, code ?? 'UNKNOWN', message ?? '');
  addRateLimited(ctx, MODIFY, key);
}

function modifyFailed(
  api: ApiServer,
  ctx: Context,
  key: string,
  claim: PersistentVolumeClaim,
  target: string,
  code: string,
  message: string,
): void {
  const final = isFinal(code);
  if (final) uncertain(ctx).delete(key);
  else uncertain(ctx).set(key, true);
  const to = code === 'INVALID_ARGUMENT' ? 'Infeasible' : 'InProgress';
  const failure = { reason: goCodeName(code), message, isFinal: final };
  const marked = attempt(() => markControllerModifyVolumeStatus(api, ctx, claim, to, failure));
  if (marked instanceof StatusError) return;
  if (to === 'Infeasible') addSlow(ctx, MODIFY, key);
  const still = final ? '' : `. Still modifying to VAC ${target}`;
  tell(api, ctx, marked, 'Warning', 'VolumeModifyFailed', `${grpcError(code, message)}${still}`);
}
