/** Cuts a text into its YAML documents, so that a broken one does not hide the others. */

/** A part of the text that holds one document. */
export interface Chunk {
  /** Where it starts and ends in the text, its separator line left out. */
  readonly start: number;
  readonly end: number;
  /** What follows `---` on its own line, which kubectl refuses; the offset of it. */
  readonly misplaced: number | undefined;
}

// A line that starts like this ends a document wherever it stands: neither a block nor a quoted scalar may contain it.
const MARKER = /^(?:---|\.\.\.)(?=[ \t\r\n]|$)[ \t]*/gm;

/**
 * The documents of a text in order. Directives (`%YAML 1.2`) belong to the document behind them; parts without any
 * content are left out.
 *
 * @see staging/src/k8s.io/apimachinery/pkg/util/yaml/decoder.go YAMLReader.Read
 */
export function splitDocuments(text: string, from: number): Chunk[] {
  const chunks: Chunk[] = [];
  let start = from;
  let misplaced: number | undefined;
  const close = (end: number): void => {
    if (misplaced !== undefined) chunks.push({ start, end, misplaced });
    else if (!isBlank(text, start, end)) splitJson(text, start, end, chunks);
  };
  MARKER.lastIndex = from;
  for (let match = MARKER.exec(text); match !== null; match = MARKER.exec(text)) {
    close(match.index);
    const after = match.index + match[0].length;
    const lineEnd = text.indexOf('\n', after);
    const rest = text.slice(after, lineEnd === -1 ? text.length : lineEnd).trimEnd();
    misplaced = rest === '' || rest.startsWith('#') ? undefined : after;
    start = lineEnd === -1 ? text.length : lineEnd + 1;
    MARKER.lastIndex = start;
  }
  close(text.length);
  return chunks;
}

/** Nothing but white space, comments and directives. */
function isBlank(text: string, start: number, end: number): boolean {
  let lineStart = true;
  for (let at = start; at < end; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x0a) lineStart = true;
    else if (char === 0x23 || (char === 0x25 && lineStart)) {
      const lineEnd = text.indexOf('\n', at);
      if (lineEnd === -1 || lineEnd >= end) return true;
      at = lineEnd - 1;
    } else if (char === 0x20 || char === 0x09 || char === 0x0d) lineStart = false;
    else return false;
  }
  return true;
}

/** The offset behind the JSON object that starts at `start`, `end` where it is not closed. */
function endOfObject(text: string, start: number, end: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < end; at += 1) {
    const char = text.charCodeAt(at);
    if (quoted) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) quoted = false;
    } else if (char === 0x22) quoted = true;
    else if (char === 0x7b) depth += 1;
    else if (char === 0x7d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return end;
}

function skipSpace(text: string, start: number, end: number): number {
  let at = start;
  while (at < end && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}

/** JSON objects may follow each other without any marker, as `jq` prints them. @see YAMLOrJSONDecoder */
function splitJson(text: string, start: number, end: number, chunks: Chunk[]): void {
  let from = start;
  let at = skipSpace(text, start, end);
  while (at < end && text.charAt(at) === '{') {
    const close = endOfObject(text, at, end);
    const next = skipSpace(text, close, end);
    if (next >= end || text.charAt(next) !== '{') break;
    chunks.push({ start: from, end: close, misplaced: undefined });
    from = next;
    at = next;
  }
  chunks.push({ start: from, end, misplaced: undefined });
}
