/**
 * The strategic merge patch that leads from one object to another.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go diffMaps
 */
import { deepEqual } from '../diff.ts';
import type { TypeNode } from '../schema/types.ts';
import {
  DELETE_FROM_PRIMITIVE_LIST,
  DIRECTIVE,
  deduplicateScalars,
  elementType,
  type FieldPatch,
  lookupField,
  mergeValue,
  normalizeSliceOrder,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
} from './lists.ts';
import { goValue, isPlain, jsonType, PatchFault, type Plain, setMember } from './plain.ts';

export interface DiffOptions {
  /** Note the order of merged lists. */
  readonly setElementOrder?: boolean;
  /** Only deletions are wanted. */
  readonly ignoreChangesAndAdditions?: boolean;
  /** Only changes and additions are wanted. */
  readonly ignoreDeletions?: boolean;
  /** Note which members are kept (set on the way down, by a field's strategy). */
  readonly buildRetainKeys?: boolean;
}

/** What turns `original` into `modified`, for objects of a type. @throws PatchFault */
export function diffMaps(
  original: Plain,
  modified: Plain,
  type: TypeNode | undefined,
  options: DiffOptions,
): Record<string, unknown> {
  const patch: Record<string, unknown> = {};
  const retained: string[] = [];
  for (const key of Object.keys(modified)) {
    const value = modified[key];
    if (value === undefined) continue;
    if (options.buildRetainKeys === true && value !== null) retained.push(key);
    if (!Object.hasOwn(original, key) || original[key] === undefined) {
      if (options.ignoreChangesAndAdditions !== true) setMember(patch, key, value);
      continue;
    }
    diffMember(key, original[key], value, patch, type, options);
  }
  if (options.ignoreDeletions !== true) {
    for (const key of Object.keys(original)) {
      if (original[key] !== undefined && modified[key] === undefined) setMember(patch, key, null);
    }
  }
  if (retained.length > 0 && (Object.keys(patch).length > 0 || hasAdditionalNewField(original, modified))) {
    patch[RETAIN_KEYS] = retained.sort();
  }
  return patch;
}

/** @see hasAdditionalNewField */
function hasAdditionalNewField(original: Plain, modified: Plain): boolean {
  return Object.keys(original).some((key) => (original[key] ?? null) !== null && modified[key] === undefined);
}

function diffMember(
  key: string,
  original: unknown,
  modified: unknown,
  patch: Record<string, unknown>,
  type: TypeNode | undefined,
  options: DiffOptions,
): void {
  const wanted = options.ignoreChangesAndAdditions !== true;
  if (jsonType(original) !== jsonType(modified)) {
    if (wanted) setMember(patch, key, modified);
  } else if (isPlain(original) && isPlain(modified)) {
    if (deepEqual(original, modified) && !isReplaced(type, key)) return;
    diffMap(key, original, modified, patch, lookupField(type, key, false), options);
  } else if (Array.isArray(original) && Array.isArray(modified)) {
    if (deepEqual(original, modified)) return;
    const field = lookupField(type, key, true);
    if (field.strategy !== 'merge') {
      if (wanted) setMember(patch, key, modified);
      return;
    }
    const list = diffLists(original, modified, field, { ...options, buildRetainKeys: field.retainKeys });
    if (list.patch.length > 0) setMember(patch, key, list.patch);
    if (list.deletions.length > 0) patch[`${DELETE_FROM_PRIMITIVE_LIST}/${key}`] = list.deletions;
    if (list.order.length > 0) patch[`${SET_ELEMENT_ORDER}/${key}`] = list.order;
  } else if (wanted && !deepEqual(original, modified)) setMember(patch, key, modified);
}

/** A field that is replaced as a whole appears in the patch even where nothing changed; all others need not be walked. */
function isReplaced(type: TypeNode | undefined, key: string): boolean {
  return type?.kind === 'struct' && type.fields.get(key)?.strategies.includes('replace') === true;
}

/** @see handleMapDiff */
function diffMap(
  key: string,
  original: Plain,
  modified: Plain,
  patch: Record<string, unknown>,
  field: FieldPatch,
  options: DiffOptions,
): void {
  if (field.strategy === 'replace') {
    if (options.ignoreChangesAndAdditions !== true) setMember(patch, key, modified);
    return;
  }
  const nested = diffMaps(original, modified, field.type, { ...options, buildRetainKeys: field.retainKeys });
  if (Object.keys(nested).length > 0) setMember(patch, key, nested);
}

