/** Equality and differences of plain data. Parts shared by both sides are recognized by identity and not walked. */

type PlainObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether two pieces of plain data are equal; the order of an object's keys does not count, `undefined` is absent. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    for (let i = 0; i < a.length; i += 1) if (!deepEqual(a[i], b[i])) return false;
    return true;
  }
  return objectsEqual(a as PlainObject, b as PlainObject);
}

function objectsEqual(a: PlainObject, b: PlainObject): boolean {
  let own = 0;
  for (const key in a) {
    if (a[key] === undefined) continue;
    own += 1;
    if (!Object.hasOwn(b, key) || !deepEqual(a[key], b[key])) return false;
  }
  for (const key in b) if (b[key] !== undefined) own -= 1;
  return own === 0;
}

/** Bookkeeping of the server that changes with every write and says nothing. */
const LEFT_OUT: ReadonlySet<string> = new Set(['metadata.resourceVersion', 'metadata.managedFields']);

/**
 * The dotted paths at which two objects differ, sorted: `spec.claimRef`, `metadata.annotations.pv.kubernetes.io/x`.
 *
 * Objects are compared member by member, as deep as both sides have an object; a list that differs is one path, and so
 * is a member that only one side has. `undefined` for a side means that there is no object. The resource version and
 * the managed fields are left out.
 */
export function changedPaths(before: unknown, after: unknown): string[] {
  const paths: string[] = [];
  collect(before, after, '', paths);
  return paths.sort();
}

function collect(before: unknown, after: unknown, path: string, paths: string[]): void {
  if (before === after || LEFT_OUT.has(path)) return;
  const rooted = path === '';
  if ((isObject(before) || (rooted && before === undefined)) && (isObject(after) || (rooted && after === undefined))) {
    const left: PlainObject = before ?? {};
    const right: PlainObject = after ?? {};
    const prefix = rooted ? '' : `${path}.`;
    for (const key in left) {
      collect(left[key], Object.hasOwn(right, key) ? right[key] : undefined, prefix + key, paths);
    }
    for (const key in right) {
      if (!Object.hasOwn(left, key)) collect(undefined, right[key], prefix + key, paths);
    }
    return;
  }
  if (!deepEqual(before, after)) paths.push(path);
}
