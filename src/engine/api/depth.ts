/** Deeper than this nothing decodes: far beyond what any object needs, and safe to walk. */
const MAX_DEPTH = 1000;

export const TOO_DEEP = 'exceeded max depth';

/** Whether a value is nested too deep to be looked at. @see sigs.k8s.io/json internal/golang/encoding/json/scanner.go maxNestingDepth */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  if (typeof value !== 'object' || value === null) return false;
  for (const key in value) if (isTooDeep((value as Readonly<Record<string, unknown>>)[key], depth + 1)) return true;
  return false;
}
