import { createStore as createIdbStore, get, set } from 'idb-keyval';
import type { RunSource } from '../../worker/protocol.ts';
import type { Breakpoint } from '../model/breakpoints.ts';

/** What a visitor must not lose: the texts, and what the run is a function of. */
export interface Draft {
  readonly manifests: string;
  readonly cluster: string;
  readonly source: RunSource;
  readonly step: number;
  readonly breakpoints?: readonly Breakpoint[];
}

const DATABASE = 'kubernetes-storage-playground';
const DRAFT = 'draft';
/** Where a draft waits whose writing the end of the page cut off. */
const UNSAVED = 'playground.unsaved';

let onUnavailable: (() => void) | undefined;
let isUnavailable = false;

/** Calls back once, when this browser refuses to keep anything; also when it already has. */
export function whenStorageIsUnavailable(callback: () => void): void {
  onUnavailable = callback;
  if (isUnavailable) callback();
}

function unavailable(): void {
  if (isUnavailable) return;
  isUnavailable = true;
  onUnavailable?.();
}

/** Small settings that the first frame needs; undefined where nothing was kept, or nothing that can be read. */
export function readLocal(key: string): unknown {
  let text: string | null = null;
  try {
    text = window.localStorage.getItem(key);
  } catch {
    unavailable();
  }
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

export function writeLocal(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(key, JSON.stringify(value));
  } catch {
    unavailable();
  }
}

function removeLocal(key: string): void {
  try {
    window.localStorage.removeItem(key);
  } catch {
    unavailable();
  }
}

let database: ReturnType<typeof createIdbStore> | undefined;

function drafts(): ReturnType<typeof createIdbStore> {
  database ??= createIdbStore(DATABASE, 'drafts');
  return database;
}

/** The draft of the last visit; undefined where there is none or none can be read. */
export async function readDraft(): Promise<Draft | undefined> {
  const unsaved = readLocal(UNSAVED);
  if (unsaved !== undefined && unsaved !== null) return unsaved as Draft;
  try {
    return await get<Draft>(DRAFT, drafts());
  } catch {
    unavailable();
    return undefined;
  }
}

let next: Draft | undefined;
let isWriting = false;
let newest: Draft | undefined;

/** Keeps the draft at once; while one is being written only the newest of the following ones is. */
export function writeDraft(draft: Draft): void {
  next = draft;
  newest = draft;
  if (!isWriting) void writeOut();
}

/** At the end of the page: what is still being written is kept where writing takes no time. */
export function keepUnsaved(): void {
  if (isWriting && newest !== undefined) writeLocal(UNSAVED, newest);
}

async function writeOut(): Promise<void> {
  isWriting = true;
  try {
    while (next !== undefined) {
      const draft = next;
      next = undefined;
      await set(DRAFT, draft, drafts());
    }
    removeLocal(UNSAVED);
  } catch {
    unavailable();
  } finally {
    isWriting = false;
  }
}
