import type { ObjectId } from '../../worker/protocol.ts';
import { isDeleting, text } from '../model/ids.ts';
import type { Moment } from '../model/moment.ts';

/** Whether a claim waits here, and for good: one that binds later in the recording needs no help. */
export function isWaiting(moment: Moment, id: ObjectId): boolean {
  const claim = moment.at(id);
  if (claim === undefined || isDeleting(claim) || text(claim, 'status', 'phase') !== 'Pending') return false;
  const { replica, step } = moment;
  return replica
    .changesOf(id)
    .every((change) => change <= step || text(replica.objectAt(id, change), 'status', 'phase') !== 'Bound');
}
