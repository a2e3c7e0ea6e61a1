import TinyQueue from 'tinyqueue';
import type { QueueSpec } from './component.ts';
import type { Store } from './store.ts';
import type { VirtualTime } from './types.ts';

/** A queued item as the store holds it, in table `t/<process>/<queue>` under the item's key. */
export interface Task {
  readonly due: VirtualTime;
  readonly seq: number;
}

interface Waiting extends Task {
  readonly item: string;
}

/** One queue of one process; everything here is derived from the store. */
export interface Lane {
  readonly process: string;
  readonly queue: string;
  readonly spec: QueueSpec;
  readonly table: string;
  /** Tables of the items in work, and of the time until which the process is busy. */
  readonly processing: string;
  readonly busy: string;
  readonly heap: TinyQueue<Waiting>;
  /** Next round of a periodic queue. */
  nextRound: VirtualTime;
  /** When it runs next and its order among others then, as last found; `version` counts the changes. */
  due: VirtualTime;
  rank: number;
  seq: number;
  version: number;
}

interface Candidate {
  readonly due: VirtualTime;
  readonly rank: number;
  readonly seq: number;
  readonly lane: Lane;
  readonly version: number;
}

export interface NextTask {
  readonly lane: Lane;
  readonly item: string;
  readonly due: VirtualTime;
}

const NEVER = { due: Number.POSITIVE_INFINITY, rank: 0, seq: 0 } as const;

/** Order of components that are due at the same instant. */
export const RANK = { starting: 0, first: 1, normal: 2, round: 3 } as const;

export const itemKey = (queue: string, item: string): string => `${queue} ${item}`;

/** Finds the next task over all queues in O(log n); a mirror of the `t/…` tables that is rebuilt after a seek. */
export class Lanes {
  readonly #store: Store;
  readonly #lanes = new Map<string, Map<string, Lane>>();
  #ready = readyQueue();

  constructor(store: Store) {
    this.#store = store;
  }

  clear(): void {
    this.#lanes.clear();
    this.#ready = readyQueue();
  }

  get all(): readonly Lane[] {
    return [...this.#lanes.values()].flatMap((queues) => [...queues.values()]);
  }

  find(process: string, queue: string): Lane | undefined {
    return this.#lanes.get(process)?.get(queue);
  }

  /** Opens a queue and takes up what the store holds for it. */
  open(process: string, queue: string, spec: QueueSpec, nextRound: VirtualTime): void {
    const table = `t/${process}/${queue}`;
    const tables = { table, processing: `m/${process}/~processing.${queue}`, busy: `m/${process}/~busy` };
    const heap = new TinyQueue<Waiting>([], (a, b) => a.due - b.due || a.seq - b.seq);
    const lane: Lane = { process, queue, spec, ...tables, heap, nextRound, ...NEVER, version: 0 };
    const queues = this.#lanes.get(process) ?? new Map<string, Lane>();
    this.#lanes.set(process, queues.set(queue, lane));
    for (const item of this.#store.keys(table)) heap.push({ ...(this.#store.get(table, item) as Task), item });
    this.refresh(lane);
  }

  close(process: string): void {
    for (const lane of this.#lanes.get(process)?.values() ?? []) lane.version++;
    this.#lanes.delete(process);
  }

  added(lane: Lane, item: string, task: Task): void {
    lane.heap.push({ due: task.due, seq: task.seq, item });
    if (lane.heap.peek()?.seq === task.seq) this.refresh(lane);
  }

  /** Looks anew at when a lane can run next: after its head, its busy time or its free workers changed. */
  refresh(lane: Lane): void {
    const { due, rank, seq } = this.#next(lane) ?? NEVER;
    if (lane.due === due && lane.rank === rank && lane.seq === seq) return;
    lane.due = due;
    lane.rank = rank;
    lane.seq = seq;
    lane.version++;
    if (due < NEVER.due) this.#ready.push({ due, rank, seq, lane, version: lane.version });
  }

  peek(): NextTask | undefined {
    for (;;) {
      const top = this.#ready.peek();
      if (!top) return undefined;
      if (top.version !== top.lane.version) {
        this.#ready.pop();
        continue;
      }
      return {
        lane: top.lane,
        item: top.lane.spec.every === undefined ? (top.lane.heap.peek()?.item ?? '') : '',
        due: top.due,
      };
    }
  }

  /** Whether the store still has the item as it was pushed: it may have gone, come anew or been put off. */
  #holds(lane: Lane, { item, seq, due }: Waiting): boolean {
    const task = this.#store.get(lane.table, item) as Task | undefined;
    return task?.seq === seq && task.due === due;
  }

  #next(lane: Lane): Pick<Candidate, 'due' | 'rank' | 'seq'> | undefined {
    const { spec } = lane;
    if (spec.every !== undefined) return { due: lane.nextRound, rank: RANK.round, seq: 0 };
    let head = lane.heap.peek();
    while (head && !this.#holds(lane, head)) {
      lane.heap.pop();
      head = lane.heap.peek();
    }
    if (!head) return undefined;
    const workers = spec.workers ?? 1;
    if (this.#store.size(lane.processing) >= workers) return undefined;
    const busyUntil = workers === 1 ? ((this.#store.get(lane.busy, lane.queue) as number | undefined) ?? 0) : 0;
    return { due: Math.max(head.due, busyUntil), rank: spec.rank ?? RANK.normal, seq: head.seq };
  }
}

/** Earliest first, then by rank, then in the order of asking: a total order, so that equal states run on equally. */
function readyQueue(): TinyQueue<Candidate> {
  const byLane = (a: Lane, b: Lane): number => (a.table < b.table ? -1 : a.table > b.table ? 1 : 0);
  return new TinyQueue<Candidate>(
    [],
    (a, b) => a.due - b.due || a.rank - b.rank || a.seq - b.seq || byLane(a.lane, b.lane),
  );
}
