import { claimClass } from '../../../api/kinds/modes.ts';
import type { Node, PersistentVolumeClaim, StorageClass } from '../../../api/object.ts';
import { compareQuantities } from '../../../api/quantity.ts';
import { STORAGE_CLASSES } from '../../../api/tables.ts';
import type { Context } from '../../../sim/context.ts';
import type { Json } from '../../../sim/types.ts';
import { AnnSelectedNode } from '../../../volumes/annotations.ts';
import { checkNodeAffinity, findMatchingVolume } from '../../../volumes/matching.ts';
import { failure, type Status } from '../../framework.ts';
import { translateOnNode } from '../migration.ts';
import { hasEnoughCapacity } from './capacity.ts';
import { assumedVolumes, getVolume, type PodVolumeClaims } from './claims.ts';

const NO_PROVISIONER = 'kubernetes.io/no-provisioner';

/** A free volume chosen for a claim. */
export interface BindingInfo {
  readonly claim: PersistentVolumeClaim;
  readonly volume: string;
}

/** What is to be done on one node so that the pod's claims are satisfied there. */
export interface PodVolumes {
  readonly staticBindings: readonly BindingInfo[];
  readonly dynamicProvisions: readonly PersistentVolumeClaim[];
}

const NODE_CONFLICT = "node(s) didn't match PersistentVolume's node affinity";
const BIND_CONFLICT = "node(s) didn't find available persistent volumes to bind";
const NOT_ENOUGH_SPACE = 'node(s) did not have enough free storage';
const PV_NOT_EXIST = 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)';

interface Refusal {
  readonly reason: string;
  readonly have?: Json;
  readonly want?: Json;
}

/**
 * What the pod's volumes need on a node, or why they cannot be had there; bound and waiting claims are judged independently.
 * @see pkg/scheduler/framework/plugins/volumebinding/binder.go FindPodVolumes
 */
export function findPodVolumes(ctx: Context, { bound, delayed }: PodVolumeClaims, node: Node): PodVolumes | Status {
  const boundRefusal = checkBoundClaims(ctx, bound, node);
  const plan =
    delayed.length > 0 ? planDelayedClaims(ctx, delayed, node) : { staticBindings: [], dynamicProvisions: [] };
  if ('code' in plan) return plan;
  const delayedRefusal = 'reason' in plan ? plan : undefined;
  // Upstream lists a missing volume last and a node conflict first.
  const refusals = [boundRefusal, delayedRefusal].filter((refusal) => refusal !== undefined);
  if (boundRefusal?.reason === PV_NOT_EXIST) refusals.reverse();
  if (refusals.length === 0 && 'staticBindings' in plan) return plan;
  const values = (side: 'have' | 'want'): Json =>
    refusals.length === 1 ? (refusals[0]?.[side] ?? null) : refusals.map((refusal) => refusal[side] ?? null);
  return {
    code: 'UnschedulableAndUnresolvable',
    reasons: refusals.map(({ reason }) => reason),
    have: values('have'),
    want: values('want'),
  };
}

/** @see checkBoundClaims */
function checkBoundClaims(ctx: Context, claims: readonly PersistentVolumeClaim[], node: Node): Refusal | undefined {
  for (const { metadata, spec } of claims) {
    const name = spec.volumeName ?? '';
    const volume = getVolume(ctx, name);
    if (!volume) return { reason: PV_NOT_EXIST, have: null, want: { claim: metadata.name, volume: name } };
    const translated = translateOnNode(ctx, volume, node);
    if (!checkNodeAffinity(translated, node)) {
      const want = {
        claim: metadata.name,
        volume: name,
        nodeAffinity: (translated.spec.nodeAffinity?.required ?? null) as unknown as Json,
      };
      return { reason: NODE_CONFLICT, have: { ...node.metadata.labels }, want };
    }
  }
  return undefined;
}

const requestOf = ({ spec }: PersistentVolumeClaim): string | undefined => spec.resources?.requests?.['storage'];

