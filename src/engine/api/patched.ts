import { badRequest, StatusError } from './errors.ts';
import type { KubeObject, ObjectInput } from './object.ts';
import type { Patch } from './patch.ts';
import { checkFields, decodingError } from './schema/check.ts';

/**
 * Why a patched object is refused before anything else looks at it: it does not decode, or it has another name.
 * @see staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
 */
export function patchedFault(live: KubeObject, patched: ObjectInput, patch: Patch): StatusError | undefined {
  const fault = decodingError(checkFields(live.apiVersion, live.kind, patched));
  if (fault !== undefined) {
    const shown = patch.type === 'strategic' ? goValue(patch.patch) : JSON.stringify(patched);
    const text = `patch: Invalid value: ${JSON.stringify(shown)}: ${fault}`;
    return new StatusError('Invalid', ` "" is invalid: ${text}`);
  }
  const { name = '', namespace } = (patched.metadata ?? {}) as { readonly name?: string; readonly namespace?: string };
  const mismatch = (what: string, given: string, where: string): StatusError =>
    badRequest(`the ${what} of the object (${given}) does not match the ${what} on the ${where}`);
  if (name !== live.metadata.name) return mismatch('name', name, `URL (${live.metadata.name})`);
  const wanted = live.metadata.namespace;
  return namespace && wanted && namespace !== wanted
    ? mismatch('namespace', namespace, `request (${wanted})`)
    : undefined;
}

/** A value as Go prints it with %v. */
function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, part]) => `${key}:${goValue(part)}`).join(' ')}]`;
}
