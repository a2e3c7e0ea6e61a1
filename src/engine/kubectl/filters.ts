/** What a filter makes of its input. */
export interface Filtered {
  readonly out: string;
  readonly err?: string;
  readonly exit?: number;
}

type Filter = (words: readonly string[], input: string) => Filtered;

const linesOf = (input: string): readonly string[] =>
  (input.endsWith('\n') ? input.slice(0, -1) : input).split('\n').slice(0, input === '' ? 0 : undefined);

const textOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

/** Flags of one letter, which may stand together, and those with a value; the other words as they stand. */
interface Options {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly words: readonly string[];
  readonly unknown?: string;
}

function readOptions(given: readonly string[], letters: string, valued: string): Options {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? '';
    if (word === '--') {
      words.push(...given.slice(at + 1));
      break;
    }
    if (!word.startsWith('-') || word === '-') {
      words.push(word);
      continue;
    }
    // `head -5` is `head -n 5`.
    if (/^-\d+$/.test(word) && valued.includes('n')) {
      values.set('n', word.slice(1));
      continue;
    }
    for (let letter = 1; letter < word.length; letter += 1) {
      const name = word.charAt(letter);
      if (valued.includes(name)) {
        const rest = word.slice(letter + 1);
        if (rest === '') at += 1;
        values.set(name, rest === '' ? (given[at] ?? '') : rest);
        break;
      }
      if (!letters.includes(name)) return { flags, values, words, unknown: word };
      flags.add(name);
    }
  }
  return { flags, values, words };
}

const invalid = (command: string, option: string): Filtered => ({
  out: '',
  err: `${command}: ${option}: this option is not simulated\n`,
  exit: 2,
});

/** In a basic expression these signs are letters unless a backslash stands before them. */
const basicToExtended = (pattern: string): string =>
  pattern.replace(/\\?[+?|(){}]/g, (sign) => (sign.length === 2 ? sign.charAt(1) : `\\${sign}`));

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const CLASSES: Readonly<Record<string, string>> = {
  '[:alnum:]': 'A-Za-z0-9',
  '[:alpha:]': 'A-Za-z',
  '[:digit:]': '0-9',
  '[:lower:]': 'a-z',
  '[:space:]': '\\s',
  '[:upper:]': 'A-Z',
};

function expressionOf(
  pattern: string,
  flags: ReadonlySet<string>,
  values: ReadonlyMap<string, string>,
): RegExp | string {
  const given = values.get('e') ?? pattern;
  const source = flags.has('F') ? escaped(given) : flags.has('E') || flags.has('P') ? given : basicToExtended(given);
  const withClasses = source.replace(/\[:[a-z]+:\]/g, (name) => CLASSES[name] ?? name);
  const whole = flags.has('w') ? `\\b(?:${withClasses})\\b` : flags.has('x') ? `^(?:${withClasses})$` : withClasses;
  try {
    return new RegExp(whole, flags.has('i') ? 'i' : '');
  } catch (error) {
    return (error as Error).message;
  }
}

const grep: Filter = (given, input) => {
  const { flags, values, words, unknown } = readOptions(given, 'ivcnwxEFPoq', 'eABCm');
  if (unknown !== undefined) return invalid('grep', unknown);
  const [pattern] = words;
  if (pattern === undefined && !values.has('e')) return { out: '', err: 'usage: grep [-ivcnwx] PATTERN\n', exit: 2 };
  const expression = expressionOf(pattern ?? '', flags, values);
  if (typeof expression === 'string') return { out: '', err: `grep: ${expression}\n`, exit: 2 };
  const lines = linesOf(input);
  const limit = Number(values.get('m') ?? Number.POSITIVE_INFINITY);
  const found = lines.flatMap((line, i) => (expression.test(line) !== flags.has('v') ? [i] : [])).slice(0, limit);
  const exit = found.length > 0 ? 0 : 1;
  if (flags.has('q')) return { out: '', exit };
  if (flags.has('c')) return { out: `${found.length}\n`, exit };
  const numbered = (line: string, i: number, mark: string): string =>
    flags.has('n') ? `${i + 1}${mark}${line}` : line;
  if (flags.has('o')) {
    const all = new RegExp(expression, `${expression.flags}g`);
    return {
      out: textOf(found.flatMap((i) => [...(lines[i] ?? '').matchAll(all)].map(([part]) => numbered(part, i, ':')))),
      exit,
    };
  }
  const around = Number(values.get('C') ?? 0);
  const [before, after] = [Number(values.get('B') ?? around), Number(values.get('A') ?? around)];
  const shown = new Set(found.flatMap((i) => range(Math.max(0, i - before), Math.min(lines.length - 1, i + after))));
  const hits = new Set(found);
  const out: string[] = [];
  let last = -1;
  for (const i of [...shown].sort((a, b) => a - b)) {
    if (before + after > 0 && out.length > 0 && i > last + 1) out.push('--');
    out.push(numbered(lines[i] ?? '', i, hits.has(i) ? ':' : '-'));
    last = i;
  }
  return { out: textOf(out), exit };
};

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

