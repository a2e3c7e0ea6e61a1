/** Plain JSON data as patches handle it, and the one way in which a patch fails. */

/** An object of plain data; never changed, only copied. */
export type Plain = Readonly<Record<string, unknown>>;

/** A patch that cannot be applied, in the API server's words. Thrown inside this folder only. */
export class PatchFault extends Error {
  /** `Invalid`: well formed, but it does not fit the object; otherwise the patch itself is bad. */
  readonly reason: 'BadRequest' | 'Invalid';

  constructor(message: string, reason: 'BadRequest' | 'Invalid' = 'BadRequest') {
    super(message);
    this.reason = reason;
  }
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value's JSON type; lists, objects and null are types of their own. */
export function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'nil';
  if (Array.isArray(value)) return 'slice';
  return typeof value === 'object' ? 'map' : typeof value;
}

/** Sets a member of an object under construction, also where its name has a meaning for JavaScript. */
export function setMember(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else object[key] = value;
}

/** A copy that may be changed. */
export function copyOf(object: Plain): Record<string, unknown> {
  return { ...object };
}

/** A value as Go prints a map's with `%v`, for messages and for ordering merge keys. */
export function goValue(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (!isPlain(value)) return String(value);
  const members = Object.keys(value).sort();
  return `map[${members.map((key) => `${key}:${goValue(value[key])}`).join(' ')}]`;
}
