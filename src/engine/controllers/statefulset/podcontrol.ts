import { attempt, StatusError } from '../../api/errors.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import type { Pod } from '../../api/object.ts';
import {
  claimsMatchRetentionPolicy,
  createPersistentVolumeClaims,
  updatePodClaimForRetentionPolicy,
} from './claims.ts';
import { identityMatches, type Planned, storageMatches, updateIdentity, withStorage } from './identity.ts';
import { recordPodEvent, type Sync } from './sync.ts';

/** A part of a sync that failed: the set is synced again after a back-off. */
const failure = (message: string): StatusError => new StatusError('InternalError', message);

/**
 * Creates a pod after its claims.
 * @throws StatusError when a claim or the pod can't be created
 * @see pkg/controller/statefulset/stateful_pod_control.go CreateStatefulPod
 */
export function createStatefulPod(sync: Sync, set: StatefulSet, pod: Planned): void {
  const missing = createPersistentVolumeClaims(sync, set, pod);
  if (missing !== undefined) {
    recordPodEvent(sync, 'Create', pod, missing);
    throw failure(missing);
  }
  const refused = attempt(() => sync.api.create<Pod>(sync.ctx, pod.planned));
  if (refused instanceof StatusError && refused.reason === 'AlreadyExists') throw refused;
  updateClaims(sync, set, pod);
  if (refused instanceof StatusError) {
    recordPodEvent(sync, 'Create', pod, refused.message);
    throw refused;
  }
  recordPodEvent(sync, 'Create', pod);
}

/** @see createMissingPersistentVolumeClaims */
export function createMissingPersistentVolumeClaims(sync: Sync, set: StatefulSet, pod: Pod): void {
  const missing = createPersistentVolumeClaims(sync, set, pod);
  if (missing !== undefined) throw failure(missing);
  updateClaims(sync, set, pod);
}

function updateClaims(sync: Sync, set: StatefulSet, pod: Pod | Planned): void {
  const refused = updatePodClaimForRetentionPolicy(sync, set, pod);
  if (refused === undefined) return;
  recordPodEvent(sync, 'Update', pod, refused);
  throw failure(refused);
}

/**
 * Gives a pod back what makes it a member of its set: its label, its volumes, its claims' owners.
 * @see pkg/controller/statefulset/stateful_pod_control.go UpdateStatefulPod
 */
export function updateStatefulPod(sync: Sync, set: StatefulSet, pod: Pod): void {
  let updated = identityMatches(set, pod) ? pod : updateIdentity(pod);
  if (!storageMatches(set, updated)) {
    updated = withStorage(set, updated);
    const missing = createPersistentVolumeClaims(sync, set, updated);
    if (missing !== undefined) {
      recordPodEvent(sync, 'Update', updated, missing);
      throw failure(missing);
    }
  }
  const isOwned = claimsMatchRetentionPolicy(sync, set, updated);
  if (!isOwned) updateClaims(sync, set, updated);
  if (updated === pod && isOwned) return;
  const refused = attempt(() => sync.api.update<Pod>(sync.ctx, updated));
  if (!(refused instanceof StatusError)) return recordPodEvent(sync, 'Update', updated);
  recordPodEvent(sync, 'Update', updated, refused.message);
  throw refused;
}

/** @see pkg/controller/statefulset/stateful_pod_control.go DeleteStatefulPod */
export function deleteStatefulPod(sync: Sync, pod: Pod): void {
  const { namespace = '', name } = pod.metadata;
  const refused = attempt(() => sync.api.remove(sync.ctx, { apiVersion: 'v1', kind: 'Pod', namespace, name }));
  if (refused instanceof StatusError && refused.reason !== 'NotFound') {
    recordPodEvent(sync, 'Delete', pod, refused.message);
    throw refused;
  }
  recordPodEvent(sync, 'Delete', pod);
}
