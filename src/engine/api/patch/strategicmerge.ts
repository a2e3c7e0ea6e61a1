/**
 * Applying strategic merge patches: lists are merged by their keys, and directives say what to delete or replace.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go mergeMap
 */
import { deepEqual } from '../diff.ts';
import type { TypeNode } from '../schema/types.ts';
import {
  DELETE_FROM_PRIMITIVE_LIST,
  DIRECTIVE,
  deduplicateScalars,
  elementType,
  type FieldPatch,
  isDeletion,
  lookupField,
  mergeValue,
  normalizeElementOrder,
  RETAIN_KEYS,
  SET_ELEMENT_ORDER,
} from './lists.ts';
import { copyOf, goValue, isPlain, jsonType, PatchFault, type Plain, setMember } from './plain.ts';

export interface MergeOptions {
  /** Carry out what parallel lists say; otherwise (two patches become one) they are kept. */
  readonly mergeParallelList: boolean;
  /** Drop nulls that delete nothing. */
  readonly ignoreUnmatchedNulls: boolean;
}

/** How the API server applies a patch. */
export const SERVER_MERGE: MergeOptions = { mergeParallelList: true, ignoreUnmatchedNulls: true };
/** How kubectl joins two patches. */
export const CLIENT_MERGE: MergeOptions = { mergeParallelList: false, ignoreUnmatchedNulls: false };

const BAD_RETAIN_KEYS = 'invalid patch format of retainKeys';
const BAD_PRIMITIVE_LIST = 'invalid patch format of primitive list';
const BAD_ELEMENT_ORDER = 'invalid patch format of setElementOrder list';

/** The object with the patch merged in; neither is changed. @throws PatchFault */
export function mergeMap(
  original: Plain,
  givenPatch: Plain,
  type: TypeNode | undefined,
  options: MergeOptions,
): Record<string, unknown> {
  const directive = givenPatch[DIRECTIVE];
  if (directive !== undefined) return applyDirective(directive, givenPatch);
  const result = copyOf(original);
  const patch = copyOf(givenPatch);
  applyRetainKeys(result, patch, options);
  applyElementOrders(result, patch, type, options);
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const isDeleteList = key.startsWith(DELETE_FROM_PRIMITIVE_LIST);
    if (isDeleteList && !options.mergeParallelList) result[key] = value;
    else if (isDeleteList)
      mergeMember(listOfDirective(key, DELETE_FROM_PRIMITIVE_LIST), value, true, result, type, options);
    else mergeMember(key, value, false, result, type, options);
  }
  return result;
}

/** @see handleDirectiveInMergeMap */
function applyDirective(directive: unknown, patch: Plain): Record<string, unknown> {
  if (directive === 'replace') {
    const { [DIRECTIVE]: _, ...rest } = patch;
    return rest;
  }
  if (directive === 'delete') return {};
  throw new PatchFault(`unknown patch type: ${goValue(directive)} in map: ${goValue(patch)}`);
}

/** The field that a parallel list stands for. @see extractKey */
function listOfDirective(key: string, prefix: string): string {
  if (!key.startsWith(`${prefix}/`)) {
    throw new PatchFault(prefix === SET_ELEMENT_ORDER ? BAD_ELEMENT_ORDER : BAD_PRIMITIVE_LIST);
  }
  return key.slice(prefix.length + 1);
}

