import { keyOf } from '../api/kind.ts';
import { ACCESS_MODE_SETS, claimClass, freeBucket, volumeClass } from '../api/kinds/modes.ts';
import type { Node, NodeSelector, PersistentVolume, PersistentVolumeClaim } from '../api/object.ts';
import { compareQuantities, quantityValue } from '../api/quantity.ts';
import { matchesLabelSelector, matchesNodeSelectorTerm } from '../api/selectors.ts';
import { PERSISTENT_VOLUMES } from '../api/tables.ts';
import type { Context } from '../sim/context.ts';
import type { Json, Verdict } from '../sim/types.ts';
import { isVolumeBoundToClaim } from './binding.ts';

/** What is looked for: a volume for a claim, on a node or wherever. */
export interface MatchQuestion {
  readonly claim: PersistentVolumeClaim;
  /** The node that must reach the volume; left out: the PV controller's search, which looks at no node. */
  readonly node?: Node;
  /** Names of volumes already chosen for other claims of the pod. */
  readonly excluded?: ReadonlySet<string>;
  /** The class of the claim waits for a consumer: without a node only volumes that point to the claim are taken. */
  readonly delayBinding: boolean;
}

/** The first rule that a volume breaks, with its value and the claim's. */
export type Rejection = Required<Pick<Verdict, 'rule' | 'have' | 'want'>>;

const storageOf = ({ spec }: PersistentVolume): string | undefined => spec.capacity?.['storage'];
const requestOf = ({ spec }: PersistentVolumeClaim): string | undefined => spec.resources?.requests?.['storage'];
const volumeModeOf = (spec: { readonly volumeMode?: string }): string => spec.volumeMode || 'Filesystem';

/** @see pkg/volume/util/util.go ContainsAllAccessModes */
export function hasAccessModes(modes: readonly string[] | undefined, wanted: readonly string[] | undefined): boolean {
  return (wanted ?? []).every((mode) => modes?.includes(mode));
}

/**
 * Whether a node reaches a volume, by its labels alone.
 * @see staging/src/k8s.io/component-helpers/storage/volume/helpers.go CheckNodeAffinity
 */
export function checkNodeAffinity({ spec }: PersistentVolume, { metadata }: Node): boolean {
  const required: NodeSelector | undefined = spec.nodeAffinity?.required;
  if (!required) return true;
  return required.nodeSelectorTerms.some((term) =>
    matchesNodeSelectorTerm(term, { metadata: { labels: metadata.labels } }),
  );
}

const reject = (rule: string, have: unknown, want: unknown): Rejection => ({
  rule,
  have: (have ?? null) as Json,
  want: (want ?? null) as Json,
});

/**
 * The first of the rules, in upstream's order, that keeps a volume from a claim; undefined when it may be taken.
 * A volume that points to the claim is judged by the first six only, and by the node.
 * @see staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
 */
export function rejectingRule(volume: PersistentVolume, question: MatchQuestion): Rejection | undefined {
  const { claim, node, excluded, delayBinding } = question;
  const { metadata, spec, status } = volume;
  const bound = isVolumeBoundToClaim(volume, claim);
  const request = requestOf(claim);
  if (excluded?.has(metadata.name)) return reject('excluded', metadata.name, null);
  if (spec.claimRef && !bound) {
    const { namespace, name, uid } = spec.claimRef;
    return reject(
      'claimRef',
      { namespace, name, uid },
      { namespace: claim.metadata.namespace, name: claim.metadata.name, uid: claim.metadata.uid },
    );
  }
  if (compareQuantities(storageOf(volume), request) < 0) return reject('capacity', storageOf(volume), request);
  if (volumeModeOf(spec) !== volumeModeOf(claim.spec))
    return reject('volumeMode', volumeModeOf(spec), volumeModeOf(claim.spec));
  const attributes = claim.spec.volumeAttributesClassName ?? '';
  if ((spec.volumeAttributesClassName ?? '') !== attributes) {
    return reject('volumeAttributesClassName', spec.volumeAttributesClassName, attributes);
  }
  if (metadata.deletionTimestamp !== undefined) return reject('deletionTimestamp', metadata.deletionTimestamp, null);
  if (bound) return node && !checkNodeAffinity(volume, node) ? rejectNode(volume, node) : undefined;
  if (delayBinding && !node) return reject('delayBinding', null, claimClass(claim));
  if (status?.phase !== 'Available') return reject('phase', status?.phase, 'Available');
  if (claim.spec.selector && !matchesLabelSelector(claim.spec.selector, metadata.labels)) {
    return reject('selector', metadata.labels, claim.spec.selector);
  }
  if (volumeClass(volume) !== claimClass(claim))
    return reject('storageClassName', volumeClass(volume), claimClass(claim));
  if (node && !checkNodeAffinity(volume, node)) return rejectNode(volume, node);
  if (!hasAccessModes(spec.accessModes, claim.spec.accessModes))
    return reject('accessModes', spec.accessModes, claim.spec.accessModes);
  return undefined;
}

