import { keyOf } from '../../api/kind.ts';
import { BETA_STORAGE_CLASS_ANNOTATION, claimClass, isDefaultClass, volumeClass } from '../../api/kinds/modes.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../api/object.ts';
import { quantityValue } from '../../api/quantity.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { PERSISTENT_VOLUMES, PODS, STORAGE_CLASSES } from '../../api/tables.ts';
import type { Context } from '../../sim/context.ts';
import { hashText } from '../../sim/hash.ts';
import { AnnBindCompleted, AnnBoundByController, AnnSelectedNode } from '../../volumes/annotations.ts';
import { hasAnnotation, isVolumeBoundToClaim } from '../../volumes/binding.ts';
import { explainMatching } from '../../volumes/explanation.ts';
import { findBestMatchForClaim, hasAccessModes, type MatchQuestion } from '../../volumes/matching.ts';
import { isPodTerminated } from '../../volumes/pods.ts';
import { bind, updateClaimStatus, updateClaimStatusWithEvent } from './bind.ts';
import { updateClaimMigrationAnnotations } from './migration.ts';
import { emit, syncError } from './names.ts';
import { provisionClaim } from './provision.ts';

/** What was last recorded about a claim that found no volume, in brief. */
const EXPLAINED = 'explained';

/**
 * Brings one claim forward. Does nothing observable before its first write.
 * @throws StatusError when a write fails; the next sync goes on from what was saved
 * @see pkg/controller/volume/persistentvolume/pv_controller.go syncClaim
 */
export function syncClaim(api: ApiServer, ctx: Context, stored: PersistentVolumeClaim): void {
  const claim = updateClaimMigrationAnnotations(api, ctx, stored);
  if (hasAnnotation(claim, AnnBindCompleted)) syncBoundClaim(api, ctx, claim);
  else if (claim.spec.volumeName) syncClaimOfVolume(api, ctx, claim, claim.spec.volumeName);
  else syncUnboundClaim(api, ctx, claim);
}

/**
 * A claim that leaves the choice of the volume to the controller.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go syncUnboundClaim
 */
function syncUnboundClaim(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const delayBinding = isDelayBindingMode(ctx, claim);
  const volume = findBestMatchForClaim(ctx, claim, delayBinding);
  const explain = (): void => explainOnce(ctx, { claim, delayBinding }, volume);
  if (volume) {
    bind(api, ctx, volume, claim);
    explain();
    return;
  }
  if (assignDefaultStorageClass(api, ctx, claim)) {
    explain();
    return;
  }
  if (delayBinding && !hasAnnotation(claim, AnnSelectedNode)) {
    // The scheduler has seen no pod that uses the claim.
    emitEventForUnboundDelayBindingClaim(api, ctx, claim);
  } else if (claimClass(claim) !== '') {
    // The claim is updated by the operation that this starts, so its status is left alone.
    provisionClaim(api, ctx, claim);
    explain();
    return;
  } else {
    emit(
      api,
      ctx,
      claim,
      'Normal',
      'FailedBinding',
      'no persistent volumes available for this claim and no storage class is set',
    );
  }
  explain();
  updateClaimStatus(api, ctx, claim, 'Pending', undefined);
}

/** Records why a claim got a volume or none, unless that is what was recorded last. */
function explainOnce(ctx: Context, question: MatchQuestion, volume: PersistentVolume | undefined): void {
  const decision = explainMatching(ctx, 'findBestMatchForClaim', question, volume);
  if (!volume) {
    const text = hashText(JSON.stringify(decision)).join(' ');
    const last = ctx.mem<string>(EXPLAINED);
    if (last.get(decision.about) === text) return;
    last.set(decision.about, text);
  }
  ctx.decide(decision);
}

/** Forgets a claim that is gone. */
export function forgetClaim(ctx: Context, claim: PersistentVolumeClaim): void {
  ctx.mem<string>(EXPLAINED).delete(describeRef(claim));
}

