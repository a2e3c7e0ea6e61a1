/** Longer texts hardly ever come twice. */
const LONGEST = 300;
/** What is remembered of each sort: what is said again is mostly said again soon. */
const REMEMBERED = 20_000;
/** Versions of objects are counted up: none comes twice. */
const COUNTER = /^\d+$/;

/**
 * Makes equal texts one, and equal lists of texts, and equal objects that hold no others. What the worker sends has each of
 * its parts anew, and most say what an earlier one has said: names, times, changed fields, candidates of a decision.
 */
export class Sharing {
  readonly #texts = new Map<string, string>();
  readonly #lists = new Map<string, readonly string[]>();
  readonly #objects = new Map<string, object>();
  readonly #empty: readonly never[] = [];

  /** The value, with its parts replaced in place by ones that are known; plain data that nobody else holds yet. */
  share<T>(value: T): T {
    return this.#shared(value) as T;
  }

  #shared(value: unknown): unknown {
    if (typeof value === 'string') return this.#text(value);
    if (value === null || typeof value !== 'object') return value;
    return Array.isArray(value) ? this.#list(value) : this.#object(value as Record<string, unknown>);
  }

  #text(text: string): string {
    return text.length > LONGEST || COUNTER.test(text) ? text : remembered(this.#texts, text, text);
  }

  #object(fields: Record<string, unknown>): object {
    let isLeaf = true;
    for (const key in fields) {
      const field = fields[key];
      fields[key] = this.#shared(field);
      isLeaf &&= field !== undefined && (typeof field !== 'object' || field === null);
    }
    if (!isLeaf) return fields;
    const said = JSON.stringify(fields);
    return said.length > LONGEST ? fields : remembered(this.#objects, said, fields);
  }

  #list(list: unknown[]): readonly unknown[] {
    if (list.length === 0) return this.#empty;
    const isOfTexts = list.every((item) => typeof item === 'string');
    list.forEach((item, index) => {
      list[index] = this.#shared(item);
    });
    if (!isOfTexts) return list;
    const said = JSON.stringify(list);
    return said.length > LONGEST ? list : remembered(this.#lists, said, list as string[]);
  }
}

/** What is known under the key, else what is new. */
function remembered<T>(known: Map<string, T>, key: string, value: T): T {
  const before = known.get(key);
  if (before !== undefined) return before;
  if (known.size >= REMEMBERED) known.clear();
  known.set(key, value);
  return value;
}
