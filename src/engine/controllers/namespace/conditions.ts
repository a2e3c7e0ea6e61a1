import type { Condition } from '../../api/object.ts';

/** What was found left over in a namespace, by kind and by finalizer. */
export interface ContentTotals {
  /** `persistentvolumeclaims.` or `deployments.apps`, as upstream joins resource and group. */
  readonly byResource: Readonly<Record<string, number>>;
  readonly byFinalizer: Readonly<Record<string, number>>;
}

/** The conditions of a namespace that goes and what each says while all is well, in upstream's order. */
const FINE = [
  ['NamespaceDeletionDiscoveryFailure', 'ResourcesDiscovered', 'All resources successfully discovered'],
  ['NamespaceDeletionGroupVersionParsingFailure', 'ParsedGroupVersions', 'All legacy kube types successfully parsed'],
  [
    'NamespaceDeletionContentFailure',
    'ContentDeleted',
    'All content successfully deleted, may be waiting on finalization',
  ],
  ['NamespaceContentRemaining', 'ContentRemoved', 'All content successfully removed'],
  ['NamespaceFinalizersRemaining', 'ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
] as const;

interface Trouble {
  readonly reason: string;
  readonly message: string;
}

const listed = (counts: Readonly<Record<string, number>>, text: (name: string, count: number) => string): string =>
  Object.entries(counts)
    .map(([name, count]) => text(name, count))
    .sort()
    .join(', ');

/** @see ProcessContentTotals, makeDeleteContentCondition */
function troubles(errors: readonly string[], totals: ContentTotals | undefined): Readonly<Record<string, Trouble>> {
  const found: Record<string, Trouble> = {};
  if (errors.length > 0) {
    found['NamespaceDeletionContentFailure'] = {
      reason: 'ContentDeletionFailed',
      message: `Failed to delete all resource types, ${errors.length} remaining: ${[...errors].sort().join(', ')}`,
    };
  }
  if (totals && Object.keys(totals.byResource).length > 0) {
    const text = listed(totals.byResource, (name, count) => `${name} has ${count} resource instances`);
    found['NamespaceContentRemaining'] = {
      reason: 'SomeResourcesRemain',
      message: `Some resources are remaining: ${text}`,
    };
  }
  if (totals && Object.keys(totals.byFinalizer).length > 0) {
    const text = listed(totals.byFinalizer, (name, count) => `${name} in ${count} resource instances`);
    found['NamespaceFinalizersRemaining'] = {
      reason: 'SomeFinalizersRemain',
      message: `Some content in the namespace has finalizers remaining: ${text}`,
    };
  }
  return found;
}

/**
 * The conditions after a round of deleting; the same list where nothing changed.
 * @see pkg/controller/namespace/deletion/status_condition_utils.go updateConditions
 */
export function updateConditions(
  conditions: readonly Condition[],
  errors: readonly string[],
  totals: ContentTotals | undefined,
  now: string,
): readonly Condition[] {
  const found = troubles(errors, totals);
  let next = conditions;
  for (const [type, okReason, okMessage] of FINE) {
    const trouble = found[type];
    const status = trouble ? 'True' : 'False';
    const { reason, message } = trouble ?? { reason: okReason, message: okMessage };
    const old = next.find((condition) => condition.type === type);
    if (old && old.status === status && old.reason === reason && old.message === message) continue;
    const lastTransitionTime = old && old.status === status ? old.lastTransitionTime : now;
    const condition: Condition = { type, status, ...(lastTransitionTime && { lastTransitionTime }), reason, message };
    next = old ? next.map((one) => (one === old ? condition : one)) : [...next, condition];
  }
  return next;
}
