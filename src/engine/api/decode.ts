import { isTooDeep, TOO_DEEP } from './depth.ts';
import { badRequest, StatusError } from './errors.ts';
import type { ObjectInput } from './object.ts';
import type { Registry } from './registry.ts';
import { checkFields, decodingError } from './schema/check.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * Turns what somebody sent into an object, as the API server decodes it with strict field validation.
 * @throws StatusError when the kind is not served, a field is unknown or of the wrong type
 */
export function decodeObject(registry: Registry, value: unknown): ObjectInput {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badRequest('the object provided is unrecognized (must be of type Object)');
  const { apiVersion, kind } = value as Plain;
  if (typeof kind !== 'string' || kind === '') throw badRequest("Object 'Kind' is missing");
  if (typeof apiVersion !== 'string' || apiVersion === '') throw badRequest("Object 'apiVersion' is missing");
  const definition = registry.byVersionKind(apiVersion, kind);
  if (!definition) throw new StatusError('NotFound', `no matches for kind "${kind}" in version "${apiVersion}"`);
  if (isTooDeep(value))
    throw badRequest(`${kind} in version "${definition.version}" cannot be handled as a ${kind}: ${TOO_DEEP}`);
  const error = decodingError(checkFields(apiVersion, kind, value));
  if (error !== undefined)
    throw badRequest(`${kind} in version "${definition.version}" cannot be handled as a ${kind}: ${error}`);
  const object = withoutNulls(value) as Plain;
  return { ...object, apiVersion, kind, metadata: (object['metadata'] ?? {}) as ObjectInput['metadata'] };
}

/** A null says as much as a field that is left out. What has none is taken as it is. */
function withoutNulls(value: unknown): unknown {
  if (!hasNull(value)) return value;
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  const entries = Object.entries(value as Plain).filter(([, part]) => part !== null);
  return Object.fromEntries(entries.map(([key, part]) => [key, withoutNulls(part)]));
}

function hasNull(value: unknown): boolean {
  if (typeof value !== 'object') return false;
  if (value === null) return true;
  for (const key in value) if (hasNull((value as Plain)[key])) return true;
  return false;
}