/**
 * A claim whose creator named a volume: class, selector and delay play no role.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go syncUnboundClaim
 */
function syncClaimOfVolume(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim, name: string): void {
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
  if (!volume) {
    updateClaimStatus(api, ctx, claim, 'Pending', undefined);
  } else if (!volume.spec.claimRef) {
    const mismatch = checkVolumeSatisfyClaim(volume, claim);
    if (mismatch === undefined) {
      bind(api, ctx, volume, claim);
      return;
    }
    emit(
      api,
      ctx,
      claim,
      'Warning',
      'VolumeMismatch',
      `Cannot bind to requested volume ${JSON.stringify(name)}: ${mismatch}`,
    );
    decideOnNamed(ctx, claim, volume, mismatch);
    updateClaimStatus(api, ctx, claim, 'Pending', undefined);
  } else if (isVolumeBoundToClaim(volume, claim)) {
    bind(api, ctx, volume, claim);
  } else {
    const message = `volume ${JSON.stringify(name)} already bound to a different claim.`;
    emit(api, ctx, claim, 'Warning', 'FailedBinding', message);
    decideOnNamed(ctx, claim, volume, message);
    if (hasAnnotation(claim, AnnBoundByController)) {
      // Somebody took the claim's bind-completed annotation away.
      const { claimRef } = volume.spec;
      const owner = keyOf(claimRef.namespace, claimRef.name ?? '');
      const key = keyOf(claim.metadata.namespace, claim.metadata.name);
      throw syncError(
        `invalid binding of claim ${JSON.stringify(key)} to volume ${JSON.stringify(name)}: volume already claimed by ${JSON.stringify(owner)}`,
      );
    }
    updateClaimStatus(api, ctx, claim, 'Pending', undefined);
  }
}

function decideOnNamed(
  ctx: Context,
  claim: PersistentVolumeClaim,
  { metadata, spec }: PersistentVolume,
  message: string,
): void {
  const { namespace, name } = claim.metadata;
  const { claimRef } = spec;
  const have = claimRef
    ? { claimRef: `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`, uid: claimRef.uid ?? null }
    : {
        capacity: spec.capacity?.['storage'] ?? null,
        accessModes: spec.accessModes ?? [],
        storageClassName: spec.storageClassName ?? '',
      };
  const want = claimRef
    ? { claimRef: `${namespace ?? ''}/${name}`, uid: claim.metadata.uid }
    : {
        capacity: claim.spec.resources?.requests?.['storage'] ?? null,
        accessModes: claim.spec.accessModes ?? [],
        storageClassName: claimClass(claim),
      };
  const candidate = {
    candidate: `PersistentVolume/${metadata.name}`,
    ok: false,
    rule: claimRef ? 'claimRef' : 'checkVolumeSatisfyClaim',
    have,
    want,
    message,
  };
  ctx.decide({
    about: `PersistentVolumeClaim/${namespace ?? ''}/${name}`,
    by: 'syncUnboundClaim',
    outcome: 'volumeMismatch',
    candidates: [candidate],
  });
}

/**
 * A claim that went through a bind once: put right what is missing, or the claim is lost.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go syncBoundClaim
 */
