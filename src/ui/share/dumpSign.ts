/** Whether a text may hold objects as an API server has stored them; cheap, so that most texts need no further look. */
export function mayBeDump(text: string): boolean {
  return /^[ \t-]*"?(uid|resourceVersion)"?:/m.test(text);
}
