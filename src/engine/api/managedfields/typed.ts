/**
 * Objects as trees of owned fields: their fields, how two of them differ, and how one is merged into another.
 * @see sigs.k8s.io/structured-merge-diff typed
 */
import { deepEqual } from '../diff.ts';
import { isPlain, type Plain, setMember } from '../patch/plain.ts';
import { type FieldSet, FieldSetBuilder, field, isEmptySet, keyed, type PathElement, valued } from './fieldset.ts';
import { isAlwaysThere, isDeclared, KEY_DEFAULTS, type Shape, shapeBelow, shapeOfMember } from './shape.ts';

type Path = readonly PathElement[];

/** An element of a list that has none of the list's keys, or a value that cannot be one of a set. */
export interface ElementFault {
  readonly fault: string;
}

/** What tells an element of a list from the others. */
export function elementOf({ keys }: Extract<Shape, { kind: 'list' }>, value: unknown): PathElement | ElementFault {
  if (keys.length === 0) {
    if (isPlain(value)) return { fault: `associative list without keys has an element that's a map type` };
    if (Array.isArray(value)) return { fault: 'not supported: associative list with lists as elements' };
    if (value === null) return { fault: `associative list without keys has an element that's an explicit null` };
    return valued(value);
  }
  if (value === null) return { fault: 'associative list with keys may not have a null element' };
  if (!isPlain(value)) return { fault: 'associative list with keys may not have non-map elements' };
  const pairs: [string, unknown][] = [];
  for (const key of keys) {
    if (Object.hasOwn(value, key)) pairs.push([key, value[key]]);
    else if (Object.hasOwn(KEY_DEFAULTS, key)) pairs.push([key, KEY_DEFAULTS[key]]);
  }
  if (pairs.length > 0) return keyed(pairs);
  const names = `["${keys.join('" "')}"]`;
  return {
    fault: `associative list with keys has an element that omits all key fields ${names} (and doesn't have default values for any key fields)`,
  };
}

/** The elements of a list by what tells them apart, those with the same together, in their order. */
function elementsOf(shape: Extract<Shape, { kind: 'list' }>, list: readonly unknown[]): Map<PathElement, unknown[]> {
  const found = new Map<PathElement, unknown[]>();
  for (const value of list) {
    const element = elementOf(shape, value);
    if (typeof element !== 'string') continue;
    const same = found.get(element);
    if (same) same.push(value);
    else found.set(element, [value]);
  }
  return found;
}

const isNothing = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) ? value.length === 0 : isPlain(value) && Object.keys(value).length === 0);

/** How a value is walked: a shape that needs a map or a list and finds none is a leaf. */
type Walked =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'map'; readonly shape: Shape }
  | { readonly kind: 'list'; readonly shape: Extract<Shape, { kind: 'list' }> };

function walked(shape: Shape, ...values: readonly unknown[]): Walked {
  const given = values.filter((value) => value !== undefined && value !== null);
  if (shape.kind === 'leaf') return { kind: 'leaf' };
  if (shape.kind === 'list') return given.every(Array.isArray) ? { kind: 'list', shape } : { kind: 'leaf' };
  return given.every(isPlain) && (given.length > 0 || shape.kind !== 'deduced')
    ? { kind: 'map', shape }
    : { kind: 'leaf' };
}

/** The fields that an object names. */
export function toFieldSet(value: unknown, shape: Shape): FieldSet {
  const set = new FieldSetBuilder();
  collectFields(value, shape, [], set);
  return set;
}

function collectFields(value: unknown, shape: Shape, path: Path, set: FieldSetBuilder): void {
  const walk = walked(shape, value);
  if (walk.kind === 'leaf') set.insert(path);
  else if (walk.kind === 'list') {
    for (const [element, same] of elementsOf(walk.shape, asList(value))) {
      const own = [...path, element];
      // Elements that cannot be told apart are owned together.
      if (same.length === 1) collectFields(same[0], walk.shape.element, own, set);
      set.insert(own);
    }
  } else {
    for (const [name, member] of Object.entries(asPlain(value))) {
      if (member === undefined) continue;
      const own = [...path, field(name)];
      collectFields(member, shapeBelow(shape, field(name)), own, set);
      if (!isDeclared(shape, name) || member === null || (isPlain(member) && isNothing(member))) set.insert(own);
    }
  }
}

