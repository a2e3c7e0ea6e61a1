/** Longer texts hardly ever come twice. */
const LONGEST = 300;

/**
 * Makes equal texts, and equal lists of texts, one. What the worker sends has each of its texts anew, and most say what an
 * earlier one has said: names, times, fields, phases.
 */
export class Sharing {
  readonly #texts = new Map<string, string>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #empty: readonly never[] = [];

  /** The value, with its parts replaced in place by ones that are known; plain data that nobody else holds yet. */
  share<T>(value: T): T {
    return this.#shared(value) as T;
  }

  #shared(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return this.#list(value);
    const fields = value as Record<string, unknown>;
    for (const key in fields) {
      const field = fields[key];
      const known = this.#shared(field);
      if (known !== field || typeof field === 'string') fields[key] = known;
    }
    return value;
  }

  #text(text: string): string {
    if (text.length > LONGEST) return text;
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }

  #list(list: unknown[]): unknown {
    if (list.length === 0) return this.#empty;
    if (!list.every((item) => typeof item === 'string')) {
      list.forEach((item, index) => {
        list[index] = this.#shared(item);
      });
      return list;
    }
    const shared = list.map((item) => this.#text(item));
    const key = shared.join('\n');
    const known = this.#lists.get(key);
    if (known?.length === shared.length && known.every((item, index) => item === shared[index])) return known;
    if (key.length <= LONGEST) this.#lists.set(key, shared);
    return shared;
  }
}
