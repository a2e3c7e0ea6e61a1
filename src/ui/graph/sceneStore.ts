import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { ObjectId } from '../../worker/protocol.ts';
import type { Card } from '../model/card.ts';
import type { Emphasis } from '../model/emphasis.ts';
import type { Frame } from '../model/frame.ts';
import type { Lane } from '../model/layout.ts';
import type { Measure } from '../model/names.ts';

/** What one slot draws now. */
export interface SlotView {
  readonly card: Card;
  readonly flash: boolean;
  readonly opacity: number;
  readonly scale: number;
  /** How full a backend's volume is while that changes, 0 to 1. */
  readonly fill: number | undefined;
  /** What is left of the wait until the next try, 0 to 1. */
  readonly wait: number | undefined;
  readonly selected: boolean;
  readonly emphasis: Emphasis;
  /** The step changed it; shown where nothing moves. */
  readonly underlined: boolean;
  /** The one stop of the tab key. */
  readonly tabStop: boolean;
}

/** What is drawn between the cards now. */
export interface LinesView {
  readonly frame: Pick<Frame, 'still' | 'moving' | 'balls'>;
  readonly chain: ReadonlySet<ObjectId> | undefined;
  /** Calls say their names, whatever the zoom. */
  readonly labelled: boolean;
}

const NO_LINES: LinesView = { frame: { still: [], moving: [], balls: [] }, chain: undefined, labelled: false };

/** Hands each slot its own view and the lines theirs, so that a step renders only what it changed, and not the canvas around it. */
export class SceneStore {
  #viewOf: (slot: string) => SlotView | undefined = () => undefined;
  #views = new Map<string, SlotView | undefined>();
  #listeners = new Map<string, Set<() => void>>();
  #lines = NO_LINES;
  #lineListeners = new Set<() => void>();

  get lines(): LinesView {
    return this.#lines;
  }

  publishLines(lines: LinesView): void {
    this.#lines = lines;
    for (const listener of this.#lineListeners) listener();
  }

  subscribeLines(listener: () => void): () => void {
    this.#lineListeners.add(listener);
    return () => this.#lineListeners.delete(listener);
  }

  get(slot: string): SlotView | undefined {
    if (!this.#views.has(slot)) this.#views.set(slot, this.#viewOf(slot));
    return this.#views.get(slot);
  }

  /** Replaces all views. Only those that somebody draws are worked out; slots whose view says the same keep it and are not told. */
  publish(viewOf: (slot: string) => SlotView | undefined): void {
    const before = this.#views;
    this.#viewOf = viewOf;
    this.#views = new Map();
    const changed: string[] = [];
    for (const slot of this.#listeners.keys()) {
      const known = before.get(slot);
      const view = viewOf(slot);
      const isSame = known !== undefined && view !== undefined && sameView(known, view);
      this.#views.set(slot, isSame ? known : view);
      if (!isSame && known !== view) changed.push(slot);
    }
    for (const slot of changed) for (const listener of this.#listeners.get(slot) ?? []) listener();
  }

  subscribe(slot: string, listener: () => void): () => void {
    const known = this.#listeners.get(slot) ?? new Set();
    this.#listeners.set(slot, known.add(listener));
    return () => {
      known.delete(listener);
      if (known.size === 0 && this.#listeners.get(slot) === known) this.#listeners.delete(slot);
    };
  }
}

/** Scenes keep cards that say the same, so it is enough to compare which one it is. */
function sameView(a: SlotView, b: SlotView): boolean {
  return (
    a.card === b.card &&
    a.flash === b.flash &&
    a.opacity === b.opacity &&
    a.scale === b.scale &&
    a.fill === b.fill &&
    a.wait === b.wait &&
    a.selected === b.selected &&
    a.emphasis === b.emphasis &&
    a.underlined === b.underlined &&
    a.tabStop === b.tabStop
  );
}

/** What cards need of the graph around them. */
export interface GraphContextValue {
  readonly store: SceneStore;
  readonly measureName: Measure;
  readonly measureSmall: Measure;
  readonly onSelect: (id: ObjectId) => void;
  readonly onHover: (slot: string | undefined) => void;
  readonly onFocus: (slot: string) => void;
  readonly onOpen: (group: string) => void;
  /** Opens the actions of an object beside an element. */
  readonly onMenu: (id: ObjectId, beside: HTMLElement) => void;
  /** How a folded group tells of its objects: by words, or by bars of counts where there are many. */
  readonly lines: 'words' | 'bars';
  readonly laneX: Readonly<Record<Lane, number>>;
  /** The lane of the workloads is out of view: a line's parts follow each other. */
  readonly isFlowing: boolean;
}

export const GraphContext = createContext<GraphContextValue | undefined>(undefined);

export function useGraph(): GraphContextValue {
  const value = useContext(GraphContext);
  if (value === undefined) throw new Error('outside of a storage graph');
  return value;
}

export function useSlot(slot: string): SlotView | undefined {
  const { store } = useGraph();
  const subscribe = useCallback((listener: () => void) => store.subscribe(slot, listener), [store, slot]);
  return useSyncExternalStore(subscribe, () => store.get(slot));
}

export function useLines(): LinesView {
  const { store } = useGraph();
  const subscribe = useCallback((listener: () => void) => store.subscribeLines(listener), [store]);
  return useSyncExternalStore(subscribe, () => store.lines);
}
