import type { ObjectId, PathDelta, VirtualTime, WriteMessage } from '../../worker/protocol.ts';
import { field } from '../model/ids.ts';
import type { Replica } from '../model/replica.ts';
import { fieldValue, type Json } from './values.ts';

/** One field that a step changed, with both its values as people write them. */
export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** One step that changed an object. */
export interface Change {
  readonly step: number;
  readonly at: VirtualTime;
  readonly process: string;
  readonly verb: WriteMessage['verb'];
  readonly fields: readonly FieldChange[];
}

/** A change of these says only that something else changed. */
const BOOKKEEPING = new Set(['metadata.resourceVersion', 'metadata.generation', 'metadata.managedFields']);

/** A field's place as the API writes it; a key that holds dots or slashes stands in brackets. */
export function fieldPath(path: readonly string[]): string {
  return path.map((key, index) => (/[./]/.test(key) ? `[${key}]` : index === 0 ? key : `.${key}`)).join('');
}

/** Every change of an object in the recording, oldest first; a step that changed bookkeeping alone is none. */
export function historyOf(replica: Replica, id: ObjectId): readonly Change[] {
  return replica.changesOf(id).flatMap((step) => {
    const message = replica.step(step);
    const write = message?.writes.findLast((candidate) => candidate.id === id);
    if (message === undefined || write === undefined) {
      return [{ step, at: replica.timeAt(step), process: '', verb: 'create' as const, fields: [] }];
    }
    const fields = fieldsOf(replica, id, step, write.deltas ?? []);
    if (write.verb === 'update' && fields.length === 0) return [];
    return [{ step, at: message.at, process: message.process, verb: write.verb, fields }];
  });
}

function fieldsOf(replica: Replica, id: ObjectId, step: number, deltas: readonly PathDelta[]): FieldChange[] {
  const before = replica.objectAt(id, step - 1);
  const after = replica.objectAt(id, step);
  return deltas
    .map(({ path }) => ({
      field: fieldPath(path),
      before: fieldValue(field(before, ...path) as Json | undefined),
      after: fieldValue(field(after, ...path) as Json | undefined),
    }))
    .filter((change) => !BOOKKEEPING.has(change.field));
}
