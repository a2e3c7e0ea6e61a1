/**
 * Texts as kubectl writes them in YAML: plain, quoted or as a block, and broken at a space behind column 80.
 * @see go.yaml.in/yaml/v2 encode.go stringv, emitterc.go, resolve.go
 */

/** A line is broken at the first space behind this column. */
const BEST_WIDTH = 80;

/** What a YAML parser would read as something else than the same text. */
const WORDS: ReadonlySet<string> = new Set(
  [
    ['', '~', 'null', 'Null', 'NULL'],
    ['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'],
    ['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'],
    ['.nan', '.NaN', '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF'],
  ].flat(),
);
const INTEGER = /^[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const TIMESTAMP =
  /^\d{4}-(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12]\d|3[01])(?:[Tt](?:[01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(?:\.\d+)?(?:Z|[-+]\d{2}:\d{2})| (?:[01]?\d|2[0-3]):[0-5]?\d:[0-5]?\d(?:\.\d+)?)?$/;

function isNumber(text: string): boolean {
  if (text.startsWith('.')) return FLOAT.test(text);
  if (!/^[-+0-9]/.test(text)) return false;
  const plain = text.replaceAll('_', '');
  return INTEGER.test(plain) || FLOAT.test(plain) || BASE_60.test(text);
}

const isResolved = (text: string): boolean => WORDS.has(text) || isNumber(text) || TIMESTAMP.test(text);

/** What makes a text no plain scalar of a block. */
const NOT_PLAIN = /^[ #,[\]{}&*!|>'"%@`]|^[-?:](?:[ \t]|$)|^(?:---|\.\.\.)|:(?:[ \t]|$)|[ \t]#| $/;
/** What is only written with an escape: all that is not printable, line breaks aside, and line breaks other than \n. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what must be escaped
const SPECIAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\u{10000}-\u{10ffff}]/u;
const ESCAPED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must be escaped
  /[\u0000-\u001f"\\\u007f-\u009f\u00a0\u2028\u2029\ufeff\ufffe\uffff\u{10000}-\u{10ffff}]/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

/** A text of one line, as a key has it. */
export function keyText(text: string): string {
  const breaks = { indent: 0, column: Number.NEGATIVE_INFINITY };
  return text.includes('\n') ? doubleQuoted(text, breaks) : inline(text, breaks);
}

/** Where a scalar stands: the column at which it begins, and that at which its further lines do. */
interface Place {
  readonly column: number;
  readonly indent: number;
}

/** A text as the value of a key or an element of a list. */
export function scalarText(text: string, place: Place): string {
  if (text.includes('\n')) return isBlock(text) ? literal(text, place.indent) : doubleQuoted(text, place);
  return inline(text, place);
}

function inline(text: string, place: Place): string {
  if (SPECIAL.test(text) || isResolved(text)) return doubleQuoted(text, place);
  if (!NOT_PLAIN.test(text)) return broken(text, place, 0);
  return `'${broken(text.replaceAll("'", "''"), { ...place, column: place.column + 1 }, 1)}'`;
}

/** A space at which a line may end stands between two other characters; `edge` is 1 where none may at either end. */
function broken(text: string, { column, indent }: Place, edge: 0 | 1): string {
  if (column + text.length <= BEST_WIDTH) return text;
  let written = '';
  let at = column;
  for (const [i, char] of [...text].entries()) {
    const isBreak = char === ' ' && at > BEST_WIDTH && text.charAt(i - 1) !== ' ' && text.charAt(i + 1) !== ' ';
    if (isBreak && i >= edge && i < text.length - edge) {
      written += `\n${' '.repeat(indent)}`;
      at = indent;
    } else {
      written += char;
      at += 1;
    }
  }
  return written;
}

function doubleQuoted(text: string, { column, indent }: Place): string {
  const chars = [...text];
  let written = '"';
  let at = column + 1;
  let isAfterSpace = false;
  for (const [i, char] of chars.entries()) {
    if (char === ' ' && !isAfterSpace && at > BEST_WIDTH && i > 0 && i < chars.length - 1) {
      const mark = chars[i + 1] === ' ' ? '\\' : '';
      written += `\n${' '.repeat(indent)}${mark}`;
      at = indent + mark.length;
    } else {
      const part = ESCAPED.test(char) ? escaped(char) : char;
      written += part;
      at += part.length;
    }
    isAfterSpace = char === ' ';
  }
  return `${written}"`;
}

function escaped(char: string): string {
  const known = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
  if (known !== undefined) return `\\${known}`;
  const code = char.codePointAt(0) ?? 0;
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(digits, '0')}`;
}

const isBlock = (text: string): boolean => !SPECIAL.test(text) && !/ \n| $/.test(text);

/** A text of several lines. */
function literal(text: string, indent: number): string {
  const chomping = text.endsWith('\n') ? (/\n\n$/.test(text) || text === '\n' ? '+' : '') : '-';
  const pad = ' '.repeat(indent);
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text)
    .split('\n')
    .map((line) => (line === '' ? '' : pad + line));
  return `|${/^[ \n]/.test(text) ? '2' : ''}${chomping}\n${lines.join('\n')}`;
}
