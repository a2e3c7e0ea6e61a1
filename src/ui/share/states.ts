import { createStore, get, update } from 'idb-keyval';
import type { RunSource } from '../../worker/protocol.ts';
import type { SharedScene } from './scene.ts';

/** A scene that the visitor has left, with the time at which it was. */
export interface KeptState {
  /** ISO 8601. */
  readonly at: string;
  readonly scene: SharedScene;
}

export const MOST_STATES = 30;
/** Characters of all kept texts together: a dump of a large cluster must not fill the browser's storage. */
const MOST_CHARACTERS = 4_000_000;

const KEY = 'states';

let database: ReturnType<typeof createStore> | undefined;

function states(): ReturnType<typeof createStore> {
  database ??= createStore('kubernetes-storage-playground-states', 'states');
  return database;
}

/**
 * Keeps a state before the ones that are kept, at most 30 of them; the same state again only gets a new time. One
 * transaction reads and writes, so that several tabs keep theirs side by side.
 */
export async function keepState(scene: SharedScene): Promise<void> {
  if (scene.source.operations.length === 0 && scene.manifests.trim() === '') return;
  const state: KeptState = { at: new Date().toISOString(), scene };
  try {
    await update<readonly KeptState[]>(KEY, (kept = []) => withState(kept, state), states());
  } catch {
    // The page has said already that this browser keeps nothing.
  }
}

export function withState(kept: readonly KeptState[], state: KeptState): readonly KeptState[] {
  const all = [state, ...kept.filter(({ scene }) => !isSame(scene, state.scene))].slice(0, MOST_STATES);
  let room = MOST_CHARACTERS;
  return all.filter(({ scene }) => {
    room -= charactersOf(scene);
    return room >= 0;
  });
}

/** Two states that differ in step or selection alone are one. */
function isSame(a: SharedScene, b: SharedScene): boolean {
  return a.manifests === b.manifests && a.cluster === b.cluster && isSameRun(a.source, b.source);
}

function isSameRun(a: RunSource, b: RunSource): boolean {
  return (
    a.cluster === b.cluster &&
    a.seed === b.seed &&
    a.operations.length === b.operations.length &&
    JSON.stringify(a.operations) === JSON.stringify(b.operations)
  );
}

function charactersOf({ manifests, cluster, source }: SharedScene): number {
  const texts = source.operations.map(({ operation }) => (operation.type === 'apply' ? operation.text.length : 0));
  return manifests.length + cluster.length + source.cluster.length + texts.reduce((sum, length) => sum + length, 0);
}

/** The kept states of other runs than this one, the latest first. */
export async function otherStates(source: RunSource): Promise<readonly KeptState[]> {
  return (await keptStates()).filter(({ scene }) => !isSameRun(scene.source, source));
}

/** The states that are kept, the latest first; none where nothing can be read. */
export async function keptStates(): Promise<readonly KeptState[]> {
  try {
    return (await get<readonly KeptState[]>(KEY, states())) ?? [];
  } catch {
    return [];
  }
}
