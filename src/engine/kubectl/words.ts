/** A piece of a line of the shell: a word, or one of its signs. */
export type Token =
  | { readonly type: 'word'; readonly text: string }
  | { readonly type: 'sign'; readonly sign: string }
  /** The lines of a here-document. */
  | { readonly type: 'document'; readonly text: string };

/** Why a text is no line of the shell, as the shell says it. */
export interface ShellFault {
  readonly fault: string;
}

/** The longest first. A redirection may have a number before it. */
const SIGNS = ['<<-', '<<', '2>&1', '&>', '2>>', '2>', '>>', '&&', '||', '|', ';', '<', '>', '&', '\n'] as const;

/**
 * Takes a text apart as a shell does: quotes, backslashes, signs, here-documents, comments; nothing is expanded.
 * @see POSIX Shell Command Language, 2.3 Token Recognition
 */
export function readTokens(source: string): readonly Token[] | ShellFault {
  const reader = new TokenReader(source);
  while (!reader.atEnd && reader.fault === undefined) reader.next();
  return reader.fault === undefined ? reader.finish() : { fault: reader.fault };
}

class TokenReader {
  fault: string | undefined;
  readonly #source: string;
  readonly #tokens: Token[] = [];
  /** Delimiters of here-documents that begin behind this line, and where their text belongs. */
  #documents: { readonly delimiter: string; readonly tabs: boolean; readonly token: number }[] = [];
  #at = 0;
  #word: string | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  get atEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  next(): void {
    const char = this.#source.charAt(this.#at);
    if (char === "'" || char === '"') this.#quote(char);
    else if (char === '\\') this.#escape();
    else if (char === '`' || this.#source.startsWith('$(', this.#at))
      this.fault = 'error: command substitution is not simulated; run the commands one after the other';
    else if (char === '#' && this.#word === undefined) this.#skipComment();
    else if (char !== '\n' && /\s/.test(char)) this.#step(1, () => this.#endWord());
    else this.#signOrLetter(char);
  }

  finish(): readonly Token[] {
    this.#endWord();
    return this.#tokens;
  }

  #step(length: number, act: () => void): void {
    act();
    this.#at += length;
  }

  #signOrLetter(char: string): void {
    const sign = SIGNS.find((text) => this.#source.startsWith(text, this.#at));
    // A number belongs to a redirection only where a word would begin.
    if (sign === undefined || (sign.startsWith('2') && this.#word !== undefined)) {
      this.#step(1, () => this.#add(char));
      return;
    }
    this.#endWord();
    this.#tokens.push({ type: 'sign', sign });
    this.#at += sign.length;
    if (sign === '\n') this.#readDocuments();
  }

  #add(text: string): void {
    this.#word = (this.#word ?? '') + text;
  }

  #quote(mark: string): void {
    this.#add('');
    this.#at += 1;
    for (;;) {
      const char = this.#source.charAt(this.#at);
      if (char === '') {
        this.fault = 'error: the command line ends inside quotes';
        return;
      }
      this.#at += 1;
      if (char === mark) return;
      if (mark === '"' && char === '\\') this.#escapeInQuotes();
      else this.#add(char);
    }
  }

  #escapeInQuotes(): void {
    const char = this.#source.charAt(this.#at);
    this.#at += 1;
    if (char !== '\n') this.#add('"\\$`'.includes(char) ? char : `\\${char}`);
  }

  #escape(): void {
    const char = this.#source.charAt(this.#at + 1);
    this.#at += 2;
    if (char === '\n') return;
    this.#add(char);
  }

  #skipComment(): void {
    const end = this.#source.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#source.length : end;
  }

  #endWord(): void {
    if (this.#word === undefined) return;
    const last = this.#tokens.at(-1);
    if (last?.type === 'sign' && (last.sign === '<<' || last.sign === '<<-')) {
      this.#documents.push({ delimiter: this.#word, tabs: last.sign === '<<-', token: this.#tokens.length - 1 });
      this.#tokens[this.#tokens.length - 1] = { type: 'document', text: '' };
    } else this.#tokens.push({ type: 'word', text: this.#word });
    this.#word = undefined;
  }

  #readDocuments(): void {
    for (const { delimiter, tabs, token } of this.#documents) {
      const lines: string[] = [];
      while (!this.atEnd) {
        const end = this.#source.indexOf('\n', this.#at);
        const raw = this.#source.slice(this.#at, end < 0 ? undefined : end);
        this.#at = end < 0 ? this.#source.length : end + 1;
        const line = tabs ? raw.replace(/^\t+/, '') : raw;
        if (line === delimiter) break;
        lines.push(line);
      }
      this.#tokens[token] = { type: 'document', text: lines.map((line) => `${line}\n`).join('') };
    }
    this.#documents = [];
  }
}
