/**
 * Who owns which fields after an update or an apply, and what an apply removes.
 * @see sigs.k8s.io/structured-merge-diff merge/update.go, staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal
 */
import {
  difference,
  EMPTY_SET,
  type FieldSet,
  field,
  intersection,
  isEmptySet,
  type PathElement,
  pathsOf,
  setOf,
  union,
  without,
} from './fieldset.ts';
import type { Shape } from './shape.ts';
import { compare, ensureNamedFieldsAreMembers, merge, removeItems, toFieldSet } from './typed.ts';

/** Somebody who owns fields, and these. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource?: string;
  readonly time?: string;
  readonly fields: FieldSet;
}

/** The owners of an object's fields, each once. */
export type Owners = readonly Owner[];

/** Who writes, when, and through which subresource. */
export type Writer = Omit<Owner, 'fields' | 'operation'>;

/** How objects of a kind are merged, and the fields that a request of this sort never writes. */
export interface MergeRules {
  readonly shape: Shape;
  readonly ignored: FieldSet;
}

/** A field that somebody else owns and an apply would change. */
export interface Conflict {
  readonly owner: Owner;
  readonly path: readonly PathElement[];
}

/** What nobody owns. @see internal/stripmeta.go */
const STRIPPED = setOf(
  ...['apiVersion', 'kind', 'metadata'].map((name) => [field(name)]),
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => [field('metadata'), field(name)]),
);

/** More owners by updates than these are joined into one. @see internal/fieldmanager.go DefaultMaxUpdateManagers */
const MAX_UPDATERS = 10;
const ANCIENT = 'ancient-changes';

export const isSameOwner = (a: Omit<Owner, 'fields'>, b: Omit<Owner, 'fields'>): boolean =>
  a.manager === b.manager &&
  a.operation === b.operation &&
  (a.subresource ?? '') === (b.subresource ?? '') &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

const withFields = (owner: Owner, fields: FieldSet): Owner => ({ ...owner, fields });
const isOwner = ({ fields }: Owner): boolean => !isEmptySet(fields);

/** Owners after a create (`before` is `{}`), update or patch: who writes a field owns it alone. */
export function updateOwners(
  owners: Owners,
  before: unknown,
  after: unknown,
  writer: Writer,
  rules: MergeRules,
): Owners {
  const { added, modified, removed } = compare(before, after, rules.shape);
  const written = without(union(modified, added), rules.ignored);
  const gone = without(removed, rules.ignored);
  const others = owners.map((owner) => withFields(owner, difference(difference(owner.fields, written), gone)));
  const fields = difference(written, STRIPPED);
  if (isEmptySet(fields)) return others.filter(isOwner);
  const self: Owner = { ...writer, operation: 'Update', fields };
  const known = others.find((owner) => isSameOwner(owner, self));
  const joined = known ? withFields(self, union(known.fields, fields)) : self;
  return capUpdaters([...others.filter((owner) => owner !== known && isOwner(owner)), joined]);
}

const timeOf = ({ time = '' }: Owner): string => time;
const byTime = (a: Owner, b: Owner): number =>
  timeOf(a) === timeOf(b) ? (a.manager < b.manager ? -1 : 1) : timeOf(a) < timeOf(b) ? -1 : 1;

/** @see internal/capmanagers.go */
function capUpdaters(owners: Owners): Owners {
  const updaters = owners.filter(({ operation }) => operation === 'Update').sort(byTime);
  const excess = updaters.length - MAX_UPDATERS;
  if (excess <= 0) return owners;
  const old = updaters.slice(0, excess + 1);
  const [first] = old;
  const last = old.at(-1);
  if (!first || !last) return owners;
  const bucket: Owner = {
    manager: ANCIENT,
    operation: 'Update',
    apiVersion: first.apiVersion,
    ...(last.time !== undefined && { time: last.time }),
    fields: old.reduce((fields, owner) => union(fields, owner.fields), EMPTY_SET),
  };
  return [...owners.filter((owner) => !old.includes(owner)), bucket];
}

/** What an apply makes of an object: the object and its owners, or the fields that others own. */
export type Applied =
  | { readonly object: unknown; readonly owners: Owners }
  | { readonly conflicts: readonly Conflict[] };

/**
 * Merges a configuration into the live object: what it names is the applier's, what it named before and does not any more
 * goes where nobody else owns it. With `force` fields are taken from others.
 */
export function applyConfiguration(
  owners: Owners,
  live: unknown,
  config: unknown,
  writer: Writer,
  rules: MergeRules,
  force: boolean,
): Applied {
  const { shape, ignored } = rules;
  const fields = without(toFieldSet(config, shape), ignored);
  const self: Owner = { ...writer, operation: 'Apply', fields };
  const last = owners.find((owner) => isSameOwner(owner, self));
  const others = owners.filter((owner) => owner !== last);
  const object = prune(merge(live, config, shape), [...others, self], last, shape);
  const { added, modified, removed } = compare(live, object, shape);
  const written = without(union(modified, added), ignored);
  const conflicts = others.flatMap((owner) =>
    pathsOf(intersection(owner.fields, written)).map((path) => ({ owner, path })),
  );
  if (conflicts.length > 0 && !force) return { conflicts };
  const gone = without(removed, ignored);
  const left = others.map((owner) => withFields(owner, difference(difference(owner.fields, written), gone)));
  const mine = withFields(self, difference(fields, STRIPPED));
  return { object, owners: [...left, mine].filter(isOwner) };
}

/** Removes what the applier named last time and names no more, where no other owner has it. */
function prune(merged: unknown, owners: Owners, last: Owner | undefined, shape: Shape): unknown {
  if (!last || isEmptySet(last.fields)) return merged;
  const named = (set: FieldSet): FieldSet => ensureNamedFieldsAreMembers(set, shape);
  const lastNamed = named(last.fields);
  const all = named(toFieldSet(merged, shape));
  const pruned = named(toFieldSet(removeItems(merged, lastNamed, shape), shape));
  const owned = named(owners.reduce((fields, owner) => union(fields, owner.fields), EMPTY_SET));
  const withOwned = removeItems(merged, difference(all, union(pruned, owned)), shape);
  const dangling = difference(all, named(toFieldSet(withOwned, shape)));
  return removeItems(merged, intersection(dangling, lastNamed), shape);
}

/**
 * The fields that client-side apply noted and that still are as it left them: kubectl may take them over without a word.
 * @see internal/lastappliedmanager.go allowedConflictsFromLastApplied
 */
export function fieldsAsLastApplied(lastApplied: unknown, live: unknown, shape: Shape): FieldSet {
  const { added, modified, removed } = compare(lastApplied, live, shape);
  return difference(difference(difference(toFieldSet(lastApplied, shape), modified), added), removed);
}
