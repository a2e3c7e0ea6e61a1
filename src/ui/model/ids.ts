import type { ObjectId, RecordedObject } from '../../worker/protocol.ts';

/** The parts of an `ObjectId`. A name may hold slashes (`kubernetes.io/nfs^host:/path`), a kind and a namespace never do. */
export interface IdParts {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function objectId(kind: string, namespace: string, name: string): ObjectId {
  return `${kind}/${namespace}/${name}`;
}

export function parseId(id: ObjectId): IdParts {
  const first = id.indexOf('/');
  const second = id.indexOf('/', first + 1);
  if (first < 0) return { kind: id, namespace: '', name: '' };
  if (second < 0) return { kind: id.slice(0, first), namespace: '', name: id.slice(first + 1) };
  return { kind: id.slice(0, first), namespace: id.slice(first + 1, second), name: id.slice(second + 1) };
}

/** Decisions and Events name cluster-scoped objects `Kind/name`; the recording's ids are `Kind//name`. */
export function normalId(id: string): ObjectId {
  const { kind, namespace, name } = parseId(id);
  return objectId(kind, namespace, name);
}

/** Reads a field of an object as the recording holds it; undefined where any part of the path is missing. */
export function field(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const part of path) {
    if (here === null || typeof here !== 'object') return undefined;
    here = (here as Readonly<Record<string, unknown>>)[part];
  }
  return here;
}

/** The field as text; the empty string where it is missing or no string. */
export function text(value: unknown, ...path: readonly (string | number)[]): string {
  const found = field(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The field as a number; 0 where it is missing. */
export function count(value: unknown, ...path: readonly (string | number)[]): number {
  const found = field(value, ...path);
  return typeof found === 'number' ? found : 0;
}

/** The field as a list; empty where it is missing. */
export function list(value: unknown, ...path: readonly (string | number)[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function isDeleting(object: RecordedObject): boolean {
  return object.metadata.deletionTimestamp !== undefined;
}

/** The owner that manages the object, if any. */
export function controllerOf(
  object: RecordedObject,
): { readonly kind: string; readonly name: string; readonly uid: string } | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}
