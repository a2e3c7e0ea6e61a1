/** JSON merge patch. @see RFC 7386, github.com/evanphx/json-patch MergePatch */
import { isPlain, type Plain, setMember } from './plain.ts';

/** The value with a patch applied: members that are null go, objects are merged, everything else is replaced. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isPlain(patch)) return patch;
  const result: Record<string, unknown> = {};
  const base: Plain = isPlain(target) ? target : {};
  for (const key in base) if (!(Object.hasOwn(patch, key) && patch[key] === null)) setMember(result, key, base[key]);
  for (const key in patch) {
    const value = patch[key];
    if (value === null || value === undefined) continue;
    setMember(result, key, applyMergePatch(Object.hasOwn(base, key) ? base[key] : undefined, value));
  }
  return result;
}