/** Clears the members that the patch does not name as retained. @see applyRetainKeysDirective */
function applyRetainKeys(result: Record<string, unknown>, patch: Record<string, unknown>, options: MergeOptions): void {
  const retained = patch[RETAIN_KEYS];
  if (retained === undefined) return;
  delete patch[RETAIN_KEYS];
  if (!options.mergeParallelList) {
    const known = result[RETAIN_KEYS];
    if (known !== undefined && !deepEqual(known, retained)) {
      const what = 'are not deep equal: this may happen when calculating the 3-way diff patch';
      throw new PatchFault(`${goValue(known)} and ${goValue(retained)} ${what}`);
    }
    result[RETAIN_KEYS] = retained;
    return;
  }
  if (!Array.isArray(retained)) throw new PatchFault(BAD_RETAIN_KEYS);
  const keys = new Set<unknown>(retained);
  for (const [key, value] of Object.entries(patch)) {
    const parallel = key.startsWith(DELETE_FROM_PRIMITIVE_LIST) || key.startsWith(SET_ELEMENT_ORDER);
    if (value !== null && !parallel && !keys.has(key)) throw new PatchFault(BAD_RETAIN_KEYS);
  }
  for (const key of Object.keys(result)) if (!keys.has(key)) delete result[key];
}

/** Merges the lists whose order the patch gives, and takes both out of the patch. @see mergePatchIntoOriginal */
function applyElementOrders(
  result: Record<string, unknown>,
  patch: Record<string, unknown>,
  type: TypeNode | undefined,
  options: MergeOptions,
): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(SET_ELEMENT_ORDER)) continue;
    const order = patch[key];
    delete patch[key];
    if (!options.mergeParallelList) {
      const known = result[key];
      if (known !== undefined && !deepEqual(known, order)) throw new PatchFault(BAD_ELEMENT_ORDER);
      result[key] = order;
    }
    const listKey = listOfDirective(key, SET_ELEMENT_ORDER);
    const original = asList(result[listKey]);
    const patched = asList(patch[listKey]);
    if (!Array.isArray(order)) throw new PatchFault(BAD_ELEMENT_ORDER);
    const field = lookupField(type, listKey, true);
    checkOrder(patched ?? [], order, field.mergeKey);
    if (original === undefined && patched === undefined) continue;
    const merged =
      patched === undefined
        ? (original ?? [])
        : original === undefined
          ? (withoutDirectives(patched) as unknown[])
          : mergeSlices(original, patched, field, false, options);
    setMember(result, listKey, normalizeElementOrder(merged, order, original ?? [], field.mergeKey));
    delete patch[listKey];
  }
}

function asList(value: unknown): unknown[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new PatchFault(`expected a []interface {}, but received a ${jsonType(value)}`);
  return value;
}

/** The patch's elements must come in the order that it gives. @see validatePatchWithSetOrderList */
function checkOrder(patched: readonly unknown[], order: readonly unknown[], mergeKey: string): void {
  if (patched.length === 0 || order.length === 0) return;
  const marked = (element: unknown): boolean => isPlain(element) && element[DIRECTIVE] !== undefined;
  const elements = mergeKey === '' ? patched : patched.filter((element) => !isDeletion(element) && !marked(element));
  const same = (a: unknown, b: unknown): boolean =>
    mergeKey === '' ? a === b : mergeValue(a, mergeKey) === mergeValue(b, mergeKey);
  let next = 0;
  for (const place of order) if (next < elements.length && same(elements[next], place)) next += 1;
  if (next < elements.length) {
    const lists = `${goValue(patched)}\n doesn't match ${SET_ELEMENT_ORDER} list:\n${goValue(order)}`;
    throw new PatchFault(`The order in patch list:\n${lists}\n`);
  }
}

function mergeMember(
  key: string,
  value: unknown,
  isDeleteList: boolean,
  result: Record<string, unknown>,
  type: TypeNode | undefined,
  options: MergeOptions,
): void {
  if (value === null) {
    delete result[key];
    if (!options.ignoreUnmatchedNulls) setMember(result, key, null);
    return;
  }
  const original = Object.hasOwn(result, key) ? result[key] : undefined;
  if (original === undefined || jsonType(original) !== jsonType(value)) {
    if (isDeleteList) return;
    const kept = withoutDirectives(options.ignoreUnmatchedNulls ? withoutNulls(value) : value);
    if (kept === undefined) delete result[key];
    else setMember(result, key, kept);
  } else if (isPlain(original) && isPlain(value)) {
    const field = lookupField(type, key, false);
    setMember(result, key, field.strategy === 'replace' ? value : mergeMap(original, value, field.type, options));
  } else if (Array.isArray(original) && Array.isArray(value)) {
    const field = lookupField(type, key, true);
    const merges = field.strategy === 'merge' || isDeleteList;
    setMember(result, key, merges ? mergeSlice(original, value, field, isDeleteList, options) : value);
  } else setMember(result, key, value);
}

