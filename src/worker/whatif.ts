import { keyOf, tableOf } from '../engine/api/kind.ts';
import type { KubeObject } from '../engine/api/object.ts';
import type { Session } from '../engine/session.ts';
import type { VirtualTime } from '../engine/sim/types.ts';
import type { Operation, RecordedObject, RecordedOperation, Trial } from './protocol.ts';

/** Virtual time and steps after which a trial that has not come to its end is given up. */
const PATIENCE: VirtualTime = 5 * 60_000;
const MAX_TRIAL_STEPS = 20_000;

/** Where the trials begin: what has been done until then, and how far the engine had come. */
export interface Place {
  readonly operations: readonly RecordedOperation[];
  readonly engineSteps: number;
  readonly at: VirtualTime;
}

/** Does an operation in the session, or only so many of its requests. */
export type Perform = (operation: Operation, requests?: number) => void;

/** When a trial has shown what it was for. */
export interface Goal {
  readonly id: string;
  readonly phase: string;
}

/**
 * Tries lists of operations one after the other from the same place, in a session of its own that nobody else sees.
 * Works in slices: call `goOn` until it returns false, then `trials` holds an answer for each list.
 */
export class WhatIf {
  readonly #session: Session;
  readonly #place: Place;
  readonly #lists: readonly (readonly Operation[])[];
  readonly #goal: Goal;
  readonly #slice: number;
  readonly #perform: Perform;
  readonly trials: Trial[] = [];
  #replayed = 0;
  #isThere = false;
  /** While a trial runs: when it is given up. */
  #limits: { readonly time: VirtualTime; readonly steps: number } | undefined;

  constructor(
    session: Session,
    place: Place,
    lists: readonly (readonly Operation[])[],
    goal: Goal,
    slice: number,
    perform: Perform,
  ) {
    this.#session = session;
    this.#place = place;
    this.#lists = lists;
    this.#goal = goal;
    this.#perform = perform;
    this.#slice = slice;
  }

  /** Works for a slice. Returns whether there is more to do. */
  goOn(): boolean {
    if (!this.#isThere) this.#replay();
    else if (this.#limits) this.#runOn(this.#limits);
    else this.#begin();
    return this.trials.length < this.#lists.length;
  }

  /** Does again what had been done, an operation or a slice of the time between two at a time. */
  #replay(): void {
    const { sim } = this.#session.cluster;
    const { operations, engineSteps, at } = this.#place;
    const next = operations[this.#replayed];
    const target = next ?? { engineSteps, at };
    const missing = target.engineSteps - sim.log.steps;
    if (missing > 0 && !sim.run(target.at, Math.min(missing, this.#slice))) return;
    if (!next) {
      this.#isThere = true;
      return;
    }
    if (sim.now < next.at) sim.run(next.at);
    this.#perform(next.operation, next.requests);
    this.#replayed++;
  }

  #begin(): void {
    const session = this.#session;
    const { sim } = session.cluster;
    const { operations, engineSteps } = this.#place;
    const first = operations.length;
    sim.seek(engineSteps);
    sim.resume();
    session.restartAt(first);
    for (const operation of this.#lists[this.trials.length] ?? []) this.#perform(operation);
    const error = session.errors.find(({ op }) => op >= first);
    const refusal = error?.message ?? session.outputs.find(({ op, exit }) => op >= first && exit !== 0)?.err;
    if (refusal !== undefined) this.#end(false, refusal.trim());
    else this.#limits = { time: sim.now + PATIENCE, steps: sim.log.steps + MAX_TRIAL_STEPS };
  }

  #runOn({ time, steps }: { readonly time: VirtualTime; readonly steps: number }): void {
    const { sim } = this.#session.cluster;
    const settled = this.#isReached() || sim.runUntilSettled(time, this.#slice);
    const isReached = this.#isReached();
    if (isReached || settled !== 'budget' || sim.log.steps >= steps) this.#end(isReached);
  }

  #end(isReached: boolean, refusal?: string): void {
    this.#limits = undefined;
    this.trials.push({
      isReached,
      at: this.#session.cluster.sim.now,
      object: this.#object() ?? null,
      ...(refusal !== undefined && { refusal }),
    });
  }

  #isReached(): boolean {
    const { status } = (this.#object() ?? {}) as { readonly status?: { readonly phase?: string } };
    return status?.phase === this.#goal.phase;
  }

  #object(): RecordedObject | undefined {
    const { api, sim } = this.#session.cluster;
    const [kind = '', namespace = '', ...name] = this.#goal.id.split('/');
    const definition = api.registry.byKind(kind);
    if (!definition) return undefined;
    const key = keyOf(definition.namespaced ? namespace : undefined, name.join('/'));
    return sim.store.get(tableOf(definition), key) as (KubeObject & RecordedObject) | undefined;
  }
}
