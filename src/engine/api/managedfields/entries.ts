/**
 * `metadata.managedFields` as objects carry it.
 * @see staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/managedfields.go
 */
import { StatusError } from '../errors.ts';
import type { ManagedFieldsEntry } from '../object.ts';
import { fromFieldsV1, printPath, toFieldsV1 } from './fieldset.ts';
import type { Conflict, Owner, Owners } from './updater.ts';

/** The owners that an object names. Those of another version of its kind are forgotten. */
export function decodeOwners(entries: readonly ManagedFieldsEntry[] | undefined, apiVersion: string): Owners {
  return (entries ?? [])
    .filter((entry) => entry.apiVersion === apiVersion && entry.fieldsType === 'FieldsV1')
    .map(({ manager = 'unknown', operation, subresource, time, fieldsV1 }) => ({
      manager,
      operation: operation === 'Apply' ? 'Apply' : 'Update',
      apiVersion,
      ...(subresource && { subresource }),
      ...(time !== undefined && { time }),
      fields: fromFieldsV1(fieldsV1),
    }));
}

const entryOf = ({ fields, ...owner }: Owner): ManagedFieldsEntry => ({
  apiVersion: owner.apiVersion,
  fieldsType: 'FieldsV1',
  fieldsV1: toFieldsV1(fields),
  manager: owner.manager,
  operation: owner.operation,
  ...(owner.subresource && { subresource: owner.subresource }),
  ...(owner.time !== undefined && { time: owner.time }),
});

/** What an object says of its owners, sorted as the API server sorts it. */
export function encodeOwners(owners: Owners): readonly ManagedFieldsEntry[] {
  const order = ({ operation, time = '', manager, apiVersion, subresource = '' }: Owner): readonly string[] => [
    operation,
    time,
    manager,
    apiVersion,
    subresource,
  ];
  return [...owners].sort((a, b) => compareTexts(order(a), order(b))).map(entryOf);
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  for (const [at, text] of a.entries()) {
    const other = b[at] ?? '';
    if (text !== other) return text < other ? -1 : 1;
  }
  return 0;
}

/** @see internal/conflict.go printManager */
function printOwner({ manager, operation, apiVersion, subresource, time: _ }: Owner): string {
  const where = subresource ? ` with subresource ${JSON.stringify(subresource)}` : '';
  return JSON.stringify(manager) + where + (operation === 'Update' ? ` using ${apiVersion}` : '');
}

/** The refusal of an apply. @see internal/conflict.go NewConflictError */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const [first] = conflicts;
  const causes = conflicts.map(({ owner, path }) => ({
    type: 'FieldManagerConflict' as const,
    field: printPath(path),
    text: `conflict with ${printOwner(owner)}`,
  }));
  if (first && conflicts.length === 1) {
    const text = `conflict with ${printOwner(first.owner)}: ${printPath(first.path)}`;
    return new StatusError('Conflict', `Apply failed with 1 conflict: ${text}`, causes);
  }
  const texts = [...new Set(conflicts.map(({ owner }) => owner))]
    .map((owner) => [printOwner(owner), ownerPaths(conflicts, owner)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([owner, paths]) => [`conflicts with ${owner}:`, ...paths.map((path) => `- ${path}`)]);
  return new StatusError('Conflict', `Apply failed with ${conflicts.length} conflicts: ${texts.join('\n')}`, causes);
}

const ownerPaths = (conflicts: readonly Conflict[], owner: Owner): readonly string[] =>
  conflicts.filter((conflict) => conflict.owner === owner).map(({ path }) => printPath(path));
