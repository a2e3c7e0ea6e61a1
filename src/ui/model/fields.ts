import type { Json, ObjectId, VirtualTime } from '../../worker/protocol.ts';
import type { Replica } from './replica.ts';
import { isSame } from './same.ts';

/**
 * Where a field stands in an object: keys of maps, and `[name]` for an item of a list, by what tells the items of that list
 * from each other, or else by its place.
 */
export type FieldPath = readonly string[];

/** By these, in this order, the items of a list are told from each other. */
const ITEM_KEYS = ['type', 'name', 'key', 'driver', 'containerPort', 'kind'] as const;

/** A field's place as the API writes it; a key that holds dots or slashes stands in brackets, as the name of a list's item does. */
export function fieldPath(path: FieldPath): string {
  return path
    .map((key, index) => {
      if (/^\[.*\]$/.test(key)) return key;
      if (/[./]/.test(key)) return `[${key}]`;
      return index === 0 ? key : `.${key}`;
    })
    .join('');
}

/** The members of a map by their keys, or of a list whose items have names of their own; undefined for everything else. */
export function membersOf(value: unknown): ReadonlyMap<string, Json> | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const names = namesOf(value);
  return names && new Map(value.map((item, index) => [names[index] ?? '', item as Json]));
}

/** What the items of a list are called, `[name]` each; undefined where nothing tells one from the other. */
function namesOf(items: readonly unknown[]): readonly string[] | undefined {
  if (items.length === 0) return undefined;
  for (const key of ITEM_KEYS) {
    const names = items.map((item) => (isMap(item) ? item[key] : undefined));
    const isNamed = names.every((name) => typeof name === 'string' || typeof name === 'number');
    if (isNamed && new Set(names).size === names.length) return names.map((name) => `[${String(name)}]`);
  }
  return undefined;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the item at a place of a list is called. */
export function itemName(items: readonly unknown[], index: number): string {
  return namesOf(items)?.[index] ?? `[${index}]`;
}

/** The field's value; undefined where any part of the path is missing. */
export function valueAt(value: unknown, path: FieldPath): unknown {
  let here = value;
  for (const key of path) {
    if (Array.isArray(here)) {
      const items: readonly unknown[] = here;
      here = items.find((_, index) => itemName(items, index) === key);
    } else if (isMap(here) && Object.hasOwn(here, key)) {
      here = here[key];
    } else {
      return undefined;
    }
  }
  return here;
}

/** Who made a field what it is. */
export interface FieldOrigin {
  readonly step: number;
  readonly at: VirtualTime;
  /** Id of the component; `load` where the cluster began with the field as it is. */
  readonly process: string;
}

/**
 * The step that made a field what it is after `step`: the last one that set it to another value, or took it away.
 * Undefined where the object never had the field by then.
 */
export function originOf(replica: Replica, id: ObjectId, path: FieldPath, step: number): FieldOrigin | undefined {
  const changes = replica.changesOf(id);
  for (let index = changes.length - 1; index >= 0; index -= 1) {
    const change = changes[index];
    if (change === undefined || change > step) continue;
    const before = index === 0 ? undefined : replica.objectAt(id, change - 1);
    const isSet = !isSame(valueAt(before, path), valueAt(replica.objectAt(id, change), path));
    if (isSet) return { step: change, at: replica.timeAt(change), process: replica.step(change)?.process ?? 'load' };
  }
  return undefined;
}
