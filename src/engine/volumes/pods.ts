import type { Pod } from '../api/object.ts';

/**
 * Whether a pod is finished, or on its way out with no container running.
 * @see pkg/volume/util/util.go IsPodTerminated
 */
export function isPodTerminated({ metadata, status }: Pod): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return true;
  const running = (status?.containerStatuses ?? []).some(({ state }) => !state?.terminated && !state?.waiting);
  return metadata.deletionTimestamp !== undefined && !running;
}
