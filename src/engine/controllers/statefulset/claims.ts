import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { ClaimTemplate, StatefulSet } from '../../api/kinds/statefulset.ts';
import type { ObjectInput, OwnerReference, PersistentVolumeClaim } from '../../api/object.ts';
import { controllerRef } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS } from '../../api/tables.ts';
import {
  getOrdinal,
  getPersistentVolumeClaimName,
  isInOrdinalRange,
  isPlanned,
  nameOf,
  type Replica,
  uidOf,
} from './identity.ts';
import { recordClaimEvent, type Sync, warn } from './sync.ts';

/** A claim as the controller's cache has it. */
function cachedClaim({ ctx, set, created }: Sync, name: string): PersistentVolumeClaim | undefined {
  const key = keyOf(set.metadata.namespace, name);
  return created.has(key) ? undefined : ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
}

const templatesOf = ({ spec }: StatefulSet): readonly ClaimTemplate[] => spec.volumeClaimTemplates ?? [];

const claimNames = (set: StatefulSet, replica: Replica): readonly string[] =>
  templatesOf(set).map((template) => getPersistentVolumeClaimName(set, template, getOrdinal(nameOf(replica))));

/** The claim that a template makes for a pod: the selector's labels win. @see getPersistentVolumeClaims */
function newClaim(set: StatefulSet, template: ClaimTemplate, name: string): ObjectInput {
  const { labels, annotations, finalizers, ownerReferences } = template.metadata;
  const merged = { ...labels, ...set.spec.selector.matchLabels };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      name,
      namespace: set.metadata.namespace ?? 'default',
      ...(Object.keys(merged).length > 0 && { labels: merged }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ...(ownerReferences && { ownerReferences }),
    },
    spec: template.spec,
  };
}

/**
 * Creates the claims of a pod that are missing.
 * @returns what keeps the pod from being created, as the Event on it words it
 * @see createPersistentVolumeClaims
 */
export function createPersistentVolumeClaims(sync: Sync, set: StatefulSet, replica: Replica): string | undefined {
  const { api, ctx } = sync;
  const errors: string[] = [];
  for (const [i, name] of claimNames(set, replica).entries()) {
    const claim = cachedClaim(sync, name);
    if (claim?.metadata.deletionTimestamp !== undefined) errors.push(`pvc ${name} is being deleted`);
    const template = templatesOf(set)[i];
    if (claim || !template) continue;
    const refused = attempt(() => api.create(ctx, newClaim(set, template, name)));
    if (refused instanceof StatusError) errors.push(`failed to create PVC ${name}: ${refused.message}`);
    else sync.created.add(keyOf(set.metadata.namespace, name));
    if (!(refused instanceof StatusError)) recordClaimEvent(sync, name, replica);
    else if (refused.reason !== 'AlreadyExists') recordClaimEvent(sync, name, replica, refused.message);
  }
  return aggregate(errors);
}

/** Several errors as one. @see k8s.io/apimachinery/pkg/util/errors Aggregate */
function aggregate(errors: readonly string[]): string | undefined {
  const different = [...new Set(errors)];
  return different.length > 1 ? `[${different.join(', ')}]` : different[0];
}

type Keep = 'Retain' | 'Delete';

function retentionPolicyOf({ spec }: StatefulSet): { readonly whenScaled: Keep; readonly whenDeleted: Keep } {
  const { whenScaled, whenDeleted } = spec.persistentVolumeClaimRetentionPolicy ?? {};
  const known = (value: string | undefined): Keep => (value === 'Delete' ? 'Delete' : 'Retain');
  return { whenScaled: known(whenScaled), whenDeleted: known(whenDeleted) };
}

/** An owner that the policy may name: the set, or the pod, whose uid is empty before it is there. */
interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

const setOwner = ({ metadata: { name, uid } }: StatefulSet): Owner => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  name,
  uid,
});
const podOwner = (replica: Replica): Owner => ({
  apiVersion: 'v1',
  kind: 'Pod',
  name: nameOf(replica),
  uid: uidOf(replica),
});

/** @see matchesRef */
const matchesRef = (reference: OwnerReference, { apiVersion, kind, name }: Owner): boolean =>
  reference.apiVersion === apiVersion && reference.kind === kind && reference.name === name;

const ownersOf = ({ metadata }: PersistentVolumeClaim): readonly OwnerReference[] => metadata.ownerReferences ?? [];
const hasOwnerRef = (claim: PersistentVolumeClaim, { uid }: Owner): boolean =>
  ownersOf(claim).some((reference) => reference.uid === uid);

/** Whether a claim names an object of that name which is another one. @see hasStaleOwnerRef */
function hasStaleOwnerRef(claim: PersistentVolumeClaim, owner: Owner): boolean {
  const reference = ownersOf(claim).find((one) => matchesRef(one, owner));
  return reference !== undefined && reference.uid !== owner.uid;
}