const asList = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const asPlain = (value: unknown): Plain => (isPlain(value) ? value : {});

/** How an object differs from another. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** What leads from one object to the other. */
export function compare(before: unknown, after: unknown, shape: Shape): Comparison {
  const found = { added: new FieldSetBuilder(), modified: new FieldSetBuilder(), removed: new FieldSetBuilder() };
  compareAt(before, after, shape, [], found);
  return found;
}

type Found = Readonly<Record<keyof Comparison, FieldSetBuilder>>;

function compareAt(before: unknown, after: unknown, shape: Shape, path: Path, found: Found): void {
  if (before === after) return;
  const walk = walked(shape, before, after);
  if (walk.kind === 'leaf' || (isNothing(before) && isNothing(after))) {
    if (before === undefined) found.added.insert(path);
    else if (after === undefined) found.removed.insert(path);
    else if (!deepEqual(before, after)) found.modified.insert(path);
    return;
  }
  if (walk.kind === 'list') compareLists(before, after, walk.shape, path, found);
  else compareMaps(before, after, shape, path, found);
  if (before === undefined) found.added.insert(path);
  else if (after === undefined) found.removed.insert(path);
}

function compareMaps(before: unknown, after: unknown, shape: Shape, path: Path, found: Found): void {
  const [left, right] = [asPlain(before), asPlain(after)];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const always = shape.kind === 'struct' && isAlwaysThere(shape.type, name);
    const a = memberOf(left, name, always && before !== undefined, right[name]);
    const b = memberOf(right, name, always && after !== undefined, left[name]);
    if (a === undefined && b === undefined) continue;
    compareAt(a, b, shapeBelow(shape, field(name)), [...path, field(name)], found);
  }
}

/** A member; for one that is always there an empty value of the other side's sort. */
function memberOf(map: Plain, name: string, always: boolean, other: unknown): unknown {
  const value = Object.hasOwn(map, name) ? map[name] : undefined;
  if (value !== undefined || !always) return value;
  return Array.isArray(other) ? [] : {};
}

function compareLists(
  before: unknown,
  after: unknown,
  shape: Extract<Shape, { kind: 'list' }>,
  path: Path,
  found: Found,
): void {
  const left = elementsOf(shape, asList(before));
  const right = elementsOf(shape, asList(after));
  for (const element of new Set([...left.keys(), ...right.keys()])) {
    const [a = [], b = []] = [left.get(element), right.get(element)];
    const own = [...path, element];
    if (a.length <= 1 && b.length <= 1) compareAt(a[0], b[0], shape.element, own, found);
    else if (a.length > 1 && b.length > 1) {
      if (!deepEqual(a, b)) found.modified.insert(own);
    } else if (a.length > 1) {
      if (b.length > 0) compareAt(undefined, b[0], shape.element, own, found);
      found.removed.insert(own);
    } else {
      if (a.length > 0) compareAt(a[0], undefined, shape.element, own, found);
      found.added.insert(own);
    }
  }
}

/** The live object with a configuration merged in. Elements of a list stand as the configuration orders them. */
export function merge(live: unknown, config: unknown, shape: Shape): unknown {
  const walk = walked(shape, live, config);
  if (walk.kind === 'leaf' || (isNothing(live) && isNothing(config))) return config === undefined ? live : config;
  if (walk.kind === 'list') return mergeLists(asList(live), asList(config), walk.shape);
  const [left, right] = [asPlain(live), asPlain(config)];
  const merged: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const value = merge(own(left, name), own(right, name), shapeBelow(shape, field(name)));
    if (value !== undefined) setMember(merged, name, value);
  }
  return merged;
}

