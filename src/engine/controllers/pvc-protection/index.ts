import { attempt, StatusError } from '../../api/errors.ts';
import { keyOf } from '../../api/kind.ts';
import type { Condition, PersistentVolumeClaim, Pod } from '../../api/object.ts';
import { type ApiServer, describeRef } from '../../api/server.ts';
import { PERSISTENT_VOLUME_CLAIMS, PODS } from '../../api/tables.ts';
import type { ComponentType } from '../../sim/component.ts';
import type { Context } from '../../sim/context.ts';
import type { WatchEvent } from '../../sim/types.ts';
import { PVCProtectionFinalizer } from '../../volumes/annotations.ts';
import { withFinalizers } from '../../volumes/binding.ts';
import { isPodTerminated } from '../../volumes/pods.ts';
import { isDeletionCandidate, needToAddFinalizer } from '../../volumes/protection.ts';
import { claimsOf, podUsesPVCForDeletion, podUsesPVCForUnusedSince } from './usage.ts';

const CLAIMS = 'claims';
const UNUSED = 'Unused';

/**
 * Keeps a claim that is being deleted until no pod on a node uses it.
 * @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go
 */
export function persistentVolumeClaimProtection(api: ApiServer): ComponentType {
  return {
    type: 'persistentvolumeclaim-protection-controller',
    queues: {
      [CLAIMS]: {
        workers: 1,
        sync: (ctx, key) => {
          if (attempt(() => processPVC(api, ctx, key)) instanceof StatusError) ctx.enqueueRateLimited(CLAIMS, key);
          else ctx.forget(CLAIMS, key);
        },
      },
    },
    watches: [
      {
        table: PERSISTENT_VOLUME_CLAIMS,
        on: (ctx, event: WatchEvent<PersistentVolumeClaim>) => pvcAddedUpdated(ctx, event),
      },
      { table: PODS, on: (ctx, event: WatchEvent<Pod>) => podAddedDeletedUpdated(ctx, event) },
    ],
  };
}

const tracksUnused = (ctx: Context): boolean =>
  ctx.setting<{ readonly [gate: string]: boolean }>('featureGates')?.['PersistentVolumeClaimUnusedSinceTime'] === true;

/** @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go pvcAddedUpdated */
function pvcAddedUpdated(ctx: Context, { key, after }: WatchEvent<PersistentVolumeClaim>): void {
  if (!after) return;
  const unmarked = tracksUnused(ctx) && !after.status?.conditions?.some(({ type }) => type === UNUSED);
  if (
    unmarked ||
    needToAddFinalizer(after, PVCProtectionFinalizer) ||
    isDeletionCandidate(after, PVCProtectionFinalizer)
  )
    ctx.enqueue(CLAIMS, key);
}

/**
 * Queues the claims of a pod that may have stopped to use them, or, where use is tracked, begun to.
 * @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go podAddedDeletedUpdated
 */
function podAddedDeletedUpdated(ctx: Context, { before, after }: WatchEvent<Pod>): void {
  const pod = after ?? before;
  if (!pod) return;
  // A running pod cannot help to remove a finalizer.
  if (!tracksUnused(ctx) && after && !isPodTerminated(after) && after.spec.nodeName) return;
  for (const claim of claimsOf(pod)) ctx.enqueue(CLAIMS, claim);
}

/** @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go processPVC */
function processPVC(api: ApiServer, ctx: Context, key: string): void {
  const stored = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
  if (!stored) return;
  const claim =
    tracksUnused(ctx) && stored.metadata.deletionTimestamp === undefined
      ? updateUnusedCondition(api, ctx, stored)
      : stored;
  const { finalizers = [] } = claim.metadata;
  if (isDeletionCandidate(claim, PVCProtectionFinalizer)) {
    const users = podsUsing(ctx, claim, podUsesPVCForDeletion);
    if (users.length === 0)
      api.update(
        ctx,
        withFinalizers(
          claim,
          finalizers.filter((name) => name !== PVCProtectionFinalizer),
        ),
      );
    else ctx.decide({ about: describeRef(claim), by: 'isBeingUsed', outcome: 'keepFinalizer', facts: { pods: users } });
  } else if (needToAddFinalizer(claim, PVCProtectionFinalizer)) {
    // Admission adds it; this is for claims that came another way.
    api.update(ctx, withFinalizers(claim, [...finalizers, PVCProtectionFinalizer]));
  }
}

/**
 * Keys of the pods that use a claim. The cache is asked first, then, before a claim is let go, the API server.
 * @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go isBeingUsedWith
 */
function podsUsing(
  ctx: Context,
  claim: PersistentVolumeClaim,
  uses: (pod: Pod, claim: PersistentVolumeClaim) => boolean,
): readonly string[] {
  const key = keyOf(claim.metadata.namespace, claim.metadata.name);
  const cached = ctx.bucket(PODS, 'byClaim', key).filter((pod) => isUser(ctx.get<Pod>(PODS, pod)));
  return cached.length > 0
    ? cached
    : ctx.liveBucket(PODS, 'byClaim', key).filter((pod) => isUser(ctx.live<Pod>(PODS, pod)));

  function isUser(pod: Pod | undefined): boolean {
    return pod !== undefined && uses(pod, claim);
  }
}

/**
 * Notes since when a claim is unused, or that it is used.
 * @see pkg/controller/volume/pvcprotection/pvc_protection_controller.go updateUnusedCondition
 */
function updateUnusedCondition(api: ApiServer, ctx: Context, claim: PersistentVolumeClaim): PersistentVolumeClaim {
  const isUsed = podsUsing(ctx, claim, podUsesPVCForUnusedSince).length > 0;
  const { conditions = [] } = claim.status ?? {};
  const existing = conditions.find(({ type }) => type === UNUSED);
  if (isUsed ? existing?.status === 'False' || existing?.status === 'Unknown' : existing?.status === 'True')
    return claim;
  const condition: Condition = isUsed
    ? {
        type: UNUSED,
        status: 'False',
        reason: 'PodUsingPVC',
        message: 'A pod is currently referencing this PVC',
        lastTransitionTime: api.timestamp(ctx),
      }
    : {
        type: UNUSED,
        status: 'True',
        reason: 'NoPodsUsingPVC',
        message: 'No pods are currently referencing this PVC',
        lastTransitionTime: api.timestamp(ctx),
      };
  const updated = existing
    ? conditions.map((other) => (other === existing ? condition : other))
    : [...conditions, condition];
  return api.updateStatus(ctx, { ...claim, status: { ...claim.status, conditions: updated } });
}
