/** Faults of a text of manifests: kubectl's words for them, and what to do. */
import { parseEvents, YAMLException } from 'js-yaml';

/** What kind of fault it is, for translations and tests; the parameters are those of {@link ManifestError}. */
export type ManifestErrorCode =
  | 'tooLarge'
  | 'binary'
  | 'unicode'
  | 'separator'
  | 'tab'
  | 'indentation'
  | 'unclosed'
  | 'syntax'
  | 'template'
  | 'duplicateKey'
  | 'unknownAnchor'
  | 'selfReference'
  | 'aliases'
  | 'mergeKey'
  | 'mapKey'
  | 'tag'
  | 'notFinite'
  | 'tooManyDigits'
  | 'depth'
  | 'notAnObject'
  | 'noKind'
  | 'noApiVersion'
  | 'itemsNotAList';

/** A fault found while reading; `offset` is into the text read. Thrown inside this folder only. */
export class ManifestFault extends Error {
  readonly code: ManifestErrorCode;
  readonly offset: number;
  readonly text: string;
  readonly remedy: string;
  /** The line is put into the text (`yaml: line 3: …`). */
  readonly showsLine: boolean;
  /** Another place that the fault has to do with; `{line}` in the remedy stands for its line. */
  readonly related: number | undefined;

  constructor(
    code: ManifestErrorCode,
    offset: number,
    text: string,
    remedy: string,
    showsLine = false,
    related: number | undefined = undefined,
  ) {
    super(text);
    this.code = code;
    this.offset = offset;
    this.text = text;
    this.remedy = remedy;
    this.showsLine = showsLine;
    this.related = related;
  }
}

const TAB_REMEDY = 'The line is indented with a tab. YAML knows spaces only: replace every tab with spaces.';
const INDENT_REMEDY =
  'Keys of one object start in the same column. Compare the indentation with the line above, and put a text that' +
  ' contains ": " or starts with a special character in quotes.';
const MISSING_COLON_REMEDY = 'The line above has no ": " with a blank behind its key.';
const LIST_REMEDY = 'A list starts on the line below its key, all dashes in one column; or write it as [a, b].';
const TEMPLATE_REMEDY = 'This is a template. Render it first, for example with "helm template", and paste the result.';
const QUOTE_REMEDY = 'Put the text in quotes.';

interface Wording {
  readonly reason: RegExp;
  readonly code: ManifestErrorCode;
  readonly text: string;
  readonly remedy: string;
}

/** What the parser says, and what kubectl's says of the same fault. The first that fits is taken. */
const WORDINGS: readonly Wording[] = [
  { reason: /^tab characters/, code: 'tab', text: 'found character that cannot start any token', remedy: TAB_REMEDY },
  {
    reason: /within a (?:single|double) quoted scalar$/,
    code: 'unclosed',
    text: 'found unexpected end of stream',
    remedy: 'A quote that was opened is not closed.',
  },
  {
    reason: /within a flow collection$|^missed comma/,
    code: 'unclosed',
    text: "did not find expected ',' or '}' or ']'",
    remedy: 'Separate the entries with commas and close the bracket.',
  },
  {
    reason: /^bad indentation of a sequence entry/,
    code: 'indentation',
    text: "did not find expected '-' indicator",
    remedy: 'The dashes of one list start in the same column.',
  },
  {
    reason: /^bad indentation|^deficient indentation/,
    code: 'indentation',
    text: 'did not find expected key',
    remedy: INDENT_REMEDY,
  },
  {
    reason: /^can not read a block mapping entry|^expected ':'/,
    code: 'indentation',
    text: "could not find expected ':'",
    remedy: 'A key is followed by a colon and a blank.',
  },
  {
    reason: /^end of the stream|^directives end mark/,
    code: 'indentation',
    text: 'did not find expected <document start>',
    remedy: 'Something follows after the end of the object. Check the indentation, or start a new document with "---".',
  },
  {
    reason: /^unknown escape sequence/,
    code: 'syntax',
    text: 'found unknown escape character',
    remedy: 'In double quotes a backslash starts an escape; write two of them, or use single quotes.',
  },
  {
    reason: /^expected hexadecimal/,
    code: 'syntax',
    text: 'did not find expected hexdecimal number',
    remedy: 'An escape like \\u00e9 needs hexadecimal digits.',
  },
  {
    reason: /^nesting exceeded/,
    code: 'depth',
    text: 'exceeded max depth of 10000',
    remedy: 'Objects are nested more than a hundred levels deep, which no kind of Kubernetes needs.',
  },
  { reason: /^undeclared tag/, code: 'tag', text: 'found undefined tag handle', remedy: 'Leave out the tag.' },
  {
    reason: /non-printable|^null byte|^expected valid JSON character/,
    code: 'binary',
    text: 'control characters are not allowed',
    remedy: 'Remove the character, or write it as an escape in double quotes.',
  },
];

/** The fault that a parser's error stands for; `base` is where the parsed part starts in `source`. */
export function faultOfParser(error: YAMLException, source: string, base: number): ManifestFault {
  const offset = Math.min(base + (error.mark?.position ?? 0), source.length);
  const lineStart = source.lastIndexOf('\n', offset - 1) + 1;
  const lineEnd = source.indexOf('\n', offset);
  const line = source.slice(lineStart, lineEnd === -1 ? source.length : lineEnd);
  const before = source.slice(lineStart, offset);
  if (/^ *\t/.test(line)) {
    return new ManifestFault('tab', lineStart, 'found character that cannot start any token', TAB_REMEDY, true);
  }
  const char = source.charAt(offset);
  if (line.includes('{{')) {
    return new ManifestFault('template', offset, wordingOf(error.reason)?.text ?? error.reason, TEMPLATE_REMEDY, true);
  }
  if ('@`%'.includes(char || ' ') || /[@`%]$/.test(before)) {
    return new ManifestFault('syntax', offset, 'found character that cannot start any token', QUOTE_REMEDY, true);
  }
  // A bracket or quote that is left open shows as bad indentation only where the next line starts.
  const reason = /indentation/.test(error.reason)
    ? (unclosed(source.slice(base, offset)) ?? error.reason)
    : error.reason;
  const misplaced = /^bad indentation of a mapping|^end of the stream/.test(reason);
  if (misplaced && char === ':') {
    const text = 'mapping values are not allowed in this context';
    const remedy = error.reason.startsWith('end') ? MISSING_COLON_REMEDY : INDENT_REMEDY;
    return new ManifestFault('indentation', offset, text, remedy, true);
  }
  if (misplaced && /^-\s/.test(source.slice(offset, offset + 2))) {
    const inline = before.trim() !== '';
    const text = inline ? 'block sequence entries are not allowed in this context' : 'did not find expected key';
    return new ManifestFault('indentation', offset, text, LIST_REMEDY, true);
  }
  const wording = wordingOf(reason);
  if (wording !== undefined) return new ManifestFault(wording.code, offset, wording.text, wording.remedy, true);
  return new ManifestFault('syntax', offset, error.reason, 'Correct the line.', true);
}

function wordingOf(reason: string): Wording | undefined {
  return WORDINGS.find((entry) => entry.reason.test(reason));
}

/** What is still open at the end of a part of a text, in the parser's words. */
function unclosed(part: string): string | undefined {
  try {
    parseEvents(part.trimEnd(), {});
  } catch (error) {
    if (error instanceof YAMLException && /^unexpected end of the stream/.test(error.reason)) return error.reason;
  }
  return undefined;
}