const own = (map: Plain, name: string): unknown => (Object.hasOwn(map, name) ? map[name] : undefined);

/** @see sigs.k8s.io/structured-merge-diff typed/merge.go visitListItems */
function mergeLists(
  live: readonly unknown[],
  config: readonly unknown[],
  shape: Extract<Shape, { kind: 'list' }>,
): unknown[] {
  const known = elementsOf(shape, live);
  const wanted = elementsOf(shape, config);
  const left = live.map((value) => elementOf(shape, value)).map((element, at) => nameOf(element, at));
  const right = [...wanted.keys()];
  const shared = right.filter((element) => known.has(element));
  const done = new Set<PathElement>();
  const merged: unknown[] = [];
  let [l, r, s] = [0, 0, 0];
  const take = (element: PathElement): void => {
    const [before, ...doubles] = known.get(element) ?? [];
    merged.push(merge(doubles.length > 0 ? undefined : before, wanted.get(element)?.[0], shape.element));
    done.add(element);
    if (shared[s] === element) s += 1;
    r += 1;
  };
  while (l < left.length || r < right.length) {
    const [mine, theirs] = [left[l], right[r]];
    if (mine !== undefined && mine === theirs) {
      take(mine);
      l += 1;
    } else if (mine !== undefined && !wanted.has(mine)) {
      merged.push(live[l]);
      l += 1;
    } else if (mine !== undefined && (theirs === undefined || (s < shared.length && shared[s] !== mine))) {
      // It comes, or came, where the configuration has it.
      l += 1;
    } else {
      if (mine !== undefined && done.has(mine)) l += 1;
      if (theirs !== undefined) take(theirs);
    }
  }
  return merged;
}

/** An element that cannot be told apart stays where it is. */
const nameOf = (element: PathElement | ElementFault, at: number): PathElement =>
  typeof element === 'string' ? element : `i:${at}`;

/** The object without the fields of a set. What is emptied thereby stays as null, which decodes as nothing. */
export function removeItems(value: unknown, set: FieldSet, shape: Shape): unknown {
  const walk = walked(shape, value);
  if (walk.kind === 'list') return removeElements(asList(value), set, walk.shape);
  if (walk.kind !== 'map') return isScalar(value) ? value : null;
  const kept: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(asPlain(value))) {
    const element = field(name);
    if (set.members.has(element)) continue;
    const below = set.children.get(element);
    const isTouched = below !== undefined && !isEmptySet(below);
    setMember(kept, name, isTouched ? removeItems(member, below, shapeBelow(shape, element)) : member);
  }
  return Object.keys(kept).length === 0 ? null : kept;
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null;

function removeElements(list: readonly unknown[], set: FieldSet, shape: Extract<Shape, { kind: 'list' }>): unknown {
  const kept: unknown[] = [];
  for (const value of list) {
    const element = elementOf(shape, value);
    if (typeof element !== 'string' || !set.members.has(element)) {
      const below = typeof element === 'string' ? set.children.get(element) : undefined;
      kept.push(below && !isEmptySet(below) ? removeItems(value, below, shape.element) : value);
    }
  }
  return kept.length === 0 ? null : kept;
}

/** The set with the structs' fields above its own: of `a.b.c`, `a` and `a.b` where these are fields, not keys of a map. */
export function ensureNamedFieldsAreMembers({ members, children }: FieldSet, shape: Shape): FieldSet {
  const all = new Set(members);
  const below = new Map<PathElement, FieldSet>();
  for (const [element, child] of children) {
    const isField = element.startsWith(field('')) && shape.kind === 'struct';
    if (isField && shapeOfMember(shape, element.slice(field('').length))) all.add(element);
    below.set(element, ensureNamedFieldsAreMembers(child, shapeBelow(shape, element)));
  }
  return { members: all, children: below };
}