/** @see mergeSlice */
function mergeSlice(
  original: readonly unknown[],
  patch: readonly unknown[],
  field: FieldPatch,
  isDeleteList: boolean,
  options: MergeOptions,
): unknown[] {
  if (original.length === 0 && patch.length === 0) return [];
  const merged = mergeSlices(original, patch, field, isDeleteList, options);
  if (isDeleteList && options.mergeParallelList) return merged;
  const places = field.mergeKey === '' ? patch : patch.filter((e) => isPlain(e) && Object.hasOwn(e, field.mergeKey));
  return normalizeElementOrder(merged, places, original, field.mergeKey);
}

/** Merges without bringing into order. */
function mergeSlices(
  original: readonly unknown[],
  patch: readonly unknown[],
  field: FieldPatch,
  isDeleteList: boolean,
  options: MergeOptions,
): unknown[] {
  if (elementType(original, patch) !== 'map') {
    if (isDeleteList && options.mergeParallelList) return original.filter((element) => !patch.includes(element));
    return deduplicateScalars([...original, ...patch]);
  }
  if (field.mergeKey === '') {
    throw new PatchFault(`cannot merge lists without merge key for ${field.type?.go ?? 'interface {}'}`);
  }
  return mergeSliceOfMaps(original as readonly Plain[], patch as readonly Plain[], field, options);
}

/** @see mergeSliceWithSpecialElements, mergeSliceWithoutSpecialElements */
function mergeSliceOfMaps(
  original: readonly Plain[],
  patch: readonly Plain[],
  field: FieldPatch,
  options: MergeOptions,
): Plain[] {
  const { mergeKey } = field;
  let result = [...original];
  const plain: Plain[] = [];
  let replaces = false;
  for (const element of patch) {
    const directive = element[DIRECTIVE];
    if (directive === undefined) plain.push(element);
    else if (directive === 'delete') {
      const gone = mergeValue(element, mergeKey);
      result = result.filter((candidate) => mergeValue(candidate, mergeKey) !== gone);
    } else if (directive === 'replace') replaces = true;
    else if (directive === 'merge') throw new PatchFault('merging lists cannot yet be specified in the patch');
    else throw new PatchFault(`unknown patch type: ${goValue(directive)} in map: ${goValue(element)}`);
  }
  if (replaces) return plain;
  for (const element of plain) {
    const wanted = mergeValue(element, mergeKey);
    const at = result.findIndex((candidate) => mergeValue(candidate, mergeKey) === wanted);
    const found = result[at];
    if (found === undefined) result.push(element);
    else result[at] = mergeMap(found, element, field.type, options);
  }
  return result;
}

/** The value without directives; `undefined` where it is itself one. @see removeDirectives */
function withoutDirectives(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDirectives).filter((element) => element !== undefined);
  if (!isPlain(value)) return value;
  if (value[DIRECTIVE] !== undefined) return undefined;
  return mapMembers(value, withoutDirectives);
}

/** @see discardNullValuesFromPatch */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isPlain(value) ? mapMembers(value, (member) => (member === null ? undefined : withoutNulls(member))) : value;
}

/** A copy with every member changed; those that become `undefined` go. */
function mapMembers(object: Plain, change: (member: unknown) => unknown): Plain {
  const result: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(object)) {
    const changed = change(member);
    if (changed !== undefined) setMember(result, key, changed);
  }
  return result;
}
