/**
 * Sets of fields of an object: who owns what is kept, compared and printed with them.
 * @see sigs.k8s.io/structured-merge-diff fieldpath
 */
import { isPlain, type Plain } from '../patch/plain.ts';

/**
 * One step of a path as `fieldsV1` writes it: `f:spec` a field, `k:{"name":"data"}` the list element with these keys,
 * `v:"ReadWriteOnce"` the element of a set.
 */
export type PathElement = string;

/** Fields that are in the set themselves, and those that have something of the set below them. */
export interface FieldSet {
  readonly members: ReadonlySet<PathElement>;
  readonly children: ReadonlyMap<PathElement, FieldSet>;
}

export const EMPTY_SET: FieldSet = { members: new Set(), children: new Map() };

export const field = (name: string): PathElement => `f:${name}`;

/** The element with these values of its keys; the keys come sorted. */
export const keyed = (keys: readonly (readonly [name: string, value: unknown])[]): PathElement =>
  `k:{${keys.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;

export const valued = (value: unknown): PathElement => `v:${JSON.stringify(value)}`;

/** A set that is being filled, path by path. */
export class FieldSetBuilder implements FieldSet {
  readonly members = new Set<PathElement>();
  readonly children = new Map<PathElement, FieldSetBuilder>();

  /** Adds a field, not those above it. The empty path is the object itself, which nobody owns. */
  insert(path: readonly PathElement[]): void {
    let at: FieldSetBuilder = this;
    for (const [depth, element] of path.entries()) {
      if (depth === path.length - 1) at.members.add(element);
      else at = at.#descend(element);
    }
  }

  #descend(element: PathElement): FieldSetBuilder {
    let child = this.children.get(element);
    if (!child) {
      child = new FieldSetBuilder();
      this.children.set(element, child);
    }
    return child;
  }
}

export const setOf = (...paths: readonly (readonly PathElement[])[]): FieldSet => {
  const set = new FieldSetBuilder();
  for (const path of paths) set.insert(path);
  return set;
};

export const isEmptySet = ({ members, children }: FieldSet): boolean =>
  members.size === 0 && [...children.values()].every(isEmptySet);

export function hasPath(set: FieldSet, path: readonly PathElement[]): boolean {
  const [first, ...rest] = path;
  if (first === undefined) return false;
  if (rest.length === 0) return set.members.has(first);
  const child = set.children.get(first);
  return child !== undefined && hasPath(child, rest);
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  const children = new Map(a.children);
  for (const [element, child] of b.children) {
    const other = children.get(element);
    children.set(element, other ? union(other, child) : child);
  }
  return { members: new Set([...a.members, ...b.members]), children };
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  return {
    members: new Set([...a.members].filter((element) => b.members.has(element))),
    children: mapChildren(a, (child, element) => {
      const other = b.children.get(element);
      return other && intersection(child, other);
    }),
  };
}

/** The fields of `a` that are not in `b`: a field stays though one above it is in `b`. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  return {
    members: new Set([...a.members].filter((element) => !b.members.has(element))),
    children: mapChildren(a, (child, element) => {
      const other = b.children.get(element);
      return other ? difference(child, other) : child;
    }),
  };
}

/** The fields of `a` without those of `b` and all that lies below them. */
export function without(a: FieldSet, b: FieldSet): FieldSet {
  return {
    members: new Set([...a.members].filter((element) => !b.members.has(element))),
    children: mapChildren(a, (child, element) => {
      if (b.members.has(element)) return undefined;
      const other = b.children.get(element);
      return other ? without(child, other) : child;
    }),
  };
}

function mapChildren(
  { children }: FieldSet,
  change: (child: FieldSet, element: PathElement) => FieldSet | undefined,
): Map<PathElement, FieldSet> {
  const kept = new Map<PathElement, FieldSet>();
  for (const [element, child] of children) {
    const changed = change(child, element);
    if (changed && !isEmptySet(changed)) kept.set(element, changed);
  }
  return kept;
}

export const isSameSet = (a: FieldSet, b: FieldSet): boolean =>
  isEmptySet(difference(a, b)) && isEmptySet(difference(b, a));

/** All paths of a set, in the order in which conflicts are named: the fields of a level before what lies below them. */
export function pathsOf(set: FieldSet, above: readonly PathElement[] = []): (readonly PathElement[])[] {
  const own = [...set.members].sort(compareElements).map((element) => [...above, element]);
  const below = [...set.children].sort(([a], [b]) => compareElements(a, b));
  return [...own, ...below.flatMap(([element, child]) => pathsOf(child, [...above, element]))];
}

/** `.spec.containers[name="web"].image`, as conflicts and errors write a path. */
export const printPath = (path: readonly PathElement[]): string => path.map(printElement).join('');

export function printElement(element: PathElement): string {
  const text = element.slice(2);
  if (element.startsWith('f:')) return `.${text}`;
  if (element.startsWith('v:')) return `[=${text}]`;
  if (element.startsWith('i:')) return `[${text}]`;
  const keys = Object.entries(JSON.parse(text) as Plain);
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`;
}

const RANKS = 'fkvi';

/** @see sigs.k8s.io/structured-merge-diff fieldpath PathElement.Compare */
function compareElements(a: PathElement, b: PathElement): number {
  const rank = RANKS.indexOf(a.charAt(0)) - RANKS.indexOf(b.charAt(0));
  if (rank !== 0 || a === b) return rank;
  if (a.startsWith('f:')) return a < b ? -1 : 1;
  return compareValues(JSON.parse(a.slice(2)), JSON.parse(b.slice(2)));
}

function compareValues(a: unknown, b: unknown): number {
  if (isPlain(a) && isPlain(b)) {
    const [left, right] = [Object.entries(a), Object.entries(b)];
    for (const [at, [name, value]] of left.entries()) {
      const [other, otherValue] = right[at] ?? [];
      if (other === undefined || name > other) return 1;
      const order = name < other ? -1 : compareValues(value, otherValue);
      if (order !== 0) return order;
    }
    return left.length - right.length;
  }
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A set as an object says it in `fieldsV1`. */
export function toFieldsV1(set: FieldSet): Plain {
  const elements = [...new Set([...set.members, ...set.children.keys()])].sort(compareElements);
  return Object.fromEntries(
    elements.map((element) => {
      const child = set.children.get(element);
      const below = child && !isEmptySet(child) ? toFieldsV1(child) : {};
      const isBoth = set.members.has(element) && Object.keys(below).length > 0;
      return [element, isBoth ? { '.': {}, ...below } : below];
    }),
  );
}

/** Reads `fieldsV1`; what is no path element is left out. */
export function fromFieldsV1(fields: unknown): FieldSet {
  const set = new FieldSetBuilder();
  if (isPlain(fields)) read(fields, [], set);
  return set;
}

function read(fields: Plain, above: readonly PathElement[], set: FieldSetBuilder): void {
  for (const [element, below] of Object.entries(fields)) {
    if (!isElement(element) || !isPlain(below)) continue;
    const path = [...above, element];
    const names = Object.keys(below);
    if (names.length === 0 || names.includes('.')) set.insert(path);
    read(below, path, set);
  }
}

function isElement(text: string): boolean {
  if (text.startsWith('f:')) return true;
  if (!/^[kvi]:/.test(text)) return false;
  try {
    const value: unknown = JSON.parse(text.slice(2));
    return !text.startsWith('k:') || isPlain(value);
  } catch {
    return false;
  }
}
