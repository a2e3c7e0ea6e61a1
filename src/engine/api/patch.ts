/**
 * The three patches of the API and `kubectl apply`'s three-way merge. Nothing that is given is changed; what a patch
 * does not touch stays shared with the old object.
 *
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
 */
import { isTooDeep, TOO_DEEP } from './depth.ts';
import { StatusError } from './errors.ts';
import type { ObjectInput } from './object.ts';
import { applyJsonPatch, type JsonPatchOperation } from './patch/json.ts';
import { applyMergePatch } from './patch/merge.ts';
import { isPlain, PatchFault, type Plain } from './patch/plain.ts';
import { type DiffOptions, diffMaps } from './patch/strategicdiff.ts';
import { CLIENT_MERGE, mergeMap, SERVER_MERGE } from './patch/strategicmerge.ts';
import { schemaOf } from './schema/types.ts';

export type { JsonPatchOperation } from './patch/json.ts';

/** A patch as `kubectl patch --type` names them. */
export type Patch =
  | { readonly type: 'merge'; readonly patch: Plain }
  | { readonly type: 'strategic'; readonly patch: Plain }
  | { readonly type: 'json'; readonly patch: readonly JsonPatchOperation[] };

function attemptPatch<T>(run: () => T): T | StatusError {
  try {
    return run();
  } catch (error) {
    if (error instanceof PatchFault) return new StatusError(error.reason, error.message);
    if (error instanceof StatusError) return error;
    throw error;
  }
}

/**
 * The object with a patch applied, or the API server's refusal: BadRequest for a malformed patch, Invalid for a JSON
 * patch that does not fit the object, UnsupportedMediaType for a strategic patch of a kind without a schema.
 */
export function patchObject(live: ObjectInput, patch: Patch): ObjectInput | StatusError {
  return attemptPatch(() => {
    if (isTooDeep(patch)) throw new PatchFault(TOO_DEEP);
    const patched = applyPatch(live, patch);
    if (!isPlain(patched)) throw new PatchFault('the patched object is no JSON object');
    return patched as unknown as ObjectInput;
  });
}

function applyPatch(live: ObjectInput, { type, patch }: Patch): unknown {
  if (type === 'json') return applyJsonPatch(live, patch);
  if (!isPlain(patch)) throw new PatchFault('invalid JSON document');
  if (type === 'merge') return applyMergePatch(live, patch);
  const schema = schemaOf(live.apiVersion, live.kind);
  if (schema !== undefined) return mergeMap(live, patch, schema, SERVER_MERGE);
  throw new StatusError(
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - accepted media types include: ' +
      'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  );
}

/** Additions and changes come from what is live, deletions from what was applied last. */
const DELTA: DiffOptions = { ignoreDeletions: true, setElementOrder: true };
const DELETIONS: DiffOptions = { ignoreChangesAndAdditions: true, setElementOrder: true };

/**
 * The patch that `kubectl apply` sends: what turns the live object into the modified one, without touching what
 * neither manifest speaks of. Kinds without a schema get a merge patch, all others a strategic one. An empty patch
 * means that there is nothing to do.
 *
 * @param original what was applied last, `undefined` where that is not known
 * @see CreateThreeWayMergePatch, CreateThreeWayJSONMergePatch
 */
export function threeWayPatch(
  original: ObjectInput | undefined,
  modified: ObjectInput,
  live: ObjectInput,
): Patch | StatusError {
  return attemptPatch(() => {
    const schema = schemaOf(live.apiVersion, live.kind);
    const delta = diffMaps(live, modified, schema, DELTA);
    const deletions = diffMaps(original ?? {}, modified, schema, DELETIONS);
    const patch = mergeMap(deletions, delta, schema, CLIENT_MERGE);
    return { type: schema === undefined ? ('merge' as const) : ('strategic' as const), patch };
  });
}

/** The live object after `kubectl apply`, or the refusal. @see threeWayPatch */
export function threeWayMerge(
  original: ObjectInput | undefined,
  modified: ObjectInput,
  live: ObjectInput,
): ObjectInput | StatusError {
  const patch = threeWayPatch(original, modified, live);
  return patch instanceof StatusError ? patch : patchObject(live, patch);
}
