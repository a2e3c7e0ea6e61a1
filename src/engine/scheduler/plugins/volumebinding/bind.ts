import { attempt, StatusError } from '../../../api/errors.ts';
import { keyOf } from '../../../api/kind.ts';
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/object.ts';
import type { ApiServer } from '../../../api/server.ts';
import { NODES, PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES, PODS } from '../../../api/tables.ts';
import type { Context } from '../../../sim/context.ts';
import { AnnSelectedNode } from '../../../volumes/annotations.ts';
import { getBindVolumeToClaim, withAnnotation } from '../../../volumes/binding.ts';
import { checkNodeAffinity } from '../../../volumes/matching.ts';
import { translateOnNode } from '../migration.ts';
import type { PodVolumes } from './binder.ts';
import { assume, getVolume, isFullyBound, restore } from './claims.ts';

/** A volume and the claim that it is being bound to, or a claim to provision; by name and key. */
export interface PendingVolumes {
  readonly staticBindings: readonly { readonly volume: string; readonly claim: string }[];
  readonly provisions: readonly string[];
}

const claimKeyOf = ({ metadata }: PersistentVolumeClaim): string => keyOf(metadata.namespace, metadata.name);

/** What Reserve assumes: volumes that point to their claims, claims that name their node. @see binder.go AssumePodVolumes */
export function assumePodVolumes(
  ctx: Context,
  { staticBindings, dynamicProvisions }: PodVolumes,
  node: string,
): PendingVolumes {
  for (const { volume, claim } of staticBindings) {
    const known = getVolume(ctx, volume);
    if (known) assume(ctx, PERSISTENT_VOLUMES, volume, getBindVolumeToClaim(known, claim));
  }
  for (const claim of dynamicProvisions) {
    assume(ctx, PERSISTENT_VOLUME_CLAIMS, claimKeyOf(claim), withAnnotation(claim, AnnSelectedNode, node));
  }
  return {
    staticBindings: staticBindings.map(({ volume, claim }) => ({ volume, claim: claimKeyOf(claim) })),
    provisions: dynamicProvisions.map(claimKeyOf),
  };
}

/** @see binder.go RevertAssumedPodVolumes */
export function revertAssumedPodVolumes(ctx: Context, { staticBindings, provisions }: PendingVolumes): void {
  for (const { volume } of staticBindings) restore(ctx, PERSISTENT_VOLUMES, volume);
  for (const key of provisions) restore(ctx, PERSISTENT_VOLUME_CLAIMS, key);
}

/**
 * Writes what was assumed, volumes first; the PV controller and the provisioners do the rest. Writes made before one fails stay.
 * @see binder.go bindAPIUpdate
 */
export function bindAPIUpdate(
  api: ApiServer,
  ctx: Context,
  { staticBindings, provisions }: PendingVolumes,
): StatusError | undefined {
  for (const { volume } of staticBindings) {
    const assumed = ctx.mem<PersistentVolume>('assumedVolumes').get(volume);
    const updated = assumed && attempt(() => api.update(ctx, assumed));
    if (updated instanceof StatusError) return updated;
  }
  for (const key of provisions) {
    const assumed = ctx.mem<PersistentVolumeClaim>('assumedClaims').get(key);
    const updated = assumed && attempt(() => api.update(ctx, assumed));
    if (updated instanceof StatusError) return updated;
  }
  return undefined;
}

const quoted = (text: string): string => JSON.stringify(text);

/**
 * Whether all claims that were acted upon are bound by now; a text when they never will be and scheduling starts over.
 * @see binder.go checkBindings
 */
export function checkBindings(
  ctx: Context,
  pod: Pod,
  nodeName: string,
  { staticBindings, provisions }: PendingVolumes,
): boolean | string {
  const node = ctx.get<Node>(NODES, nodeName);
  if (!node) return `failed to get node ${quoted(nodeName)}: node ${quoted(nodeName)} not found`;
  if (!ctx.get<Pod>(PODS, keyOf(pod.metadata.namespace, pod.metadata.name))) {
    return `pod does not exist any more: pod ${quoted(pod.metadata.name)} not found`;
  }
  const mismatch = (volume: PersistentVolume): string | undefined =>
    checkNodeAffinity(translateOnNode(ctx, volume, node), node)
      ? undefined
      : `pv ${quoted(volume.metadata.name)} node affinity doesn't match node ${quoted(nodeName)}: no matching NodeSelectorTerms`;
  for (const { volume: name, claim: key } of staticBindings) {
    const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name);
    if (!volume) return `failed to check binding: could not find v1.PersistentVolume ${quoted(name)}`;
    const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
    if (!claim) return `failed to check binding: could not find v1.PersistentVolumeClaim ${quoted(key)}`;
    const conflict = mismatch(volume);
    if (conflict !== undefined) return conflict;
    if (!volume.spec.claimRef?.uid) return `ClaimRef got reset for pv ${quoted(name)}`;
    if (!isFullyBound(claim)) return false;
  }
  for (const key of provisions) {
    const claim = ctx.get<PersistentVolumeClaim>(PERSISTENT_VOLUME_CLAIMS, key);
    if (!claim) return `failed to check provisioning pvc: could not find v1.PersistentVolumeClaim ${quoted(key)}`;
    const { annotations, name } = claim.metadata;
    if (annotations === undefined) return `selectedNode annotation reset for PVC ${quoted(name)}`;
    if (annotations[AnnSelectedNode] !== nodeName) return `provisioning failed for PVC ${quoted(name)}`;
    if (claim.spec.volumeName) {
      const volume = ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, claim.spec.volumeName);
      if (!volume) return false;
      const conflict = mismatch(volume);
      if (conflict !== undefined) return conflict;
    }
    if (!isFullyBound(claim)) return false;
  }
  return true;
}
