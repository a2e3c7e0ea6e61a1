import { hashText } from '../../sim/hash.ts';
import { drawBits } from '../../sim/random.ts';
import type { VirtualTime } from '../../sim/types.ts';
import type { Operation } from './state.ts';

/** An operation gives up after this long. @see pkg/volume/csi/csi_plugin.go csiTimeout */
export const TIMEOUT = 120_000;

const INITIAL_BACKOFF = 500;
const MAX_BACKOFF = 7000;
const FACTOR = 1.05;
const JITTER = 0.1;

/**
 * When an operation looks at its VolumeAttachment next, from `now` on: first after 500 ms, then at intervals that grow by a
 * twentieth up to 7 s, each up to a tenth longer. Looks at which nothing has changed need not be run.
 * @see pkg/volume/csi/csi_attacher.go waitForVolumeAttachDetachStatusWithLister
 */
export function pollAfter(
  { startedAt, attachment }: Pick<Operation, 'startedAt' | 'attachment'>,
  now: VirtualTime,
): VirtualTime {
  const [seed] = hashText(attachment);
  let at = startedAt;
  let backoff = INITIAL_BACKOFF;
  for (let look = 0; at < now || look === 0; look++) {
    at += Math.round(backoff * (1 + (JITTER * drawBits(seed, startedAt, look)) / 2 ** 32));
    backoff = Math.min(backoff * FACTOR, MAX_BACKOFF);
  }
  return at;
}