interface ListDiff {
  readonly patch: readonly unknown[];
  readonly deletions: readonly unknown[];
  readonly order: readonly unknown[];
}

const NO_LIST_DIFF: ListDiff = { patch: [], deletions: [], order: [] };

/** @see diffLists */
function diffLists(
  original: readonly unknown[],
  modified: readonly unknown[],
  field: FieldPatch,
  options: DiffOptions,
): ListDiff {
  const additions = options.ignoreChangesAndAdditions !== true;
  const removals = options.ignoreDeletions !== true;
  if (original.length === 0) return additions ? { ...NO_LIST_DIFF, patch: modified } : NO_LIST_DIFF;
  if (elementType(original, modified) === 'map') {
    const diff = diffListsOfMaps(original, modified, field, options);
    const patch = [...normalizeSliceOrder(diff.patch, modified, field.mergeKey), ...diff.deletions];
    const ordered =
      options.setElementOrder === true &&
      ((additions && (patch.length > 0 || !isOrderSame(original, modified, field.mergeKey))) ||
        (removals && patch.length > 0));
    const keyOnly = (element: unknown): Plain => ({ [field.mergeKey]: mergeValue(element, field.mergeKey) });
    return { patch, deletions: [], order: ordered ? modified.map(keyOnly) : [] };
  }
  const diff = diffListsOfScalars(original, modified, options);
  const ordered =
    options.setElementOrder === true &&
    ((removals && diff.deletions.length > 0) || (additions && !deepEqual(original, modified)));
  return {
    patch: normalizeSliceOrder(diff.patch, modified, ''),
    deletions: diff.deletions,
    order: ordered ? modified : [],
  };
}

function isOrderSame(original: readonly unknown[], modified: readonly unknown[], mergeKey: string): boolean {
  return (
    original.length === modified.length &&
    modified.every((element, i) => mergeValue(original[i], mergeKey) === mergeValue(element, mergeKey))
  );
}

type Changes = Pick<ListDiff, 'patch' | 'deletions'>;

/** Walks two sorted lists side by side. */
function walkSorted<T>(
  left: readonly T[],
  right: readonly T[],
  textOf: (element: T) => string,
  visit: (left: T | undefined, right: T | undefined) => void,
): void {
  const byText = (a: T, b: T): number => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0);
  const lefts = [...left].sort(byText);
  const rights = [...right].sort(byText);
  let i = 0;
  let j = 0;
  while (i < lefts.length || j < rights.length) {
    const l = lefts[i];
    const r = rights[j];
    const order = l === undefined ? 1 : r === undefined ? -1 : byText(l, r);
    if (order <= 0) i += 1;
    if (order >= 0) j += 1;
    visit(order <= 0 ? l : undefined, order >= 0 ? r : undefined);
  }
}

/** @see diffListsOfScalars */
function diffListsOfScalars(original: readonly unknown[], modified: readonly unknown[], options: DiffOptions): Changes {
  const patch: unknown[] = [];
  const deletions: unknown[] = [];
  walkSorted(original, modified, goValue, (left, right) => {
    if (left === undefined && options.ignoreChangesAndAdditions !== true) patch.push(right);
    if (right === undefined && options.ignoreDeletions !== true) deletions.push(left);
  });
  return { patch, deletions: deduplicateScalars(deletions) };
}

/** @see diffListsOfMaps */
function diffListsOfMaps(
  original: readonly unknown[],
  modified: readonly unknown[],
  field: FieldPatch,
  options: DiffOptions,
): Changes {
  const { mergeKey } = field;
  if (mergeKey === '') throw new PatchFault('cannot merge lists without merge key');
  const patch: Plain[] = [];
  const deletions: Plain[] = [];
  const textOf = (element: Plain): string => goValue(mergeValue(element, mergeKey));
  walkSorted(original as Plain[], modified as Plain[], textOf, (left, right) => {
    if (left !== undefined && right !== undefined) {
      const nested = diffMaps(left, right, field.type, options);
      if (Object.keys(nested).length > 0) patch.push({ ...nested, [mergeKey]: right[mergeKey] });
    } else if (right !== undefined) {
      if (options.ignoreChangesAndAdditions !== true) patch.push(right);
    } else if (left !== undefined && options.ignoreDeletions !== true) {
      deletions.push({ [mergeKey]: left[mergeKey], [DIRECTIVE]: 'delete' });
    }
  });
  return { patch, deletions };
}
