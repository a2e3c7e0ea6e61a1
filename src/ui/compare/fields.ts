import type { Json, RecordedObject } from '../../worker/protocol.ts';
import { type FieldPath, membersOf } from '../model/fields.ts';
import { isSame } from '../model/same.ts';

/** A field that has another value in the other run; a side that has none is left out. */
export interface FieldDifference {
  readonly path: FieldPath;
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

/**
 * The fields in which an object ended differently, in the object's order but for its metadata, which comes last. Lists of named items are compared item by item,
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
  const isMetadata = ({ path }: FieldDifference): boolean => path[0] === 'metadata';
  return [...found.filter((field) => !isMetadata(field)), ...found.filter(isMetadata)];
}

interface Context {
  readonly found: FieldDifference[];
  readonly renamed: (text: string) => string;
}

function collect(here: Json | undefined, there: Json | undefined, path: FieldPath, context: Context): void {
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

function isBothTimes(path: FieldPath, here: Json | undefined, there: Json | undefined): boolean {
  return IS_TIME.test(path.at(-1) ?? '') && typeof here === 'string' && typeof there === 'string';
}

function renamedIn(value: Json, renamed: (text: string) => string): Json {
  if (typeof value === 'string') return renamed(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => renamedIn(item, renamed));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, renamedIn(inner, renamed)]));
}
