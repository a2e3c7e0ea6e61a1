import type { ObjectId } from '../../worker/protocol.ts';
import type { Condition } from '../model/breakpoints.ts';
import { normalId, parseId, text } from '../model/ids.ts';
import type { Replica } from '../model/replica.ts';
import { CALLS } from '../model/timeline.ts';

/** What stands in the fields, of every type at once: another type keeps what the one before had. */
export interface Form {
  readonly type: Condition['type'];
  readonly id: string;
  readonly field: string;
  readonly reason: string;
  readonly on: string;
  readonly method: string;
  readonly driver: string;
  readonly when: 'begins' | 'fails';
  readonly process: string;
}

export const EMPTY_FORM: Form = {
  type: 'object',
  id: '',
  field: '',
  reason: '',
  on: '',
  method: '',
  driver: '',
  when: 'begins',
  process: '',
};

export function formOf(condition: Condition): Form {
  return { ...EMPTY_FORM, ...condition };
}

/** The breakpoint that the fields describe; undefined while one that it needs is empty, or names no object. */
export function conditionOf(form: Form): Condition | undefined {
  const { type, when } = form;
  const [field, reason, method, driver, process] = [
    form.field,
    form.reason,
    form.method,
    form.driver,
    form.process,
  ].map((value) => value.trim());
  const id = idOf(form.id);
  const on = idOf(form.on);
  switch (type) {
    case 'object':
      return id === undefined ? undefined : { type, id };
    case 'field':
      return id && field ? { type, id, field } : undefined;
    case 'event':
      if (!reason || (form.on.trim() !== '' && on === undefined)) return undefined;
      return { type, reason, ...(on !== undefined && { on }) };
    case 'call':
      return method ? { type, method, when, ...(driver && { driver }) } : undefined;
    case 'component':
      return process ? { type, process } : undefined;
  }
}

function idOf(typed: string): ObjectId | undefined {
  const { kind, name } = parseId(typed.trim());
  return kind === '' || name === '' ? undefined : normalId(typed.trim());
}

/** What the fields offer: all that the recording has of it. */
export interface Offers {
  readonly ids: readonly string[];
  /** Fields that ever change of the object that is named. */
  readonly fields: readonly string[];
  readonly reasons: readonly string[];
  readonly methods: readonly string[];
  readonly drivers: readonly string[];
  readonly processes: readonly string[];
}

const NO_OBJECTS = new Set(['Event', 'Lease', 'Mount']);

export function offersOf(replica: Replica, id: string): Offers {
  const union = replica.union();
  const processes = new Set<string>();
  const fields = new Set<string>();
  for (let n = 1; n <= replica.steps; n += 1) {
    const step = replica.step(n);
    if (step === undefined) continue;
    if (step.operation === undefined && step.process !== CALLS) processes.add(step.process);
    for (const write of step.writes) if (write.id === id) for (const field of write.changed) fields.add(field);
  }
  const events = union.filter(({ kind }) => kind === 'Event').map((event) => replica.lastValue(event.id));
  return {
    ids: union.filter(({ kind }) => !NO_OBJECTS.has(kind)).map((entry) => entry.id),
    fields: [...fields].filter((field) => !field.startsWith('metadata.deletion')).sort(),
    reasons: sorted(events.map((event) => text(event, 'reason'))),
    methods: sorted(replica.calls.map(({ began }) => began.method)),
    drivers: sorted(replica.calls.map(({ began }) => began.driver)),
    processes: [...processes].sort(),
  };
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '').sort();
}
