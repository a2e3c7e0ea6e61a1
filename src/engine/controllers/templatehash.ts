import { hashText } from '../sim/hash.ts';

const SAFE_LETTERS = 'bcdfghjklmnpqrstvwxz2456789';

/**
 * Hash of a template as it ends the names of what is made of it; a collision count makes another one.
 * @see pkg/controller/controller_utils.go ComputeHash, pkg/controller/history HashControllerRevision, rand.SafeEncodeString
 */
export function hashOf(template: unknown, collisionCount: number | undefined): string {
  const [hash] = hashText(`${canonical(template)}${collisionCount ?? ''}`);
  return [...String(hash)].map((digit) => SAFE_LETTERS[digit.charCodeAt(0) % SAFE_LETTERS.length] ?? '').join('');
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
