/** Work that takes many slices. */
interface Work<T> {
  /** Works for a slice. Returns whether there is more to do. */
  readonly goOn: () => boolean;
  readonly result: () => T;
}

/** Work of one sort beside the run that is shown, a piece at a time: a newer piece drops the one before. */
export class Background<T> {
  #current:
    | {
        readonly work: Work<T>;
        readonly resolve: (result: T | null) => void;
        readonly reject: (error: unknown) => void;
      }
    | undefined;

  /** Resolves with the result when calls of `goOn` have brought the work to its end, with null when it was dropped. */
  start(work: Work<T>): Promise<T | null> {
    this.drop();
    return new Promise((resolve, reject) => {
      this.#current = { work, resolve, reject };
    });
  }

  drop(): void {
    this.#current?.resolve(null);
    this.#current = undefined;
  }

  /** Works for a slice. Returns whether there is more to do. */
  goOn(): boolean {
    if (!this.#current) return false;
    const { work, resolve, reject } = this.#current;
    try {
      if (work.goOn()) return true;
      resolve(work.result());
    } catch (error) {
      // What goes wrong here must leave the run that is shown alone.
      reject(error);
    }
    this.#current = undefined;
    return false;
  }
}
