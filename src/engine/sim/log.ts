import type { VirtualTime } from './types.ts';

/** Where a row's value lives. */
export interface RowAddress {
  readonly table: string;
  readonly key: string;
}

/** What one step was: rows `[firstRow, endRow)` of the log. */
export interface StepHead {
  readonly step: number;
  readonly at: VirtualTime;
  readonly process: string;
  readonly label: string;
  readonly firstRow: number;
  readonly endRow: number;
}

/**
 * Every change of a run, in order, as columns: a row is (address, before, after), a step is a range of rows.
 * Values are references to immutable data and are never copied.
 */
export class Log {
  readonly #addresses: RowAddress[] = [];
  readonly #ids = new Map<string, Map<string, number>>();
  readonly rowAddress: number[] = [];
  readonly rowBefore: unknown[] = [];
  readonly rowAfter: unknown[] = [];
  readonly stepAt: VirtualTime[] = [];
  readonly stepProcess: string[] = [];
  readonly stepLabel: string[] = [];
  readonly #stepRow: number[] = [];
  #history: number[][] | undefined;
  #opened: { readonly at: VirtualTime; readonly process: string; readonly label: string } | undefined;

  get rows(): number {
    return this.rowAddress.length;
  }

  get steps(): number {
    return this.stepAt.length;
  }

  /** Number of different addresses ever written. */
  get addresses(): number {
    return this.#addresses.length;
  }

  address(id: number): RowAddress {
    const address = this.#addresses[id];
    if (!address) throw new RangeError(`no address ${id}`);
    return address;
  }

  idOf(table: string, key: string): number {
    let ids = this.#ids.get(table);
    if (!ids) {
      ids = new Map();
      this.#ids.set(table, ids);
    }
    let id = ids.get(key);
    if (id === undefined) {
      id = this.#addresses.length;
      this.#addresses.push({ table, key });
      ids.set(key, id);
    }
    return id;
  }

  append(table: string, key: string, before: unknown, after: unknown): void {
    if (this.#opened) this.#begin(this.#opened);
    const id = this.idOf(table, key);
    if (this.#history) this.#versions(this.#history, id).push(this.rows);
    this.rowAddress.push(id);
    this.rowBefore.push(before);
    this.rowAfter.push(after);
  }

  /** The rows that follow belong to a new step; without any there is no step. */
  openStep(at: VirtualTime, process: string, label: string): void {
    this.#opened = { at, process, label };
  }

  /** Whether the opened step has written anything. */
  get begun(): boolean {
    return this.#opened === undefined;
  }

  /** Number of the step that runs. */
  get current(): number {
    return this.#opened ? this.steps : this.steps - 1;
  }

  step(step: number): StepHead {
    const at = this.stepAt[step];
    const process = this.stepProcess[step];
    const label = this.stepLabel[step];
    const firstRow = this.#stepRow[step];
    if (at === undefined || process === undefined || label === undefined || firstRow === undefined) {
      throw new RangeError(`no step ${step} in a log of ${this.steps}`);
    }
    return { step, at, process, label, firstRow, endRow: this.#stepRow[step + 1] ?? this.rows };
  }

  /** The step that wrote a row. */
  stepOfRow(row: number): number {
    let low = 0;
    let high = this.#stepRow.length;
    while (low + 1 < high) {
      const middle = (low + high) >>> 1;
      if ((this.#stepRow[middle] as number) <= row) low = middle;
      else high = middle;
    }
    return low;
  }

  /** Forgets everything from a step on: what a fork does before it goes another way. */
  truncate(steps: number): void {
    if (steps >= this.steps) return;
    const rows = this.#stepRow[steps] ?? this.rows;
    for (const column of [this.rowAddress, this.rowBefore, this.rowAfter]) column.length = rows;
    for (const column of [this.stepAt, this.stepProcess, this.stepLabel, this.#stepRow]) column.length = steps;
    this.#history = undefined;
    this.#opened = undefined;
  }

  /** Value at an address once the first `rows` rows have been applied. Reads a version list that is built on first use. */
  valueAt(id: number, rows: number): unknown {
    this.#history ??= this.#buildHistory();
    const versions = this.#versions(this.#history, id);
    let low = 0;
    let high = versions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((versions[middle] as number) < rows) low = middle + 1;
      else high = middle;
    }
    const row = versions[low - 1];
    if (row !== undefined) return this.rowAfter[row];
    const first = versions[0];
    return first === undefined ? undefined : this.rowBefore[first];
  }

  #begin(head: { readonly at: VirtualTime; readonly process: string; readonly label: string }): void {
    this.#opened = undefined;
    this.stepAt.push(head.at);
    this.stepProcess.push(head.process);
    this.stepLabel.push(head.label);
    this.#stepRow.push(this.rows);
  }

  #buildHistory(): number[][] {
    const history: number[][] = [];
    this.rowAddress.forEach((id, row) => {
      this.#versions(history, id).push(row);
    });
    return history;
  }

  #versions(history: number[][], id: number): number[] {
    let versions = history[id];
    if (!versions) {
      versions = [];
      history[id] = versions;
    }
    return versions;
  }
}
