import type { Taint, Toleration } from './object.ts';

/** @see staging/src/k8s.io/component-helpers/scheduling/corev1/helpers.go ToleratesTaint */
function toleratesTaint({ key = '', operator = '', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false;
  if (key !== '' && key !== taint.key) return false;
  if (operator === 'Exists') return true;
  return (operator === '' || operator === 'Equal') && value === (taint.value ?? '');
}

/** Whether any toleration covers a taint. */
export const tolerates = (tolerations: readonly Toleration[] | undefined, taint: Taint): boolean =>
  tolerations?.some((toleration) => toleratesTaint(toleration, taint)) ?? false;

/** The first taint that keeps new pods away and that nothing tolerates. @see FindMatchingUntoleratedTaint */
export const untoleratedTaint = (
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
): Taint | undefined =>
  taints?.find(
    (taint) => (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') && !tolerates(tolerations, taint),
  );

/**
 * The tolerations by which taints are borne, the first that fits for each; nothing where one taint is not.
 * @see pkg/apis/core/v1/helper/helpers.go GetMatchingTolerations
 */
export function matchingTolerations(
  taints: readonly Taint[],
  tolerations: readonly Toleration[],
): readonly Toleration[] | undefined {
  const used: Toleration[] = [];
  for (const taint of taints) {
    const found = tolerations.find((toleration) => toleratesTaint(toleration, taint));
    if (!found) return undefined;
    used.push(found);
  }
  return used;
}
