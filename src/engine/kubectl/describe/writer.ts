import { layOut } from '../tabwriter.ts';

/** Lines of a description: cells are parted by tabs, levels indent by two spaces. */
export class DescriptionWriter {
  #text = '';
  #done = '';
  readonly #level: number;
  readonly #parent: DescriptionWriter | undefined;

  constructor(parent?: DescriptionWriter, level = 0) {
    this.#parent = parent;
    this.#level = level;
  }

  /** Writes a piece of text, indented by its level. */
  write(level: number, text: string): void {
    const indented = '  '.repeat(level) + text;
    if (this.#parent) this.#parent.write(this.#level, indented);
    else this.#text += indented;
  }

  line(level: number, text: string): void {
    this.write(level, `${text}\n`);
  }

  /** What follows has columns of its own. */
  flush(): void {
    this.#done += layOut(
      this.#text
        .split('\n')
        .slice(0, -1)
        .map((line) => line.split('\t')),
      { minWidth: 0, padding: 2 },
    );
    this.#text = '';
  }

  /** The lines as they were written, their cells parted by tabs. */
  get raw(): string {
    return this.#text;
  }

  get text(): string {
    this.flush();
    return this.#done;
  }
}
