/**
 * JSON patch with the leniency of the library that the API server uses: `replace` of an object's missing member adds
 * it, and list positions may be negative.
 *
 * @see RFC 6902, github.com/evanphx/json-patch v4 Patch.Apply
 */
import { deepEqual } from '../diff.ts';
import { copyOf, isPlain, PatchFault, type Plain, setMember } from './plain.ts';

/** One operation of a JSON patch. */
export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: unknown;
}

/** What the API server says of every operation that cannot be carried out. */
const REJECTED = 'the server rejected our request due to an error in our request';

function rejected(): PatchFault {
  return new PatchFault(REJECTED, 'Invalid');
}

function pointer(path: unknown): string[] {
  if (typeof path !== 'string') throw rejected();
  if (path === '') return [];
  if (!path.startsWith('/')) throw rejected();
  return path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A list position; `size` is one more than the length where an element may be put behind the last. */
function position(part: string, size: number): number {
  if (!/^(?:0|-?[1-9][0-9]*)$/.test(part)) throw rejected();
  const index = Number(part);
  const at = index < 0 ? index + size : index;
  if (at < 0 || at >= size) throw rejected();
  return at;
}

function read(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const part of path) {
    if (Array.isArray(at)) at = at[position(part, at.length)];
    else if (isPlain(at) && Object.hasOwn(at, part)) at = at[part];
    else throw rejected();
  }
  return at;
}

/** The value with the container of the path's last part changed; everything beside the path stays shared. */
function change(
  value: unknown,
  path: readonly string[],
  apply: (container: unknown[] | Record<string, unknown>, last: string) => void,
): unknown {
  const [part, ...rest] = path;
  if (part === undefined) throw rejected();
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    if (rest.length === 0) apply(list, part);
    else {
      const at = position(part, list.length);
      list[at] = change(list[at], rest, apply);
    }
    return list;
  }
  if (!isPlain(value)) throw rejected();
  const object = copyOf(value);
  if (rest.length === 0) apply(object, part);
  else {
    if (!Object.hasOwn(object, part)) throw rejected();
    setMember(object, part, change(object[part], rest, apply));
  }
  return object;
}

function add(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return change(document, path, (container, last) => {
    if (!Array.isArray(container)) setMember(container, last, value);
    else if (last === '-') container.push(value);
    else container.splice(position(last, container.length + 1), 0, value);
  });
}

function remove(document: unknown, path: readonly string[]): unknown {
  return change(document, path, (container, last) => {
    if (Array.isArray(container)) container.splice(position(last, container.length), 1);
    else if (Object.hasOwn(container, last)) delete container[last];
    else throw rejected();
  });
}

function replace(document: unknown, path: readonly string[], value: unknown): unknown {
  if (path.length === 0) return value;
  return change(document, path, (container, last) => {
    if (Array.isArray(container)) container[position(last, container.length)] = value;
    else setMember(container, last, value);
  });
}

function test(document: unknown, path: readonly string[], wanted: unknown): void {
  const last = path.at(-1);
  const container = last === undefined ? undefined : read(document, path.slice(0, -1));
  // A member that is not there equals null.
  const missing = last !== undefined && isPlain(container) && !Object.hasOwn(container, last);
  const value = missing ? null : read(document, path);
  if (!deepEqual(value ?? null, wanted ?? null)) throw rejected();
}

function applyOperation(document: unknown, operation: JsonPatchOperation): unknown {
  const path = pointer(operation.path);
  switch (operation.op) {
    case 'add':
      return add(document, path, operation.value);
    case 'remove':
      return remove(document, path);
    case 'replace':
      return replace(document, path, operation.value);
    case 'move': {
      const from = pointer(operation.from);
      const value = read(document, from);
      return add(remove(document, from), path, value);
    }
    case 'copy':
      return add(document, path, read(document, pointer(operation.from)));
    case 'test':
      test(document, path, operation.value);
      return document;
    default:
      throw rejected();
  }
}

/** The object with all operations applied in order. @throws PatchFault */
export function applyJsonPatch(object: Plain, operations: unknown): unknown {
  if (!Array.isArray(operations)) {
    const type = isPlain(operations) ? 'object' : typeof operations;
    throw new PatchFault(`json: cannot unmarshal ${type} into Go value of type jsonpatch.Patch`);
  }
  let document: unknown = object;
  for (const operation of operations) {
    if (!isPlain(operation)) throw new PatchFault('json: cannot unmarshal into Go value of type jsonpatch.Operation');
    document = applyOperation(document, operation as unknown as JsonPatchOperation);
  }
  return document;
}
