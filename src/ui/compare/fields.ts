import type { Json, RecordedObject } from '../../worker/protocol.ts';
import { isSame } from '../model/same.ts';

/** A field that has another value in the other run; a side that has none is left out. */
export interface FieldDifference {
  readonly path: readonly string[];
  readonly here?: Json;
  readonly there?: Json;
}

/** Bookkeeping of the API server, and what only repeats other fields. */
const LEFT_OUT = new Set([
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.managedFields',
  'metadata.annotations.kubectl.kubernetes.io/last-applied-configuration',
]);

/** Fields that hold when something happened: that they differ says no more than that the runs differ. */
const IS_TIME = /(Time|Timestamp|startedAt|finishedAt)$/;

/** By these, in this order, the items of a list are told from each other. */
const ITEM_KEYS = ['type', 'name', 'key', 'driver', 'containerPort', 'kind'] as const;

/**
 * The fields in which an object ended differently, in the object's order. Lists of named items are compared item by item,
 * `[name]` in the path; other lists as a whole. `renamed` puts this run's generated names into texts of the other.
 */
export function fieldDifferences(
  here: RecordedObject,
  there: RecordedObject,
  renamed: (text: string) => string,
): readonly FieldDifference[] {
  const found: FieldDifference[] = [];
  const name = there.metadata.name;
  collect(here as Json, { ...there, metadata: { ...there.metadata, name: here.metadata.name } } as Json, [], {
    found,
    renamed: (text) => (text === name ? here.metadata.name : renamed(text)),
  });
  return found;
}

interface Context {
  readonly found: FieldDifference[];
  readonly renamed: (text: string) => string;
}

function collect(here: Json | undefined, there: Json | undefined, path: readonly string[], context: Context): void {
  if (here === there || LEFT_OUT.has(path.join('.'))) return;
  const own = membersOf(here);
  const other = membersOf(there);
  if (own !== undefined && other !== undefined) {
    for (const key of new Set([...own.keys(), ...other.keys()]))
      collect(own.get(key), other.get(key), [...path, key], context);
    return;
  }
  const compared = there === undefined ? undefined : renamedIn(there, context.renamed);
  if (isSame(here, compared) || isBothTimes(path, here, there)) return;
  context.found.push({
    path,
    ...(here !== undefined && { here }),
    ...(compared !== undefined && { there: compared }),
  });
}

/** The members of a map, or of a list whose items have names of their own. */
function membersOf(value: Json | undefined): ReadonlyMap<string, Json> | undefined {
  if (value === null || value === undefined || typeof value !== 'object') return undefined;
  if (!Array.isArray(value)) return new Map(Object.entries(value));
  const items = value as readonly Json[];
  for (const key of ITEM_KEYS) {
    const names = items.map((item) => (isMap(item) ? item[key] : undefined));
    const isNamed = names.every((name) => typeof name === 'string' || typeof name === 'number');
    if (items.length > 0 && isNamed && new Set(names).size === names.length) {
      return new Map(items.map((item, index) => [`[${String(names[index])}]`, item]));
    }
  }
  return undefined;
}

function isMap(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBothTimes(path: readonly string[], here: Json | undefined, there: Json | undefined): boolean {
  return IS_TIME.test(path.at(-1) ?? '') && typeof here === 'string' && typeof there === 'string';
}

function renamedIn(value: Json, renamed: (text: string) => string): Json {
  if (typeof value === 'string') return renamed(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renamedIn(item, renamed));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamedIn(inner, renamed)]));
}
