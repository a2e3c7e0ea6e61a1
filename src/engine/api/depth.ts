/** Deeper than this nothing decodes: far beyond what any object needs, and safe to walk. */
const MAX_DEPTH = 1000;

export const TOO_DEEP = 'exceeded max depth';

/** Whether a value is nested too deep to be looked at. @see sigs.k8s.io/json internal/golang/encoding/json/scanner.go maxNestingDepth */
export function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true;
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
  }
  return false;
}
