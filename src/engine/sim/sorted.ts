/** Keys in ascending order of (rank, key): the iteration order that equal states share. */
export class SortedKeys {
  readonly #keys: string[] = [];
  readonly #ranks: number[] | undefined;

  constructor(ranked: boolean) {
    this.#ranks = ranked ? [] : undefined;
  }

  get keys(): readonly string[] {
    return this.#keys;
  }

  /** Position of the first entry that is not before (rank, key). */
  lowerBound(key: string, rank = 0): number {
    let low = 0;
    let high = this.#keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#isBefore(middle, key, rank)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  add(key: string, rank = 0): void {
    const at = this.lowerBound(key, rank);
    if (at === this.#keys.length) {
      this.#keys.push(key);
      this.#ranks?.push(rank);
      return;
    }
    this.#keys.splice(at, 0, key);
    this.#ranks?.splice(at, 0, rank);
  }

  remove(key: string, rank = 0): void {
    const at = this.lowerBound(key, rank);
    if (this.#keys[at] !== key) return;
    if (at === 0) {
      // The first is taken most often, and `shift` need not move the rest.
      this.#keys.shift();
      this.#ranks?.shift();
      return;
    }
    this.#keys.splice(at, 1);
    this.#ranks?.splice(at, 1);
  }

  #isBefore(at: number, key: string, rank: number): boolean {
    const ranks = this.#ranks;
    const other = this.#keys[at] as string;
    if (!ranks) return other < key;
    const otherRank = ranks[at] as number;
    return otherRank < rank || (otherRank === rank && other < key);
  }
}