function rejectNode({ spec }: PersistentVolume, { metadata }: Node): Rejection {
  return reject('nodeAffinity', spec.nodeAffinity?.required, { name: metadata.name, labels: metadata.labels });
}

/**
 * The PV controller's search: among the volumes with exactly the asked access modes, then those with ever more of them,
 * one that points to the claim, else the smallest that is free and fits.
 * @see pkg/controller/volume/persistentvolume/index.go findByClaim
 */
export function findBestMatchForClaim(
  ctx: Context,
  claim: PersistentVolumeClaim,
  delayBinding: boolean,
): PersistentVolume | undefined {
  const question: MatchQuestion = { claim, delayBinding };
  const reserved = reservedFor(ctx, claim);
  for (const modes of allPossibleMatchingAccessModes(claim)) {
    const own = reserved.find(
      (volume) => sameModes(volume.spec.accessModes, modes) && !rejectingRule(volume, question),
    );
    if (own) return own;
    if (delayBinding) continue;
    const found = smallestFree(ctx, freeBucket(claimClass(claim), claim.spec.volumeMode, modes), question);
    if (found) return found;
  }
  return undefined;
}

/**
 * The scheduler's search for one claim on one node: among the volumes of the claim's class, one that points to the claim
 * (or nothing, if the node does not reach it), else the smallest that is free, fits and is reached.
 * @see staging/src/k8s.io/component-helpers/storage/volume/pv_helpers.go FindMatchingVolume
 */
export function findMatchingVolume(
  ctx: Context,
  question: MatchQuestion & { readonly node: Node },
): PersistentVolume | undefined {
  const { claim } = question;
  for (const volume of reservedFor(ctx, claim)) {
    if (volumeClass(volume) !== claimClass(claim)) continue;
    const rejection = rejectingRule(volume, question);
    if (!rejection) return volume;
    if (rejection.rule === 'nodeAffinity') return undefined;
  }
  let best: PersistentVolume | undefined;
  for (const modes of allPossibleMatchingAccessModes(claim)) {
    const found = smallestFree(ctx, freeBucket(claimClass(claim), claim.spec.volumeMode, modes), question);
    if (found && (!best || isBefore(found, best))) best = found;
  }
  return best;
}

/** The sets of access modes that contain all asked ones, those with the fewest modes first. */
export function allPossibleMatchingAccessModes({ spec }: PersistentVolumeClaim): readonly (readonly string[])[] {
  return ACCESS_MODE_SETS.filter((modes) => hasAccessModes(modes, spec.accessModes));
}

/** Volumes whose claimRef names the claim, by name. */
function reservedFor(ctx: Context, { metadata }: PersistentVolumeClaim): readonly PersistentVolume[] {
  const names = ctx.bucket(PERSISTENT_VOLUMES, 'byClaim', keyOf(metadata.namespace, metadata.name));
  return names.flatMap((name) => ctx.get<PersistentVolume>(PERSISTENT_VOLUMES, name) ?? []);
}

const sameModes = (a: readonly string[] | undefined, b: readonly string[]): boolean =>
  hasAccessModes(a, b) && hasAccessModes(b, a);

/** Smaller first, then by name. */
function isBefore(a: PersistentVolume, b: PersistentVolume): boolean {
  const order = compareQuantities(storageOf(a), storageOf(b));
  return order < 0 || (order === 0 && a.metadata.name < b.metadata.name);
}

/** The rank that index `free` sorts by: whole bytes, exact up to 2^53 and capped at 2^63-1. */
const rankOf = (storage: string | undefined): number => Number(quantityValue(storage));

/** The smallest volume of a bucket of index `free` that no rule rejects; reads no more than it must. */
function smallestFree(ctx: Context, bucket: string, question: MatchQuestion): PersistentVolume | undefined {
  const names = ctx.bucket(PERSISTENT_VOLUMES, 'free', bucket);
  const volumeAt = (i: number): PersistentVolume | undefined => ctx.get(PERSISTENT_VOLUMES, names[i] ?? '');
  let best: PersistentVolume | undefined;
  for (let i = firstOfSize(names.length, rankOf(requestOf(question.claim)), volumeAt); i < names.length; i++) {
    const volume = volumeAt(i);
    if (!volume) continue;
    if (best && rankOf(storageOf(volume)) > rankOf(storageOf(best))) break;
    if (rejectingRule(volume, question) || (best && !isBefore(volume, best))) continue;
    best = volume;
    // Below 2^53 bytes equal ranks are equal sizes, and the first of them by name has been found.
    if (rankOf(storageOf(best)) < Number.MAX_SAFE_INTEGER) break;
  }
  return best;
}

/** Position of the first volume of at least that rank: steps of doubling width from the start, then by halves. */
function firstOfSize(count: number, rank: number, volumeAt: (i: number) => PersistentVolume | undefined): number {
  const isSmaller = (i: number): boolean => {
    const volume = volumeAt(i);
    return volume !== undefined && rankOf(storageOf(volume)) < rank;
  };
  let low = 0;
  let width = 1;
  while (low + width <= count && isSmaller(low + width - 1)) {
    low += width;
    width *= 2;
  }
  let high = Math.min(low + width - 1, count);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isSmaller(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
