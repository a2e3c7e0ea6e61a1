/** What both halves of strategic merge need to know about lists: directives, merge keys and the order of elements. */
import type { FieldNode, TypeNode } from '../schema/types.ts';
import { goValue, isPlain, jsonType, PatchFault, type Plain } from './plain.ts';

export const DIRECTIVE = '$patch';
export const RETAIN_KEYS = '$retainKeys';
export const DELETE_FROM_PRIMITIVE_LIST = '$deleteFromPrimitiveList';
export const SET_ELEMENT_ORDER = '$setElementOrder';

/** How a field is patched. Without a schema maps are merged and lists replaced. */
export interface FieldPatch {
  /** The type of the field, or of its elements. */
  readonly type: TypeNode | undefined;
  readonly retainKeys: boolean;
  readonly strategy: string;
  readonly mergeKey: string;
}

const PLAIN_FIELD: FieldPatch = { type: undefined, retainKeys: false, strategy: '', mergeKey: '' };

/**
 * Looks up a field of a type.
 *
 * @throws PatchFault where the type has no such field
 * @see LookupPatchMetadataForStruct, LookupPatchMetadataForSlice
 */
export function lookupField(type: TypeNode | undefined, key: string, asList: boolean): FieldPatch {
  if (type === undefined) return PLAIN_FIELD;
  if (type.kind !== 'struct') {
    const kind = type.kind === 'list' ? 'slice' : type.kind === 'scalar' ? type.scalar : type.kind;
    throw new PatchFault(`merging an object in json but data type is not struct, instead is: ${kind}`);
  }
  const field = type.fields.get(key);
  if (field === undefined) {
    throw new PatchFault(`unable to find api field in struct ${type.name} for the json field ${JSON.stringify(key)}`);
  }
  return patchOf(field, asList);
}

function patchOf(field: FieldNode, asList: boolean): FieldPatch {
  const element = asList && field.type.kind === 'list' ? field.type.element : field.type;
  return {
    type: element,
    retainKeys: field.strategies.includes('retainKeys'),
    strategy: field.strategies.find((strategy) => strategy !== 'retainKeys') ?? '',
    mergeKey: field.mergeKey ?? '',
  };
}

/** The value of an element's merge key. @throws PatchFault where it has none */
export function mergeValue(element: unknown, mergeKey: string): unknown {
  if (!isPlain(element)) {
    throw new PatchFault(`expected a map[string]interface {}, but received a ${jsonType(element)}`);
  }
  if (!Object.hasOwn(element, mergeKey)) {
    throw new PatchFault(`map: ${goValue(element)} does not contain declared merge key: ${mergeKey}`);
  }
  return element[mergeKey];
}

/** The one type that all elements have, `undefined` for no elements. @see sliceElementType */
export function elementType(...lists: readonly (readonly unknown[])[]): string | undefined {
  let type: string | undefined;
  for (const list of lists) {
    for (const element of list) {
      const current = jsonType(element);
      if (current === 'slice') throw new PatchFault('lists of lists are not supported');
      if (type !== undefined && type !== current) {
        throw new PatchFault(`list element types are not identical: ${goValue(lists)}`);
      }
      type = current;
    }
  }
  return type;
}

function identity(element: unknown, mergeKey: string): unknown {
  if (mergeKey === '') return element;
  return isPlain(element) ? element[mergeKey] : undefined;
}

/** The position of the element with the same merge key (or of the same scalar), -1 where there is none. */
export function indexIn(list: readonly unknown[], element: unknown, mergeKey: string): number {
  const wanted = identity(element, mergeKey);
  return list.findIndex((candidate) => identity(candidate, mergeKey) === wanted);
}

/** Scalars without repetitions; the last one fills each gap, as upstream leaves them. @see deduplicateScalars */
export function deduplicateScalars(list: readonly unknown[]): unknown[] {
  const result = [...list];
  let last = result.length - 1;
  for (let i = 0; i < last; i += 1) {
    for (let j = i + 1; j <= last; j += 1) {
      if (result[i] !== result[j]) continue;
      result[j] = result[last];
      last -= 1;
      j -= 1;
    }
  }
  return result.slice(0, last + 1);
}

export function isDeletion(element: unknown): element is Plain {
  return isPlain(element) && element[DIRECTIVE] === 'delete';
}

/** Sorts elements as `order` has them, deletions last. @see normalizeSliceOrder */
export function normalizeSliceOrder(list: readonly unknown[], order: readonly unknown[], mergeKey: string): unknown[] {
  const kept = list.filter((element) => !isDeletion(element));
  const deleted = list.filter(isDeletion);
  const ranked = kept.map((element) => ({ element, rank: indexIn(order, element, mergeKey) }));
  ranked.sort((a, b) => (a.rank < 0 || b.rank < 0 ? 0 : a.rank - b.rank));
  return [...ranked.map(({ element }) => element), ...deleted];
}

/**
 * Brings the patch's elements into the patch's order, the server's own into the server's, and interleaves the two.
 *
 * @see normalizeElementOrder
 */
export function normalizeElementOrder(
  merged: readonly unknown[],
  patchOrder: readonly unknown[],
  serverOrder: readonly unknown[],
  mergeKey: string,
): unknown[] {
  const inPatch = merged.filter((element) => indexIn(patchOrder, element, mergeKey) >= 0);
  const serverOnly = merged.filter((element) => indexIn(patchOrder, element, mergeKey) < 0);
  const right = normalizeSliceOrder(inPatch, patchOrder, mergeKey);
  const left = normalizeSliceOrder(serverOnly, serverOrder, mergeKey);
  const result: unknown[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i >= left.length) result.push(right[j++]);
    else if (j >= right.length) result.push(left[i++]);
    else {
      const l = indexIn(serverOrder, left[i], mergeKey);
      const r = indexIn(serverOrder, right[j], mergeKey);
      result.push(l >= 0 && r >= 0 && l < r ? left[i++] : right[j++]);
    }
  }
  return result;
}