function planDelayedClaims(
  ctx: Context,
  claims: readonly PersistentVolumeClaim[],
  node: Node,
): PodVolumes | Refusal | Status {
  const toProvision: PersistentVolumeClaim[] = [];
  const toMatch: PersistentVolumeClaim[] = [];
  for (const claim of claims) {
    const selected = claim.metadata.annotations?.[AnnSelectedNode];
    if (selected !== undefined && selected !== node.metadata.name) {
      return {
        reason: BIND_CONFLICT,
        have: { claim: claim.metadata.name, selectedNode: selected },
        want: node.metadata.name,
      };
    }
    (selected === undefined ? toMatch : toProvision).push(claim);
  }
  const { staticBindings, unbound } = findMatchingVolumes(ctx, toMatch, node);
  toProvision.push(...unbound);
  const refusal = checkVolumeProvisions(ctx, toProvision, node);
  return refusal ?? { staticBindings, dynamicProvisions: toProvision };
}

/** Smallest claims first, each takes the best free volume that is left. @see findMatchingVolumes */
function findMatchingVolumes(
  ctx: Context,
  claims: readonly PersistentVolumeClaim[],
  node: Node,
): { readonly staticBindings: readonly BindingInfo[]; readonly unbound: readonly PersistentVolumeClaim[] } {
  const staticBindings: BindingInfo[] = [];
  const unbound: PersistentVolumeClaim[] = [];
  // What was assumed for other pods is not free, whatever the cache still says.
  const excluded = new Set(assumedVolumes(ctx));
  for (const claim of [...claims].sort((a, b) => compareQuantities(requestOf(a), requestOf(b)))) {
    const volume = findMatchingVolume(ctx, { claim, node, excluded, delayBinding: true });
    if (!volume) {
      unbound.push(claim);
      continue;
    }
    excluded.add(volume.metadata.name);
    staticBindings.push({ claim, volume: volume.metadata.name });
  }
  return { staticBindings, unbound };
}

/** Whether claims without a volume can be provisioned for the node; the first that cannot decides. @see checkVolumeProvisions */
function checkVolumeProvisions(
  ctx: Context,
  claims: readonly PersistentVolumeClaim[],
  node: Node,
): Refusal | Status | undefined {
  for (const claim of claims) {
    const { namespace = '', name } = claim.metadata;
    const className = claimClass(claim);
    if (className === '') return failure(`no class for claim "${namespace}/${name}"`);
    const storageClass = ctx.get<StorageClass>(STORAGE_CLASSES, className);
    if (!storageClass) return failure(`failed to find storage class "${className}"`);
    const { provisioner } = storageClass;
    const request = requestOf(claim) ?? null;
    if (provisioner === '' || provisioner === NO_PROVISIONER) {
      return {
        reason: BIND_CONFLICT,
        have: { matchingVolumes: 0, provisioner },
        want: { claim: name, storageClassName: className, request },
      };
    }
    if (!matchesTopology(storageClass, node)) {
      const allowed = storageClass.allowedTopologies as unknown as Json;
      return {
        reason: BIND_CONFLICT,
        have: { ...node.metadata.labels },
        want: { claim: name, allowedTopologies: allowed },
      };
    }
    if (!hasEnoughCapacity(ctx, provisioner, claim, className, node)) {
      return {
        reason: NOT_ENOUGH_SPACE,
        have: { driver: provisioner },
        want: { claim: name, storageClassName: className, request },
      };
    }
  }
  return undefined;
}

/** @see staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity MatchTopologySelectorTerms */
function matchesTopology({ allowedTopologies = [] }: StorageClass, { metadata: { labels = {} } }: Node): boolean {
  if (allowedTopologies.length === 0) return true;
  return allowedTopologies.some(({ matchLabelExpressions = [] }) => {
    return (
      matchLabelExpressions.length > 0 &&
      matchLabelExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
    );
  });
}