/** Whether somebody else manages the claim, which matters only where the policy deletes. @see hasUnexpectedController */
function hasUnexpectedController(claim: PersistentVolumeClaim, set: StatefulSet, replica: Replica): boolean {
  const { whenScaled, whenDeleted } = retentionPolicyOf(set);
  if (whenScaled === 'Retain' && whenDeleted === 'Retain') return false;
  const owners = [setOwner(set), podOwner(replica)];
  return ownersOf(claim).some((reference) => {
    const ours = owners.find((owner) => matchesRef(reference, owner));
    return ours ? reference.uid !== ours.uid : reference.controller === true;
  });
}

/** Who the policy wants as the claim's owner. */
function wantedOwner(set: StatefulSet, replica: Replica): 'set' | 'pod' | 'nobody' {
  const { whenScaled, whenDeleted } = retentionPolicyOf(set);
  if (whenScaled === 'Delete' && !isInOrdinalRange(set, nameOf(replica))) return 'pod';
  return whenDeleted === 'Delete' ? 'set' : 'nobody';
}

/** @see isClaimOwnerUpToDate */
function isClaimOwnerUpToDate(claim: PersistentVolumeClaim, set: StatefulSet, replica: Replica): boolean {
  const [ofSet, ofPod] = [setOwner(set), podOwner(replica)];
  // Managed by a former set or pod of that name: not to be touched.
  if (hasStaleOwnerRef(claim, ofSet) || hasStaleOwnerRef(claim, ofPod)) return true;
  const [hasSet, hasPod] = [hasOwnerRef(claim, ofSet), hasOwnerRef(claim, ofPod)];
  if (hasUnexpectedController(claim, set, replica)) return !hasSet && !hasPod;
  const isPlainOwner = ownersOf(claim).some(
    ({ uid, controller }) => (uid === ofSet.uid || uid === ofPod.uid) && controller !== true,
  );
  if (isPlainOwner) return false;
  const wanted = wantedOwner(set, replica);
  return hasSet === (wanted === 'set') && hasPod === (wanted === 'pod');
}

/** Whether the claims of a pod are owned as the policy says. @see ClaimsMatchRetentionPolicy */
export const claimsMatchRetentionPolicy = (sync: Sync, set: StatefulSet, replica: Replica): boolean =>
  claimNames(set, replica).every((name) => {
    const claim = cachedClaim(sync, name);
    return !claim || isClaimOwnerUpToDate(claim, set, replica);
  });

/** @see updateClaimOwnerRefForSetAndPod */
function updateClaimOwnerRefForSetAndPod(
  claim: PersistentVolumeClaim,
  set: StatefulSet,
  replica: Replica,
): PersistentVolumeClaim {
  const ours = [setOwner(set), podOwner(replica)];
  const others = ownersOf(claim).filter((reference) => !ours.some((owner) => matchesRef(reference, owner)));
  const wanted = hasUnexpectedController(claim, set, replica) ? 'nobody' : wantedOwner(set, replica);
  const owner = wanted === 'set' ? set : wanted === 'pod' && !isPlanned(replica) ? replica : undefined;
  const isAdded = owner !== undefined && !others.some(({ uid }) => uid === owner.metadata.uid);
  const ownerReferences = isAdded ? [...others, controllerRef(owner)] : others;
  return { ...claim, metadata: { ...claim.metadata, ownerReferences } };
}

/**
 * Makes the claims of a pod owned as the policy says.
 * @returns the first refusal, as the Event on it words it
 * @see UpdatePodClaimForRetentionPolicy
 */
export function updatePodClaimForRetentionPolicy(sync: Sync, set: StatefulSet, replica: Replica): string | undefined {
  for (const name of claimNames(set, replica)) {
    const claim = cachedClaim(sync, name);
    if (!claim) continue;
    if (hasUnexpectedController(claim, set, replica)) {
      const what = 'has a conflicting OwnerReference that acts as a manging controller';
      warn(
        sync,
        'ConflictingController',
        `PersistentVolumeClaim ${name} ${what}, the retention policy is ignored for this claim`,
      );
    }
    if (isClaimOwnerUpToDate(claim, set, replica)) continue;
    const updated = attempt(() =>
      sync.api.update<PersistentVolumeClaim>(sync.ctx, updateClaimOwnerRefForSetAndPod(claim, set, replica)),
    );
    if (updated instanceof StatusError)
      return `could not update claim ${name} for delete policy ownerRefs: ${updated.message}`;
  }
  return undefined;
}

/** Whether a claim waits for its former pod to go, after which it will be deleted. @see PodClaimIsStale */
export const isPodClaimStale = (sync: Sync, set: StatefulSet, replica: Replica): boolean =>
  retentionPolicyOf(set).whenScaled === 'Delete' &&
  claimNames(set, replica).some((name) => {
    const claim = cachedClaim(sync, name);
    return claim !== undefined && hasStaleOwnerRef(claim, podOwner(replica));
  });