function syncBoundClaim(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const lose = (reason: string, message: string): void =>
    updateClaimStatusWithEvent(api, ctx, claim, 'Lost', { type: 'Warning', reason, message });
  if (!claim.spec.volumeName) {
    lose('ClaimLost', 'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
    return;
  }
  const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, claim.spec.volumeName);
  if (!volume) lose('ClaimLost', 'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  else if (!volume.spec.claimRef || volume.spec.claimRef.uid === claim.metadata.uid) bind(api, ctx, volume, claim);
  else lose('ClaimMisbound', 'Two claims are bound to the same volume, this one is bound incorrectly');
}

/**
 * What keeps a named volume without a claim from a claim; undefined if nothing does.
 * @see pkg/controller/volume/persistentvolume/pv_controller.go checkVolumeSatisfyClaim
 */
export function checkVolumeSatisfyClaim(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  const { metadata, spec } = volume;
  if (metadata.deletionTimestamp !== undefined)
    return `the volume is marked for deletion ${JSON.stringify(metadata.name)}`;
  // Whole bytes here, while matching compares exactly.
  if (quantityValue(spec.capacity?.['storage']) < quantityValue(claim.spec.resources?.requests?.['storage']))
    return 'requested PV is too small';
  if (volumeClass(volume) !== claimClass(claim)) return 'storageClassName does not match';
  if ((spec.volumeAttributesClassName ?? '') !== (claim.spec.volumeAttributesClassName ?? ''))
    return 'volumeAttributesClassName does not match';
  if ((spec.volumeMode || 'Filesystem') !== (claim.spec.volumeMode || 'Filesystem')) return 'incompatible volumeMode';
  if (!hasAccessModes(spec.accessModes, claim.spec.accessModes)) return 'incompatible accessMode';
  return undefined;
}

/**
 * Whether the claim's class waits for a pod before it binds.
 * @see staging/src/k8s.io/component-helpers/storage/volume/helpers.go IsDelayBindingMode
 */
function isDelayBindingMode(ctx: Context, claim: PersistentVolumeClaim): boolean {
  const name = claimClass(claim);
  const storageClass = name === '' ? undefined : ctx.get<StorageClass>(STORAGE_CLASSES, name);
  if (!storageClass) return false;
  if (storageClass.volumeBindingMode === undefined)
    throw syncError(`VolumeBindingMode not set for StorageClass ${JSON.stringify(name)}`);
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer';
}

/**
 * Gives a claim without any class the default class.
 * @returns whether that was written
 * @see pkg/controller/volume/persistentvolume/pv_controller.go assignDefaultStorageClass
 */
function assignDefaultStorageClass(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): boolean {
  if (claim.spec.storageClassName !== undefined || hasAnnotation(claim, BETA_STORAGE_CLASS_ANNOTATION)) return false;
  const storageClass = getDefaultClass(ctx);
  if (!storageClass) return false;
  const { name } = storageClass.metadata;
  api.update<PersistentVolumeClaim>(ctx, { ...claim, spec: { ...claim.spec, storageClassName: name } });
  return true;
}

/**
 * Of several default classes the newest, then the first by name.
 * @see pkg/volume/util/storageclass.go GetDefaultClass
 */
function getDefaultClass(ctx: Context): StorageClass | undefined {
  const classes = ctx
    .keys(STORAGE_CLASSES)
    .flatMap((name) => ctx.get<StorageClass>(STORAGE_CLASSES, name) ?? [])
    .filter(isDefaultClass);
  return classes.reduce<StorageClass | undefined>(
    (newest, next) => (newest && newest.metadata.creationTimestamp >= next.metadata.creationTimestamp ? newest : next),
    undefined,
  );
}

/** @see pkg/controller/volume/persistentvolume/pv_controller.go emitEventForUnboundDelayBindingClaim */
function emitEventForUnboundDelayBindingClaim(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): void {
  const pods = findNonScheduledPodsByPVC(ctx, claim);
  if (pods.length === 0) {
    emit(api, ctx, claim, 'Normal', 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
    return;
  }
  const which = pods.length > 1 ? `pods ${pods.join(',')}` : `pod ${pods.join('')}`;
  emit(api, ctx, claim, 'Normal', 'WaitForPodScheduled', `waiting for ${which} to be scheduled`);
}

/** Names of pods that use the claim, are not finished and not on a node. */
function findNonScheduledPodsByPVC(ctx: Context, { metadata }: PersistentVolumeClaim): readonly string[] {
  const keys = ctx.bucket(PODS, 'byClaim', keyOf(metadata.namespace, metadata.name));
  const pods = keys.flatMap((key) => ctx.get<Pod>(PODS, key) ?? []);
  return pods.filter((pod) => !isPodTerminated(pod) && !pod.spec.nodeName).map((pod) => pod.metadata.name);
}
