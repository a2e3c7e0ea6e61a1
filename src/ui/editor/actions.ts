import { createStore } from 'zustand/vanilla';

/** What the editor can do with its text while it is there; null while a plain text field stands in for it. */
export interface EditorActions {
  /** Lays the text out anew, as one change that can be undone. A text that cannot be read stays as it is. */
  readonly format: () => void;
}

export const editorActions = createStore<{ readonly actions: EditorActions | null }>(() => ({ actions: null }));
