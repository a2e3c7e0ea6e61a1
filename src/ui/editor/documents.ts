/** One document of a text, as far as lines tell: enough to put marks beside it. */
export interface TextDocument {
  /** Lines count from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The line with `metadata.name`. */
  readonly nameLine: number;
}

const SCALAR = `("[^"]*"|'[^']*'|[^\\s#,{}]+)`;
const KIND = new RegExp(`^kind:\\s*${SCALAR}`);
const METADATA = /^metadata:\s*(\{.*)?/;
const FIELD = new RegExp(`^(\\s+)(name|namespace):\\s*${SCALAR}`);
const INLINE = new RegExp(`[{,]\\s*(name|namespace):\\s*${SCALAR}`, 'g');

/** Longer texts get no marks: their lines are read as one types, and these take some 20 ms. */
const MAX_LENGTH = 500_000;

/** The documents of a text that name an object. Reads lines only, so broken texts have documents, too. */
export function documentsOf(text: string): TextDocument[] {
  if (text.length > MAX_LENGTH) return [];
  const lines = text.split(/\r\n|\r|\n/);
  const found: TextDocument[] = [];
  let start = 0;
  for (let index = 0; index <= lines.length; index += 1) {
    const line = lines[index];
    if (line !== undefined && !/^---(\s|$)/.test(line)) continue;
    const document = documentOf(lines, start, index);
    if (document !== undefined) found.push(document);
    start = index + 1;
  }
  return found;
}

function documentOf(lines: readonly string[], start: number, end: number): TextDocument | undefined {
  let kind = '';
  let name = '';
  let namespace = '';
  let nameLine = 0;
  let metadataIndent: number | undefined;
  const put = (field: string, value: string, line: number): void => {
    if (field === 'namespace') {
      namespace = unquoted(value);
    } else if (name === '') {
      name = unquoted(value);
      nameLine = line;
    }
  };
  for (let index = start; index < end; index += 1) {
    const line = lines[index] ?? '';
    kind ||= unquoted(KIND.exec(line)?.[1] ?? '');
    const metadata = METADATA.exec(line);
    if (metadata !== null) {
      metadataIndent = 0;
      for (const [, field = '', value = ''] of (metadata[1] ?? '').matchAll(INLINE)) put(field, value, index + 1);
      continue;
    }
    if (metadataIndent === undefined) continue;
    if (/^\S/.test(line) && !line.startsWith('#')) {
      metadataIndent = undefined;
      continue;
    }
    const field = FIELD.exec(line);
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    if (metadataIndent === 0 && indent > 0 && line.trim() !== '') metadataIndent = indent;
    if (field?.[1]?.length === metadataIndent) put(field[2] ?? '', field[3] ?? '', index + 1);
  }
  if (kind === '' || name === '') return undefined;
  let lastLine = end;
  while (lastLine > start + 1 && lines[lastLine - 1]?.trim() === '') lastLine -= 1;
  return { firstLine: start + 1, lastLine, kind, namespace, name, nameLine };
}

function unquoted(value: string): string {
  return /^(["']).*\1$/.test(value) ? value.slice(1, -1) : value;
}
