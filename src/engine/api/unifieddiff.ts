/**
 * The unified diff of two texts as Python's difflib makes it, which the API server uses too.
 * @see github.com/pmezard/go-difflib difflib GetUnifiedDiffString
 */

/** Lines that both texts have: `size` of them, from `a` in the one and from `b` in the other. */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

const CONTEXT = 3;
/** In texts of this many lines or more, lines that stand for more than a hundredth of them do not anchor a match. */
const POPULAR_FROM = 200;

/** Places of each line of the second text, without those that are too frequent to tell anything. */
function placesOf(lines: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [i, line] of lines.entries()) {
    const known = places.get(line);
    if (known) known.push(i);
    else places.set(line, [i]);
  }
  const most = Math.floor(lines.length / 100) + 1;
  if (lines.length >= POPULAR_FROM) for (const [line, at] of places) if (at.length > most) places.delete(line);
  return places;
}

/** A part of both texts. */
interface Window {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/** The longest run of equal lines, of several the first; frequent lines only lengthen it. @see findLongestMatch */
function longestMatch(
  a: readonly string[],
  b: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  { fromA, toA, fromB, toB }: Window,
): Match {
  let best: Match = { a: fromA, b: fromB, size: 0 };
  let runs = new Map<number, number>();
  for (let i = fromA; i < toA; i++) {
    const next = new Map<number, number>();
    for (const j of places.get(a[i] ?? '') ?? []) {
      if (j < fromB) continue;
      if (j >= toB) break;
      const size = (runs.get(j - 1) ?? 0) + 1;
      next.set(j, size);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    runs = next;
  }
  let { a: startA, b: startB, size } = best;
  while (startA > fromA && startB > fromB && a[startA - 1] === b[startB - 1]) {
    startA--;
    startB--;
    size++;
  }
  while (startA + size < toA && startB + size < toB && a[startA + size] === b[startB + size]) size++;
  return { a: startA, b: startB, size };
}

/** Every run of equal lines, in order. */
function matches(a: readonly string[], b: readonly string[]): readonly Match[] {
  const places = placesOf(b);
  const found: Match[] = [];
  const open: Window[] = [{ fromA: 0, toA: a.length, fromB: 0, toB: b.length }];
  for (let window = open.pop(); window; window = open.pop()) {
    const match = longestMatch(a, b, places, window);
    if (match.size === 0) continue;
    found.push(match);
    open.push(
      { ...window, toA: match.a, toB: match.b },
      { ...window, fromA: match.a + match.size, fromB: match.b + match.size },
    );
  }
  return found.sort((one, other) => one.a - other.a);
}

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** All lines of both texts; between two runs what goes comes before what is new. */
function merged(a: readonly string[], b: readonly string[]): readonly Line[] {
  const lines: Line[] = [];
  const add = (sign: Line['sign'], part: readonly string[]): void => {
    for (const text of part) lines.push({ sign, text });
  };
  let [i, j] = [0, 0];
  for (const match of [...matches(a, b), { a: a.length, b: b.length, size: 0 }]) {
    add('-', a.slice(i, match.a));
    add('+', b.slice(j, match.b));
    add(' ', a.slice(match.a, match.a + match.size));
    [i, j] = [match.a + match.size, match.b + match.size];
  }
  return lines;
}

const range = (start: number, length: number): string =>
  length === 1 ? String(start) : `${length === 0 ? start - 1 : start},${length}`;

/** Hunks with three lines of context, without file heads, ending in a line break. */
export const unifiedDiff = (before: string, after: string): string =>
  unifiedDiffOfLines(before.split('\n'), after.split('\n'));

/** The same of texts that are cut into lines already; one that is empty has none. */
export function unifiedDiffOfLines(before: readonly string[], after: readonly string[]): string {
  const lines = merged(before, after);
  let text = '';
  let [a, b] = [1, 1];
  let at = 0;
  while (at < lines.length) {
    const first = lines.findIndex((line, i) => i >= at && line.sign !== ' ');
    if (first < 0) break;
    const start = Math.max(at, first - CONTEXT);
    const skipped = start - at;
    a += skipped;
    b += skipped;
    let end = first + 1;
    for (let i = end; i < lines.length && i <= end + 2 * CONTEXT; i++) if (lines[i]?.sign !== ' ') end = i + 1;
    const hunk = lines.slice(start, Math.min(lines.length, end + CONTEXT));
    const old = hunk.filter(({ sign }) => sign !== '+').length;
    const now = hunk.filter(({ sign }) => sign !== '-').length;
    text += `@@ -${range(a, old)} +${range(b, now)} @@\n${hunk.map(({ sign, text: line }) => `${sign}${line}\n`).join('')}`;
    a += old;
    b += now;
    at = start + hunk.length;
  }
  return text;
}
