/** How Go prints texts and values: what messages of the API server quote. */

const SHORT: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '"': '\\"',
  '\\': '\\\\',
};

// Letters, marks, numbers, punctuation, symbols and the plain blank are printed as they are. @see unicode.IsPrint
const NOT_PRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]|["\\]/gu;
const UNPAIRED = /\p{Surrogate}/gu;

function escaped(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}

/** A text as `%q` prints it. @see strconv.Quote */
export const goQuote = (text: string): string =>
  `"${text.replace(UNPAIRED, '\ufffd').replace(NOT_PRINTABLE, escaped)}"`;

const HTML = /[<>&\u2028\u2029]/g;

const escapeHtml = (json: string): string =>
  json.replace(HTML, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A value as `json.Marshal` prints it: angle brackets and ampersands are escaped. */
export const goJson = (value: unknown): string => escapeHtml(JSON.stringify(value));

/** The same over several lines, one blank a level. */
export const goIndented = (value: unknown): string => escapeHtml(JSON.stringify(value, undefined, 1));
