import type { ObjectId, VirtualTime, WriteMessage } from '../../worker/protocol.ts';
import { fieldPath } from '../model/fields.ts';
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

/** A step that writes an object more than once is told by the first of these that it did. */
const VERBS: readonly WriteMessage['verb'][] = ['gone', 'delete', 'create', 'update'];

/** Every change of an object in the recording, oldest first; a step that changed bookkeeping alone is none. */
export function historyOf(replica: Replica, id: ObjectId): readonly Change[] {
  return replica.changesOf(id).flatMap((step) => {
    const message = replica.step(step);
    const writes = message?.writes.filter((write) => write.id === id) ?? [];
    // What the cluster begins with was made by nobody in the recording.
    const verb = VERBS.find((candidate) => writes.some((write) => write.verb === candidate)) ?? 'create';
    const fields = verb === 'create' ? [] : fieldsOf(replica, id, step, writes);
    if (verb === 'update' && fields.length === 0) return [];
    return [{ step, at: replica.timeAt(step), process: message?.process ?? '', verb, fields }];
  });
}

function fieldsOf(replica: Replica, id: ObjectId, step: number, writes: readonly WriteMessage[]): FieldChange[] {
  const before = replica.objectAt(id, step - 1);
  const after = replica.objectAt(id, step);
  const paths = writes.flatMap(({ deltas }) => (deltas ?? []).map(({ path }) => path));
  const changes = paths.map((path) => ({
    field: fieldPath(path),
    before: fieldValue(field(before, ...path) as Json | undefined),
    after: fieldValue(field(after, ...path) as Json | undefined),
  }));
  return changes.filter(
    (change, index) =>
      !BOOKKEEPING.has(change.field) && changes.findIndex((other) => other.field === change.field) === index,
  );
}
