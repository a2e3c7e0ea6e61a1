import type { GraphView } from './useView.ts';

let shown: GraphView | undefined;

/** Tells the page's keys which graph they move. @returns takes it back */
export function offerView(view: GraphView): () => void {
  shown = view;
  return () => {
    if (shown === view) shown = undefined;
  };
}

/** The graph that is shown, if one is. */
export function currentView(): GraphView | undefined {
  return shown;
}
