/** A text with a cursor in it. */
export interface Edited {
  readonly text: string;
  readonly cursor: number;
}

/** What may stand in place of the text from `start` to the cursor. */
interface Candidates {
  readonly start: number;
  readonly candidates: readonly string[];
}

/** Whether a shell would ask for another line: an open quote or here-document, or an end that needs more. */
export function isUnfinished(text: string): boolean {
  const document = /<<-?[ \t]*(['"]?)([\w.-]+)\1/.exec(text);
  if (document) {
    const [, , delimiter = ''] = document;
    return !text
      .slice(document.index)
      .split('\n')
      .slice(1)
      .some((line) => line.replace(/^\t+/, '') === delimiter);
  }
  const closed = text.replace(/\\[^']|'[^']*'|"(?:\\.|[^"\\])*"/gs, '');
  return /['"]/.test(closed) || /(?:\\|\||&&)[ \t]*$/.test(text);
}

function commonPrefix(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) {
    while (!other.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}

/** Puts a candidate in place of what it completes. */
export function insertCandidate({ text, cursor }: Edited, start: number, candidate: string): Edited {
  const behind = text.slice(cursor);
  const inserted = candidate.endsWith(' ') && behind.startsWith(' ') ? candidate.slice(0, -1) : candidate;
  return { text: text.slice(0, start) + inserted + behind, cursor: start + inserted.length };
}

/** Writes as much as all candidates have in common; undefined where that is nothing new. */
export function insertCommon(edited: Edited, { start, candidates }: Candidates): Edited | undefined {
  const common = commonPrefix(candidates);
  if (common.length <= edited.cursor - start) return undefined;
  return insertCandidate(edited, start, common);
}

const MAX_HISTORY = 200;

/** The history with a line at its end; a line that is repeated moves there. */
export function remember(history: readonly string[], line: string): readonly string[] {
  return [...history.filter((other) => other !== line), line].slice(-MAX_HISTORY);
}