const utf8Length = (point: number): number => (point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4);

const wc: Filter = (given, input) => {
  const { flags, unknown } = readOptions(given, 'lwcm', '');
  if (unknown !== undefined) return invalid('wc', unknown);
  const counts = {
    l: input.split('\n').length - 1,
    w: input.split(/\s+/).filter((word) => word !== '').length,
    c: [...input].reduce((sum, letter) => sum + utf8Length(letter.codePointAt(0) ?? 0), 0),
    m: [...input].length,
  };
  const asked = (['l', 'w', 'm', 'c'] as const).filter((name) => (flags.size === 0 ? name !== 'm' : flags.has(name)));
  const [only] = asked;
  if (asked.length === 1 && only !== undefined) return { out: `${counts[only]}\n` };
  return { out: `${asked.map((name) => String(counts[name]).padStart(7)).join(' ')}\n` };
};

const head: Filter = (given, input) => {
  const { values, unknown } = readOptions(given, 'q', 'n');
  if (unknown !== undefined) return invalid('head', unknown);
  const count = values.get('n') ?? '10';
  return { out: textOf(linesOf(input).slice(0, Number(count))) };
};

const tail: Filter = (given, input) => {
  const { values, unknown } = readOptions(given, 'q', 'n');
  if (unknown !== undefined) return invalid('tail', unknown);
  const count = values.get('n') ?? '10';
  const lines = linesOf(input);
  const from = count.startsWith('+') ? Number(count) - 1 : Math.max(0, lines.length - Math.abs(Number(count)));
  return { out: textOf(lines.slice(from)) };
};

/** `-k 2` or `-k 2,2n`: from which field on, and how it is compared. */
function sortKey(text: string | undefined): { readonly from: number; readonly to: number; readonly flags: string } {
  const [, from = '1', first = '', to, last = ''] = /^(\d+)([a-z]*)(?:,(\d+)([a-z]*))?/.exec(text ?? '') ?? [];
  return { from: Number(from), to: to === undefined ? Number.POSITIVE_INFINITY : Number(to), flags: first + last };
}

const sort: Filter = (given, input) => {
  const { flags, values, unknown } = readOptions(given, 'rnuhfbV', 'kt');
  if (unknown !== undefined) return invalid('sort', unknown);
  const key = sortKey(values.get('k'));
  const numeric = flags.has('n') || key.flags.includes('n');
  const sign = flags.has('r') || key.flags.includes('r') ? -1 : 1;
  const separator = values.get('t');
  const fieldsOf = (line: string): readonly string[] =>
    separator === undefined ? line.trim().split(/\s+/) : line.split(separator);
  const keyOf = (line: string): string =>
    values.has('k')
      ? fieldsOf(line)
          .slice(key.from - 1, key.to)
          .join(' ')
      : flags.has('f')
        ? line.toLowerCase()
        : line;
  const compare = (a: string, b: string): number => {
    const [left, right] = [keyOf(a), keyOf(b)];
    const byKey = numeric
      ? (Number.parseFloat(left) || 0) - (Number.parseFloat(right) || 0)
      : compareTexts(left, right);
    return sign * (byKey || (flags.has('u') ? 0 : compareTexts(a, b)));
  };
  const sorted = [...linesOf(input)].sort(compare);
  const kept = flags.has('u')
    ? sorted.filter((line, i) => i === 0 || compare(sorted[i - 1] ?? '', line) !== 0)
    : sorted;
  return { out: textOf(kept) };
};

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const cat: Filter = (words, input) => {
  const file = words.find((word) => word !== '-');
  return file === undefined ? { out: input } : { out: '', err: `cat: ${file}: No such file or directory\n`, exit: 1 };
};

const echo: Filter = (words) => {
  const bare = words[0] === '-n' || words[0] === '-e' ? words.slice(1) : words;
  return { out: bare.join(' ') + (words[0] === '-n' ? '' : '\n') };
};

/** What a pipe may lead to, and what may begin one. */
export const FILTERS: Readonly<Record<string, Filter>> = { cat, echo, grep, head, sort, tail, wc };
