/** How long cards slide, and the view moves, to another place. */
export const RELAYOUT_MS = 240;
