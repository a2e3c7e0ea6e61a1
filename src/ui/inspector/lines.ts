/** One line of a comparison of two texts. */
export interface DiffLine {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
}

/** Beyond this many pairs of lines the middle is shown as taken out and put in whole. */
const MAX_PAIRS = 4_000_000;

/** The lines of both texts in order, those that both have once. Few changes in long texts are found quickly. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let end = 0;
  const room = Math.min(before.length, after.length) - start;
  while (end < room && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  const same = (texts: readonly string[]): DiffLine[] => texts.map((text) => ({ sign: ' ', text }));
  return [
    ...same(before.slice(0, start)),
    ...diffMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...same(before.slice(before.length - end)),
  ];
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ sign: '-', text });
  const added = (text: string): DiffLine => ({ sign: '+', text });
  if (before.length * after.length > MAX_PAIRS) return [...before.map(removed), ...after.map(added)];
  const width = after.length + 1;
  // Length of the longest common sequence of what follows each pair of places.
  const common = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const old = before[i];
    const young = after[j];
    if (old !== undefined && old === young) {
      lines.push({ sign: ' ', text: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (young === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(old));
      i += 1;
    } else if (young !== undefined) {
      lines.push(added(young));
      j += 1;
    }
  }
  return lines;
}

/** A run of equal lines that is only counted. */
export interface Gap {
  readonly hidden: number;
}

/** Keeps a few equal lines around each change and counts the others; all lines where nothing changed or little is hidden. */
export function foldEqual<Line extends DiffLine>(lines: readonly Line[], around = 3): (Line | Gap)[] {
  const isNear = lines.map(() => false);
  lines.forEach((line, index) => {
    if (line.sign === ' ') return;
    for (let near = index - around; near <= index + around; near += 1) if (near in isNear) isNear[near] = true;
  });
  if (!isNear.includes(true)) return [...lines];
  const folded: (Line | Gap)[] = [];
  let hidden: Line[] = [];
  const flush = (): void => {
    // A gap of one line is no shorter than the line.
    if (hidden.length > 1) folded.push({ hidden: hidden.length });
    else folded.push(...hidden);
    hidden = [];
  };
  lines.forEach((line, index) => {
    if (isNear[index]) {
      flush();
      folded.push(line);
    } else {
      hidden.push(line);
    }
  });
  flush();
  return folded;
}
